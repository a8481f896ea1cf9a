"""Providers' reports while workers die, Redis is emptied and everything comes twice."""

import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from redis import Redis

from candidates.models import Activity, Stop
from engagement import delivery, tasks
from engagement.models import DeliveryEvent, Message, ProviderReport
from tests.engagement.hooks import PASSWORD, bounced, complained, delivered, post, unsubscribed
from tests.factories.engagement import EnrolmentFactory, MessageFactory
from tests.faults.conftest import ROOT, TIMES, counts, environment, planned, workers
from tests.faults.server import Server
from tests.faults.test_races import GONE_OUT

KILLS = 6 * TIMES
PEOPLE = 30 * TIMES
SIGNALS = {"complained": complained, "bounced": bounced, "unsubscribed": unsubscribed}


@pytest.fixture(autouse=True)
def _hook(settings):
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}


def carriers(server: Server, kills: int, point: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.carry", str(kills), point],
        env=environment(server),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def written_to(count: int) -> list[Message]:
    """People who got one message, and for whom the next one waits."""
    campaign = planned(count)
    sent = []
    for waiting in campaign.messages.select_related("candidate"):
        message = MessageFactory(
            enrolment=EnrolmentFactory(candidate=waiting.candidate), handed=True
        )
        message.address = message.candidate.emails.get().address
        message.save()
        sent.append(message)
    return sent


def post_twice(bodies) -> None:
    twice = [*bodies, *bodies]
    random.shuffle(twice)
    for body in twice:
        assert post(body).status_code == 200


@pytest.mark.parametrize("point", ["counted", "done", "left"])
def test_workers_killed_over_reports_lose_none_and_do_none_twice(server, point):
    sent = written_to(PEOPLE)
    kinds = random.choices(list(SIGNALS), k=PEOPLE)
    post_twice([SIGNALS[kind](m.public_id) for m, kind in zip(sent, kinds, strict=True)])
    redis = Redis.from_url(django_settings.REDIS_URL)
    redis.flushdb()

    killed = carriers(server, KILLS, point)
    redis.flushdb()
    redis.close()
    workers(server, together=2, connections=2)

    counts(server)
    reported = DeliveryEvent.objects.exclude(kind="handed")  # a confirmation was sent to some
    events = list(reported.values_list("message", flat=True))
    job_emails = Message.objects.filter(purpose="nurture")
    seen = [one for one in job_emails if str(one.public_id) in server.seen]
    print(f"{killed} killed, {len(events)} of {2 * PEOPLE} posts were about something new")
    assert killed >= KILLS - 2
    assert not ProviderReport.objects.filter(worked_at=None).exists()
    assert sorted(events) == sorted(message.pk for message in sent)
    assert seen == []  # everybody was stopped before anything was sent
    assert set(job_emails.exclude(pk__in=events).values_list("state", "reason")) == {
        ("withheld", kind) for kind in set(kinds)
    }
    lines = Activity.objects.filter(kind__in=["message.complained", "message.bounced"])
    assert lines.count() == sum(kind != "unsubscribed" for kind in kinds)
    for kind in SIGNALS:
        stopped = Stop.objects.filter(reason=kind).values_list("candidate", flat=True)
        assert len(stopped) == len(set(stopped)) == kinds.count(kind)


def test_nothing_is_armed_after_a_report_was_carried(server, settings):
    """Reports come while the messages are sent; what leaves later than its stop is a failure."""
    settings.MAIL_PER_SECOND = 60
    sent = written_to(PEOPLE * 3)
    others = Message.objects.exclude(pk__in=[one.pk for one in sent])
    after_commit: dict[int, str] = {}
    sending = threading.Thread(target=_in_thread, args=[tasks.deliver])
    sending.start()

    for message in random.sample(sent, len(sent)):
        post(complained(message.public_id))
        tasks.carry_reports()
        after_commit[message.candidate_id] = others.get(candidate=message.candidate).state
    sending.join()
    tasks.deliver()

    late = [
        one.pk
        for one in others
        if one.state in GONE_OUT and after_commit[one.candidate_id] not in GONE_OUT
    ]
    states = Counter(others.values_list("state", flat=True))
    print(f"{len(sent)} stops: {dict(states)}")
    assert late == []
    assert counts(server).duplicates == 0
    assert set(states) <= {"handed", "withheld"}


def _in_thread(work) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.mark.parametrize("point", ["claimed", "armed", "asked", "answered"])
def test_a_worker_killed_over_a_provider_sends_nothing_twice_and_reports_settle_the_rest(
    provider, clock, point
):
    planned(PEOPLE)

    killed = workers(provider, kills=KILLS, point=point)
    clock.shift(600)  # every lease has run out
    delivery.reap()
    workers(provider)
    uncertain = set(Message.objects.filter(state="uncertain").values_list("public_id", flat=True))
    seen = provider.seen
    messages = list(Message.objects.values_list("public_id", flat=True))
    post_twice([delivered(one) for one in messages if str(one) in seen])
    tasks.carry_reports()

    states = dict(Message.objects.values_list("public_id", "state"))
    print(f"{killed} killed, {len(uncertain)} uncertain, {len(seen)} of {PEOPLE} at the provider")
    assert killed >= KILLS - 1
    assert sum(times - 1 for times in seen.values()) == 0
    assert len(uncertain) <= killed
    assert {one for one in messages if states[one] == "delivered"} == {
        one for one in messages if str(one) in seen
    }
    assert {one for one in messages if states[one] == "uncertain"} == {
        one for one in messages if str(one) not in seen
    }


def test_a_thousand_reports_at_once_are_all_kept(server):
    """As many posts as there are threads, each with an unknown message, a forged one among ten."""
    answers: list[int] = []

    def some(start: int) -> None:
        for number in range(start, 1000, 8):
            forged = number % 10 == 0
            body = bounced(_uuid(number), number=number)
            answers.append(post(body, password="hook:guessed" if forged else PASSWORD).status_code)
        connection.close()

    threads = [threading.Thread(target=some, args=[start]) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    carried = tasks.carry_reports()
    assert (answers.count(200), answers.count(400)) == (900, 100)
    assert carried == ProviderReport.objects.filter(is_known=False, detail="").count() == 900


def _uuid(number: int) -> UUID:
    return UUID(int=number, version=4)


def test_a_report_waits_for_a_worker_that_died_with_the_message(provider, clock):
    """The provider was quicker than the record: the report is carried when the lease is over."""
    planned(1)
    message = Message.objects.get()
    workers(provider, kills=1, point="answered")
    message.refresh_from_db()
    states = [message.state]
    post(delivered(message.public_id))

    for _ in range(8):
        tasks.carry_reports()
        clock.shift(timedelta(minutes=2))
        delivery.reap()
    message.refresh_from_db()

    assert [*states, message.state] == [states[0], "delivered"]
    assert provider.seen == {str(message.public_id): 1}

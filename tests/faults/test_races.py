"""Stops that race the send, and caps that many workers run into at once."""

import os
import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from applications.models import Application, Job
from candidates.actions.merging import merge_people
from candidates.models import Candidate, ContactGate, GroundEvent, Stop
from engagement import tasks
from engagement.actions import enrolments, lifecycle
from engagement.delivery import lanes
from engagement.models import Enrolment, Message
from tests.factories.applications import StageFactory
from tests.factories.engagement import (
    BrakeFactory,
    CampaignFactory,
    EnrolmentFactory,
    HandoverFactory,
    MessageFactory,
)
from tests.faults.conftest import TIMES, counts, planned, workers

RACES = 200 * TIMES
GONE_OUT = {Message.State.ARMED, Message.State.HANDED, Message.State.UNCERTAIN}


def unsubscribe(candidate: Candidate) -> None:
    """What the preference page does: the ground, the stop, and the end, under the gate."""
    ContactGate.objects.locked(candidate.pk)
    GroundEvent.objects.create(
        candidate=candidate,
        purpose="nurture",
        kind=GroundEvent.Kind.WITHDRAWN,
        occurred_at=timezone.now(),
        channel=GroundEvent.Channel.LINK,
        actor="candidate",
    )
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.UNSUBSCRIBED)
    enrolments.end_for([candidate.pk], "unsubscribed")


def reply(candidate: Candidate) -> None:
    """What a floor below does: it leaves a stop, and engagement carries it later."""
    ContactGate.objects.locked(candidate.pk)
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.REPLIED)


def apply(candidate: Candidate) -> None:
    ContactGate.objects.locked(candidate.pk)
    stage = StageFactory()
    Application.objects.create(candidate=candidate, job=stage.job, stage=stage)
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.APPLIED)


def erase(candidate: Candidate) -> None:
    ContactGate.objects.locked(candidate.pk)
    Candidate.objects.filter(pk=candidate.pk).update(erased_at=timezone.now())
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.ERASED)


@pytest.mark.parametrize(
    ("stop", "times"), [(unsubscribe, RACES), (reply, 40), (apply, 40), (erase, 40)]
)
def test_nothing_is_armed_after_the_commit_of_a_stop(server, stop, times):
    planned(times)
    people = list(Candidate.objects.order_by("pk"))
    after_commit: dict[int, str] = {}
    sending = threading.Thread(target=_in_thread, args=[_deliver_all])
    sending.start()

    while not server.seen:  # the race begins with the first message
        time.sleep(0.001)
    for candidate in random.sample(people, len(people)):
        with transaction.atomic():
            stop(candidate)
        after_commit[candidate.pk] = Message.objects.get(candidate=candidate).state
    sending.join()
    enrolments.carry_stops()

    late = [
        message.pk
        for message in Message.objects.all()
        if message.state in GONE_OUT and after_commit[message.candidate_id] not in GONE_OUT
    ]
    found = counts(server)
    stopped = Message.objects.filter(state=Message.State.WITHHELD).count()
    print(f"{times} races: {found.handed} went before the stop, {stopped} were stopped")
    assert late == []
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain + stopped == times


@pytest.mark.timeout(400 * TIMES)
def test_a_merge_that_races_the_send_leaves_nothing_armed_for_the_merged_record(server, settings):
    """Both records of each person are in one campaign; they are made one while it is sent."""
    settings.MAIL_PER_SECOND = 60  # about as fast as it merges
    campaign = planned(2 * RACES)
    people = list(Candidate.objects.order_by("pk"))
    pairs = list(zip(people[::2], people[1::2], strict=True))
    is_over = threading.Event()
    sending = threading.Thread(target=_in_thread, args=[lambda: _deliver_until(is_over)])
    sending.start()

    while not server.seen:
        time.sleep(0.001)
    armed_at_commit = {}
    for survivor, merged in random.sample(pairs, len(pairs)):
        merge_people(survivor, merged, by=campaign.by)
        armed_at_commit[survivor.pk] = _armed(survivor)
    while Message.objects.pending().exists():
        time.sleep(0.05)
    is_over.set()
    sending.join()

    found = counts(server)
    each = [(armed_at_commit[survivor.pk], _armed(survivor)) for survivor, _ in pairs]
    kept = Message.objects.filter(state=Message.State.WITHHELD, reason="merged").count()
    print(f"{len(pairs)} merges: {found.handed} went out, {kept} were kept back")
    # None, one or both had gone when the records became one; afterwards nobody gets a second one.
    assert set(each) <= {(0, 1), (1, 1), (2, 2)}
    assert not Message.objects.filter(candidate__in=[merged.pk for _, merged in pairs]).exists()
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain + kept == 2 * RACES
    active = Enrolment.objects.filter(state=Enrolment.State.ACTIVE)
    assert sorted(active.values_list("candidate", flat=True)) == [one.pk for one, _ in pairs]


def _armed(person: Candidate) -> int:
    return Message.objects.filter(candidate=person, armed_at__isnull=False).count()


def test_a_cap_of_one_holds_with_many_workers_and_two_campaigns(server):
    first = planned(40 * TIMES)
    second = CampaignFactory(running=True, with_step=True)
    for person in Candidate.objects.filter(enrolments__campaign=first):
        MessageFactory(enrolment=EnrolmentFactory(campaign=second, candidate=person))

    workers(server, together=8, connections=2)

    people = Candidate.objects.count()
    each = [
        Message.objects.filter(candidate=person, state__in=GONE_OUT).count()
        for person in Candidate.objects.all()
    ]
    counts(server)
    assert each == [1] * people
    assert all(len(gate.job_emails_at) == 1 for gate in ContactGate.objects.all())


def called_after_a_handover(campaign) -> None:
    """Whoever let the campaign write takes everybody back by calling them."""
    for enrolment in campaign.enrolments.all():
        agreed = HandoverFactory(candidate=enrolment.candidate, campaign=campaign, agreed=True)
        Stop.objects.create(
            candidate=enrolment.candidate, reason=Stop.Reason.CALLED, by=agreed.colleague
        )


@pytest.mark.parametrize(
    ("happens", "state", "reason"),
    [
        (lambda c: Job.objects.update(status="closed"), "withheld", "job_closed"),
        (lambda c: lifecycle.pause(c, by="test"), "planned", ""),
        (lambda c: type(c.sender).objects.update(is_active=False), "withheld", "sender_gone"),
        (lambda c: BrakeFactory(over_all=True), "planned", ""),
        (called_after_a_handover, "withheld", "colleague_wrote"),
    ],
)
def test_what_ends_a_campaign_stops_the_next_message_of_the_batch(server, happens, state, reason):
    campaign = planned(12)

    def in_the_middle(name: str) -> None:
        if len(server.seen) == 5:
            _in_thread(lambda: happens(campaign))

    server.on_message = in_the_middle
    tasks.deliver()

    assert len(server.seen) == 5
    rest = Message.objects.exclude(state=Message.State.HANDED)
    assert set(rest.values_list("state", "reason")) == {(state, reason)}
    assert rest.count() == 7


def test_what_is_on_its_way_when_a_campaign_is_paused_is_all_that_still_leaves(
    server, settings, monkeypatch
):
    """On several connections as many messages are armed together; none is after the commit."""
    settings.MAIL_CONNECTIONS = 3
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    campaign = planned(12)
    paused_at = []

    def in_the_middle(name: str) -> None:
        if len(server.seen) == 4 and not paused_at:
            paused_at.append(None)
            _in_thread(lambda: lifecycle.pause(campaign, by="test"))
            paused_at[0] = timezone.now()

    server.on_message = in_the_middle
    tasks.deliver()

    handed = Message.objects.filter(state=Message.State.HANDED)
    assert len(server.seen) == handed.count() == 6  # the round of the fourth, and none after it
    assert all(message.armed_at < paused_at[0] for message in handed)
    assert Message.objects.filter(state=Message.State.PLANNED).count() == 6


def _deliver_all() -> None:
    while tasks.deliver():
        pass


def _deliver_until(is_over: threading.Event) -> None:
    while not is_over.is_set():
        if not tasks.deliver():
            time.sleep(0.005)


def _in_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=_closing, args=[work])
    thread.start()
    thread.join()


def _closing(work: Callable[[], object]) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        work()
    finally:
        connection.close()

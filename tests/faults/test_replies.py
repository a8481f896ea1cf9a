"""Answers that come in while workers die and Redis is emptied: once each, and nothing leaves."""

import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from redis import Redis

from candidates.actions import documents
from candidates.models import Activity, Document, Stop
from engagement import tasks
from engagement.actions.attachments import WAITS
from engagement.actions.incoming import receive_message
from engagement.models import Incoming, Message, Reply, WaitingFile
from tests.engagement.mails import away, mail
from tests.factories.engagement import EnrolmentFactory, MessageFactory
from tests.faults.conftest import ROOT, TIMES, counts, environment, planned, workers
from tests.faults.test_races import GONE_OUT

KILLS = 6 * TIMES
PEOPLE = 15 * TIMES


def readers(server, kills: int, point: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.carry", str(kills), point, "incoming"],
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
    people = [waiting.candidate for waiting in campaign.messages.select_related("candidate")]
    return [
        MessageFactory(enrolment=EnrolmentFactory(candidate=person), handed=True)
        for person in people
    ]


@pytest.mark.parametrize("point", ["counted", "done", "left"])
def test_workers_killed_over_answers_lose_none_and_do_none_twice(server, point):
    sent = written_to(PEOPLE)
    raws = [mail(f"Answer {number}", answers=one) for number, one in enumerate(sent)]
    for raw in random.sample([*raws, *raws], 2 * PEOPLE):  # by webhook and by mailbox
        receive_message(raw, source=random.choice(Incoming.Source.values))
    redis = Redis.from_url(django_settings.REDIS_URL)
    redis.flushdb()

    killed = readers(server, KILLS, point)
    redis.flushdb()
    redis.close()
    workers(server, together=2, connections=2)

    found = counts(server)
    print(f"{killed} killed over {PEOPLE} answers")
    assert killed >= KILLS - 2
    assert not Incoming.objects.filter(worked_at=None).exists()
    assert Counter(Reply.objects.values_list("message", flat=True)) == Counter(
        one.pk for one in sent
    )
    assert Activity.objects.filter(kind="reply.received").count() == PEOPLE
    assert Stop.objects.filter(reason="replied").count() == PEOPLE
    assert found.seen == 0  # nobody who answered got the next one
    waiting = Message.objects.exclude(pk__in=[one.pk for one in sent])
    assert set(waiting.values_list("state", "reason")) == {("withheld", "replied")}


@pytest.mark.parametrize("point", ["counted", "kept", "done", "left"])
def test_workers_killed_over_files_keep_each_once_and_leave_none_behind(
    server, point, tmp_path, monkeypatch
):
    """Files of people we know, and of strangers: each once, and what a dead one stored is swept."""
    monkeypatch.setenv("FAULTS_FILES", str(tmp_path))
    monkeypatch.setitem(storages._storages, "private", FileSystemStorage(tmp_path))
    sent = written_to(PEOPLE)
    raws = [
        mail("Here.", answers=one, files={"a.txt": f"A {n}".encode(), "b.txt": f"B {n}".encode()})
        for n, one in enumerate(sent)
    ]
    raws += [
        mail("Here.", sender=f"n{n}@mail.example", files={"c.txt": f"C {n}".encode()})
        for n in range(PEOPLE)
    ]
    for raw in random.sample(raws, len(raws)):
        receive_message(raw, source=Incoming.Source.HOOK)

    killed = readers(server, KILLS, point)

    known = dict(Document.objects.values_list("file", "candidate"))
    stored = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    behind = stored - set(known)
    print(f"{killed} killed over {3 * PEOPLE} files: {len(behind)} stored that no row knows")
    assert killed >= KILLS - 2
    assert not Incoming.objects.filter(worked_at=None).exists()
    assert set(known) <= stored
    assert sorted((tmp_path / key).read_bytes() for key in known) == sorted(
        f"{letter} {n}".encode() for letter in "AB" for n in range(PEOPLE)
    )
    assert Counter(known.values()) == dict.fromkeys((one.candidate_id for one in sent), 2)
    assert sorted(bytes(one.content) for one in WaitingFile.objects.all()) == sorted(
        f"C {n}".encode() for n in range(PEOPLE)
    )
    assert not Reply.objects.filter(candidate=None).exclude(files__0__why=WAITS).exists()
    if point == "kept":
        assert behind  # so that what follows shows something
    if point in {"counted", "left"}:
        assert not behind
    last = max((tmp_path / key).stat().st_mtime for key in stored)  # by the disk's own clock
    assert documents.sweep(datetime.fromtimestamp(last, UTC)) == 0
    assert documents.sweep(datetime.fromtimestamp(last, UTC) + timedelta(days=2)) == len(behind)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(known)


def test_nothing_is_armed_after_an_answer_was_read(server, settings):
    """Answers come while the next messages are sent: by one person, or by their mail program."""
    settings.MAIL_PER_SECOND = 30
    sent = written_to(PEOPLE * 2)
    others = Message.objects.exclude(pk__in=[one.pk for one in sent])
    after_commit: dict[int, str] = {}
    sending = threading.Thread(target=_in_thread, args=[tasks.deliver])
    sending.start()

    for number, message in enumerate(random.sample(sent, len(sent))):
        answer = away("I am away until 5 January 2027.", answers=message)
        raw = mail("Yes.", answers=message) if number % 2 else answer
        receive_message(raw, source=Incoming.Source.HOOK)
        tasks.read_incoming()
        after_commit[message.candidate_id] = others.get(candidate=message.candidate).state
    sending.join()
    tasks.deliver()

    late = [
        one.pk
        for one in others
        if one.state in GONE_OUT and after_commit[one.candidate_id] not in GONE_OUT
    ]
    states = Counter(others.values_list("state", flat=True))
    print(f"{len(sent)} answers: {dict(states)}")
    assert late == []
    assert counts(server).duplicates == 0
    assert set(states) <= {"handed", "withheld", "due"}
    away_ones = Reply.objects.filter(kind="away").values("candidate")
    assert others.filter(state="withheld", candidate__in=away_ones).count() == 0


def _in_thread(work) -> None:
    try:
        work()
    finally:
        connection.close()

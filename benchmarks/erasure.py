"""Erasing one person with a full life among very many people, to the last commit.

Of each there is a row at least of every table that can hold something of a person, 30 messages, ten
notes, three documents with text and files, five past applications, and a merged record.
"""

import statistics
import tempfile
import time
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings
from factory.django import DjangoModelFactory

from accounts.models import User
from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.actions.erasure import erase_candidate
from candidates.models import Activity, Candidate
from engagement.models import Decision, DeliveryEvent, Message
from tests.everything import rows_of
from tests.factories.applications import ApplicationFactory, JobFactory, MatchFactory
from tests.factories.candidates import CandidateFactory, NoteFactory
from tests.factories.documents import DocumentFactory

SIZE = 100_000
PEOPLE = "kept"
ROUNDS = 20
LIMIT_S = 2.0  # the slowest twentieth, at 1,000,000 people
MESSAGES, NOTES, DOCUMENTS, JOBS = 30, 10, 3, 5
TEXT = "Maintained switchgear and protection relays on two wind farms. " * 300  # about 19 KB


def run(size: int, report: Report) -> None:
    """Make and erase one person after another; whoever is erased leaves an empty row."""
    people_set.ensure(size)
    by = people_data.owner()
    _number_from(int(time.time()))
    with tempfile.TemporaryDirectory() as folder:
        homes = {"MEDIA_ROOT": f"{folder}/media", "ERASURE_JOURNAL_DIR": f"{folder}/journal"}
        with override_settings(**homes, DEBUG=False):
            erase_candidate(_life(by), by=by)  # warms up
            times = [_seconds(_life(by), by) for _ in range(ROUNDS)]
            with CaptureQueriesContext(connection) as queries:
                erasure = erase_candidate(_life(by), by=by)
    rows = sum(erasure.removed.values())
    slowest = statistics.quantiles(times, n=20)[18]
    report.line(bench="erasure", size=size, value=statistics.median(times), unit="s, median")
    report.line(bench="erasure", size=size, value=slowest, unit="s, p95", limit=LIMIT_S)
    report.line(bench="erasure", size=size, value=len(queries), unit="queries, with the making")
    report.line(bench="erasure", size=size, value=rows, unit="rows touched")


def _seconds(person: Candidate, by: User) -> float:
    started = time.perf_counter()
    erase_candidate(person, by=by)
    return time.perf_counter() - started


@transaction.atomic
def _life(by: User) -> Candidate:
    """Make somebody with a full life."""
    person = CandidateFactory(name="Zebulon Quartermain", owner=by)
    older = CandidateFactory(name="Zebulon Quartermain", merged_into=person, owner=by)
    older.emails.update(is_primary=False)
    rows_of(person, older, by)
    NoteFactory.create_batch(NOTES, candidate=person, author=by)
    for number in range(DOCUMENTS):
        file = ContentFile(TEXT.encode(), name=f"cv-{number}.txt")
        DocumentFactory(
            candidate=person, uploaded_by=by, text=TEXT, file=file, sha256=f"{number:064}"
        )
    for _ in range(JOBS):
        job = JobFactory()
        ApplicationFactory(candidate=person, job=job, rejected=True)
        MatchFactory(candidate=person, job=job)
    Activity.objects.bulk_create(
        Activity(candidate=person, kind="bench.event", group="record", actor=by.name, text="So.")
        for _ in range(60)
    )
    _messages(person)
    return person


def _messages(person: Candidate) -> None:
    """Copies of the message that `rows_of` made, each with its decision and its event."""
    template = Message.objects.filter(candidate=person).first()
    assert template is not None
    texts = {"subject": "A job that may suit you", "text": TEXT[:2000]}
    common: dict[str, Any] = {
        field.attname: getattr(template, field.attname)
        for field in Message._meta.concrete_fields
        if field.name not in {"id", "public_id", "dedupe_key"}
    }
    messages = Message.objects.bulk_create(
        Message(**common | texts, dedupe_key=f"{template.dedupe_key}:{number}")
        for number in range(MESSAGES - 1)
    )
    Decision.objects.bulk_create(
        Decision(candidate=person, message=message, phase=Decision.Phase.SENDING, allowed=True)
        for message in messages
    )
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(message=message, kind="handed", provider_event_id=message.dedupe_key)
        for message in messages
    )


def _number_from(start: int) -> None:
    """Let what the factories make have numbers that no earlier run has given."""
    waiting = list(DjangoModelFactory.__subclasses__())
    while waiting:
        made_by = waiting.pop()
        waiting += made_by.__subclasses__()
        if made_by._meta.model is not None and not made_by._meta.abstract:
            made_by.reset_sequence(start, force=True)

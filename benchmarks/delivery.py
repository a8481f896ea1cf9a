"""Messages per second to a local SMTP sink: raw smtplib, two peers, and ours.

Everybody hands the same 2 KB message to the same sink, from 1, 2 and 4 processes: over one
connection each, and ours also over as many as it keeps by itself.
"""

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from django.db import connection, transaction
from django.db.models import Count, Model
from django.utils import timezone

from benchmarks.hands import seconds, start, text
from benchmarks.report import Report
from benchmarks.sink import Sink, sink
from candidates.models import Candidate
from engagement.models import Enrolment, Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TemplateVersionFactory,
)

SIZE = 10_000
HANDS = (1, 2, 4)
COMMITS = 1_000
CHUNK = 1_000
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


def run(size: int, report: Report) -> None:
    with sink() as server:
        report.line(bench="delivery: commits on one connection", size=COMMITS, value=commits(),
                    unit="commits/s")  # fmt: skip
        limits = {hands: raw(size, server, hands) for hands in HANDS}
        for hands, limit in limits.items():
            _say(report, "raw smtplib, one connection each", size, hands, limit)
        one = ours(size, server, 1, connections=1)
        _say(report, "ours, held to one connection", size, 1, one, limits[1])
        for hands, limit in limits.items():
            _say(
                report, "ours, delivering the queue", size, hands, ours(size, server, hands), limit
            )
        for peer, of_peer in (("post_office", HANDS), ("django_mailer", (1,))):
            for hands in of_peer:  # django-mailer's lock lets one process send
                for what, speed in peer_speeds(peer, size, server, hands).items():
                    _say(report, f"{peer}, {what}", size, hands, speed, limits[hands])


def _say(
    report: Report, what: str, size: int, hands: int, speed: float, limit: float | None = None
) -> None:
    processes = "1 process" if hands == 1 else f"{hands} processes"
    report.line(bench=f"delivery: {what}, {processes}", size=size, value=speed, unit="messages/s",
                limit=limit)  # fmt: skip


def commits() -> float:
    """Return what one connection commits: a bound for whoever commits each message by itself."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_commits (number int)")
        started = time.perf_counter()
        for number in range(COMMITS):
            cursor.execute("INSERT INTO bench_commits VALUES (%s)", [number])
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_commits")
    return COMMITS / took


def raw(size: int, server: Sink, hands: int) -> float:
    """Return what open connections take when nothing is looked up or written down."""
    server.clear()
    took = seconds(start("raw", server.port, size, hands))
    _check(server, size, "raw smtplib")
    return size / took


def peer_speeds(peer: str, size: int, server: Sink, hands: int) -> dict[str, float]:
    """Return messages/s of a peer, in its own environment and a schema of its own."""
    server.clear()
    python = os.environ["BENCH_PEERS_PYTHON"]
    command = [python, str(ROOT / "benchmarks" / "peers.py"), peer]
    command += [str(number) for number in (server.port, size, hands)]
    with tempfile.TemporaryDirectory() as folder:  # django-mailer keeps its lock where it runs
        done = subprocess.run(
            command, cwd=folder, input=text(), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{peer} failed:\n{done.stderr}")
    _check(server, size, peer)
    speeds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return speeds


def ours(size: int, server: Sink, hands: int, connections: int = 0) -> float:
    """Return messages/s of the engine, whole: claim, arbiter, gate, decision, record, links.

    A Monday morning, for nobody is written to at night; and without the limits that are manners.
    """
    server.clear()
    with time_machine.travel(MONDAY, tick=True):
        _empty()
        queue(size)
    most = {"MAIL_CONNECTIONS": str(connections)} if connections else {}
    took = seconds(start("ours", server.port, size, hands, **most))
    states = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by())
    if states != {Message.State.HANDED: size}:
        reasons = Counter(Message.objects.values_list("state", "reason"))
        raise RuntimeError(f"ours was to hand over {size}: {reasons}")
    _check(server, size, "ours")
    return size / took


def _empty() -> None:
    """Forget the run before: the people, and with them everything that hangs on them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_organisation, candidates_candidate CASCADE")


def queue(size: int) -> None:
    """Make a running campaign for `size` people who agreed, each with a message that is due.

    One of them is made as the tests make people, the others by the database from that one: what
    is to be measured would else wait for minutes where there are 100,000.
    """
    OrganisationFactory()
    version = TemplateVersionFactory(
        text="Hello {{ candidate.call_name|there }},\n\n" + text() + "\n"
    )
    campaign = CampaignFactory(running=True)
    step = StepFactory(campaign=campaign, template_version=version)
    with transaction.atomic():
        first = CandidateFactory()
        enrolment = EnrolmentFactory(campaign=campaign, candidate=first)
        message = Message.objects.create(
            dedupe_key=f"bench:{enrolment.pk}",
            purpose=Message.Purpose.NURTURE,
            candidate=first,
            campaign=campaign,
            enrolment=enrolment,
            step=step,
            job=campaign.job,
            sender=campaign.sender,
            due_at=timezone.now() - timedelta(minutes=1),
        )
        # A thousand at a time: what the tables keep beside each row is reckoned for each statement,
        # by plans for few rows. Each time there are twice as many the plans are made anew, or the
        # triggers would go on reading whole tables for each of them.
        for number, start in enumerate(range(2, size + 1, CHUNK), 1):
            last = min(start + CHUNK - 1, size)
            _copy_people(f"generate_series({start}, {last}) o(n)", enrolment, message)
            if number.bit_count() == 1:
                _analyze()
    _analyze()


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy_people(numbers: str, enrolment: Enrolment, message: Message) -> None:
    """Make people like that of the message, with an address, grounds, an enrolment, a message."""
    person = enrolment.candidate
    known = max(Candidate.objects.order_by("-pk").values_list("pk", flat=True)[:1])
    others = f"candidates_candidate o WHERE o.id > {known}"
    address = "'person-' || o.id || '@mail.example'"
    _copy(person, numbers, name="'Person ' || o.n", call_name="''", public_id="gen_random_uuid()")
    _copy(person.emails.get(), others, candidate_id="o.id", address=address, canonical=address)
    for ground in person.ground_events.all():
        _copy(ground, others, candidate_id="o.id")
    _copy(enrolment, others, candidate_id="o.id")
    _copy(
        message,
        f"engagement_enrolment o WHERE o.candidate_id > {known}",
        candidate_id="o.candidate_id",
        enrolment_id="o.id",
        dedupe_key="'bench:' || o.id",
        public_id="gen_random_uuid()",
    )


def _copy(row: Model, others: str, **own: str) -> None:
    """Write a row like this one for each of `others`. own: SQL for what differs, by column."""
    fields = [field for field in row._meta.local_concrete_fields
              if not field.generated and not field.primary_key]  # fmt: skip
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(own.get(field.column, f't."{field.column}"') for field in fields)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values}"
            f" FROM (SELECT * FROM {table} WHERE id = {row.pk}) t, {others}"
        )


def _check(server: Sink, size: int, who: str) -> None:
    counts = server.counts()
    if (counts.messages, counts.distinct, counts.duplicates) != (size, size, 0):
        raise RuntimeError(f"{who} was to hand over {size} messages, the sink counts {counts}")

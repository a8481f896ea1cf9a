"""Messages per second to a local SMTP sink: raw smtplib, two peers, and ours.

Everybody hands the same 2 KB message to the same sink, from one process: over one connection, and
ours also over as many as it keeps by itself.
"""

import json
import os
import smtplib
import subprocess
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from benchmarks.report import Report
from benchmarks.sink import Sink, sink
from candidates.models import Candidate, EmailAddress, GroundEvent, Purpose
from engagement import tasks
from engagement.models import Enrolment, Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    StepFactory,
    TemplateVersionFactory,
)

SIZE = 10_000
BYTES = 2_000
COMMITS = 1_000
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


def run(size: int, report: Report) -> None:
    with sink() as server:
        report.line(bench="delivery: commits on one connection", size=COMMITS, value=commits(),
                    unit="commits/s")  # fmt: skip
        limit = raw(size, server)
        report.line(bench="delivery: raw smtplib, one connection", size=size, value=limit,
                    unit="messages/s")  # fmt: skip
        for connections in (1, settings.MAIL_CONNECTIONS):
            speed = ours(size, server, connections)
            report.line(bench=f"delivery: ours, delivering the queue, connections: {connections}",
                        size=size, value=speed, unit="messages/s", limit=limit)  # fmt: skip
        for peer in ("post_office", "django_mailer"):
            for what, speed in peer_speeds(peer, size, server).items():
                report.line(bench=f"delivery: {peer}, {what}", size=size, value=speed,
                            unit="messages/s", limit=limit)  # fmt: skip


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


def text() -> str:
    """Return what everybody says: 1 KB of text, which with its HTML makes 2 KB of message."""
    line = "We opened a job that may suit you, and you asked to hear of such jobs. " + "-" * 6
    return "\n".join([line] * (BYTES // 2 // (len(line) + 1)))


def raw(size: int, server: Sink) -> float:
    """Return what one open connection takes when nothing is looked up or written down."""
    server.clear()
    message = EmailMessage()
    message["From"], message["To"] = "jobs@larkspur-tidal.example", "candidate@mail.example"
    message["Subject"] = "A job"
    message.set_content(text())
    message.add_alternative(f"<p>{text()}</p>", subtype="html")
    content = message.as_bytes(policy=SMTP)
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        for number in range(size):
            numbered = f"X-Perennial-Message: raw-{number}\r\n".encode() + content
            client.sendmail("jobs@larkspur-tidal.example", [f"c{number}@mail.example"], numbered)
    took = time.perf_counter() - started
    _check(server, size, "raw smtplib")
    return size / took


def peer_speeds(peer: str, size: int, server: Sink) -> dict[str, float]:
    """Return messages/s of a peer, in its own environment and a schema of its own."""
    server.clear()
    python = os.environ["BENCH_PEERS_PYTHON"]
    command = [python, str(ROOT / "benchmarks" / "peers.py"), peer, str(server.port), str(size)]
    with tempfile.TemporaryDirectory() as folder:  # django-mailer keeps its lock where it runs
        done = subprocess.run(
            command, cwd=folder, input=text(), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise RuntimeError(f"{peer} failed:\n{done.stderr}")
    _check(server, size, peer)
    speeds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return speeds


def ours(size: int, server: Sink, connections: int) -> float:
    """Return messages/s of the engine, whole: claim, arbiter, gate, decision, record, links.

    A Monday morning, for nobody is written to at night; and without the limits that are manners.
    """
    server.clear()
    unlimited = {
        "MAIL_CONNECTIONS": connections,
        "MAIL_PER_SECOND": 10**9,
        "MAIL_PER_SECOND_PER_DOMAIN": 10**9,
        "JOB_EMAILS_PER_SENDER_PER_DAY": 10**9,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": server.port,
    }
    with override_settings(**unlimited), time_machine.travel(MONDAY, tick=True):
        _empty()
        queue(size)
        started = time.perf_counter()
        handed = tasks.deliver()
        took = time.perf_counter() - started
    states = dict(Message.objects.values_list("state").annotate(Count("pk")).order_by())
    if handed != size or states != {Message.State.HANDED: size}:
        reasons = Counter(Message.objects.values_list("state", "reason"))
        raise RuntimeError(f"ours handed over {handed} of {size}: {reasons}")
    _check(server, size, "ours")
    return size / took


def _empty() -> None:
    """Forget the run before: the people, and with them everything that hangs on them."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_organisation, candidates_candidate CASCADE")


def queue(size: int) -> None:
    """Make a running campaign for `size` people who agreed, each with a message that is due."""
    OrganisationFactory()
    version = TemplateVersionFactory(
        text="Hello {{ candidate.call_name|there }},\n\n" + text() + "\n"
    )
    campaign = CampaignFactory(running=True)
    step = StepFactory(campaign=campaign, template_version=version)
    now = timezone.now()
    with transaction.atomic():
        people = Candidate.objects.bulk_create(CandidateFactory.build_batch(size), batch_size=1000)
        EmailAddress.objects.bulk_create(
            [
                EmailAddress(
                    candidate=person,
                    address=f"person-{person.pk}@mail.example",
                    canonical=f"person-{person.pk}@mail.example",
                    is_primary=True,
                )
                for person in people
            ],
            batch_size=1000,
        )
        GroundEvent.objects.bulk_create(
            [
                GroundEventFactory.build(candidate=person, purpose=purpose)
                for person in people
                for purpose in (Purpose.POOL, Purpose.NURTURE)
            ],
            batch_size=1000,
        )
        enrolments = Enrolment.objects.bulk_create(
            [EnrolmentFactory.build(campaign=campaign, candidate=person) for person in people],
            batch_size=1000,
        )
        Message.objects.bulk_create(
            [
                Message(
                    dedupe_key=f"bench:{enrolment.pk}",
                    purpose=Message.Purpose.NURTURE,
                    candidate=enrolment.candidate,
                    campaign=campaign,
                    enrolment=enrolment,
                    step=step,
                    job=campaign.job,
                    sender=campaign.sender,
                    due_at=now - timedelta(minutes=1),
                )
                for enrolment in enrolments
            ],
            batch_size=1000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _check(server: Sink, size: int, who: str) -> None:
    counts = server.counts()
    if (counts.messages, counts.distinct, counts.duplicates) != (size, size, 0):
        raise RuntimeError(f"{who} was to hand over {size} messages, the sink counts {counts}")

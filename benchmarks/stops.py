"""What comes back: reports of a provider taken in per second, and how soon a stop stops.

Through all of Django, from one process, one report a request, as providers send them. A stop is
timed from the first byte of its report to the commit after which nothing can be armed.
"""

import base64
import statistics
import time
import uuid
import warnings
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks.report import Report
from engagement import tasks
from engagement.actions import incoming
from engagement.models import Incoming, Message, ProviderReport, Reply
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

SIZE = 5_000
STOPS = 300
REPLIES = 100
LIMIT_S = 1.0
WANTED_PER_SECOND = 100.0  # more than a provider that reports 1,000 unsubscribes a minute, 6 times
PASSWORD = "bench:only"


def run(size: int, report: Report) -> None:
    OrganisationFactory()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False
    settings.MAIL_HOOKS, settings.ANYMAIL = ["postmark"], {"WEBHOOK_SECRET": PASSWORD}
    warnings.simplefilter("ignore")
    _intake(size, report)
    sent = _written_to(STOPS + REPLIES)
    _stops(sent[:STOPS], report)
    _replies(sent[STOPS:], report)


def _intake(size: int, report: Report) -> None:
    client, bodies = Client(), [_complaint(uuid.uuid4()) for _ in range(size)]
    started = time.perf_counter()
    for body in bodies:
        _post(client, body)
    took = time.perf_counter() - started
    kept = ProviderReport.objects.count()
    report.line(
        bench="stops: reports taken in",
        size=size,
        value=kept / took,
        unit="reports/s",
        limit=WANTED_PER_SECOND,
    )
    started = time.perf_counter()
    carried = 0
    while done := tasks.carry_reports():
        carried += done
    took = time.perf_counter() - started
    report.line(
        bench="stops: unknown ones counted", size=carried, value=carried / took, unit="reports/s"
    )


def _stops(sent: list[Message], report: Report) -> None:
    """Time each complaint from its post to the commit that keeps back what waits."""
    client, times = Client(), []
    for message in sent:
        started = time.perf_counter()
        _post(client, _complaint(message.public_id))
        tasks.carry_reports()
        times.append(time.perf_counter() - started)
    people = [message.candidate_id for message in sent]
    _say("complaint to cancellation", times, people, report)


def _replies(sent: list[Message], report: Report) -> None:
    """The same for an answer by mail, which is read in a process apart first."""
    times = []
    for message in sent:
        raw = (
            f"From: <{message.address}>\r\nMessage-ID: <{uuid.uuid4()}@mail.example>\r\n"
            f"In-Reply-To: <{message.public_id}@larkspur-tidal.example>\r\nSubject: Re: a job\r\n"
            "\r\nYes, please call me tomorrow.\r\n"
        )
        started = time.perf_counter()
        incoming.receive_message(raw.encode(), source=Incoming.Source.HOOK)
        tasks.read_incoming()
        times.append(time.perf_counter() - started)
    assert Reply.objects.count() == len(sent)
    _say("answer to cancellation", times, [message.candidate_id for message in sent], report)


def _say(name: str, times: list[float], people: list[int], report: Report) -> None:
    waiting = Message.objects.filter(candidate__in=people, state=Message.State.DUE).count()
    if waiting:
        raise RuntimeError(f"{waiting} messages still wait: the stop did not reach them.")
    for unit, value in (
        ("s, median", statistics.median(times)),
        ("s, 99 of 100", statistics.quantiles(times, n=100)[98]),
    ):
        report.line(bench=f"stops: {name}", size=len(times), value=value, unit=unit, limit=LIMIT_S)


def _written_to(count: int) -> list[Message]:
    """People who got one job email, and for whom another one waits."""
    first = CampaignFactory(running=True)
    second = CampaignFactory(running=True)
    steps = {campaign.pk: StepFactory(campaign=campaign) for campaign in (first, second)}
    sent = []
    for person in CandidateFactory.create_batch(count):
        address = person.emails.get().address
        sent.append(_message(person, first, steps, handed=True, address=address))
        _message(person, second, steps)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return sent


def _message(person: Any, campaign: Any, steps: dict[int, Any], **values: Any) -> Message:
    enrolment = EnrolmentFactory(campaign=campaign, candidate=person)
    message: Message = MessageFactory(enrolment=enrolment, step=steps[campaign.pk], **values)
    return message


def _complaint(message: uuid.UUID) -> dict[str, Any]:
    return {
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
        "ID": message.int % 10**12,
        "Email": "ana@mail.example",
        "BouncedAt": "2026-11-23T10:00:00Z",
        "Metadata": {"message": str(message)},
    }


def _post(client: Client, body: dict[str, Any]) -> None:
    headers = {"Authorization": f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"}
    address = reverse("engagement:hook_tracking", args=["postmark"])
    answer = client.post(address, body, "application/json", headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"the hook answered {answer.status_code}")

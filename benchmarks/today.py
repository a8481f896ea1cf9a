"""How long Today takes among very many people, applications and promises: through all of Django.

One recruiter owns 200 open jobs, in which 6,725 people wait and some eight hundred are late. To
that come hundreds of promises that fell due, letters that leave or could not, and interviews of
today, without a word on how they went, or without a time. Last, three hundred things are put off.
"""

import random
import statistics
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import PutOff, User
from applications.models import Application, Interview, Interviewer, Job, Letter, Promise
from benchmarks import board, people_data, people_set
from benchmarks.people import measure
from benchmarks.report import Report
from candidates import extensions
from candidates.models import Candidate

SIZE = 100_000
PEOPLE = "copy"
LIMIT_MS = 150.0
ENDING_MS = 300.0  # once in ten minutes, for the officer
DUE, RUNNING, SETTLED = 400, 6_000, 13_000  # promises
LETTERS, TODAY, UNSETTLED, ASKED = 300, 12, 150, 40
PUT_OFF = 300

# One in four was interviewed in the last two months; one job is in Ontario, where a law counts.
INTERVIEWS = """
INSERT INTO applications_interview (public_id, application_id, kind, state, minutes, starts_at,
    ends_at, place, link, words, sequence, created_at, asked_words, cancelled_side)
SELECT gen_random_uuid(), a.id, 'video', 'held', 60, held_at, held_at + interval '1 hour', '', '',
       '', 0, held_at, '', ''
  FROM applications_application a
 CROSS JOIN LATERAL (SELECT now() - a.id %% 60 * interval '1 day' AS held_at) h
 WHERE a.id %% 4 = 0
"""
OFFICE = """
WITH office AS (
    INSERT INTO applications_office (name, city, country, region, time_zone)
    VALUES ('Kingston', 'Kingston', 'CA', 'Ontario', 'America/Toronto') RETURNING id
)
INSERT INTO applications_job_offices (job_id, office_id)
SELECT j.id, office.id
  FROM office CROSS JOIN applications_job j WHERE j.title = 'Bench board 765'
"""


def run(size: int, report: Report) -> None:
    """Fill a copy of the set of people up to half as many applications again, then ask."""
    people_set.ensure(size)
    board.fill_jobs(size * 3 // 2 - Application.objects.count())
    owner, now = people_data.owner(), timezone.now()
    _promises(owner, now, size)
    open_ones = list(Application.objects.open().order_by("pk")[:2_000])
    _letters(open_ones[:LETTERS], owner, now)
    _interviews(open_ones[LETTERS:], owner, now)
    with connection.cursor() as cursor:
        cursor.execute(INTERVIEWS, [])
        cursor.execute(OFFICE, [])
        cursor.execute("VACUUM (ANALYZE)")
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(owner)
    today = reverse("today")
    for name, query in [("my day", ""), ("all", "?view=all")]:
        measure(client, f"today: {name}", [today + query], size, report, limit=LIMIT_MS)
    _put_off(owner, now)
    measure(client, "today: my day, much of it put off", [today], size, report, limit=LIMIT_MS)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        extensions.ending_soon(timezone.now())
        times.append((time.perf_counter() - start) * 1000)
    report.line(
        bench="today: consent that ends, not yet kept",
        size=size,
        value=statistics.median(times),
        unit="ms, median",
        limit=ENDING_MS,
    )
    ledger = reverse("applications:promises")
    measure(client, "promises: open", [f"{ledger}?state=open"], size, report, limit=LIMIT_MS)


def _promises(owner: User, now: datetime, size: int) -> None:
    job, chance = Job.objects.open().first(), random.Random(7)
    people = Candidate.objects.live().order_by("pk").values_list("pk", flat=True)
    wanted = min(DUE + RUNNING + SETTLED, size // 2)
    rows = []
    for number, person in enumerate(chance.sample(list(people), wanted)):
        promise = Promise(
            candidate_id=person, families=["Electrical"], until=now.date() + timedelta(days=200),
            owner=owner, made_at=now - timedelta(days=90),
        )  # fmt: skip
        if number < DUE:
            promise.state, promise.due_job = Promise.State.DUE, job
            promise.due_at = now - timedelta(hours=chance.randrange(60))
        elif number >= DUE + RUNNING:
            promise.state, promise.why = Promise.State.KEPT, Promise.Why.CONTACT
            promise.settled_at = now - timedelta(days=chance.randrange(80))
        rows.append(promise)
    Promise.objects.bulk_create(rows, batch_size=5_000)


def _put_off(owner: User, now: datetime) -> None:
    """Put off every third of those who are late or were interviewed."""
    late = Application.objects.open().order_by("hear_by", "pk")
    keys = late.values_list("public_id", flat=True)[: PUT_OFF // 2 * 3 : 3]
    PutOff.objects.bulk_create(
        PutOff(user=owner, thing=f"{kind}:{key}", until=now.date() + timedelta(days=7))
        for kind in ("application", "interviewed")
        for key in keys
    )


def _letters(applications: list[Application], owner: User, now: datetime) -> None:
    Letter.objects.bulk_create(
        Letter(
            application=application, kind=Letter.Kind.RECEIPT, by=owner,
            subject="Your application", text="Thank you. We read it and answer by the day named.",
            send_after=now + timedelta(hours=number % 60),
            problem="The address does not exist." if number % 20 == 0 else "",
        )
        for number, application in enumerate(applications)
    )  # fmt: skip


def _interviews(applications: list[Application], owner: User, now: datetime) -> None:
    starts = [now.replace(hour=8 + number, minute=0) for number in range(TODAY)]
    starts += [now - timedelta(days=1 + number % 20) for number in range(UNSETTLED)]
    rows = [
        Interview(
            application=application, kind=Interview.Kind.VIDEO, minutes=45, by=owner,
            state=Interview.State.SCHEDULED, starts_at=start,
            ends_at=start + timedelta(minutes=45),
        )
        for application, start in zip(applications, starts, strict=False)
    ]  # fmt: skip
    rows += [
        Interview(
            application=application, kind=Interview.Kind.VIDEO, minutes=45, by=owner,
            state=Interview.State.PROPOSED, asked_at=now - timedelta(hours=number),
        )
        for number, application in enumerate(applications[len(starts) :][:ASKED])
    ]  # fmt: skip
    Interview.objects.bulk_create(rows)
    Interviewer.objects.bulk_create(Interviewer(interview=one, user=owner) for one in rows)

"""How long a pipeline and the list of jobs take among very many people, through all of Django.

100,000 people and 150,000 applications, most of them closed, over 200 open jobs; one job has 765
people in its stages, another 2,000. A board draws the first 30 cards of each column in one request
and says how many follow; the table of the same job is measured beside it.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.actions.jobs import add_standard_stages
from applications.models import Application, HiringTeamMember, Job, Office, Stage
from benchmarks import people_data
from benchmarks.people import measure
from benchmarks.report import Report
from candidates.models import Candidate

SIZE = 100_000
JOBS = 200
BOARDS = (765, 2_000)
LIMIT_MS = 150.0
SHARES = (0.45, 0.25, 0.15, 0.1, 0.05)  # of the people of a job, by stage


def run(size: int, report: Report) -> None:
    """Fill an empty database, then measure each page."""
    call_command("migrate", verbosity=0)
    missing = size - Candidate.objects.count()
    if missing > 0:
        people_data.fill(missing)
    if not Job.objects.filter(title__startswith="Bench board").exists():
        fill_jobs(size * 3 // 2)
    people_data.analyse()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = settings.DEBUG = False  # DEBUG would keep every query
    client = Client()
    client.force_login(people_data.owner())
    for people in BOARDS:
        job = Job.objects.get(title=f"Bench board {people}")
        board = reverse("applications:pipeline", args=[job.public_id])
        stage = job.stages.order_by("position")[0]
        more = reverse("applications:pipeline_more", args=[job.public_id, stage.public_id])
        after = "after=2026-11-01_2026-01-01T00:00:00%2B00:00_1"
        pages = {
            f"board of {people} people": board,
            f"board of {people} people, only late": f"{board}?late=on",
            f"table of {people} people": f"{board}?view=table",
            f"more of a column, {people} people": f"{more}?{after}",
        }
        for name, address in pages.items():
            measure(client, f"board: {name}", [address], size, report, limit=LIMIT_MS)
    jobs = reverse("applications:jobs")
    measure(client, f"board: list of {JOBS} jobs", [jobs], size, report, limit=LIMIT_MS)
    late = f"{jobs}?sort=late"
    measure(client, f"board: list of {JOBS} jobs, most late first", [late], size, report,
            limit=LIMIT_MS)  # fmt: skip


def fill_jobs(total: int) -> None:
    """Make the jobs of one recruiter, and `total` applications for them, most of them closed."""
    now, chance = timezone.now(), random.Random(4242)  # the same each time
    office, _ = Office.objects.get_or_create(
        name="Bench office", defaults={"city": "Bristol", "country": "GB", "time_zone": "UTC"}
    )
    owner = people_data.owner()
    wanted = dict(zip(range(len(BOARDS)), BOARDS, strict=True))
    ids = list(Candidate.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(JOBS):
        people = wanted.get(number, 20)
        name = f"Bench board {people}" if number in wanted else f"Bench board job {number}"
        job = Job.objects.create(
            title=name, family="Electrical", status=Job.Status.OPEN, owner=owner,
            opened_at=now - timedelta(days=number % 60),
        )  # fmt: skip
        job.offices.add(office)
        HiringTeamMember.objects.create(job=job, user=owner, part="recruiter")
        stages = add_standard_stages(job)[: len(SHARES)]
        closed = max(0, total - sum(BOARDS) - 20 * (JOBS - len(BOARDS))) // JOBS
        rows = [
            _application(job, stages, person, chance, number=at, is_open=at < people)
            for at, person in enumerate(chance.sample(ids, people + closed))
        ]
        Application.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _application(
    job: Job, stages: list[Stage], person: int, chance: random.Random, *, number: int, is_open: bool
) -> Application:
    now = timezone.now()
    days = chance.randrange(1, 60)
    return Application(
        candidate_id=person,
        job=job,
        stage=chance.choices(stages, SHARES)[0],
        stage_entered_at=now - timedelta(days=days // 2),
        applied_at=now - timedelta(days=days, seconds=number),
        hear_by=now.date() + timedelta(days=chance.randrange(-2, 14)),
        source=chance.choice(["own site", "referral", "job board"]),
        closed_at=None if is_open else now - timedelta(days=days // 3),
        outcome="" if is_open else "withdrawn",
    )

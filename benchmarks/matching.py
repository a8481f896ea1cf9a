"""Matching one job against everybody: the page, the audience, and what keeps a profile right.

Each figure stands beside its limit, measured in the same run: the same question answered by a scan
of the narrow table in one process.
"""

import statistics
import time
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from django.utils import timezone

from applications import matching, profiles
from applications.actions import matches
from applications.fit import Criteria, Narrowing
from applications.models import Job, JobSkill, Match, Office
from applications.ranking import Ranked, Ranking
from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.models import Candidate, CandidateSkill, Skill

SIZE = 100_000
PEOPLE = "kept"
JOBS = 40


def run(size: int, report: Report) -> None:
    """Fill up to `size` people if fewer are there, and measure."""
    people_set.ensure(size)
    jobs = _jobs(JOBS)
    now = timezone.now()

    differing = 0
    for name, needed in (("strict 3 of 3", 3), ("soft 2 of 3", 2), ("broad 1 of 3", 1)):
        for job in jobs:
            job.must_needed = needed if needed < 3 else None
        asked = [matching.criteria_of(job) for job in jobs]
        for one in asked:
            _statement(one, now)  # warms up
        times = [_timed(lambda c=one: _statement(c, now)) for one in asked]
        took = _median(times)
        by_index = [_statement(one, now) for one in asked]
        with _without_indexes():
            scan = _median([_timed(lambda c=one: _statement(c, now)) for one in asked[:10]])
            by_scan = [_statement(one, now) for one in asked]
        differing += sum(one != other for one, other in zip(by_index, by_scan, strict=True))
        report.line(
            bench=f"match {name}: top 50, total, counts per reason",
            size=size, value=took, unit="ms", limit=scan, ratio=scan / took,
        )  # fmt: skip
        report.line(bench=f"match {name}", size=size, value=_slowest(times), unit="ms, p95")
    report.line(
        bench=f"match: answers to {3 * len(jobs)} questions that a scan does not give",
        size=size, value=differing, unit="answers",
    )  # fmt: skip
    for job in jobs:
        job.must_needed = 2
        job.save(update_fields=["must_needed"])
    report.line(
        bench="match: with the explanation of 50", size=size, unit="ms",
        value=_median([_timed(lambda j=job: matching.known_people(j, at=now)) for job in jobs]),
    )  # fmt: skip
    report.line(
        bench="match: whole audience with scores", size=size, unit="ms",
        value=_median([_timed(lambda j=job: list(matching.audience(j, at=now))) for job in jobs]),
    )  # fmt: skip
    report.line(
        bench="match: count for a list of jobs, one job", size=size, unit="ms",
        value=_timed(lambda: list(Job.objects.filter(pk__in=[j.pk for j in jobs])
                                  .with_known_counts().values_list("known_people")))
        / len(jobs),
    )  # fmt: skip
    _page(jobs, size, report)
    _kept(jobs, size, report)
    _writes(size, report)


def _jobs(count: int) -> list[Job]:
    """Jobs with three must-haves of mixed frequency and three nice ones, at one office."""
    Job.objects.filter(title__startswith="Bench job").delete()
    office, _ = Office.objects.get_or_create(
        name="Bench Bristol",
        defaults={
            "city": "Bristol", "country": "GB", "latitude": 51.45, "longitude": -2.59,
            "time_zone": "Europe/London",
        },
    )  # fmt: skip
    skills = list(Skill.objects.filter(name__startswith="Skill ").order_by("pk")[:400])
    jobs = []
    for n in range(count):
        job = Job.objects.create(
            title=f"Bench job {n}", status="open", opened_at=timezone.now(), must_needed=2,
            work_mode="hybrid", seniority_from=3, seniority_to=5,
        )  # fmt: skip
        job.offices.add(office)
        chosen = [skills[rank] for rank in (2 + n % 9, 12 + n, 60 + 3 * n, 5, 30 + n, 200 + n)]
        for place, skill in enumerate(dict.fromkeys(chosen)):
            need = "must" if place < 3 else "nice"
            JobSkill.objects.create(job=job, skill=skill, need=need, weight=6 - place)
        jobs.append(job)
    return jobs


def _statement(criteria: Criteria, at: datetime) -> tuple[dict[str, int], list[Ranked]]:
    return Ranking(criteria, at, Narrowing()).ask(matching.PAGE, None)


def _page(jobs: list[Job], size: int, report: Report) -> None:
    client = Client(raise_request_exception=True)
    client.force_login(people_data.owner())
    addresses = [reverse("applications:known_people", args=[job.public_id]) for job in jobs]
    with override_settings(ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False, DEBUG=False):
        client.get(addresses[0])
        took = _median([_timed(lambda a=address: client.get(a)) for address in addresses])
        with CaptureQueriesContext(connection) as queries:
            client.get(addresses[0])
    limit = 300 if size <= 100_000 else 1000
    report.line(bench="page of known people", size=size, value=took, unit="ms", limit=limit)
    report.line(bench="page of known people", size=size, value=len(queries), unit="queries")


def _kept(jobs: list[Job], size: int, report: Report) -> None:
    """Jobs that open at once: the records of who fits, as the worker keeps them; and read again."""
    with transaction.atomic():
        started = time.perf_counter()
        written = sum(matches.find(job) for job in jobs)
        took = time.perf_counter() - started
        report.line(
            bench=f"match: {len(jobs)} jobs open at once, {written:,} records with reasons",
            size=size, value=took, unit="s",
        )  # fmt: skip
        person = Match.objects.filter(job=jobs[0]).order_by("candidate").values_list("candidate")
        asked = Match.objects.filter(candidate=person[:1], job__status=Job.Status.OPEN)
        report.line(
            bench="match: the open jobs of one person", size=size, unit="ms",
            value=_median([_timed(lambda: list(asked[:20])) for _ in range(20)]),
        )  # fmt: skip
        transaction.set_rollback(True)


def _writes(size: int, report: Report) -> None:
    """One profile after one change; and 5,000 people at once, with and without waiting."""
    skill = Skill.objects.order_by("pk").last()
    people = list(Candidate.objects.order_by("pk").values_list("pk", flat=True)[:200])
    assert skill is not None
    with transaction.atomic():

        def add(person: int) -> None:
            CandidateSkill.objects.get_or_create(
                candidate_id=person, skill=skill, defaults={"source": "stated"}
            )

        took = [_timed(lambda p=person: add(p)) for person in people]
        transaction.set_rollback(True)
    report.line(bench="profile: one skill added", size=size, value=_median(took), unit="ms")
    rates = {}
    for name, mode in (("statement by statement", ""), ("one refresh at the end", "deferred")):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('perennial.profiles', %s, true)", [mode])

            def write() -> None:
                people_data.fill(5000)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

            rates[name] = 5000 / (_timed(write) / 1000)
            transaction.set_rollback(True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            for trigger in (
                "candidates_candidate", "candidates_candidateskill", "candidates_groundevent",
                "candidates_preference", "candidates_emailaddress",
            ):  # fmt: skip
                cursor.execute(f"ALTER TABLE {trigger} DISABLE TRIGGER profile_on_insert")
        limit = 5000 / (_timed(lambda: people_data.fill(5000)) / 1000)
        transaction.set_rollback(True)
    for name, rate in rates.items():
        report.line(
            bench=f"profile: 5,000 people written, {name}", size=size, value=rate, unit="people/s",
            limit=limit,
        )  # fmt: skip
    started = time.perf_counter()
    wrong = len(profiles.differing())
    report.line(
        bench="profile: check of all", size=size, value=(time.perf_counter() - started), unit="s"
    )
    report.line(bench="profile: rows that differ", size=size, value=wrong, unit="rows")


class _without_indexes:  # noqa: N801  # reads like the words it is
    """Let the planner answer by a scan of the narrow table, in one process.

    Skills are found by bitmaps alone. What is asked of each person found keeps its index.
    """

    def __enter__(self) -> None:
        self._set("off", "0")

    def __exit__(self, *_: object) -> None:
        self._set("on", "2")

    def _set(self, bitmaps: str, workers: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET enable_bitmapscan = {bitmaps}")
            cursor.execute(f"SET max_parallel_workers_per_gather = {workers}")


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _slowest(figures: list[float]) -> float:
    return statistics.quantiles(figures, n=20)[18]


def _median(figures: list[float]) -> float:
    return statistics.median(figures)

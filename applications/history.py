"""Past applications that stand on the rows of an import.

A job that we do not have, or not at that time, is made as a closed one, so that the history is
true. Nothing here opens anything, leaves a letter or stops mail: it happened long ago.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower

from applications.actions.jobs import add_standard_stages
from applications.foreign_words import milestone_of, outcome_of, reason_of
from applications.models import (
    Application,
    Job,
    JobSkill,
    Milestone,
    Outcome,
    Stage,
    StageChange,
)
from candidates.arrays import any_of
from candidates.imports import people
from candidates.imports.bulk import copy_in, new_uuids
from candidates.imports.fields import instant
from candidates.imports.staging import Line, Person
from candidates.models import Activity, CandidateSkill, Import, ImportRow, Skill

_APPLICATION = (
    "public_id", "candidate_id", "job_id", "stage_id", "stage_entered_at", "furthest", "source",
    "applied_at", "closed_at", "outcome", "rejection_reason", "imported_by_id",
)  # fmt: skip


@dataclass(slots=True)
class _Made:
    """A past application on its way into the tables."""

    public_id: uuid.UUID
    line: Line
    person: Person
    job: Job
    at: datetime
    reached: Milestone
    outcome: Outcome
    reason: str


class _Stages:
    """The stages of some jobs, by how far they take somebody."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._there: dict[int, dict[int, int]] = defaultdict(dict)
        for pk, job, milestone in (
            Stage.objects.filter(job__in={job.pk for job in jobs})
            .order_by("-position")
            .values_list("pk", "job_id", "milestone")
        ):
            self._there[job][milestone] = pk
        self._found: dict[tuple[int, Milestone], int] = {}

    def of(self, job: Job, reached: Milestone) -> int:
        """Return the key of the furthest stage up to this milestone, else of the first one."""
        key = (job.pk, reached)
        if key not in self._found:
            there = self._there[job.pk]
            below = [milestone for milestone in there if milestone <= reached]
            self._found[key] = there[max(below)] if below else job.stages.all()[0].pk
        return self._found[key]


class PastApplications:
    """Writes the past applications of one chunk, after its people."""

    def __init__(self, run: Import, lines: list[Line], now: datetime) -> None:
        self.run, self.now = run, now
        self.lines = [
            (line, line.person)
            for line in lines
            if line.person is not None and line.said.get("application_job")
        ]

    @staticmethod
    def days(lines: list[Line]) -> dict[int, datetime]:
        """Return when each line, by its key, says somebody applied. That is contact."""
        return {
            line.pk: instant(line.said["application_on"])
            for line in lines
            if line.said.get("application_job")
        }

    @staticmethod
    def problems(cleaned: dict[str, Any]) -> list[str]:
        """Return what the row form cannot know: words for stages and outcomes."""
        if not cleaned.get("application_job"):
            return []
        found = []
        stage, outcome = cleaned.get("application_stage") or "", cleaned["application_outcome"]
        if milestone_of(stage) is None:
            found.append(
                f"Past application: “{stage}” is not a stage we know. Use applied, screened,"
                " interviewed, final, offered or hired."
            )
        if outcome_of(outcome) is None:
            found.append(
                f"Past application: “{outcome}” is not an outcome we know. Use rejected,"
                " withdrawn, offer declined or hired."
            )
        return found

    @staticmethod
    def jobs_to_make(rows: QuerySet[ImportRow]) -> list[str]:
        """Return the titles of jobs that these rows name and that we do not have."""
        titles = set(
            rows.filter(cleaned__has_key="application_job").values_list(
                "cleaned__application_job", flat=True
            )
        )
        known = set(
            Job.objects.annotate(folded=Lower("title"))
            .filter(folded__in={title.lower() for title in titles})
            .values_list("folded", flat=True)
        )
        return sorted(title for title in titles if title.lower() not in known)

    def write(self) -> None:
        """Write what is not there yet; the same application again changes nothing."""
        jobs = self._jobs()
        stages = _Stages(jobs.values())
        known = {person.pk for _, person in self.lines if not person.is_new}
        there = set(
            Application.objects.filter(candidate__in=any_of(known))
            .order_by()
            .values_list("candidate_id", "job_id", "applied_at")
        )
        made: list[_Made] = []
        for (line, person), public_id in zip(self.lines, new_uuids(len(self.lines)), strict=True):
            job, at = jobs[_wanted(line)], instant(line.said["application_on"])
            key = (person.pk, job.pk, at)
            if key not in there:
                there.add(key)
                made.append(_Made(public_id, line, person, job, at, *_end(line.said)))
        keys = copy_in(Application, _APPLICATION, self._applications(made, stages))
        changes = copy_in(
            StageChange,
            ("application_id", "to_stage_id", "at"),
            (
                (pk, stages.of(one.job, one.reached), one.at)
                for pk, one in zip(keys, made, strict=True)
            ),
        )
        lines = copy_in(Activity, people.TIMELINE, (self._line(one) for one in made))
        for one, pk, change, activity in zip(made, keys, changes, lines, strict=True):
            did = one.line.did
            did["application"] = [pk, change]
            did["activities"] = [*did.get("activities", []), activity]
            if one.line.state == ImportRow.State.UNCHANGED:
                one.line.state = ImportRow.State.JOINED
        _touch([one for one in made if not one.person.is_new])

    @staticmethod
    def take_back(rows: list[ImportRow]) -> None:
        """Delete the applications these rows made. Called before their people are taken back."""
        ids = [row.did["application"][0] for row in rows if "application" in row.did]
        Application.objects.filter(pk__in=ids).delete()

    @staticmethod
    def remove_unused(jobs: Iterable[int], skills: Iterable[int]) -> None:
        """Delete the jobs and skills an import had to make and nobody uses."""
        Job.objects.filter(pk__in=jobs).annotate(n=Count("applications")).filter(n=0).delete()
        used = set(CandidateSkill.objects.filter(skill__in=skills).values_list("skill", flat=True))
        used |= set(JobSkill.objects.filter(skill__in=skills).values_list("skill", flat=True))
        Skill.objects.filter(pk__in=set(skills) - used).delete()

    def _jobs(self) -> dict[tuple[str, datetime], Job]:
        """Return the job for each title and day: open then, else over by now, else made."""
        by_title: dict[str, list[Job]] = defaultdict(list)
        wanted = dict.fromkeys(_wanted(line) for line, _ in self.lines)
        titles = {title.lower() for title, _ in wanted}
        for job in Job.objects.annotate(folded=Lower("title")).filter(folded__in=titles):
            by_title[job.title.lower()].append(job)
        found = {}
        for title, at in wanted:
            jobs = by_title[title.lower()]
            running = [j for j in jobs if j.opened_at and _was_open(j, at)]
            over = [j for j in jobs if j.status in {Job.Status.FILLED, Job.Status.CLOSED}]
            if not running and not over:
                jobs.append(self._make(title, at))
                over = jobs[-1:]
            found[title, at] = (running or over)[0]
        return found

    def _make(self, title: str, at: datetime) -> Job:
        job = Job.objects.create(
            title=title,
            status=Job.Status.CLOSED,
            opened_at=at,
            closed_at=at,
            description="Made by an import, so that past applications have their job.",
        )
        add_standard_stages(job)
        self.run.made["jobs"] = [*self.run.made.get("jobs", []), job.pk]
        return job

    def _applications(self, made: list[_Made], stages: _Stages) -> Iterator[tuple[Any, ...]]:
        for one in made:
            where = (one.job.pk, stages.of(one.job, one.reached), one.at, one.reached.value)
            how = (one.outcome.value, one.reason, self.run.pk)
            yield (one.public_id, one.person.pk, *where, "import", one.at, one.at, *how)

    def _line(self, one: _Made) -> tuple[Any, ...]:
        reached, ended = one.reached.label.lower(), one.outcome.label.lower()
        text = f"Applied for {one.job.title}; reached: {reached}; {ended}."
        data = {
            "import": str(self.run.public_id),
            "application": str(one.public_id),
            "job": str(one.job.public_id),
        }
        group, by = Activity.Group.APPLICATION.value, self.run.by.name
        return (one.person.pk, group, "application.imported", one.at, by, text, data)


def _wanted(line: Line) -> tuple[str, datetime]:
    return line.said["application_job"], instant(line.said["application_on"])


def _end(said: dict[str, Any]) -> tuple[Milestone, Outcome, str]:
    """Return how far an application went, how it ended, and why if it was rejected."""
    outcome = outcome_of(said["application_outcome"]) or Outcome.REJECTED
    reached = milestone_of(said.get("application_stage", "")) or Milestone.APPLIED
    if outcome == Outcome.HIRED:
        reached = Milestone.HIRED
    elif outcome == Outcome.OFFER_DECLINED:
        reached = max(reached, Milestone.OFFERED)
    reason = reason_of(said["application_outcome"]).value if outcome == Outcome.REJECTED else ""
    return reached, outcome, reason


def _touch(made: list[_Made]) -> None:
    """An application is contact: move the date of known people forward, and keep what it was."""
    latest: dict[int, datetime] = {}
    for one in made:
        before, pk = one.person.last_contact_at, one.person.pk
        one.line.did["last_contact"] = before.isoformat() if before else None
        latest[pk] = max(latest.get(pk, before or one.at), one.at)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE candidates_candidate AS c SET last_contact_at = new.at
              FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (id, at)
             WHERE c.id = new.id AND c.last_contact_at IS DISTINCT FROM new.at
            """,
            [list(latest), list(latest.values())],
        )


def _was_open(job: Job, at: datetime) -> bool:
    """Say whether a job was open on the day of `at`."""
    if job.opened_at is None or job.opened_at.date() > at.date():
        return False
    return job.closed_at is None or job.closed_at.date() >= at.date()

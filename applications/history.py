"""Past applications that stand on the rows of an import.

A job that we do not have, or not at that time, is made as a closed one, so that the history is
true. Nothing here opens anything, leaves a letter or stops mail: it happened long ago.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.enums import Choices
from django.db.models.functions import Lower

from applications.actions.jobs import add_standard_stages
from applications.models import (
    Application,
    Job,
    JobSkill,
    Milestone,
    Outcome,
    RejectionReason,
    Stage,
    StageChange,
)
from candidates.imports import people
from candidates.imports.bulk import copy_in
from candidates.imports.rows import instant
from candidates.models import Activity, Candidate, CandidateSkill, Import, ImportRow, Skill

Meaning = TypeVar("Meaning")

_WORD = re.compile(r"[^a-z]+")
_MILESTONES = {
    Milestone.HIRED: "hired placed started",
    Milestone.OFFERED: "offer offered offers",
    Milestone.FINAL: "final decision onsite panel assessment references",
    Milestone.INTERVIEWED: "interview interviewed interviews interviewing",
    Milestone.SCREENED: "screen screened screening phone review reviewed shortlist shortlisted",
    Milestone.APPLIED: "applied received new application inbox applicant",
}
_MILESTONE_OF: dict[str, Milestone] = {
    word: stone for stone, words in _MILESTONES.items() for word in words.split()
}
_OUTCOMES = {
    Outcome.HIRED: "hired placed accepted",
    Outcome.OFFER_DECLINED: "declined",
    Outcome.WITHDRAWN: "withdrawn withdrew withdraw",
    Outcome.REJECTED: "rejected reject unsuccessful disqualified closed archived no not",
}
_OUTCOME_OF: dict[str, Outcome] = {
    word: outcome for outcome, words in _OUTCOMES.items() for word in words.split()
}
_REASONS = {
    RejectionReason.PAY: "pay salary compensation",
    RejectionReason.MUST_HAVE_MISSING: "skill skills qualification qualifications certificate",
    RejectionReason.PLACE_OR_SHIFT: "place location relocation shift hours",
    RejectionReason.SENIORITY: "overqualified underqualified senior junior experience level",
    RejectionReason.STRONGER_APPLICANT: "stronger better other another",
    RejectionReason.LANGUAGE: "language",
    RejectionReason.JOB_CLOSED: "cancelled frozen",
    RejectionReason.LATE: "late",
}
_REASON_OF: dict[str, RejectionReason] = {
    word: reason for reason, words in _REASONS.items() for word in words.split()
}


_APPLICATION = (
    "public_id", "candidate_id", "job_id", "stage_id", "stage_entered_at", "furthest", "source",
    "applied_at", "closed_at", "outcome", "rejection_reason", "imported_by_id",
)  # fmt: skip


def milestone_of(text: str) -> Milestone | None:
    """Return what a stage of some other system means; no text: applied; unknown: None."""
    if not text.strip():
        return Milestone.APPLIED
    return _first(text, _MILESTONE_OF)


def outcome_of(text: str) -> Outcome | None:
    """Return how an application ended, from somebody's word for it."""
    words = _words(text)
    if "declined" in words and not {"offer", "candidate"} & set(words):
        return Outcome.REJECTED
    return _first(text, _OUTCOME_OF)


def reason_of(text: str) -> RejectionReason:
    return _first(text, _REASON_OF) or RejectionReason.OTHER


class PastApplications:
    """Writes the past applications of one chunk, after its people."""

    def __init__(self, run: Import, rows: list[ImportRow], now: datetime) -> None:
        self.run, self.now = run, now
        self.rows = [
            row for row in rows if row.candidate_id and (row.cleaned or {}).get("application_job")
        ]

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
        stage_of = {
            (stage.job_id, stage.milestone): stage
            for stage in Stage.objects.filter(job__in={job.pk for job in jobs.values()}).order_by(
                "-position"
            )
        }
        there = set(
            Application.objects.filter(
                candidate__in={row.candidate_id for row in self.rows}
            ).values_list("candidate_id", "job_id", "applied_at")
        )
        made: list[tuple[ImportRow, Application]] = []
        for row in self.rows:
            said = row.cleaned or {}
            job, at = jobs[row.pk], instant(said["application_on"])
            key = (row.candidate_id or 0, job.pk, at)
            if key in there:
                continue
            there.add(key)
            made.append((row, self._application(row, job, at, stage_of)))
        keys = copy_in(Application, _APPLICATION, (_values(a) for _, a in made))
        changes = copy_in(
            StageChange,
            ("application_id", "to_stage_id", "at"),
            ((pk, a.stage_id, a.applied_at) for pk, (_, a) in zip(keys, made, strict=True)),
        )
        lines = copy_in(Activity, people.TIMELINE, (self._line(row, a) for row, a in made))
        for (row, _), pk, change, line in zip(made, keys, changes, lines, strict=True):
            row.did["application"] = [pk, change]
            row.did["activities"] = [*row.did.get("activities", []), line]
            if row.state == ImportRow.State.UNCHANGED:
                row.state = ImportRow.State.JOINED
        self._touch(made)

    @staticmethod
    def take_back(rows: list[ImportRow]) -> None:
        """Delete the applications these rows made. Called before their people are taken back."""
        ids = [row.did["application"][0] for row in rows if "application" in row.did]
        Application.objects.filter(pk__in=ids).delete()
        for row in rows:
            if "last_contact" in row.did and not row.did.get("created"):
                before = row.did["last_contact"]
                Candidate.objects.filter(pk=row.candidate_id or 0).update(last_contact_at=before)

    @staticmethod
    def remove_unused(jobs: Iterable[int], skills: Iterable[int]) -> None:
        """Delete the jobs and skills an import had to make and nobody uses."""
        Job.objects.filter(pk__in=jobs).annotate(n=Count("applications")).filter(n=0).delete()
        used = set(CandidateSkill.objects.filter(skill__in=skills).values_list("skill", flat=True))
        used |= set(JobSkill.objects.filter(skill__in=skills).values_list("skill", flat=True))
        Skill.objects.filter(pk__in=set(skills) - used).delete()

    def _jobs(self) -> dict[int, Job]:
        """Return the job of each row: open at that time under that title, else over, else made."""
        by_title: dict[str, list[Job]] = defaultdict(list)
        titles = {self._title(row).lower() for row in self.rows}
        for job in Job.objects.annotate(folded=Lower("title")).filter(folded__in=titles):
            by_title[job.title.lower()].append(job)
        found = {}
        for row in self.rows:
            title, at = self._title(row), instant((row.cleaned or {})["application_on"])
            jobs = by_title[title.lower()]
            running = [j for j in jobs if j.opened_at and _was_open(j, at)]
            over = [j for j in jobs if j.status in {Job.Status.FILLED, Job.Status.CLOSED}]
            if not running and not over:
                jobs.append(self._make(title, at))
                over = jobs[-1:]
            found[row.pk] = (running or over)[0]
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

    def _application(
        self,
        row: ImportRow,
        job: Job,
        at: datetime,
        stage_of: dict[tuple[int, int], Stage],
    ) -> Application:
        said = row.cleaned or {}
        outcome = outcome_of(said["application_outcome"]) or Outcome.REJECTED
        reached = milestone_of(said.get("application_stage", "")) or Milestone.APPLIED
        if outcome == Outcome.HIRED:
            reached = Milestone.HIRED
        elif outcome == Outcome.OFFER_DECLINED:
            reached = max(reached, Milestone.OFFERED)
        below = [m for m in Milestone if m <= reached and (job.pk, m) in stage_of]
        stage = stage_of[job.pk, below[-1]] if below else job.stages.all()[0]
        return Application(
            candidate_id=row.candidate_id or 0,
            job=job,
            stage=stage,
            stage_entered_at=at,
            furthest=reached,
            source="import",
            applied_at=at,
            closed_at=at,
            outcome=outcome,
            rejection_reason=reason_of(said["application_outcome"])
            if outcome == Outcome.REJECTED
            else "",
            imported_by=self.run,
        )

    def _line(self, row: ImportRow, application: Application) -> tuple[Any, ...]:
        ended = application.get_outcome_display().lower()
        reached = Milestone(application.furthest).label.lower()
        text = f"Applied for {application.job.title}; reached: {reached}; {ended}."
        data = {
            "import": str(self.run.public_id),
            "application": str(application.public_id),
            "job": str(application.job.public_id),
        }
        at, by = application.applied_at, self.run.by.name
        group = Activity.Group.APPLICATION.value
        return (application.candidate_id, group, "application.imported", at, by, text, data)

    def _touch(self, made: list[tuple[ImportRow, Application]]) -> None:
        """An application is contact: move the date forward, and keep what it was."""
        latest: dict[int, datetime] = {}
        for row, application in made:
            before = row.candidate.last_contact_at if row.candidate else None
            row.did["last_contact"] = before.isoformat() if before else None
            known = latest.get(application.candidate_id, before or application.applied_at)
            latest[application.candidate_id] = max(known, application.applied_at)
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE candidates_candidate AS c SET last_contact_at = new.at
                  FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (id, at)
                 WHERE c.id = new.id
                """,
                [list(latest), list(latest.values())],
            )

    @staticmethod
    def _title(row: ImportRow) -> str:
        return str((row.cleaned or {})["application_job"])


def _values(application: Application) -> tuple[Any, ...]:
    held = (getattr(application, name) for name in _APPLICATION)
    return tuple(value.value if isinstance(value, Choices) else value for value in held)


def _was_open(job: Job, at: datetime) -> bool:
    """Say whether a job was open on the day of `at`."""
    if job.opened_at is None or job.opened_at.date() > at.date():
        return False
    return job.closed_at is None or job.closed_at.date() >= at.date()


def _words(text: str) -> list[str]:
    return [word for word in _WORD.split(text.lower()) if word]


def _first(text: str, meanings: dict[str, Meaning]) -> Meaning | None:
    """Return the meaning of the furthest word in the text that has one: tables are in order."""
    found = [meanings[word] for word in _words(text) if word in meanings]
    order = list(dict.fromkeys(meanings.values()))
    return min(found, key=order.index) if found else None

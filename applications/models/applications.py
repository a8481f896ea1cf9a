import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DateTimeField,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.jobs import Job
from applications.models.milestones import Milestone
from applications.models.stages import Stage
from candidates.models import Candidate

__all__ = ["Application", "Milestone", "Outcome", "RejectionReason", "StageChange"]


KNOWN_BEFORE = timedelta(days=180)  # before they applied: worth a word on their card


class Outcome(models.TextChoices):
    HIRED = "hired", "Hired"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn by the candidate"
    OFFER_DECLINED = "offer_declined", "Declined our offer"
    DUPLICATE = "duplicate", "The same person applied twice"


class RejectionReason(models.TextChoices):
    """Structured: each says what would have to change."""

    MUST_HAVE_MISSING = "must_have_missing", "A must-have skill is missing"
    STRONGER_APPLICANT = "stronger_applicant", "Somebody else fitted better"
    PLACE_OR_SHIFT = "place_or_shift", "Place or working hours do not fit"
    PAY = "pay", "Pay expectation and range do not meet"
    SENIORITY = "seniority", "Experience is for another level"
    JOB_CLOSED = "job_closed", "The job was closed"
    LATE = "late", "Applied after the decision"
    LANGUAGE = "language", "A needed language is missing"
    OTHER_JOB = "other_job", "Considered for another job instead"
    OTHER = "other", "Another job-related reason"


class ApplicationQuerySet(models.QuerySet["Application"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def with_today(self, at: datetime) -> Self:
        """Annotate `today_there`, the date at the candidate, and `is_late` against it (A-21)."""
        today = Func(
            Value(at),
            F("candidate__time_zone"),
            function="candidates_local_date",
            output_field=DateField(),
        )
        return self.annotate(
            today_there=today,
            is_late=Case(
                When(closed_at=None, hear_by__lt=today, then=True),
                default=False,
                output_field=BooleanField(),
            ),
        )

    def untold(self) -> Self:
        """Closed with a decision that nobody tells them: no letter that left or is on its way.

        A letter that could not leave tells nothing either.
        """
        from applications.models.letters import Letter

        stuck = Letter.objects.problems().filter(kind=Letter.Kind.DECISION)
        has_stuck = Q(pk__in=stuck.values("application"), outcome=Outcome.REJECTED)
        return self.filter(Q(untold_since__isnull=False) | has_stuck)

    def unanswered(self) -> Self:
        """Open, or closed and untold. While there is one, its job cannot end."""
        return self.filter(
            Q(closed_at=None) | Q(pk__in=type(self)(self.model).untold().values("pk"))
        )

    def only_late(self) -> Self:
        """Of those annotated by `with_today`."""
        return self.filter(is_late=True)

    def late(self, at: datetime) -> Self:
        """Open, and the day by which they were to hear is over where they are."""
        soonest = at.date() + timedelta(days=1)  # narrows by the index; no zone is further ahead
        return self.open().filter(hear_by__lt=soonest).with_today(at).only_late()

    def with_interviews(self, at: datetime) -> Self:
        """Annotate `next_interview_at` and `last_interview_at`, the start of one that took place.

        A scheduled interview that is over counts as held until somebody says otherwise.
        """
        from applications.models.interviews import Interview

        mine = Interview.objects.filter(application=OuterRef("pk"))
        coming = mine.filter(state=Interview.State.SCHEDULED, starts_at__gte=at)
        past = mine.took_place(at).order_by("-starts_at")
        return self.annotate(
            next_interview_at=Subquery(
                coming.order_by("starts_at").values("starts_at")[:1],
                output_field=DateTimeField(),
            ),
            last_interview_at=Subquery(past.values("starts_at")[:1], output_field=DateTimeField()),
        )

    def count_by_stage(self) -> dict[int, tuple[int, int]]:
        """Return how many people are in each stage, and how many of them are late."""
        rows = self.order_by().values_list("stage", F("is_late")).annotate(people=Count("pk"))
        counts: dict[int, tuple[int, int]] = {}
        for stage, is_late, people in rows:
            total, late = counts.get(stage, (0, 0))
            counts[stage] = (total + people, late + people * is_late)
        return counts

    def in_use(self) -> Self:
        """Of people in use: neither erased nor in the restricted archive."""
        return self.filter(candidate__erased_at=None, candidate__archived_at=None)

    def visible_to(self, user: User) -> Self:
        """Of people in use alone: all for a recruiter, those of their jobs for a hiring team."""
        found = self.in_use()
        if may(user, Permission.VIEW_PEOPLE):
            return found
        if may(user, Permission.VIEW_JOBS):
            return found.filter(job__team__user=user).distinct()
        return self.none()

    def locked(self, pk: int) -> "Application":
        """Return the row, locked for the rest of the transaction.

        Without a join: when somebody moved the row while we waited for it, PostgreSQL would compare
        its new stage with the old one it had joined, and find nothing.
        """
        return self.select_for_update(of=("self",)).get(pk=pk)


class Application(models.Model):
    """One candidate considered for one job. `hear_by` is a date in the candidate's zone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.PROTECT, related_name="applications", db_index=False
    )
    job = models.ForeignKey(Job, models.PROTECT, related_name="applications")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="applications")
    stage_entered_at = models.DateTimeField(default=timezone.now)
    furthest = models.SmallIntegerField(choices=Milestone.choices, default=Milestone.APPLIED)
    source = models.CharField(max_length=60, blank=True)
    applied_at = models.DateTimeField(default=timezone.now)
    hear_by = models.DateField(null=True, blank=True)
    hear_by_missed = models.DateField(
        null=True, blank=True, help_text="The day that went by before another one was named."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    number = models.PositiveIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="What they are called in a blind review: stays, whoever comes and goes.",
    )
    would_hire = models.BooleanField(
        default=False, help_text="“We would hire this person for another job.”"
    )
    feedback_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When they asked why they were not chosen."
    )
    untold_since = models.DateTimeField(
        null=True, blank=True, help_text="Closed, and since when nobody tells them (no letter)."
    )
    imported_by = models.ForeignKey(
        "candidates.Import", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "job"],
                condition=Q(closed_at=None),
                name="application_one_open_per_job",
                violation_error_message="This person already has an open application for this job.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="application_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="rejected") | ~Q(rejection_reason=""),
                name="application_rejection_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(untold_since=None) | Q(outcome="rejected"),
                name="application_untold_is_rejected",
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "-applied_at"], name="application_by_candidate"),
            models.Index(
                fields=["job", "stage", "hear_by"],
                condition=Q(closed_at=None),
                name="application_open_by_job",
            ),
            models.Index(
                fields=["feedback_asked_at", "id"],
                condition=Q(feedback_asked_at__isnull=False),
                name="application_feedback_asked",
            ),
            models.Index(
                fields=["hear_by", "id"], condition=Q(closed_at=None), name="application_hear_by"
            ),
            models.Index(
                fields=["applied_at", "id"],
                condition=Q(closed_at=None, hear_by=None),
                name="application_without_date",
            ),
            models.Index(
                fields=["untold_since", "id"],
                condition=Q(untold_since__isnull=False),
                name="application_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"

    # Who reads it knows the name, though the job is in blind review (`applications.blind`).
    is_unveiled = False

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_veiled(self) -> bool:
        return self.job.blind_review and not self.is_unveiled

    @property
    def shown_name(self) -> str:
        """The person's name, or in a blind review “Candidate 7” until `blind.unveil` says else."""
        return self.blind_name if self.is_veiled else self.candidate.name

    @property
    def blind_name(self) -> str:
        return f"Candidate {self.number or str(self.public_id)[:4].upper()}"

    @cached_property
    def flag(self) -> tuple[str, str, str]:
        """The one flag of a card: text, tone and icon, empty where there is none.

        Of an application that `with_today` annotated, with its candidate.
        """
        if getattr(self, "is_late", False):
            return "Late", "bad", "circle-alert"
        if self.hear_by is None:
            return "No date", "warn", "triangle-alert"
        if timezone.now() - self.applied_at < timedelta(days=1):
            return "New", "info", ""
        known = self.candidate.created_at
        if self.applied_at - known > KNOWN_BEFORE:
            return f"Known since {known:%Y}", "quiet", ""
        return "", "", ""

    @property
    def days_in_stage(self) -> int:
        return (timezone.now() - self.stage_entered_at).days


class StageChange(models.Model):
    """A move between two stages. The first has no `from_stage`.

    What it replaced is kept beside it, so that it can be undone exactly.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="stage_changes")
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    hear_by_before = models.DateField(null=True, blank=True)
    entered_at_before = models.DateTimeField(null=True, blank=True)
    furthest_before = models.SmallIntegerField(choices=Milestone.choices, null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"

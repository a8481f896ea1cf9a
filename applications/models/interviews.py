import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.applications import Application
from applications.models.jobs import HiringTeamMember

# How long somebody who interviewed may still read about the person.
READABLE_AFTER = timedelta(days=14)
FEEDBACK_WITHIN = timedelta(hours=24)


class Side(models.TextChoices):
    """Whose wish it was (M-22)."""

    US = "us", "Us"
    CANDIDATE = "candidate", "The candidate"


class InterviewQuerySet(models.QuerySet["Interview"]):
    def of_people_in_use(self) -> Self:
        return self.filter(
            application__candidate__erased_at=None, application__candidate__archived_at=None
        )

    def visible_to(self, user: User, at: datetime | None = None) -> Self:
        """All for a recruiter; those of their jobs for a hiring team; else one's own, for a time.

        Whoever interviews reads about the person until two weeks after the interview (X-09).
        """
        found = self.of_people_in_use()
        if may(user, Permission.VIEW_PEOPLE):
            return found
        mine = Q(Exists(Interviewer.objects.filter(interview=OuterRef("pk"), user=user)))
        seen = mine & self._is_readable(at or timezone.now())
        if may(user, Permission.VIEW_JOBS):
            team = HiringTeamMember.objects.filter(job=OuterRef("application__job"), user=user)
            seen |= Q(Exists(team))
        return found.filter(seen)

    def of_interviewer(self, user: User, at: datetime) -> Self:
        """Those that they hold or held, while they may read about the person."""
        panels = Interviewer.objects.filter(interview=OuterRef("pk"), user=user)
        return self.of_people_in_use().filter(Exists(panels)).filter(self._is_readable(at))

    def ahead(self, at: datetime) -> Self:
        """Proposed, or scheduled and not begun."""
        return self.filter(
            Q(state=Interview.State.PROPOSED) | Q(state=Interview.State.SCHEDULED, starts_at__gt=at)
        )

    def took_place(self, at: datetime) -> Self:
        """Held, or scheduled and over without anybody having said otherwise."""
        return self.filter(
            Q(state=Interview.State.HELD) | Q(state=Interview.State.SCHEDULED, ends_at__lte=at)
        )

    def locked(self, pk: int) -> "Interview":
        return self.select_for_update(of=("self",)).get(pk=pk)

    @staticmethod
    def _is_readable(at: datetime) -> Q:
        is_recent = Q(ends_at__gt=at - READABLE_AFTER)
        is_proposed = Q(ends_at=None, application__closed_at=None)
        return (is_recent | is_proposed) & ~Q(state=Interview.State.CANCELLED)


class Interview(models.Model):
    """A conversation with a candidate about one application, at one time or at one of several.

    `sequence` rises with everything that a calendar must hear of (RFC 5545). `before` is what the
    last change replaced, so that it can be taken back until somebody was told.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", "Phone screen"
        VIDEO = "video", "Video interview"
        ON_SITE = "on_site", "Interview on site"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Times proposed"
        SCHEDULED = "scheduled", "Scheduled"
        HELD = "held", "Held"
        NO_SHOW = "no_show", "The candidate did not come"
        MISSED = "missed", "We did not come"
        CANCELLED = "cancelled", "Cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="interviews")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    minutes = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    words = models.TextField(blank=True, help_text="What the invitation says besides.")
    sequence = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the candidate said that no time fits."
    )
    asked_words = models.TextField(blank=True, help_text="What the candidate wrote to that.")
    cancelled_side = models.CharField(max_length=10, choices=Side.choices, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody said how it ended."
    )
    before = models.JSONField(null=True, blank=True)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "cancelled"]) | Q(starts_at__isnull=False),
                name="interview_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="interview_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_side=""),
                name="interview_cancelled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["application", "starts_at"], name="interview_by_application"),
            models.Index(
                fields=["starts_at"],
                condition=Q(state="scheduled"),
                name="interview_scheduled",
            ),
        ]

    def __str__(self) -> str:
        return f"Interview {self.pk}"

    @property
    def is_ahead(self) -> bool:
        return self.state == self.State.PROPOSED or (
            self.state == self.State.SCHEDULED
            and self.starts_at is not None
            and self.starts_at > timezone.now()
        )

    @property
    def is_over(self) -> bool:
        """Has its time passed, or was it settled?"""
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def is_unsettled(self) -> bool:
        """It is over, and nobody has said how it went."""
        return self.state == self.State.SCHEDULED and self.is_over

    @property
    def feedback_due_at(self) -> datetime | None:
        return self.ends_at + FEEDBACK_WITHIN if self.ends_at else None


class ProposedTime(models.Model):
    """One of the times that the candidate may choose from."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "starts_at"], name="proposed_time_once")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Interviewer(models.Model):
    """A colleague who holds an interview."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="panel")
    user = models.ForeignKey(User, models.CASCADE, related_name="interviews")

    class Meta:
        ordering = ["user__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "user"], name="interviewer_once")
        ]

    def __str__(self) -> str:
        return str(self.user)


class Reschedule(models.Model):
    """An interview got another time. `side`: whose wish it was."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="reschedules")
    side = models.CharField(max_length=10, choices=Side.choices)
    was_at = models.DateTimeField(null=True, blank=True, help_text="Empty: no time was chosen yet.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Rescheduled: {self.side}"

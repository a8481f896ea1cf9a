import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.applications import Application
from applications.models.interviews import READABLE_AFTER
from applications.models.jobs import HiringTeamMember

UNDO = timedelta(minutes=10)
SHOWN_WHEN_PASSED = timedelta(days=14)


class ReviewQuerySet(models.QuerySet["Review"]):
    def of_people_in_use(self) -> Self:
        return self.filter(
            application__candidate__erased_at=None,
            application__candidate__archived_at=None,
            application__candidate__merged_into=None,
        )

    def asked_of(self, user: User) -> Self:
        """What this colleague was asked for, while they are on the hiring team of the job.

        Whoever sees no jobs besides reads on for two weeks after their view or the decision (X-09).
        """
        team = HiringTeamMember.objects.filter(job=OuterRef("application__job"), user=user)
        found = self.of_people_in_use().filter(Exists(team), reviewer=user)
        if may(user, Permission.VIEW_JOBS):
            return found
        since = timezone.now() - READABLE_AFTER
        is_open = Q(sent_at=None, application__closed_at=None)
        return found.filter(is_open | Q(sent_at__gt=since) | Q(application__closed_at__gt=since))

    def visible_to(self, user: User) -> Self:
        """All for a recruiter; else one's own, and those of others once one's own is sent.

        A draft is its author's: whoever reads the rows of others shows of an unsent one only that
        it was asked for. Leaving the hiring team ends both at once.
        """
        if may(user, Permission.VIEW_PEOPLE):
            return self.of_people_in_use()
        mine = Review.objects.sent().filter(application=OuterRef("application"), reviewer=user)
        team = HiringTeamMember.objects.filter(job=OuterRef("application__job"), user=user)
        others = Q(sent_at__isnull=False) & Exists(mine)
        return self.of_people_in_use().filter(Exists(team)).filter(Q(reviewer=user) | others)

    def for_page(self) -> Self:
        return self.select_related(
            "application__candidate",
            "application__job",
            "application__stage",
            "asked_by",
            "passed_from__reviewer",
        )

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)

    def settled_lately(self, at: datetime) -> Self:
        """Those sent that may be taken back, and those passed on in two weeks; the newest first.

        Once the application is answered, nobody looks any more for what was passed on.
        """
        passed = Q(passed_on_at__gt=at - SHOWN_WHEN_PASSED, application__closed_at=None)
        found = self.filter(Q(sent_at__gt=at - UNDO) | passed)
        return found.order_by("-sent_at", "-passed_on_at", "-pk")

    def waiting(self) -> Self:
        """Asked for, not sent, neither passed on nor called off; the application is open."""
        return self.filter(
            sent_at=None, passed_on_at=None, called_off_at=None, application__closed_at=None
        )

    def overdue(self, today: date) -> Self:
        return self.waiting().filter(due_on__lt=today)

    def locked(self, pk: int) -> "Review":
        return self.select_for_update(of=("self",)).get(pk=pk)


class Review(models.Model):
    """A view of an application that one colleague was asked for, and what they answered.

    It recommends and decides nothing: no stage and no outcome follows from it.
    """

    class Recommendation(models.TextChoices):
        MEET = "meet", "Meet"
        NOT_MEET = "not_meet", "Do not meet"
        UNSURE = "unsure", "Unsure"

    class Level(models.IntegerChoices):
        NO = 1, "No"
        SOME = 2, "Some"
        YES = 3, "Yes"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(help_text="By when the view is wanted.")
    words = models.TextField(blank=True, help_text="What whoever asked wrote besides.")
    passed_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="passed_to"
    )
    passed_on_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    recommendation = models.CharField(max_length=8, choices=Recommendation.choices, blank=True)
    why = models.TextField(blank=True)
    points = models.JSONField(
        default=list, blank=True, help_text="For each must-have: criterion, level, evidence."
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    is_late = models.BooleanField(
        default=False, help_text="It came after the application was closed."
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                condition=Q(passed_on_at=None, called_off_at=None),
                name="review_once",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | ~Q(recommendation=""), name="review_sent_recommends"
            ),
            models.CheckConstraint(
                condition=~Q(recommendation="not_meet") | Q(sent_at=None) | ~Q(why=""),
                name="review_not_meet_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reviewer", "asked_at"],
                condition=Q(sent_at=None, passed_on_at=None, called_off_at=None),
                name="review_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Review {self.pk}"

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.passed_on_at is None and self.called_off_at is None

    @property
    def undo_until(self) -> datetime | None:
        """Until when a sent view may be taken back, or nothing where that is over."""
        if self.sent_at is None or self.sent_at + UNDO <= timezone.now():
            return None
        return self.sent_at + UNDO

    def days_late(self, today: date) -> int:
        return max(0, (today - self.due_on).days)

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """What it says of each criterion that it rates: criterion, yes, some or no, evidence."""
        return [
            (one["criterion"], str(self.Level(one["level"]).label), one["evidence"])
            for one in self.points
            if isinstance(one, dict) and one.get("level")
        ]


class Postponed(models.Model):
    """In review mode a colleague wants to look at an application later: at the end, or on a day."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    application = models.ForeignKey(Application, models.CASCADE, related_name="postponed")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateField(null=True, blank=True, help_text="Empty: after all the others.")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="postponed_once")
        ]

    def __str__(self) -> str:
        return f"Postponed {self.pk}"

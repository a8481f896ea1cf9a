import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate


class DuplicateSuggestionQuerySet(models.QuerySet["DuplicateSuggestion"]):
    def open(self) -> Self:
        """Those that wait for somebody to settle them, both people still here."""
        people = Candidate.objects.live()
        return self.filter(state=DuplicateSuggestion.State.OPEN, one__in=people, other__in=people)

    def visible_to(self, user: User) -> Self:
        """Open and settled, about people whom this user may see."""
        if not may(user, Permission.VIEW_PEOPLE):
            return self.none()
        people = Candidate.objects.visible_to(user)
        return self.filter(one__in=people, other__in=people)

    def by_strength(self) -> Self:
        """The surest first: the order of the queue."""
        return self.order_by("-bits", "-pk")

    def of_pair(self, first: int, second: int) -> Self:
        return self.filter(one=min(first, second), other=max(first, second))

    def locked(self, pk: int) -> "DuplicateSuggestion":
        """Return the row, locked for the rest of the transaction."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class DuplicateSuggestion(models.Model):
    """Two records that may be one person, with what speaks for it and against it.

    `reasons` are codes of `candidates.duplicates.reasons`, the strongest first. `bits` is the
    weight of the evidence in hundredths of a bit: log2 of the odds that it is one person. A pair
    that somebody dismissed stays in the table, so it is never suggested again.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be settled"
        DISMISSED = "dismissed", "Two different people"
        MERGED = "merged", "Merged"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    one = models.ForeignKey(Candidate, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Candidate, models.CASCADE, related_name="+", db_index=False)
    reasons = ArrayField(models.CharField(max_length=40))
    bits = models.IntegerField()
    is_sure = models.BooleanField(help_text="So much speaks for it that job emails wait.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    why_not = models.CharField(
        max_length=300, blank=True, help_text="Why they are two people, in a colleague's words."
    )

    objects = DuplicateSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-bits", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(settled_at__isnull=False),
                name="duplicate_settled_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(why_not=""),
                name="duplicate_dismissed_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["other"], name="duplicate_by_other"),
            models.Index(
                F("bits").desc(), F("id").desc(), condition=Q(state="open"), name="duplicate_queue"
            ),
        ]

    def __str__(self) -> str:
        return f"Pair {self.one_id} and {self.other_id}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def in_force(self) -> Self:
        return self.filter(undone_at=None)

    def undoable(self, at: datetime) -> Self:
        return self.in_force().filter(at__gt=at - timedelta(days=Merge.UNDO_DAYS))

    def visible_to(self, user: User) -> Self:
        return self.filter(survivor__in=Candidate.objects.visible_to(user))

    def locked(self, pk: int) -> "Merge":
        """Return the row, locked for the rest of the transaction."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Merge(models.Model):
    """Two records became one: every row that this changed, as it was and as it became.

    `changes` is for the undo alone and is emptied when that time is over. See `candidates.merging`.
    """

    UNDO_DAYS = 90

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survivor = models.ForeignKey(Candidate, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="merge_one_in_force"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merge_of_two_records"),
        ]

    def __str__(self) -> str:
        return f"Merge {self.pk}"

    @property
    def can_be_undone(self) -> bool:
        age = timezone.now() - self.at
        return self.undone_at is None and age < timedelta(days=self.UNDO_DAYS)


class DuplicateSearch(models.Model):
    """One look through everybody: when, how many, and what it found."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    pairs = models.PositiveIntegerField(help_text="Pairs that were weighed.")
    suggested = models.PositiveIntegerField(help_text="New in the queue.")

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name_plural = "duplicate searches"

    def __str__(self) -> str:
        return f"Search of {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def people_said(self) -> str:
        return f"{self.people:,}"

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate


class RetentionPlan(models.Model):
    """What one retention run found: seen by everybody concerned for 72 hours, then carried out."""

    VISIBLE_FOR = timedelta(hours=72)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    executes_at = models.DateTimeField()

    class Meta:
        ordering = ["executes_at", "pk"]

    def __str__(self) -> str:
        return f"Retention plan {self.pk}"


class RetentionItemQuerySet(models.QuerySet["RetentionItem"]):
    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.MANAGE_PRIVACY) else self.none()

    def waiting(self) -> Self:
        return self.filter(state=RetentionItem.State.PLANNED)

    def ripe(self, at: datetime) -> Self:
        """Those whose 72 hours are over."""
        return self.waiting().filter(plan__executes_at__lte=at)

    def counts(self) -> list[dict[str, Any]]:
        """Return how many wait for each action and reason, most first."""
        rows = self.waiting().order_by().values("action", "why").annotate(people=Count("pk"))
        return [dict(row) for row in rows.order_by("-people", "action", "why")]

    def locked(self, pk: int) -> "RetentionItem":
        return self.select_for_update(of=("self",)).get(pk=pk)


class RetentionItem(models.Model):
    """One person of a plan: what becomes of their record, why, and by whose law."""

    class Action(models.TextChoices):
        ARCHIVE = "archive", "Into the restricted archive"
        ERASE = "erase", "Delete"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        VETOED = "vetoed", "Put off"
        DROPPED = "dropped", "No longer due"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(RetentionPlan, models.CASCADE, related_name="items")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="retention_items")
    action = models.CharField(max_length=8, choices=Action.choices)
    why = models.CharField(max_length=20, help_text="A code of `candidates.clock_words.WHY`.")
    law = models.CharField(max_length=8, blank=True, help_text="The row of the policy pack.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    problem = models.CharField(max_length=300, blank=True, help_text="Why it was not done.")
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RetentionItemQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"], condition=Q(state="planned"), name="retention_planned_once"
            )
        ]
        indexes = [
            models.Index(fields=["plan", "id"], condition=Q(state="planned"), name="retention_due")
        ]

    def __str__(self) -> str:
        return f"Retention item {self.pk}"


class RetentionVeto(models.Model):
    """What was due for a person was put off, with a reason: for a week, three times at most."""

    FOR = timedelta(days=7)
    AT_MOST = 3

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="retention_vetoes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Veto {self.pk}"

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate


class PrivacyTaskQuerySet(models.QuerySet["PrivacyTask"]):
    def open(self) -> Self:
        return self.filter(outcome="")

    def visible_to(self, user: User) -> Self:
        """The privacy officer's: nobody else learns that somebody in the archive wrote."""
        return self if may(user, Permission.MANAGE_PRIVACY) else self.none()

    def of_minors(self) -> Self:
        """Those by which somebody is, or may be, a minor: no job email goes to them."""
        minor = PrivacyTask.Kind.MINOR
        return self.filter(kind=minor).exclude(outcome=PrivacyTask.Outcome.OF_AGE)

    def locked(self, pk: int) -> "PrivacyTask":
        return self.select_for_update(of=("self",)).get(pk=pk)


class PrivacyTask(models.Model):
    """Something happened to a person's record that the privacy officer has to look at.

    Nobody asked for it, so no law dates it; what people ask is a `PrivacyRequest`. Of one kind a
    person has one open task at most: whatever happens meanwhile is the same task.
    """

    class Kind(models.TextChoices):
        ARCHIVED_WROTE = "archived_wrote", "Somebody in the restricted archive wrote"
        MINOR = "minor", "Perhaps a minor"

    class Outcome(models.TextChoices):
        DONE = "done", "Looked at"
        MINOR = "minor", "They are a minor"
        OF_AGE = "of_age", "They are of age"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="privacy_tasks")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    why = models.CharField(max_length=300, help_text="What was seen, as a sentence.")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    outcome_text = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = PrivacyTaskQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "kind"],
                condition=Q(outcome=""),
                name="privacy_task_open_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", done_at=None)
                | (~Q(outcome="") & Q(done_at__isnull=False) & ~Q(outcome_text="")),
                name="privacy_task_done_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(outcome=""), name="privacy_task_open"),
            models.Index(
                fields=["candidate"],
                condition=Q(kind="minor") & ~Q(outcome="of_age"),
                name="privacy_task_minor",
            ),
        ]

    def __str__(self) -> str:
        return f"Privacy task {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def person(self) -> str:
        """Who it is about. Of somebody in the archive a list says no name (P-13)."""
        archived = self.candidate.archived_at
        return f"Record {self.candidate.reference}" if archived else self.candidate.name

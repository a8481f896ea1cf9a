import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone

from candidates.models.people import Candidate
from candidates.models.requests import PrivacyRequest

FIRST, LAST = 30, 7  # days before the end on which somebody is asked


class ExtensionRequest(models.Model):
    """Somebody is asked, before what allows us to keep them ends, whether we may keep them longer.

    One row for each step before one end: the constraint keeps anybody from being asked twice. The
    floor above carries it as an email, and writes back what became of that.
    """

    class Step(models.IntegerChoices):
        FIRST = FIRST, "A month before"
        LAST = LAST, "A week before"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="extension_requests", db_index=False
    )
    ends_on = models.DateField(help_text="The last day of keeping, where the person lives.")
    step = models.PositiveSmallIntegerField(choices=Step.choices)
    extends_to = models.DateField(help_text="The last day of keeping if they say yes.")
    months = models.PositiveSmallIntegerField(help_text="How much longer that is.")
    moves_with_contact = models.BooleanField(help_text="The law counts from the last contact.")
    language = models.CharField(max_length=10, help_text="Of the email and of the page behind it.")
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the email did not go.")

    class Meta:
        ordering = ["-ends_on", "step"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "ends_on", "step"], name="extension_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(extends_to__gt=models.F("ends_on")), name="extension_is_longer"
            ),
        ]

    def __str__(self) -> str:
        return f"Extension request {self.pk}"


class ExtensionAnswerQuerySet(models.QuerySet["ExtensionAnswer"]):
    def standing(self, candidate: Candidate, ends_on: date) -> "ExtensionAnswer | None":
        """Return the last answer that was not taken back."""
        found = self.filter(candidate=candidate, ends_on=ends_on, undone_at=None)
        return found.order_by("-at", "-pk").first()


class ExtensionAnswer(models.Model):
    """What somebody answered, with what it replaced: so that it can be taken back exactly."""

    UNDO_DAYS = 28

    class Kind(models.TextChoices):
        KEEP = "keep", "Keep my details"
        DELETE = "delete", "Delete my details"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="extension_answers")
    ends_on = models.DateField(help_text="Which end they were asked about.")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    keeps_until = models.DateField(null=True, blank=True, help_text="What a yes allows.")
    request = models.ForeignKey(
        PrivacyRequest, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ExtensionAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Extension answer {self.pk}"

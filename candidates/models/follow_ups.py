import uuid
from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from candidates.models.people import Candidate


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        """Those about people whom this user may see: colleagues see each other's."""
        return self.filter(candidate__in=Candidate.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(done_at=None)

    def due(self, user: User, at: datetime) -> Self:
        """This user's own, whose day has come where they are; oldest first."""
        today = at.astimezone(ZoneInfo(user.time_zone)).date()
        return self.visible_to(user).open().filter(owner=user, on__lte=today).order_by("on", "pk")

    def locked(self, pk: int) -> "FollowUp":
        """Lock one. Raises ValidationError: it is gone."""
        found = self.select_for_update(of=("self",)).filter(pk=pk).first()
        if found is None:
            raise ValidationError("This follow-up is no longer here.", code="gone")
        return found


class FollowUp(models.Model):
    """A day on which a colleague comes back to a person. It stands on Today, and mails nobody."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="follow_ups")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    on = models.DateField(help_text="A day where the owner is.")
    text = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [
            models.Index(fields=["owner", "on"], condition=Q(done_at=None), name="follow_up_due"),
        ]

    def __str__(self) -> str:
        return f"Follow-up {self.pk}"

    def days_late(self, today: date) -> int:
        return max((today - self.on).days, 0)

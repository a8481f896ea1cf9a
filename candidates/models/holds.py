import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def active(self) -> Self:
        return self.filter(lifted_at=None)

    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.MANAGE_PRIVACY) else self.none()

    def for_list(self) -> Self:
        """Active ones first, the next to be reviewed on top; with all that a list shows."""
        return self.select_related("candidate", "owner").order_by(
            F("lifted_at").desc(nulls_first=True), "review_on", "pk"
        )

    def locked(self, pk: int) -> "LegalHold":
        return self.select_for_update(of=("self",)).get(pk=pk)


class LegalHold(models.Model):
    """A record that must not be deleted because of a named matter (GDPR Art. 17(3)(e), P-12).

    It stops deletion. It allows nothing: job emails stop, and what was refused stays refused.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="legal_holds")
    matter = models.CharField(max_length=120, help_text="Such as: claim 14/2026.")
    reason = models.CharField(max_length=500)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    review_on = models.DateField(help_text="When somebody looks again whether it is needed.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=500, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "matter"],
                condition=Q(lifted_at=None),
                name="legal_hold_once_a_matter",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lift_reason=""),
                name="legal_hold_lifted_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_on", "id"], condition=Q(lifted_at=None), name="legal_hold_review"
            )
        ]

    def __str__(self) -> str:
        return self.matter

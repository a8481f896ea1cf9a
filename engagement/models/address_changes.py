import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from candidates.models import Candidate


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def settled(self, at: datetime) -> Self:
        """In force, and not to be taken back any more: the former address may go."""
        before = at - timedelta(days=AddressChange.UNDO_DAYS)
        return self.filter(
            changed_at__lt=before, undone_at=None, former_left_at=None, is_shared=False
        )


class AddressChange(models.Model):
    """Somebody on their own page gave us another address of theirs (C-23).

    It takes effect once the code that went to it was typed in. The code is kept nowhere
    (`engagement.codes`). The former address stays with the person for the days in which the change
    can be taken back from there, and then goes.
    """

    UNDO_DAYS = 7
    COUNTS_FOR = timedelta(minutes=10)
    MOST_ATTEMPTS = 5

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="address_changes")
    address = models.EmailField(max_length=254, help_text="The new one.")
    former = models.EmailField(max_length=254, blank=True, help_text="The one before, once it was.")
    asked_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When they proved it.")
    is_shared = models.BooleanField(
        default=False,
        help_text="Another record has the new address: a colleague looks at both (C-24).",
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    former_left_at = models.DateTimeField(null=True, blank=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=Q(changed_at__isnull=False, undone_at=None, former_left_at=None),
                name="address_change_to_settle",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(changed_at__isnull=False),
                name="address_change_undone_was_made",
            )
        ]

    def __str__(self) -> str:
        return f"Address change {self.pk}"

    @property
    def at(self) -> datetime:
        return self.changed_at or self.asked_at

    @property
    def ends_at(self) -> datetime:
        """Until when the code counts."""
        return self.asked_at + self.COUNTS_FOR

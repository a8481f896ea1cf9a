import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models import Candidate


class AddressClaimQuerySet(models.QuerySet["AddressClaim"]):
    def visible_to(self, user: User) -> Self:
        """Those of people in use, for whoever may write down what people ask."""
        in_use = Candidate.objects.live()
        known = self.filter(candidate__in=in_use)
        return known if may(user, Permission.RECORD_REQUESTS) else self.none()

    def to_look_up(self) -> Self:
        return self.filter(looked_up_at=None).order_by("pk")

    def waiting(self) -> Self:
        """Those about which a colleague still has to say something, the oldest first."""
        undecided = [AddressClaim.State.OPEN, AddressClaim.State.CHECKED]
        return self.filter(state__in=undecided).order_by("asked_at", "pk")


class AddressClaim(models.Model):
    """Somebody says that they cannot read the mailbox that we write to any more (C-25).

    Nothing is proved by it. One colleague compares what they say with what we know, another agrees,
    and then the new mailbox has to say yes itself. What they wrote is emptied once that is settled.
    """

    class State(models.TextChoices):
        OPEN = "open", "To be checked"
        CHECKED = "checked", "Needs a second colleague"
        APPROVED = "approved", "Waits for the new mailbox"
        CONFIRMED = "confirmed", "The new mailbox said yes"
        REFUSED = "refused", "Refused"

    COUNTS_FOR = timedelta(days=7)  # the link in the email to the new address
    FORGET_AFTER = timedelta(days=30)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.CASCADE, null=True, related_name="address_claims"
    )
    former = models.EmailField(max_length=254, help_text="The one that they cannot read.")
    address = models.EmailField(max_length=254, help_text="The new one.")
    name = models.CharField(max_length=200)
    facts = models.TextField(max_length=2000, help_text="What only they know, in their words.")
    asked_at = models.DateTimeField(default=timezone.now)
    looked_up_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_text = models.CharField(max_length=500, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_text = models.CharField(max_length=500, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = AddressClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "confirmed"])
                | Q(
                    checked_by__isnull=False,
                    settled_by__isnull=False,
                ),
                name="address_claim_checked_and_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "confirmed"]) | ~Q(checked_by=F("settled_by")),
                name="address_claim_by_two_people",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(looked_up_at=None), name="address_claim_to_look_up"
            ),
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(state__in=["open", "checked"]),
                name="address_claim_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"Address claim {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state in {self.State.OPEN, self.State.CHECKED}

    @property
    def ends_at(self) -> datetime:
        """Until when the new mailbox can say yes."""
        return (self.settled_at or self.asked_at) + self.COUNTS_FOR

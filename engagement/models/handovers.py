import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models import Candidate, Stop
from engagement.models.campaigns import Campaign


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        """Those that a colleague asks or is asked, about people in use."""
        if not may(user, Permission.VIEW_CAMPAIGNS):
            return self.none()
        in_use = self.filter(candidate__erased_at=None, candidate__archived_at=None)
        return in_use.filter(Q(colleague=user) | Q(asked_by=user))

    def open(self) -> Self:
        return self.filter(state=Handover.State.ASKED)


class Handover(models.Model):
    """A campaign may write to a person although a colleague was in touch with them; or `asked_by`
    may, in an email of their own.

    The colleague agreed, or somebody decided without them and said why. It lets pass only what was
    before `settled_at` and known then (`contact`): whoever is in touch after that holds back anew.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        OVERRIDDEN = "overridden", "Decided without them"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="handovers", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, blank=True, related_name="handovers",
        help_text="Empty: an email that `asked_by` writes to this person alone.",
    )  # fmt: skip
    contact = models.ForeignKey(
        Stop, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The last contact that was known; nothing that was recorded later passes.",
    )  # fmt: skip
    colleague = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        help_text="Who was in touch; empty where nobody knows.",
    )  # fmt: skip
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="handover_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="asked", settled_at=None, settled_by=None)
                | (~Q(state="asked") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="handover_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "campaign"], name="handover_by_person"),
            models.Index(
                fields=["colleague"], condition=Q(state="asked"), name="handover_to_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"Handover {self.pk}"

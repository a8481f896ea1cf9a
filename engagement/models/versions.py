from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from engagement.models.campaigns import Campaign, Step, Worded


class StepVersionQuerySet(models.QuerySet["StepVersion"]):
    def of(self, campaign: Campaign) -> Self:
        return self.filter(step__campaign=campaign)

    def waiting(self) -> Self:
        """Those that somebody wrote and nobody approved."""
        return self.filter(approved_at=None)

    def approved(self) -> Self:
        return self.filter(approved_at__isnull=False)


class StepVersion(Worded):
    """What a message of a campaign under way says from its approval on; the first is the step's.

    A message points at the version that it says. Whoever was in the campaign before the approval
    gets what they came in with, unless it reaches them.
    """

    step = models.ForeignKey(Step, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_by = models.JSONField(
        default=list, help_text="Ids of the colleagues who wrote a part of it."
    )
    created_at = models.DateTimeField(default=timezone.now)
    approver = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="Who is asked to approve it."
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    reaches_inside = models.BooleanField(
        default=False, help_text="Also people who were in the campaign when it was approved."
    )
    last_inside = models.BigIntegerField(
        default=0, help_text="The newest enrolment of the campaign when it was approved."
    )
    will_get = models.PositiveIntegerField(
        default=0, help_text="How many in the campaign were to get it when it was approved."
    )
    profiles_opened = models.PositiveIntegerField(
        default=0, help_text="How many of them somebody had looked at by then (P-35)."
    )

    objects = StepVersionQuerySet.as_manager()

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="step_version_once"),
            models.UniqueConstraint(
                fields=["step"], condition=Q(approved_at=None), name="step_version_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="step_version_approved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(number__gte=2), name="step_version_follows_first"),
        ]

    def is_for(self, enrolment: int) -> bool:
        """Say whether an enrolment of its campaign gets it, of what is planned from now on."""
        is_approved = self.approved_at is not None
        return is_approved and (self.reaches_inside or enrolment > self.last_inside)

    def __str__(self) -> str:
        return f"Version {self.number} of step {self.step_id}"

from django.db import models
from django.db.models import Q
from django.utils import timezone


class PolicyOverride(models.Model):
    """What this installation changed in one row of the policy pack (`candidates.policies`).

    The figures replace those of the row, all together. Empty evidence: no law ends it.
    """

    code = models.CharField(max_length=8, unique=True)
    evidence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    evidence_days = models.PositiveSmallIntegerField(null=True, blank=True)
    pool_months = models.PositiveSmallIntegerField()
    unasked_months = models.PositiveSmallIntegerField()
    keep_months = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500, help_text="Who decided it, on what ground.")
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="policy_changed_with_reason"),
            models.CheckConstraint(
                condition=Q(pool_months__gte=1, unasked_months__gte=1),
                name="policy_lets_keep_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.code

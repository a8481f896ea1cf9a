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


class PoolBasis(models.Model):
    """What, besides consent, may carry keeping a profile in one row of the pack (P-04, P-43).

    No row: consent alone, which is how the pack is shipped. Legitimate interest needs a stored
    assessment, a version of the notice and an end within six months; soft opt-in needs the sale,
    the similar product and the way out that was shown. Constraints ask for the same.
    """

    class Kind(models.TextChoices):
        LEGITIMATE_INTEREST = "legitimate_interest", "Legitimate interest"
        SOFT_OPT_IN = "soft_opt_in", "Soft opt-in of customers"

    MOST_MONTHS = 6

    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    purpose = models.TextField(blank=True, help_text="What the interest is.")
    necessity = models.TextField(blank=True, help_text="Why nothing milder would do.")
    balance = models.TextField(blank=True, help_text="Why theirs does not weigh more.")
    reviewer = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(
        null=True, blank=True, help_text="After it nobody is added on this ground."
    )
    notice_version = models.CharField(max_length=40, blank=True)
    months = models.PositiveSmallIntegerField(default=MOST_MONTHS)
    sale_context = models.TextField(blank=True, help_text="What they bought, and when.")
    similar_product = models.TextField(blank=True, help_text="What is offered, and why similar.")
    opt_out = models.TextField(blank=True, help_text="The way out shown when we got the address.")
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "pool bases"
        constraints = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 6)), name="pool_basis_ends_within_six_months"
            ),
            models.CheckConstraint(
                condition=~Q(kind="legitimate_interest")
                | (
                    ~Q(purpose="")
                    & ~Q(necessity="")
                    & ~Q(balance="")
                    & ~Q(reviewer="")
                    & ~Q(notice_version="")
                    & Q(review_on__isnull=False)
                ),
                name="pool_basis_is_assessed",
            ),
            models.CheckConstraint(
                condition=~Q(kind="soft_opt_in")
                | (~Q(sale_context="") & ~Q(similar_product="") & ~Q(opt_out="")),
                name="pool_basis_has_sale",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def version(self) -> str:
        """When it was saved; a form says which it was made from."""
        return self.at.isoformat()

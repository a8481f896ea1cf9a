from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ProviderReportQuerySet(models.QuerySet["ProviderReport"]):
    def to_carry(self, at: datetime) -> Self:
        """Those that nobody has worked on yet; what was tried before comes after the others."""
        waiting = self.filter(worked_at=None, due_at__lte=at)
        return waiting.filter(attempts__lt=ProviderReport.MOST_ATTEMPTS).order_by(
            "attempts", "due_at", "pk"
        )

    def stuck(self) -> Self:
        """Those that were tried so often that nobody tries them again."""
        return self.filter(worked_at=None, attempts__gte=ProviderReport.MOST_ATTEMPTS)


class ProviderReport(models.Model):
    """What a mail provider reported, as it came in: a row before anything is done about it.

    It holds no address and no name, and it outlives the message: the same report is never worked on
    twice, and those about messages that we do not know are counted. What is done about a report
    stands with its message (`DeliveryEvent`).
    """

    class Kind(models.TextChoices):
        LEFT = "left", "Left the provider"
        DELIVERED = "delivered", "Delivered"
        DEFERRED = "deferred", "Put off"
        BOUNCED = "bounced", "Bounced"
        REFUSED = "refused", "Refused"
        COMPLAINED = "complained", "Marked as spam"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed at the provider"

    MOST_ATTEMPTS = 20

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200, unique=True, help_text="The same report, again.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    why = models.CharField(max_length=20, blank=True, help_text="Why it was rejected, as a code.")
    detail = models.CharField(
        max_length=300, blank=True, help_text="The server's words without addresses, until carried."
    )
    about = models.UUIDField(null=True, blank=True, help_text="Our message; none: not known.")
    at = models.DateTimeField(help_text="When it happened, as the provider says.")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)
    is_known = models.BooleanField(null=True, help_text="Whether the message is one of ours.")

    objects = ProviderReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["attempts", "due_at", "id"],
                condition=Q(worked_at=None),
                name="report_to_carry",
            ),
            models.Index(fields=["received_at"], name="report_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

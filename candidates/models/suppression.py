from django.db import models
from django.utils import timezone


class Suppression(models.Model):
    """An address that must not be written to, remembered without the address.

    `digest` is HMAC-SHA-256 of the broad canonical form under key `key_version`, in hex. The row
    outlives the erasure of the person: GDPR Art. 21(3) needs the refusal remembered.
    """

    class Scope(models.TextChoices):
        ALL = "all", "Every email"
        NURTURE = "nurture", "Job emails"

    class Reason(models.TextChoices):
        ERASED = "erased", "The person was erased"
        OBJECTED = "objected", "Objection"
        COMPLAINED = "complained", "Spam complaint"
        BOUNCED = "bounced", "Address does not exist"
        STAFF = "staff", "Recorded by staff"

    digest = models.CharField(max_length=64)
    key_version = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=10, choices=Scope.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest", "scope"], name="suppression_once"),
        ]

    def __str__(self) -> str:
        return f"Suppression {self.pk}"

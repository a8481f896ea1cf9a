import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SendingDomain(models.Model):
    """What the DNS said of a domain that we send from, and what we know of it ourselves.

    One row for each domain that the organisation ever had; the one of its present domain counts.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    domain = models.CharField(max_length=253, unique=True)
    selectors = ArrayField(models.CharField(max_length=63), default=list, blank=True)
    mechanism = models.CharField(
        max_length=200, blank=True, help_text="What the provider asks for in the SPF record."
    )
    findings = models.JSONField(default=list, blank=True)
    is_ready = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import User
from engagement.models.campaigns import Campaign
from engagement.models.templates import TemplateVersion


class Trial(models.Model):
    """A message sent to a colleague who wants to see it in their own mailbox. At most once.

    Written to an invented person with somebody's facts: its links lead to nobody, and it counts
    against nobody's caps.
    """

    class State(models.TextChoices):
        DUE = "due", "Waiting"
        SENDING = "sending", "On its way"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not sent"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="trials")
    position = models.PositiveSmallIntegerField()
    template_version = models.ForeignKey(TemplateVersion, models.CASCADE, related_name="+")
    reader = models.CharField(max_length=36, help_text="As whom it is written.")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.DUE)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="due"), name="trial_due"),
        ]

    def __str__(self) -> str:
        return f"Trial {self.pk}"

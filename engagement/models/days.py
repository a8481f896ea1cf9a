from django.db import models

from accounts.models import User
from engagement.models.campaigns import Campaign


class SenderDay(models.Model):
    """How many job emails went out in one colleague's name on one day, in their zone, and how
    close together.

    Counted before sending, under a lock of the row, so that no number of workers exceeds the limit.
    """

    sender = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)
    paced_until = models.DateTimeField(
        null=True, help_text="When those that left have used up the room that their number takes."
    )
    line_until = models.DateTimeField(
        null=True, help_text="The last place of this day that was given to one that waits."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "day"], name="sender_day_once")]

    def __str__(self) -> str:
        return f"{self.sender_id} on {self.day}"


class CampaignDay(models.Model):
    """How many emails of one campaign went out on one day, in its sender's zone.

    Only where a ceiling is set. Counted before sending, as the day of a sender is.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    day = models.DateField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "day"], name="campaign_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} on {self.day}"

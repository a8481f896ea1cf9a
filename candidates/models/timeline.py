from django.db import models
from django.utils import timezone

from candidates.models.people import Candidate


class Activity(models.Model):
    """One line of a candidate's timeline. Append only; written by the action that made the change.

    `text` is a whole sentence for colleagues (the candidate may read it one day); `data` holds ids
    and small facts for links, such as {"job": "<public id>", "message": "<public id>"}.
    """

    class Group(models.TextChoices):
        """The filter of the timeline."""

        RECORD = "record", "Record"
        APPLICATION = "application", "Applications"
        MAIL = "mail", "Mail"
        NOTE = "note", "Notes"
        CONSENT = "consent", "Consent"

    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="activities", db_index=False
    )
    group = models.CharField(max_length=12, choices=Group.choices)
    kind = models.CharField(max_length=40, help_text="Such as application.rejected")
    at = models.DateTimeField(default=timezone.now)
    actor = models.CharField(max_length=254, help_text="A name, or what acted by itself.")
    text = models.TextField()
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["candidate", "-at", "-id"], name="activity_by_candidate")]

    def __str__(self) -> str:
        return self.kind

import uuid
from datetime import datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from applications.models import Application
from candidates.models import Candidate

# How long the link in the email takes an answer, and changes of it.
OPEN_FOR: Final = timedelta(days=21)
REMINDER: Final = ":reminder"  # ends the key of the message that reminds


class SurveyQuerySet(models.QuerySet["Survey"]):
    def sent(self) -> Self:
        """Those that reached a mail server and did not come back: what a share is counted of."""
        return self.filter(sent_at__isnull=False)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class Survey(models.Model):
    """One person asked how it was to apply, and what they answered: nothing, or four answers.

    They are reminded once at most: by the two keys there is one invitation and one reminder.

    Nobody but the person reads a row: colleagues read `survey_results`, which only counts. Once the
    person is erased the row stays without them, so that no total of the past moves (M-R2).
    """

    class Outcome(models.TextChoices):
        """How the application ended, as it was when we asked: what every score is split by."""

        REJECTED_EARLY = "early", "Rejected before an interview"
        REJECTED_LATE = "late", "Rejected after an interview"
        WITHDRAWN = "left", "Withdrew, or declined our offer"
        HIRED = "hired", "Hired"

    class Relationship(models.TextChoices):
        """The four points of the candidate experience awards (CandE)."""

        GREAT = "great", gettext_noop("Better: I would gladly apply again or recommend you")
        GOOD = "good", gettext_noop("Good: I would apply again if a job fits")
        NEUTRAL = "neutral", gettext_noop("The same as before")
        NEGATIVE = "negative", gettext_noop("Worse: I will look elsewhere")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.SET_NULL, null=True, related_name="surveys", db_index=False
    )
    application = models.OneToOneField(
        Application, models.SET_NULL, null=True, related_name="survey"
    )
    outcome = models.CharField(max_length=5, choices=Outcome.choices)
    planned_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When they answered last: until it closes they may change."
    )
    recommend = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 to 10: would they recommend others to apply?"
    )
    relationship = models.CharField(max_length=8, choices=Relationship.choices, blank=True)
    knew = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="1 to 5: did they know where they stood?"
    )
    text = models.TextField(blank=True, help_text="What we should change, in their words.")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(sent_at__isnull=False),
                name="survey_answered_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(recommend=None) | Q(recommend__lte=10), name="survey_recommend_in_range"
            ),
            models.CheckConstraint(
                condition=Q(knew=None) | Q(knew__gte=1, knew__lte=5), name="survey_knew_in_range"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False)
                | Q(recommend=None, relationship="", knew=None, text=""),
                name="survey_answers_have_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["candidate", "-planned_at"], name="survey_by_candidate"),
            models.Index(
                fields=["sent_at"], condition=Q(sent_at__isnull=False), name="survey_by_sending"
            ),
        ]

    def __str__(self) -> str:
        return f"Survey {self.pk}"

    @property
    def invitation_key(self) -> str:
        return f"survey:{self.pk}"

    @property
    def reminder_key(self) -> str:
        return f"{self.invitation_key}{REMINDER}"

    def closes_at(self, now: datetime) -> datetime:
        """Return until when it can be answered. Of one that nobody knows to have left: from now."""
        return (self.sent_at or now) + OPEN_FOR

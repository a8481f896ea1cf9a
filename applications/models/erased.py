from django.db import models

from applications.models.applications import Outcome, RejectionReason
from applications.models.jobs import Job
from applications.models.milestones import Milestone
from applications.models.promises import Promise

# Days within which somebody was answered: a bucket ends with each. None: never.
BUCKETS = (1, 3, 7, 14, 30, 45, 60, 90, 32_000)
# Hours and minutes until something was told. The last: never.
HOURS = (1, 2, 4, 8, 16, 24, 48, 72, 120, 168, 240, 32_000)
MINUTES = (1, 2, 5, 15, 60, 32_000)


class SourceGroup(models.TextChoices):
    """Where an application came from, coarse enough to be no trace of anybody."""

    OWN_SITE = "own_site", "Own site"
    JOB_BOARD = "job_board", "Job board"
    NETWORK = "network", "Professional network"
    REFERRAL = "referral", "Referral"
    OWN_DATABASE = "own_database", "Own database"
    EVENT = "event", "Event"
    AGENCY = "agency", "Agency"
    OTHER = "other", "Other"


class ErasedApplication(models.Model):
    """What is left of an application of somebody who was erased: a count, without a person (M-R2).

    Months instead of days and buckets instead of times; nothing ties two of them together.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="erased_applications")
    applied_month = models.DateField(help_text="The first of the month.")
    closed_month = models.DateField()
    furthest = models.SmallIntegerField(choices=Milestone.choices)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    source_group = models.CharField(max_length=14, choices=SourceGroup.choices)
    answered_within = models.PositiveSmallIntegerField(
        null=True, help_text="Days until the first answer, as a bucket; empty: never."
    )
    told_within = models.PositiveSmallIntegerField(
        null=True, help_text="Days until they knew how it ended, as a bucket; empty: never."
    )
    interviewed_month = models.DateField(null=True, help_text="Of the last interview.")
    told_after_interview = models.PositiveSmallIntegerField(
        null=True, help_text="Days from then until news, as a bucket; empty: never."
    )
    left_after_interview = models.PositiveSmallIntegerField(
        null=True, help_text="Days from then until they withdrew, as a bucket; empty: they did not."
    )
    worked_hours = models.PositiveSmallIntegerField(
        null=True, help_text="Working hours until the first answer; empty: not measured."
    )
    receipt_minutes = models.PositiveSmallIntegerField(
        null=True, help_text="Until they had a receipt, as a bucket; empty: none was due."
    )
    decision_hours = models.PositiveSmallIntegerField(
        null=True, help_text="Hours from the rejection until it was told; empty: not measured."
    )
    feedback_asked = models.BooleanField(null=True, help_text="Empty: not measured.")
    feedback_sent = models.BooleanField(null=True, help_text="Empty: not measured.")
    is_measured = models.BooleanField(
        default=False, db_default=False, help_text="The measures counted it when it was erased."
    )
    closed_within = models.PositiveSmallIntegerField(help_text="Days, as a bucket.")
    interviews_held = models.PositiveSmallIntegerField(default=0)
    interview_minutes = models.PositiveIntegerField(default=0)
    rescheduled_by_us = models.PositiveSmallIntegerField(default=0)
    rescheduled_by_candidate = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["applied_month", "pk"]
        indexes = [models.Index(fields=["job", "outcome"], name="erased_application_by_job")]

    def __str__(self) -> str:
        return f"Erased application {self.pk}"


class ErasedPromise(models.Model):
    """What is left of a promise to somebody who was erased: when it was made, what became of it."""

    made_month = models.DateField(help_text="The first of the month.")
    due_month = models.DateField(null=True, help_text="When it fell due, if it did.")
    state = models.CharField(max_length=8, choices=Promise.State.choices)

    class Meta:
        ordering = ["made_month", "pk"]
        indexes = [models.Index(fields=["state"], name="erased_promise_by_state")]

    def __str__(self) -> str:
        return f"Erased promise {self.pk}"

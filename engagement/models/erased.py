from django.db import models

from engagement.models.campaigns import Campaign, Enrolment
from engagement.models.messages import Message


class ErasedMessage(models.Model):
    """What is left of a message to somebody who was erased: that it was, and what became of it."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, related_name="erased_messages"
    )
    purpose = models.CharField(max_length=8, choices=Message.Purpose.choices)
    state = models.CharField(max_length=10, choices=Message.State.choices)
    reason = models.CharField(max_length=40, blank=True, help_text="A code of the arbiter.")
    month = models.DateField(help_text="The first of the month in which it was made.")
    handed_month = models.DateField(null=True, help_text="When it was handed over, if it was.")
    interested = models.BooleanField(default=False, db_default=False)
    replied = models.BooleanField(default=False, db_default=False)
    applied = models.BooleanField(default=False, db_default=False)
    stopped = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["month", "pk"]
        indexes = [models.Index(fields=["campaign", "state"], name="erased_message_by_campaign")]

    def __str__(self) -> str:
        return f"Erased message {self.pk}"


class ErasedEnrolment(models.Model):
    """What is left of the part that somebody who was erased had in a campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="erased_enrolments")
    state = models.CharField(max_length=6, choices=Enrolment.State.choices)
    end_reason = models.CharField(max_length=40, blank=True, help_text="A code of the arbiter.")

    class Meta:
        ordering = ["campaign", "pk"]

    def __str__(self) -> str:
        return f"Erased enrolment {self.pk}"


class ErasedChoice(models.Model):
    """What is left of a choice by which somebody who was erased got fewer job emails, or none."""

    month = models.DateField(help_text="The first of the month.")
    is_stop = models.BooleanField()
    is_pause = models.BooleanField()
    is_rarer = models.BooleanField()
    is_narrower = models.BooleanField()

    class Meta:
        ordering = ["month", "pk"]

    def __str__(self) -> str:
        return f"Erased choice {self.pk}"


class ErasedCase(models.Model):
    """What is left of somebody who was erased in a measure of this floor: a case, and how it ended.

    `is_met_narrowly`: the stricter figure of the same measure; empty: not known any more.
    """

    class Kind(models.TextChoices):
        HIRE = "hire", "Hired: known before; came close before"
        RETURN = "return", "Not hired: applied again; after a job email"
        SILVER = "silver", "Came close and was written to: hired"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    month = models.DateField(help_text="The first of the month in which it began.")
    is_set_aside = models.BooleanField(default=False, help_text="Erased before its year was over.")
    is_met = models.BooleanField()
    is_met_narrowly = models.BooleanField(null=True)

    class Meta:
        ordering = ["month", "pk"]

    def __str__(self) -> str:
        return f"Erased case {self.pk}"

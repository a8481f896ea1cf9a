import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from applications.models.applications import Application
from applications.models.jobs import Job
from candidates.models import Document


class Question(models.Model):
    """Something that the form of a job asks. A marked answer decides nothing (P-34)."""

    class Kind(models.TextChoices):
        SHORT = "short", "Short text"
        LONG = "long", "Long text"
        YES_NO = "yes_no", "Yes or no"
        CHOICE = "choice", "One of several"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    text = models.CharField("question", max_length=300)
    help = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.SHORT)
    choices = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    is_required = models.BooleanField(default=False)
    marked_answers = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    mark = models.CharField(
        max_length=60, blank=True, help_text="What colleagues read beside a marked answer."
    )
    asks_pay_history = models.BooleanField(default=False)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it may ask about pay history (P-41)."
    )

    class Meta:
        ordering = ["job", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "position"],
                name="question_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=models.Q(asks_pay_history=False) | ~models.Q(reason=""),
                name="question_about_pay_history_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def offered(self) -> list[str]:
        """The answers to choose from; empty where it is answered in words."""
        return ["Yes", "No"] if self.kind == self.Kind.YES_NO else list(self.choices)


class Arrival(models.Model):
    """What somebody sent through the careers site: as typed, beside the person it was taken for.

    The first one made the application; others came while it was open. `form_id` is of the rendered
    form: sent twice, it arrives once.
    """

    class JobEmails(models.TextChoices):
        NO = "", "Did not ask for job emails"
        GRANTED = "granted", "Asked for job emails"
        TO_PROVE = "to_prove", "Asked for job emails, but had refused them before"
        ASKED = "asked", "Asked for job emails, and was sent the link to say so"

    application = models.ForeignKey(Application, models.CASCADE, related_name="arrivals")
    form_id = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    is_again = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    link = models.URLField(max_length=500, blank=True)
    note = models.TextField(blank=True)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")
    file_lost = models.CharField(
        max_length=200, blank=True, help_text="Why their file was not kept, as a sentence."
    )
    job_emails = models.CharField(
        max_length=8, choices=JobEmails.choices, blank=True, default=JobEmails.NO
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(job_emails="to_prove"),
                name="arrival_to_prove",
            )
        ]

    def __str__(self) -> str:
        return f"Arrival {self.pk}"


class Answer(models.Model):
    """One answer, with the question as it was asked: the question may change or go."""

    arrival = models.ForeignKey(Arrival, models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    position = models.PositiveSmallIntegerField()
    asked = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    mark = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["arrival", "position"], name="answer_position_once"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"

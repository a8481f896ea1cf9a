import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from accounts.models import User
from applications.models.applications import Application
from candidates.models import Candidate


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> Self:
        """Neither sent nor cancelled."""
        return self.filter(sent_at=None, cancelled_at=None)

    def problems(self) -> Self:
        """Those that could not leave, and wait for a colleague to decide."""
        return self.waiting().exclude(problem="")

    def for_list(self) -> Self:
        """Those that wait, problems first, with all that a list of them shows."""
        return (
            self.waiting()
            .select_related("application__candidate", "application__job", "by")
            .prefetch_related("application__job__offices")
            .order_by(Case(When(problem="", then=1), default=0), "send_after", "pk")
        )

    def visible_to(self, user: User) -> Self:
        """Letters are the business of those who may see people."""
        return self.filter(application__candidate__in=Candidate.objects.visible_to(user))

    def locked(self, pk: int) -> "Letter":
        """Return the row, locked for the rest of the transaction."""
        return self.select_for_update(of=("self",)).get(pk=pk)

    def due(self, at: datetime) -> Self:
        return self.waiting().filter(send_after__lte=at)


class Letter(models.Model):
    """A message about one application, waiting to be carried out of the house.

    The row is left here; engagement turns it into a message when `send_after` has come and reports
    back through `applications.letters`. Until then it can be read, changed and cancelled.
    """

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "Receipt"
        INVITATION = "invitation", "Invitation"
        DECISION = "decision", "Decision"
        CALLED_OFF = "called_off", "Cancelled interview"
        FEEDBACK = "feedback", "Feedback"
        LATER = "later", "A later day"
        CLOSING = "closing", "Confirmation"
        NOTICE = "notice", "That we keep them"  # words alone: engagement sends them

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    interview = models.ForeignKey(
        "applications.Interview", models.CASCADE, null=True, blank=True, related_name="letters"
    )
    calendars = models.JSONField(
        default=list,
        blank=True,
        help_text="What the files for calendars say that leave with it (`applications.calendars`).",
    )
    subject = models.CharField(max_length=200)
    text = models.TextField()
    send_after = models.DateTimeField()
    hear_by_before = models.DateField(
        null=True, blank=True, help_text="The day that they know until a letter of another leaves."
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(
        max_length=200, blank=True, help_text="Why it did not leave, as a sentence."
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["send_after", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(cancelled_at=None), name="letter_sent_or_cancelled"
            ),
        ]
        indexes = [
            models.Index(
                fields=["send_after", "id"],
                condition=Q(sent_at=None, cancelled_at=None),
                name="letter_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.cancelled_at is None

    @property
    def is_leaving(self) -> bool:
        """Its time has come: it may be on its way already, so it can no longer be changed."""
        return self.is_waiting and not self.problem and self.send_after <= timezone.now()

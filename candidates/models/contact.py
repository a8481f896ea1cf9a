from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from candidates.models.people import Candidate, EmailAddress


class ContactGateQuerySet(models.QuerySet["ContactGate"]):
    def locked(self, candidate_id: int) -> "ContactGate":
        """Lock the gate: before the candidate, before anything else about writing to them."""
        return self.select_for_update().get(candidate_id=candidate_id)

    def lock(self, candidate_ids: Iterable[int]) -> None:
        """Lock the gates of many, in the order of their keys, in one statement."""
        gates = self.select_for_update().filter(candidate_id__in=candidate_ids)
        list(gates.order_by("candidate_id").values_list("candidate_id"))

    def lock_mailboxes(self, candidate_ids: Iterable[int]) -> None:
        """Lock the gates of these people and of whoever shares a mailbox with one of them.

        Where a stop or a yes is about their addresses, this comes first: one gate that is taken
        alone before is out of order with those of the other person of the mailbox, who may be doing
        the same at this moment.
        """
        ids = set(candidate_ids)
        broad = EmailAddress.objects.filter(candidate__in=ids, released_at=None).values("broad")
        sharing = EmailAddress.objects.filter(broad__in=broad, released_at=None)
        self.lock({*ids, *sharing.values_list("candidate_id", flat=True)})


class ContactGate(models.Model):
    """The one row that everything about writing to a person locks first.

    Sending locks it before the last question to the arbiter; whatever stops mail locks it before
    it commits. So after a stop's commit nothing can be armed. A trigger makes one for each
    candidate. It is apart from the candidate so that counting sends rewrites nothing wide.
    """

    candidate = models.OneToOneField(
        Candidate, models.CASCADE, primary_key=True, related_name="gate"
    )
    job_emails_at = ArrayField(
        models.DateTimeField(), default=list, help_text="When job emails were armed, 90 days back."
    )

    objects = ContactGateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Gate of {self.candidate_id}"


class Stop(models.Model):
    """Something happened after which pending job emails must not leave.

    The action on any floor leaves this row while it holds the gate; the arbiter refuses at once,
    and engagement carries it: ends the enrolments and withholds their messages (`carried_at`).
    """

    class Reason(models.TextChoices):
        REPLIED = "replied", "They replied"
        CALLED = "called", "A call was logged"
        APPLIED = "applied", "They applied"
        BOOKED = "booked", "An interview was booked"
        HIRED = "hired", "They were hired"
        UNSUBSCRIBED = "unsubscribed", "They stopped job emails"
        PAUSED = "paused", "They paused job emails"
        OBJECTED = "objected", "They objected"
        BOUNCED = "bounced", "Their address bounced"
        COMPLAINED = "complained", "They marked a message as spam"
        ERASED = "erased", "Their data was erased"
        MINOR = "minor", "They may be a minor"
        ARCHIVED = "archived", "Their record went into the restricted archive"

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="stops")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        help_text="The colleague who called or wrote.",
    )  # fmt: skip
    carried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["candidate", "-at"], name="stop_by_candidate"),
            models.Index(fields=["id"], condition=Q(carried_at=None), name="stop_to_carry"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.candidate_id}"

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models import Candidate
from engagement.models.campaigns import Campaign


class Incoming(models.Model):
    """A message as it came in, kept whole until it was read; then only that it was here.

    `key` is a hash of its Message-ID: the same message again, by whatever way, is one row. What is
    left after reading holds nothing of anybody.
    """

    class Source(models.TextChoices):
        HOOK = "hook", "Provider"
        MAILBOX = "mailbox", "Mailbox"

    class Result(models.TextChoices):
        REPLY = "reply", "A reply"
        STATUS = "status", "A report of a mail server"
        UNKNOWN = "unknown", "From somebody we do not know"
        NOT_OURS = "not_ours", "Not about anything of ours"
        UNREADABLE = "unreadable", "Could not be read"

    MOST_ATTEMPTS = 5

    key = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    raw = models.BinaryField(help_text="Empty once it was read.")
    received_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["attempts", "id"], condition=Q(worked_at=None), name="incoming_to_read"
            ),
            models.Index(fields=["received_at"], name="incoming_by_day"),
        ]

    def __str__(self) -> str:
        return f"Incoming {self.pk}"


class Mailbox(models.Model):
    """How far a mailbox was read. One row for each mailbox; its password is not here."""

    name = models.CharField(max_length=200, unique=True, help_text="User, host and folder.")
    validity = models.BigIntegerField(null=True, blank=True, help_text="UIDVALIDITY (RFC 3501).")
    last_uid = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, help_text="The last time it answered.")
    problem = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"Mailbox {self.pk}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User) -> Self:
        """All from people in use and from strangers for a recruiter, none for others."""
        in_use = Q(candidate=None) | Q(candidate__erased_at=None, candidate__archived_at=None)
        return self.filter(in_use) if may(user, Permission.VIEW_CAMPAIGNS) else self.none()

    def to_answer(self) -> Self:
        return self.filter(is_open=True)

    def holding(self, at: datetime) -> Self:
        """Those because of which job emails to their sender wait."""
        return self.exclude(holds="").filter(
            Q(holds_until=None) | Q(holds_until__gt=timezone.localdate(at))
        )


class Reply(models.Model):
    """What a candidate, or their mail program, answered; or what a stranger sent to our mailbox.

    `is_open`: a colleague has still to answer or to say that nothing is to be answered.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        AWAY = "away", "Out of office"
        AUTOMATIC = "automatic", "Automatic answer"
        UNSUBSCRIBE = "unsubscribe", "Unsubscribe button"

    class Intent(models.TextChoices):
        INTERESTED = "interested", "Interested"
        NOT_NOW = "not_now", "Not now"
        QUESTION = "question", "Question"
        STOP = "stop", "Stop"
        WRONG_PERSON = "wrong_person", "Wrong person"

    class Match(models.TextChoices):
        MESSAGE = "message", "It answers an email of ours"
        TOKEN = "token", "It went to the address in an email of ours"
        ADDRESS = "address", "It comes from an address that we know"
        COLLEAGUE = "colleague", "A colleague said who wrote it"

    class Holds(models.TextChoices):
        """Why job emails wait, as a code of the arbiter."""

        AWAY = "away", "Out of office"
        NOT_NOW = "not_now", "Not now"
        STOP = "asked_to_stop", "May have asked to stop"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, related_name="replies")
    message = models.ForeignKey(
        "engagement.Message", models.SET_NULL, null=True, related_name="replies"
    )
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="replies")
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False,
        help_text="The colleague whose turn it is.",
    )  # fmt: skip
    matched_by = models.CharField(max_length=10, choices=Match.choices, blank=True)
    is_known_address = models.BooleanField(default=False)
    their_id = models.CharField(max_length=500, blank=True, help_text="Message-ID, bare.")
    thread = ArrayField(models.CharField(max_length=500), default=list, help_text="References.")
    name = models.CharField(max_length=200, blank=True)
    address = models.EmailField(blank=True)
    to = models.EmailField(blank=True, help_text="The address of ours that it went to.")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True, help_text="What is new in it.")
    quoted = models.TextField(blank=True, help_text="What it repeats.")
    files = models.JSONField(default=list, help_text="Names, sizes, and what was kept of each.")
    is_cut = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="When it came in.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reasons = ArrayField(models.CharField(max_length=200), default=list)
    suggestion = models.CharField(max_length=12, choices=Intent.choices, blank=True)
    intent = models.CharField(max_length=12, choices=Intent.choices, blank=True)
    back_on = models.DateField(null=True, blank=True)
    holds = models.CharField(max_length=14, choices=Holds.choices, blank=True)
    holds_until = models.DateField(null=True, blank=True)
    is_open = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["-is_open", "-at", "-pk"]
        indexes = [
            models.Index(fields=["is_open", "at", "id"], name="reply_in_order"),
            models.Index(fields=["owner", "at"], condition=Q(is_open=True), name="reply_of_owner"),
            models.Index(fields=["candidate", "-at"], name="reply_by_candidate"),
            models.Index(
                fields=["candidate", "holds"], condition=~Q(holds=""), name="reply_that_holds"
            ),
            models.Index(fields=["at"], condition=Q(candidate=None), name="reply_of_strangers"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(done_at=None), name="reply_open_is_not_done"
            ),
        ]

    def __str__(self) -> str:
        return f"Reply {self.pk}"

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Job, Letter
from candidates.models import Candidate, ExtensionRequest
from engagement.models.campaigns import Campaign, Enrolment, Step
from engagement.models.surveys import Survey
from engagement.models.versions import StepVersion


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """All to people in use for a recruiter, none for others."""
        in_use = self.filter(candidate__erased_at=None, candidate__archived_at=None)
        return in_use if may(user, Permission.VIEW_CAMPAIGNS) else self.none()

    def pending(self) -> Self:
        """Not yet on its way: these can still be kept back."""
        return self.filter(
            state__in=[Message.State.PLANNED, Message.State.DUE, Message.State.CLAIMED]
        )

    def claim(self, most: int, *, now: datetime) -> list["Message"]:
        """Take up to `most` due messages for this caller alone, for `LEASE`.

        One conditional UPDATE: any number of workers may ask at once, none waits for another, and
        a claim that nobody finishes runs out (`delivery.reap`).
        """
        taken = self.raw(_CLAIM, {"now": now, "most": most, "lease": uuid.uuid4(), "for": LEASE})
        return sorted(taken, key=lambda message: (message.priority, message.due_at, message.pk))


# How long a worker may hold what it claimed.
LEASE = timedelta(seconds=60)

# Materialised, or PostgreSQL may ask for the next ones again for each row that it joins, where it
# takes the table for an empty one; each time it would get others, up to all that are due.
_CLAIM = """
WITH next AS MATERIALIZED (
    SELECT id FROM engagement_message
     WHERE state = 'due' AND due_at <= %(now)s
     ORDER BY priority, due_at, id
     LIMIT %(most)s FOR UPDATE SKIP LOCKED)
UPDATE engagement_message m
   SET state = 'claimed', lease = %(lease)s, lease_until = %(now)s + %(for)s, reason = ''
  FROM next
 WHERE m.id = next.id
RETURNING m.*
"""


class Message(models.Model):
    """One email to one candidate: a row before it is an email. The table is the queue.

    planned → due → claimed → armed → handed → delivered | bounced | complained; or withheld,
    expired, failed, each with a reason; or uncertain: armed, then the worker was lost, so nobody
    knows whether it left (RFC 1047). An uncertain message is never sent again by the machine.
    Or diverted: the sandbox has it, so it counts for nobody.
    """

    class Purpose(models.TextChoices):
        NURTURE = "nurture", "Job email"
        LETTER = "letter", "Letter"
        NOTICE = "notice", "Notice about their choices"
        TOLD = "told", "Notice that we keep their details"
        CODE = "code", "Code for their own page"
        PERSONAL = "personal", "Personal email"
        SURVEY = "survey", "How it was to apply"

    class State(models.TextChoices):
        PLANNED = "planned", "Waiting for its campaign"
        DUE = "due", "Due"
        CLAIMED = "claimed", "Being prepared"
        ARMED = "armed", "On its way"
        HANDED = "handed", "Handed over"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        COMPLAINED = "complained", "Marked as spam"
        WITHHELD = "withheld", "Withheld"
        EXPIRED = "expired", "Too late to send"
        FAILED = "failed", "Refused by the mail server"
        UNCERTAIN = "uncertain", "Not known whether it arrived"
        DIVERTED = "diverted", "Diverted to the sandbox"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dedupe_key = models.CharField(max_length=80)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="messages", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, related_name="messages", db_index=False
    )
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, related_name="messages")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")
    step_version = models.ForeignKey(
        StepVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Which version of its step it says; empty: the step's own words.",
    )
    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="messages")
    extension = models.ForeignKey(
        ExtensionRequest, models.CASCADE, null=True, related_name="messages", db_index=False
    )
    survey = models.ForeignKey(
        Survey, models.CASCADE, null=True, related_name="messages", db_index=False
    )
    answers = models.ForeignKey(
        "engagement.Reply", models.SET_NULL, null=True, related_name="answers", db_index=False
    )
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    sender = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    is_first_batch = models.BooleanField(
        default=False, help_text="One of the few that go first, before the rest is let go."
    )
    priority = models.SmallIntegerField(default=5, help_text="Smaller goes first.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    reason = models.CharField(
        max_length=40, blank=True, help_text="A code of the arbiter; of what is due: why it waits."
    )
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    address = models.EmailField(blank=True, help_text="As of sending.")
    to_address = models.EmailField(
        blank=True,
        default="",
        db_default="",
        help_text="Where it goes instead of the address that we write to: a new one, to be proved,"
        " or the one before.",
    )
    subject = models.CharField(max_length=300, blank=True, help_text="As rendered for sending.")
    text = models.TextField(blank=True, help_text="As rendered for sending.")
    notice = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="The words by which it tells them that we keep their details.",
    )
    notice_language = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text="Of these words."
    )
    armed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When it reached a state that it does not leave."
    )
    provider_id = models.CharField(max_length=200, blank=True)
    provider_reply = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        # Each state a message goes through writes to every index: only those that are read stay.
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state="due"),
                name="message_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "armed"]),
                name="message_leased",
            ),
            models.Index(
                fields=["campaign", "state", "settled_at"], name="message_by_campaign_state"
            ),
            models.Index(fields=["candidate", "-armed_at"], name="message_by_candidate"),
            models.Index(
                fields=["job", "candidate"],
                include=["armed_at"],
                condition=Q(purpose="nurture", armed_at__isnull=False),
                name="message_about_job",
            ),
            models.Index(fields=["id"], condition=Q(state="uncertain"), name="message_uncertain"),
            models.Index(
                fields=["extension"],
                condition=Q(extension__isnull=False),
                name="message_by_extension",
            ),
            models.Index(
                fields=["survey"], condition=Q(survey__isnull=False), name="message_by_survey"
            ),
            models.Index(
                fields=["answers"],
                condition=Q(answers__isnull=False),
                name="message_by_answered",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dedupe_key"], name="message_dedupe_key_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["armed", "handed", "delivered", "uncertain"])
                | Q(armed_at__isnull=False),
                name="message_out_was_armed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withheld", "failed", "expired"]) | ~Q(reason=""),
                name="message_kept_back_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class Decision(models.Model):
    """What the arbiter said about one message or plan, with the codes of its reasons."""

    class Phase(models.TextChoices):
        PLANNING = "planning", "When planned"
        SENDING = "sending", "At the moment of sending"

    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="decisions", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, null=True, related_name="decisions", db_index=False
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, related_name="decisions", db_index=False
    )
    phase = models.CharField(max_length=8, choices=Phase.choices)
    at = models.DateTimeField(default=timezone.now)
    allowed = models.BooleanField()
    reasons = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["candidate", "-at"], name="decision_by_candidate"),
            models.Index(fields=["campaign", "allowed"], name="decision_by_campaign"),
            models.Index(fields=["message"], name="decision_by_message"),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}"


class DeliveryEvent(models.Model):
    """What a mail server or provider reported about a message."""

    class Kind(models.TextChoices):
        HANDED = "handed", "Accepted"
        DIVERTED = "diverted", "Diverted to the sandbox"
        DEFERRED = "deferred", "Put off"
        BOUNCED = "bounced", "Bounced"
        REFUSED = "refused", "Refused"
        COMPLAINED = "complained", "Marked as spam"
        DELIVERED = "delivered", "Delivered"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed at the provider"
        INTERESTED = "interested", "Would like to hear more"

    message = models.ForeignKey(Message, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    provider_event_id = models.CharField(max_length=200, unique=True)
    reply_code = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        # How much left, and what came of it, since a moment: what the brakes ask again and again.
        indexes = [
            BrinIndex(fields=["at"], autosummarize=True, name="event_by_time"),
            models.Index(
                fields=["at"],
                condition=Q(kind__in=["bounced", "refused", "complained"]),
                name="event_bad",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

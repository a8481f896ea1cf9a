import calendar
import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate

COMPLAINT_DAYS = 30  # UK Data (Use and Access) Act 2025: the answer to a complaint
COOLING_OFF = timedelta(days=7)


def due_date(kind: str, received: date) -> date:
    """Return the last day for an answer: one calendar month (GDPR Art. 12(3)).

    A month that has no such day ends earlier: what came on 31 January is due on the last of
    February. A complaint has thirty days.
    """
    if kind == PrivacyRequest.Kind.COMPLAINT:
        return received + timedelta(days=COMPLAINT_DAYS)
    year, month = divmod(received.year * 12 + received.month, 12)
    month += 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


class PrivacyRequestQuerySet(models.QuerySet["PrivacyRequest"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def open_erasures(self) -> Self:
        """Those by which somebody waits to be deleted. Until then they get no job emails."""
        return self.open().filter(kind=PrivacyRequest.Kind.ERASURE)

    def ticking(self) -> Self:
        """Open, and the clock runs: not paused, and not done as far as may be."""
        return self.open().filter(paused_at=None).exclude(state=PrivacyRequest.State.RESTRICTED)

    def visible_to(self, user: User) -> Self:
        """The register is the privacy officer's; recruiters see what hangs on a person they see."""
        return self if may(user, Permission.MANAGE_PRIVACY) else self.none()

    def closed_before(self, public_id: uuid.UUID | None) -> Self:
        """The closed ones, newest first, after that one: the next page of a list."""
        closed = self.exclude(closed_at=None).order_by("-closed_at", "-pk")
        last = closed.filter(public_id=public_id).first() if public_id else None
        if last is None:
            return closed
        return closed.filter(
            Q(closed_at__lt=last.closed_at) | Q(closed_at=last.closed_at, pk__lt=last.pk)
        )

    def locked(self, pk: int) -> "PrivacyRequest":
        """Return the row, locked for the rest of the transaction."""
        return self.select_for_update(of=("self",)).get(pk=pk)

    def to_acknowledge(self) -> Self:
        """Complaints from our form of which nobody has yet been told that we have them."""
        page = PrivacyRequest.How.PAGE
        return self.filter(kind="complaint", received_how=page, acknowledged_at=None).order_by("pk")

    def by_urgency(self) -> Self:
        """What is due soonest on top."""
        return self.order_by("due_on", "pk")

    def may_go_on(self, at: datetime) -> Self:
        """Erasures whose seven days are over, and those that wait for a decision or for a law."""
        cooled = Q(state=PrivacyRequest.State.COOLING_OFF, cooling_off_until__lte=at)
        waiting = Q(state__in=[PrivacyRequest.State.WAITING, PrivacyRequest.State.RESTRICTED])
        return self.open().filter(cooled | waiting, kind="erasure").order_by("pk")


class PrivacyRequest(models.Model):
    """What a person asked of us about their data, and what became of it: the register (P-23).

    It outlives the person: after an erasure `subject_id` is all that says who it was, and nothing
    that anybody typed about them stays.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", "A copy of their data"
        ERASURE = "erasure", "Deletion"
        RECTIFICATION = "rectification", "Correction"
        OBJECTION = "objection", "Objection"
        COMPLAINT = "complaint", "Complaint"

    class How(models.TextChoices):
        EMAIL = "email", "By email"
        PHONE = "phone", "By phone"
        LETTER = "letter", "By letter"
        IN_PERSON = "in_person", "In person"
        PAGE = "page", "On one of our pages"

    class Identity(models.TextChoices):
        """How sure we are that it is them. More than is needed must not be asked for."""

        UNPROVEN = "unproven", "Not yet"
        KNOWN_ADDRESS = "known_address", "They wrote from an address that we know"
        CALLED_BACK = "called_back", "We called them back on a number that we know"
        DOCUMENT = "document", "They showed a document"

    class State(models.TextChoices):
        OPEN = "open", "To be answered"
        COOLING_OFF = "cooling_off", "Cooling off"
        WAITING = "waiting", "Waits for a decision about a job"
        RESTRICTED = "restricted", "On hold: must be kept, may not be used"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        DONE = "done", "Done as asked"
        PARTLY = "partly", "Done in part"
        REFUSED = "refused", "Refused, with a reason"
        TAKEN_BACK = "taken_back", "Taken back by the person"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    candidate = models.ForeignKey(
        Candidate, models.SET_NULL, null=True, blank=True, related_name="privacy_requests"
    )
    subject_id = models.CharField(
        max_length=64, help_text="The number that the audit trail knows them by (X-13)."
    )
    received_at = models.DateTimeField(default=timezone.now)
    received_how = models.CharField(max_length=10, choices=How.choices)
    details = models.TextField(max_length=2000, blank=True, help_text="What they asked, in short.")
    reply_to = models.EmailField(
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text="Where the answer goes, of somebody whom we do not know. Gone when it is closed.",
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    identity = models.CharField(max_length=14, choices=Identity.choices, default=Identity.UNPROVEN)
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    cooling_off_until = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    days_paused = models.PositiveSmallIntegerField(default=0)
    waits_for = models.CharField(
        max_length=300, blank=True, help_text="What stands in the way, as a sentence."
    )
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_text = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=254)
    closed_by = models.CharField(max_length=254, blank=True)

    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False, state="closed") & ~Q(outcome="")),
                name="privacy_request_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(outcome_text=""),
                name="privacy_request_outcome_in_words",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | ~Q(pause_reason=""),
                name="privacy_request_pause_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="cooling_off") | Q(cooling_off_until__isnull=False),
                name="privacy_request_cooling_off_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_at=None), name="privacy_request_due"
            ),
            models.Index(fields=["-closed_at", "-id"], name="privacy_request_closed"),
            models.Index(
                fields=["id"],
                condition=Q(kind="complaint", received_how="page", acknowledged_at=None),
                name="privacy_request_to_acknowledge",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def number(self) -> str:
        """What somebody may name it by, when they write to us."""
        return str(self.public_id)[:8].upper()

    @property
    def person(self) -> str:
        """Who asked; of somebody who was erased, the number that is left."""
        if self.candidate:
            return str(self.candidate)
        if self.subject_id:
            return f"Erased person {self.subject_id}"
        return self.reply_to or "Somebody we do not know"

    def days_left(self, today: date) -> int | None:
        """Return the days until it is due, less than none when it is late; None: no clock runs."""
        if not self.is_open or self.paused_at or self.state == self.State.RESTRICTED:
            return None
        return (self.due_on - today).days

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User

LEASE = timedelta(minutes=2)

# Materialised for the same reason as the claim of messages: one, whatever the plan.
_CLAIM = """
WITH next AS MATERIALIZED (
    SELECT id FROM engagement_staffemail
     WHERE state = 'due' AND due_at <= %(now)s
     ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE engagement_staffemail e
   SET state = 'claimed', lease = %(lease)s, lease_until = %(now)s + %(for)s
  FROM next
 WHERE e.id = next.id
RETURNING e.*
"""


class StaffEmailQuerySet(models.QuerySet["StaffEmail"]):
    def claim(self, now: datetime) -> "StaffEmail | None":
        """Take the next that is due for this caller alone, for `LEASE`; None: nothing is."""
        values = {"now": now, "lease": uuid.uuid4(), "for": LEASE}
        return next(iter(self.raw(_CLAIM, values)), None)

    def before(self, day: date) -> Self:
        return self.filter(day__lt=day)


class StaffEmail(models.Model):
    """The one email that a colleague may get on one of their days: what is due.

    The row is there before the email, and there is one for each day, so nobody gets two. It holds
    no words: they name people, and are put together at the moment of sending.

    due → claimed → armed → handed; or skipped, since nothing was due; or expired, failed, each for
    good; or uncertain: armed, then the worker was lost (RFC 1047). Such a one is not sent again.
    """

    class State(models.TextChoices):
        DUE = "due", "Due"
        CLAIMED = "claimed", "Being prepared"
        ARMED = "armed", "On its way"
        HANDED = "handed", "Handed over"
        SKIPPED = "skipped", "Nothing was due"
        EXPIRED = "expired", "Too late to send"
        FAILED = "failed", "Refused by the mail server"
        UNCERTAIN = "uncertain", "Not known whether it arrived"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField(help_text="In their zone.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=300, blank=True, help_text="Of the mail server.")

    objects = StaffEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="staff_email_once_a_day"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["due", "claimed", "armed"]),
                name="staff_email_open",
            )
        ]

    def __str__(self) -> str:
        return f"Staff email {self.pk}"

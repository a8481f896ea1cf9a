"""The brakes (X-31): when a campaign, or all job emails, must stop, and who lets them go again.

Each is a row that stays until a person says why it may go on. The one over all campaigns is asked
by the arbiter itself, so nothing is armed after its commit; letters never ask it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from engagement.models import Brake, Campaign, DeliveryEvent, Message

_ENGINE = "Perennial"

# As shares of what was sent since it was last let go.
MOST_BOUNCES: Final = 0.05
MOST_COMPLAINTS: Final = 0.001
# Of one campaign. Below so many, one bounce would be more than 5 %; one complaint counts at once.
ENOUGH_TO_BRAKE: Final = 20
FIRST_BATCH_FAILURES: Final = 2  # of ten: stop and look
# Of everything that left in a day. One campaign is braked long before, so it takes more here.
WINDOW: Final = timedelta(days=1)
ENOUGH_TO_GUARD: Final = 100
COMPLAINTS_TO_GUARD: Final = 3

_OUT = [
    Message.State.HANDED,
    Message.State.DELIVERED,
    Message.State.UNCERTAIN,
    Message.State.COMPLAINED,
]
_BAD = [Message.State.BOUNCED, Message.State.FAILED]
_CAME_BACK = [DeliveryEvent.Kind.BOUNCED, DeliveryEvent.Kind.REFUSED]


@dataclass(frozen=True)
class Counted:
    """What became of mail since a moment. `tried`: what left, and what was refused."""

    tried: int
    came_back: int
    complained: int

    @property
    def share_came_back(self) -> float:
        return self.came_back / self.tried if self.tried else 0

    @property
    def share_complained(self) -> float:
        return self.complained / self.tried if self.tried else 0


def of_campaign(campaign: Campaign, now: datetime) -> Brake | None:
    """Return the brake that a campaign needs now, unsaved, or nothing."""
    since = Q(settled_at__gte=campaign.counted_from or campaign.starts_at or now)
    counts = campaign.messages.aggregate(
        sent=Count("pk", filter=Q(state__in=_OUT) & since),
        failed=Count("pk", filter=Q(state__in=_BAD) & since),
        complained=Count("pk", filter=Q(state=Message.State.COMPLAINED) & since),
    )
    counted = Counted(counts["sent"] + counts["failed"], counts["failed"], counts["complained"])
    is_first = campaign.first_batch_checked_at is None
    too_many = counted.tried >= ENOUGH_TO_BRAKE and counted.share_came_back > MOST_BOUNCES
    if too_many or (is_first and counted.came_back >= FIRST_BATCH_FAILURES):
        return _brake(Brake.Kind.BOUNCES, counted, now, campaign)
    if counted.share_complained > MOST_COMPLAINTS:
        return _brake(Brake.Kind.COMPLAINTS, counted, now, campaign)
    return None


def guard(now: datetime) -> Brake | None:
    """Hold all job emails if, over all mail of a day, too much came back or was complained about.

    Returns the brake if it was put on. Safe to run at any time: there is one at most.
    """
    if is_guard_on():
        return None
    since = counted_since(now)
    bad = DeliveryEvent.objects.filter(
        at__gt=since, kind__in=[*_CAME_BACK, DeliveryEvent.Kind.COMPLAINED]
    )
    # Few things are bad, and these have an index of their own; all mail is counted only after that.
    if bad.count() < COMPLAINTS_TO_GUARD:
        return None
    counted = count_all(since)
    kind = ""
    if counted.tried >= ENOUGH_TO_GUARD and counted.share_came_back > MOST_BOUNCES:
        kind = Brake.Kind.BOUNCES
    elif counted.complained >= COMPLAINTS_TO_GUARD and counted.share_complained > MOST_COMPLAINTS:
        kind = Brake.Kind.COMPLAINTS
    return _hold_all(_brake(kind, counted, now, None)) if kind else None


def count_all(since: datetime) -> Counted:
    """Count what became of all mail, letters too, since a moment. Each message counts once."""
    counts = DeliveryEvent.objects.filter(at__gt=since).aggregate(
        tried=_messages([DeliveryEvent.Kind.HANDED, DeliveryEvent.Kind.COMPLAINED, *_CAME_BACK]),
        came_back=_messages(_CAME_BACK),
        complained=_messages([DeliveryEvent.Kind.COMPLAINED]),
    )
    return Counted(**counts)


def counted_since(now: datetime) -> datetime:
    """Return since when all mail counts: for a day, or since job emails were last let go."""
    released = Brake.objects.guard().aggregate(at=Max("released_at"))["at"]
    return max(released, now - WINDOW) if released else now - WINDOW


def is_guard_on() -> bool:
    return Brake.objects.guard().on().exists()


@transaction.atomic
def let_all_go(*, by: User, reason: str) -> Brake:
    """Let job emails go on that were held over all campaigns. What is counted begins anew.

    Campaigns that have a brake of their own keep it.

    Raises ValidationError: no right to, no reason, or nothing is held.
    """
    if not may(by, Permission.MANAGE_SETTINGS):
        raise ValidationError("An administrator lets job emails go on.", code="not_allowed")
    brake = Brake.objects.guard().on().select_for_update(of=("self",)).first()
    if brake is None:
        raise ValidationError("Job emails are not held.", code="not_held")
    let_go(brake, by=by, reason=reason, at=timezone.now())
    audit.record(by, "job_emails.let_go", brake, reason=["", brake.release_reason])
    return brake


def let_go(brake: Brake, *, by: User, reason: str, at: datetime) -> None:
    """Write down who lets it go and why. The caller holds it, or its campaign.

    Raises ValidationError: no reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError("Say why it may go on.", code="no_reason")
    brake.released_at, brake.released_by, brake.release_reason = at, by, reason[:300]
    brake.save(update_fields=["released_at", "released_by", "release_reason"])


def of_now(campaign: Campaign) -> QuerySet[Brake]:
    """Return the brake that is on, first, and those that were let go."""
    return campaign.brakes.select_related("released_by").order_by("-at", "-pk")


def _hold_all(brake: Brake) -> Brake | None:
    with transaction.atomic():
        before = Brake.objects.guard().on()
        Brake.objects.bulk_create([brake], ignore_conflicts=True)
        mine = before.filter(at=brake.at).first()
        if mine is None:
            return None  # another beat was quicker
        # So that no worker begins conversations that the arbiter ends.
        Message.objects.filter(
            state=Message.State.DUE, purpose=Message.Purpose.NURTURE, campaign__isnull=False
        ).update(state=Message.State.PLANNED)
        audit.record(_ENGINE, "job_emails.held", mine, reason=["", mine.sentence])
        return mine


def _brake(kind: str, counted: Counted, at: datetime, campaign: Campaign | None) -> Brake:
    bad = counted.complained if kind == Brake.Kind.COMPLAINTS else counted.came_back
    return Brake(campaign=campaign, kind=kind, bad=bad, tried=counted.tried, at=at)


def _messages(kinds: list[DeliveryEvent.Kind]) -> Count:
    return Count("message", distinct=True, filter=Q(kind__in=kinds))

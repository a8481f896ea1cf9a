"""What a promise may be: how long, and for which jobs."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import ErasedPromise, Job, Promise
from candidates.models import Candidate, GroundState, Purpose

MOST_MONTHS = 24
KEPT_WITHIN_HOURS = 72


def latest_end(candidate: Candidate, at: datetime | None = None) -> date:
    """Return the last day a promise to this person may name.

    A promise cannot outlast what we may keep: it ends with the `pool` ground where one is in force,
    and after 24 months at the latest.
    """
    at = at or timezone.now()
    most = _months_after(today_of(candidate, at), MOST_MONTHS)
    pool = (
        GroundState.objects.filter(candidate=candidate, purpose=Purpose.POOL).in_force(at).first()
    )
    if pool and pool.expires_at:
        # The ground ends within its last day, so the promise ends with the day before.
        last = pool.expires_at.astimezone(_zone(candidate)).date() - timedelta(days=1)
        return min(most, last)
    return most


def today_of(candidate: Candidate, at: datetime) -> date:
    """Return the date at a person; UTC where their zone is not known."""
    return at.astimezone(_zone(candidate)).date()


def _zone(candidate: Candidate) -> ZoneInfo:
    try:
        return ZoneInfo(candidate.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def covers(promise: Promise, job: Job) -> bool:
    """Say whether a job is of the kind that was promised."""
    return bool(job.family) and job.family.casefold() in {
        family.casefold() for family in promise.families
    }


def ledger(user: User) -> dict[str, int]:
    """Return how many promises came to each end, those to people who were erased since included."""
    counts = Promise.objects.visible_to(user).counts()
    if may(user, Permission.VIEW_PEOPLE):
        gone = ErasedPromise.objects.order_by().values_list("state").annotate(Count("pk"))
        for state, number in gone:
            counts[state] += number
    return counts


def kept_rate(kept: int, broken: int) -> int | None:
    """Return how many of a hundred promises that fell due were kept; None: none was settled.

    One that lapsed never fell due, and one that was released was given up together: neither counts.
    """
    settled = kept + broken
    return round(100 * kept / settled) if settled else None


def _months_after(day: date, months: int) -> date:
    """Return the same day `months` later; the last of the month where that day is missing."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")

"""What a promise may be: how long, and for which jobs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count, F, Func, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import ErasedPromise, Job, Promise
from candidates.models import Candidate, GroundState, Purpose

MOST_MONTHS = 24
# Below this many settled promises a rate says more about chance than about us.
LEAST_FOR_RATE = 10


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


def families_promised() -> list[str]:
    """Return the kinds of work that promises name, each once however it was typed."""
    named = Promise.objects.order_by().values_list(
        Func(F("families"), function="unnest"), flat=True
    )
    found: dict[str, str] = {}
    for name in sorted(set(named.distinct())):
        found.setdefault(name.casefold(), name)
    return [found[key] for key in sorted(found)]


def kinds_promised(people: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return, by person, the kinds of work that running promises to them name. One query."""
    found: dict[int, dict[str, str]] = {}
    running = Promise.objects.running().filter(candidate__in=people).order_by("until", "pk")
    for person, families in running.values_list("candidate", "families"):
        for family in families:
            found.setdefault(person, {}).setdefault(family.casefold(), family)
    return {person: tuple(kinds.values()) for person, kinds in found.items()}


@dataclass(frozen=True)
class Page:
    """One page of the ledger, and the key with which the next one begins, or ""."""

    promises: list[Promise]
    after: str


PER_PAGE = 50


def page(found: QuerySet[Promise], state: str, after: Promise | None) -> Page:
    """Return the promises in one state that come after one of them, by key and never by number.

    Due ones begin with the oldest, open ones with the one that ends first, settled ones with the
    one that was settled last.
    """
    field = {Promise.State.DUE: "due_at", Promise.State.OPEN: "until"}.get(
        Promise.State(state), "settled_at"
    )
    is_past = field == "settled_at"
    if after and (key := getattr(after, field)) is not None:
        beyond = "lt" if is_past else "gt"
        found = found.filter(
            Q(**{f"{field}__{beyond}": key}) | Q(**{field: key, f"pk__{beyond}": after.pk})
        )
    sign = "-" if is_past else ""
    rows = found.filter(state=state).select_related("candidate", "owner", "due_job")
    some = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: PER_PAGE + 1])
    more = len(some) > PER_PAGE
    return Page(some[:PER_PAGE], str(some[PER_PAGE - 1].public_id) if more else "")


def ledger(user: User) -> dict[str, int]:
    """Return how many promises came to each end, those to people who were erased since included."""
    counts = Promise.objects.visible_to(user).counts()
    if may(user, Permission.VIEW_PEOPLE):
        gone = ErasedPromise.objects.order_by().values_list("state").annotate(Count("pk"))
        for state, number in gone:
            counts[state] += number
    return counts


def kept_rate(kept: int, broken: int) -> int | None:
    """Return how many of a hundred promises that fell due were kept (M-07).

    100 x kept / (kept + broken), rounded half to even. One that is due is not settled yet; one that
    lapsed or was released asks nothing of us any more: none of them counts. None: fewer than
    `LEAST_FOR_RATE` were settled.
    """
    settled = kept + broken
    return round(100 * kept / settled) if settled >= LEAST_FOR_RATE else None


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

"""How the members of a pool stand to job emails (M-19), at a cost that does not grow with it.

Few members are counted when the page is asked for. Many are counted by a task every ten minutes
(`actions.pool_counts`), and the page says when that was.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from candidates.models import (
    Candidate,
    EmailAddress,
    GroundEvent,
    PoolCount,
    PoolMembership,
    Preference,
    Purpose,
    TalentPool,
)
from candidates.models.grounds import DECIDING
from candidates.models.pools import PoolMembershipQuerySet

SOON = timedelta(days=90)
REFUSALS = ("withdrawn", "objected")
COUNTED_AT_ONCE = 200  # members of all pools of a page together: about 15 ms
MOST_WAITING = 1000


@dataclass(frozen=True)
class Share:
    """One part of a pool: so many of its members, and what that means."""

    key: str
    count: int
    percent: int
    label: str
    tone: str
    icon: str

    @property
    def said(self) -> str:
        return f"{self.count:,}"


@dataclass
class Health:
    """May the members of a pool be sent job emails? Each member is in exactly one part.

    counted_at: None where they were counted just now. is_known: a large pool that is new has no
    numbers yet.
    """

    lasting: int = 0
    ending: int = 0
    paused: int = 0
    ask: int = 0
    refused: int = 0
    unreachable: int = 0
    counted_at: datetime | None = None
    is_known: bool = True

    @property
    def members(self) -> int:
        return sum(getattr(self, key) for key, *_ in _PARTS)

    @property
    def said(self) -> str:
        """How many members, in words that fit before “people”."""
        return f"{self.members:,}" if self.is_known else f"{COUNTED_AT_ONCE:,}+"

    @property
    def writable(self) -> int:
        return self.lasting + self.ending

    @property
    def shares(self) -> list[Share]:
        total = self.members or 1
        return [
            Share(key, count, round(100 * count / total), label, tone, icon)
            for key, label, tone, icon in _PARTS
            if (count := getattr(self, key))
        ]


_PARTS = (
    ("lasting", "may be sent job emails, for more than 90 days", "good", "circle-check"),
    ("ending", "may be sent job emails; it ends within 90 days", "warn", "hourglass"),
    ("paused", "paused job emails themselves", "info", "pause"),
    ("ask", "to be asked first: nothing allows job emails now", "quiet", "circle-question-mark"),
    ("refused", "refused job emails, or are suppressed", "bad", "circle-slash"),
    ("unreachable", "without an address that works", "bad", "mail-x"),
)
PARTS = tuple(key for key, *_ in _PARTS)


@dataclass(frozen=True)
class Waiting:
    """How many proposals wait, counted up to a thousand."""

    count: int = 0

    @property
    def said(self) -> str:
        return f"{MOST_WAITING:,}+" if self.count > MOST_WAITING else f"{self.count:,}"


def shown_of(pools: Iterable[TalentPool]) -> dict[int, tuple[Health, Waiting]]:
    """Return how each pool of a page stands, by its key: as it is, or as it was counted.

    Three queries at most, whatever they hold; the smallest pools are counted now.
    """
    pools = list(pools)
    members = [(pool.memberships.members(), COUNTED_AT_ONCE) for pool in pools]
    proposed = [(_living(pool.memberships.proposed()), MOST_WAITING) for pool in pools]
    found = _first([*members, *proposed])
    mine = dict(zip(pools, found, strict=False))
    now: list[TalentPool] = []
    rows: list[int] = []
    for pool in sorted(pools, key=lambda pool: len(mine[pool])):
        if len(rows) + len(mine[pool]) <= COUNTED_AT_ONCE:
            now.append(pool)
            rows += mine[pool]
    health = health_of(now, among=rows) if rows else {pool.pk: Health() for pool in now}
    health |= _kept([pool for pool in pools if pool.pk not in health])
    waiting = zip(pools, found[len(pools) :], strict=True)
    return {pool.pk: (health[pool.pk], Waiting(len(some))) for pool, some in waiting}


def large_of(pools: Iterable[TalentPool]) -> list[TalentPool]:
    """Return those with more members than are ever counted for a page. One query."""
    pools = list(pools)
    found = _first([(pool.memberships.members(), COUNTED_AT_ONCE) for pool in pools])
    return [pool for pool, rows in zip(pools, found, strict=True) if len(rows) > COUNTED_AT_ONCE]


def health_of(
    pools: Iterable[TalentPool], at: datetime | None = None, *, among: list[int] | None = None
) -> dict[int, Health]:
    """Count the health of each pool, by its key, in one query that looks at every member.

    among: keys of the memberships, where they are known: it is sure then that no others are read.
    Whether somebody may be written to is asked of `contactable` and nowhere else, now and for the
    day in 90 days; the rest only says why not.
    """
    at = at or timezone.now()
    person = Candidate.objects.filter(pk=OuterRef("candidate"))
    events = GroundEvent.objects.filter(candidate=OuterRef("candidate"), kind__in=DECIDING)
    latest = events.order_by("-occurred_at", "-pk").values("kind")
    emails = EmailAddress.objects.filter(candidate=OuterRef("candidate"), released_at=None)
    paused = Preference.objects.filter(candidate=OuterRef("candidate"), paused_until__gt=at.date())
    members = PoolMembership.objects.members().filter(pool__in=[pool.pk for pool in pools])
    rows = (
        _living(members if among is None else members.filter(pk__in=among))
        .annotate(
            may=Exists(person.contactable(at=at)),
            lasts=Exists(person.contactable(at=at + SOON)),
            nurture=Coalesce(Subquery(latest.filter(purpose=Purpose.NURTURE)[:1]), Value("")),
            kept=Coalesce(Subquery(latest.filter(purpose=Purpose.POOL)[:1]), Value("")),
            suppressed=Exists(emails.exclude(suppressed="")),
            reachable=Exists(emails.filter(is_primary=True, bounced_at=None)),
            paused=Exists(paused),
        )
        .order_by()
        .values("pool")
    )
    refused = Q(nurture__in=REFUSALS) | Q(kept__in=REFUSALS) | Q(suppressed=True)
    no = Q(may=False)
    counted = rows.annotate(
        lasting=Count("pk", filter=Q(may=True, lasts=True)),
        ending=Count("pk", filter=Q(may=True, lasts=False)),
        refused=Count("pk", filter=no & refused),
        unreachable=Count("pk", filter=no & Q(reachable=False) & ~refused),
        pausing=Count("pk", filter=no & Q(reachable=True, paused=True) & ~refused),
        ask=Count("pk", filter=no & Q(reachable=True, paused=False) & ~refused),
    )
    found = {
        row["pool"]: Health(
            lasting=row["lasting"],
            ending=row["ending"],
            paused=row["pausing"],
            ask=row["ask"],
            refused=row["refused"],
            unreachable=row["unreachable"],
        )
        for row in counted
    }
    return {pool.pk: found.get(pool.pk, Health()) for pool in pools}


def parts_of(health: Health) -> dict[str, int]:
    """Return what a `PoolCount` keeps of it."""
    return {key: value for key, value in asdict(health).items() if key in PARTS}


def _kept(pools: list[TalentPool]) -> dict[int, Health]:
    """Return the health of large pools as it was counted last; unknown where it never was."""
    found = {pool.pk: Health(is_known=False) for pool in pools}
    for row in PoolCount.objects.filter(pool__in=pools) if pools else ():
        parts = {key: getattr(row, key) for key in PARTS}
        found[row.pool_id] = Health(**parts, counted_at=row.counted_at)
    return found


def _first(asked: list[tuple[PoolMembershipQuerySet, int]]) -> list[list[int]]:
    """Return the keys of the newest rows of each query, one more than its bound at most."""
    parts: list[str] = []
    params: list[Any] = []
    for place, (rows, most) in enumerate(asked):
        newest = rows.order_by("-at", "-pk").values("pk")[: most + 1]  # as the index has them
        sql, own = newest.query.sql_with_params()
        # The text is Django's own; whatever it holds is a parameter.
        parts.append(f"SELECT {place}, array_agg(found.pk) FROM ({sql}) found")  # noqa: S608
        params += own
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return [keys or [] for _, keys in sorted(cursor.fetchall(), key=lambda row: row[0])]


def _living(rows: PoolMembershipQuerySet) -> PoolMembershipQuerySet:
    """Leave out whoever was erased, merged or archived: they are in no pool any more."""
    return rows.filter(candidate__in=Candidate.objects.live())

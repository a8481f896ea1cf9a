"""Reading talent pools: how many are in each, how many may be written to, and who came and went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from candidates.actions import pools as actions
from candidates.filters import people_of
from candidates.models import (
    Candidate,
    EmailAddress,
    GroundEvent,
    PoolMembership,
    Preference,
    Purpose,
    TalentPool,
)
from candidates.models.grounds import DECIDING
from candidates.models.pools import PoolMembershipQuerySet

PAGE = 50
PROPOSALS = 20
SOON = timedelta(days=90)
REFUSALS = ("withdrawn", "objected")


@dataclass(frozen=True)
class Share:
    """One part of a pool: so many of its members, and what that means."""

    key: str
    count: int
    percent: int
    label: str
    tone: str
    icon: str


@dataclass
class Health:
    """May the members of a pool be sent job emails? (M-19) Each member is in exactly one part."""

    lasting: int = 0
    ending: int = 0
    paused: int = 0
    ask: int = 0
    refused: int = 0
    unreachable: int = 0

    @property
    def members(self) -> int:
        return sum(getattr(self, key) for key, *_ in _PARTS)

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


class MembersForm(forms.Form):
    """Which memberships of a pool are listed, and from where on."""

    show = forms.ChoiceField(required=False, choices=[("", "Members"), ("left", "Left")])
    before = forms.RegexField(r"^\d{1,18}$", required=False, widget=forms.HiddenInput)
    removed = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    def page_of(self, pool: TalentPool, user: User) -> tuple[list[PoolMembership], str]:
        """Return fifty memberships, newest first, and the query of the next page or nothing.

        Each has its person, and in `may_be_written_to` whether job emails may go to them.
        """
        left = self.chosen.get("show") == "left"
        column = "left_at" if left else "at"
        rows = pool.memberships.past() if left else pool.memberships.members()
        person = Candidate.objects.filter(pk=OuterRef("candidate"))
        rows = (
            rows.filter(candidate__in=Candidate.objects.visible_to(user))
            .select_related("candidate", "by")
            .annotate(may_be_written_to=Exists(person.contactable()))
            .order_by(f"-{column}", "-pk")
        )
        if place := self.chosen.get("before"):
            last = pool.memberships.filter(pk=int(place)).values_list(column, flat=True).first()
            if last is not None:
                later = Q(**{f"{column}__lt": last}) | Q(**{column: last}, pk__lt=int(place))
                rows = rows.filter(later)
        found = list(rows[: PAGE + 1])
        page = found[:PAGE]
        if len(found) <= PAGE:
            return page, ""
        shown = "show=left&" if left else ""
        return page, f"?{shown}before={page[-1].pk}"


def proposals_of(pool: TalentPool, user: User) -> list[PoolMembership]:
    """Return the newest of those whom the search proposes."""
    rows = pool.memberships.proposed().filter(candidate__in=Candidate.objects.visible_to(user))
    person = Candidate.objects.filter(pk=OuterRef("candidate"))
    rows = rows.annotate(may_be_written_to=Exists(person.contactable()))
    return list(rows.select_related("candidate").order_by("-at", "-pk")[:PROPOSALS])


def health_of(pools: Iterable[TalentPool], at: datetime | None = None) -> dict[int, Health]:
    """Return the health of each pool by its key, in one query for all of them.

    Whether somebody may be written to is asked of `contactable` and nowhere else, now and for the
    day in 90 days; the rest only says why not.
    """
    at = at or timezone.now()
    person = Candidate.objects.filter(pk=OuterRef("candidate"))
    events = GroundEvent.objects.filter(candidate=OuterRef("candidate"), kind__in=DECIDING)
    latest = events.order_by("-occurred_at", "-pk").values("kind")
    emails = EmailAddress.objects.filter(candidate=OuterRef("candidate"), released_at=None)
    paused = Preference.objects.filter(candidate=OuterRef("candidate"), paused_until__gt=at.date())
    rows = (
        _living(PoolMembership.objects.members().filter(pool__in=[pool.pk for pool in pools]))
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


def waiting_in(pools: Iterable[TalentPool]) -> dict[int, int]:
    """Return how many proposals wait in each pool, by its key."""
    rows = _living(PoolMembership.objects.proposed().filter(pool__in=[pool.pk for pool in pools]))
    counts = rows.order_by().values("pool").annotate(count=Count("pk"))
    return dict(counts.values_list("pool", "count"))


def refresh(pool: TalentPool, now: datetime) -> dict[str, int]:
    """Fill a living pool from its search, as whoever looks after it would find."""
    return actions.refresh(pool, people_of(QueryDict(pool.query), pool.owner), now)


def found_by(query: str, user: User) -> int:
    """Return how many people a search finds now."""
    return people_of(QueryDict(query), user).count()


def _living(rows: PoolMembershipQuerySet) -> PoolMembershipQuerySet:
    """Leave out whoever was erased, merged or archived: they are in no pool any more."""
    return rows.filter(candidate__in=Candidate.objects.live())

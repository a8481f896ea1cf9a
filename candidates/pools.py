"""Reading talent pools: which there are, and who is in one, came and went."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from accounts.models import User
from candidates.actions import pools as actions
from candidates.filters import people_of
from candidates.models import Candidate, PoolMembership, TalentPool
from candidates.models.pools import PoolMembershipQuerySet, TalentPoolQuerySet

PAGE = 50
POOLS = 20
PROPOSALS = 20


class PoolsForm(forms.Form):
    """Which pools are listed, and from where on."""

    show = forms.ChoiceField(required=False, choices=[("", "Open"), ("closed", "Closed")])
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()
        self.shows_closed = self.cleaned_data.get("show") == "closed"
        self.start: UUID | None = self.cleaned_data.get("after")

    def page_of(self, visible: TalentPoolQuerySet) -> tuple[list[TalentPool], str]:
        """Return twenty pools by name, and the query of the next page or nothing."""
        pools = visible.closed() if self.shows_closed else visible.open()
        if self.start and (last := visible.filter(public_id=self.start).first()):
            pools = pools.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
        found = list(pools.order_by("name", "pk")[: POOLS + 1])
        if len(found) <= POOLS:
            return found, ""
        shown = "show=closed&" if self.shows_closed else ""
        return found[:POOLS], f"?{shown}after={found[POOLS - 1].public_id}"


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
        order = (f"-{column}", "-pk")
        rows = rows.filter(candidate__in=Candidate.objects.visible_to(user)).order_by(*order)
        if place := self.chosen.get("before"):
            last = pool.memberships.filter(pk=int(place)).values_list(column, flat=True).first()
            if last is not None:
                later = Q(**{f"{column}__lt": last}) | Q(**{column: last}, pk__lt=int(place))
                rows = rows.filter(later)
        found = list(_for_page(rows[: PAGE + 1]).order_by(*order))
        page = found[:PAGE]
        if len(found) <= PAGE:
            return page, ""
        shown = "show=left&" if left else ""
        return page, f"?{shown}before={page[-1].pk}"


def proposals_of(pool: TalentPool, user: User) -> list[PoolMembership]:
    """Return the newest of those whom the search proposes."""
    rows = pool.memberships.proposed().filter(candidate__in=Candidate.objects.visible_to(user))
    newest = rows.order_by("-at", "-pk")[:PROPOSALS]
    return list(_for_page(newest).order_by("-at", "-pk"))


def _for_page(rows: PoolMembershipQuerySet) -> PoolMembershipQuerySet:
    """Read these few with their person, and whether job emails may go to them.

    They are chosen first: asked of all rows at once, the database would work that out of everybody.
    """
    person = Candidate.objects.filter(pk=OuterRef("candidate"))
    chosen = PoolMembership.objects.filter(pk__in=rows.values("pk"))
    return chosen.select_related("candidate", "by").annotate(
        may_be_written_to=Exists(person.contactable())
    )


def refresh(pool: TalentPool, now: datetime) -> dict[str, int]:
    """Fill a living pool from its search, as whoever looks after it would find."""
    return actions.refresh(pool, people_of(QueryDict(pool.query), pool.owner), now)


def found_by(query: str, user: User) -> int:
    """Return how many people a search finds now."""
    return people_of(QueryDict(query), user).count()

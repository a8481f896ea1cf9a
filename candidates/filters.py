"""The query of the people list. It lives in the address, so a list can be bookmarked and passed on.

    ?q="high voltage"&emails=yes&skill=HV+isolation&place=Bristol,+GB&km=50&sort=newest

What the page lists, a bulk action acts on and a living pool keeps is the same people, because all
of them ask here.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from candidates import facets
from candidates.facets import Counts, Facet, Value
from candidates.facets.place import KM, RADII
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet
from candidates.search import Search
from candidates.search.finding import RANKED
from candidates.search.paging import Order

MOST_VALUES: Final = 20  # of one facet in one query


# What values of facets mean to one user: code → value → words.
Known = Mapping[str, Mapping[str, str]]


def known_in(queries: Iterable[QueryDict], user: User) -> Known:
    """Return what the values of many queries mean. One question a facet, not one a query."""
    queries = list(queries)
    found = {}
    for facet in facets.facets_of(user):
        values = [value for query in queries for value in _values_of(facet, query)[:MOST_VALUES]]
        if values:
            found[facet.code] = facet.known(list(dict.fromkeys(values)), user)
    return found


def _values_of(facet: Facet, query: QueryDict) -> list[str]:
    return [value for value in dict.fromkeys(query.getlist(facet.code)) if value]


def people_of(query: QueryDict, user: User, known: Known | None = None) -> CandidateQuerySet:
    """Return everybody a query of the people list finds: visible to the user, unordered.

    The order and the place in the list do not count. A condition that means nothing to this user
    (a tag that is gone, a facet they may not use) finds nobody: a living pool must not fill with
    everybody because one of its conditions was lost. The page leaves such a condition out and says
    so; `PeopleFilterForm(...).query` is what it then asks. known: see `known_in`.
    """
    form = PeopleFilterForm(query, user=user, known=known)
    if form.dropped:
        return Candidate.objects.none()
    return form.find().order_by()


class PeopleFilterForm(forms.Form):
    """Every field may stay empty. What is not understood is left out, and listed in `dropped`."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="Words",
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    sort = forms.ChoiceField(required=False, label="Sort by", choices=Order.choices)
    km = forms.ChoiceField(
        required=False,
        label="How far around",
        choices=[("", "The place itself"), *((str(km), f"{words} around") for km, words in RADII)],
    )
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    view = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User, known: Known | None = None) -> None:
        super().__init__(query)
        self.user = user
        self.known = known
        self.asked = query
        self.is_valid()

    @cached_property
    def facets(self) -> list[Facet]:
        return facets.facets_of(self.user)

    @cached_property
    def _read(self) -> tuple[dict[str, dict[str, str]], list[str]]:
        """The facets in use, code → value → words; and what was left out, in words."""
        used: dict[str, dict[str, str]] = {}
        dropped = []
        for facet in facets.all_facets():
            values = _values_of(facet, self.asked)
            if values and not facet.is_for(self.user):
                dropped.append(f"{facet.label}: you may not use this filter")
                continue
            known = self._known(facet, values[:MOST_VALUES]) if values else {}
            if known:
                used[facet.code] = known
            if lost := [value[:60] for value in values if value not in known]:
                dropped.append(f"{facet.label}: {', '.join(lost)}")
        return used, dropped

    def _known(self, facet: Facet, values: list[str]) -> dict[str, str]:
        if self.known is None:
            return facet.known(values, self.user)
        words = self.known.get(facet.code, {})
        return {value: words[value] for value in values if value in words}

    @property
    def used(self) -> dict[str, dict[str, str]]:
        return self._read[0]

    @property
    def dropped(self) -> list[str]:
        return self._read[1]

    @cached_property
    def search(self) -> Search:
        return Search(self.cleaned_data.get("q", ""), self.user)

    @property
    def order(self) -> str:
        """Words are ranked unless something else is asked for; without words there is no rank."""
        asked: str = self.cleaned_data.get("sort", "")
        if not asked or (asked == Order.RELEVANCE and not self.search):
            return self.usual_order
        return asked

    @property
    def usual_order(self) -> str:
        """The order where none is asked for. The page leaves it out of the address, so that
        whoever types words next gets the best of them first."""
        return Order.RELEVANCE if self.search else Order.CONTACT

    @property
    def orders(self) -> list[tuple[str, str]]:
        """The orders that can be chosen."""
        return [
            (value, label)
            for value, label in Order.choices
            if value != Order.RELEVANCE or self.search
        ]

    @property
    def is_filtered(self) -> bool:
        return bool(self.search or self.used)

    def find(self, *, but: str = "") -> CandidateQuerySet:
        """Return the people, unordered. but: the code of a facet that does not count."""
        conditions = [asked for code, asked in self._conditions.items() if code != but]
        return self.search.find(Candidate.objects.visible_to(self.user)).filter(*conditions)

    def starting_after(self) -> Candidate | None:
        """Return the last person of the page before, if there was one."""
        public_id = self.cleaned_data.get("after")
        if not public_id:
            return None
        return Candidate.objects.visible_to(self.user).filter(public_id=public_id).first()

    def counts(self) -> Counts:
        """Count the people and what each value of each facet would leave. One query.

        It also says whom of them a ranking looks at, so that they are not looked for again.
        """
        without = {
            facet.code: self.find(but=facet.code)
            for facet in self.facets
            if facet.code in self.used and not facet.needs_all
        }
        ranked = RANKED if self.order == Order.RELEVANCE else 0
        return facets.count(self.find(), self.facets, without, latest=ranked)

    def groups(self, counts: Counts) -> list["FacetGroup"]:
        """Return the facets as the page shows them."""
        return [
            FacetGroup(
                facet,
                self.used.get(facet.code, {}),
                counts.values.get(facet.code, []),
                is_of_sample=facet.code in counts.of_sample and not counts.is_capped,
            )
            for facet in self.facets
        ]

    @cached_property
    def query(self) -> str:
        """The query string of what was understood, in an order of its own: two equal lists have
        equal ones. Without the place in the list, the order and the view it came from."""
        return urlencode(list(self._pairs()))

    def query_with(self, **values: str) -> str:
        """Return the query string of this list with other values, for links to pages and orders."""
        kept = [pair for pair in [*self._pairs(), *self._kept()] if pair[0] not in values]
        return urlencode([*kept, *((name, value) for name, value in values.items() if value)])

    def chips(self) -> list[tuple[str, str]]:
        """Return what the list is narrowed by: (words, query string without it)."""
        found = []
        labels = {facet.code: facet.label for facet in self.facets}
        pairs = list(self._pairs())
        for name, value in pairs:
            if name == KM:
                continue
            words = f"“{value}”" if name == "q" else self.used[name][value]
            rest = [pair for pair in pairs if pair != (name, value)]
            if name == "place":
                rest = [pair for pair in rest if pair[0] != KM or ("place" in dict(rest))]
            label = "Words" if name == "q" else labels[name]
            found.append((f"{label}: {words}", urlencode([*rest, *self._kept()])))
        return found

    def _kept(self) -> Iterator[tuple[str, str]]:
        """The order, unless it is the usual one, and the view that the list came from."""
        if self.order != self.usual_order:
            yield "sort", self.order
        if view := self.cleaned_data.get("view"):
            yield "view", str(view)

    @cached_property
    def _conditions(self) -> dict[str, Q]:
        params = {KM: self.cleaned_data.get(KM, "")}
        return {
            facet.code: facet.asked(self.used[facet.code], params)
            for facet in self.facets
            if facet.code in self.used
        }

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.search:
            yield "q", self.search.text
        for facet in self.facets:
            for value in sorted(self.used.get(facet.code, {})):
                yield facet.code, value
        if self.cleaned_data.get(KM) and "place" in self.used:
            yield KM, self.cleaned_data[KM]


class FacetGroup:
    """One facet on the page: its lines, those in use first where the facet has no order."""

    def __init__(
        self,
        facet: Facet,
        used: dict[str, str],
        counted: list[tuple[str, str, int]],
        *,
        is_of_sample: bool = False,
    ) -> None:
        self.facet = facet
        self.is_of_sample = is_of_sample
        self.is_used = bool(used)
        numbers = {value: number for value, _, number in counted}
        if facet.options:
            self.values = [
                Value(value, words, numbers.get(value, 0), value in used)
                for value, words in facet.options
            ]
            return
        unnamed = [value for value, words, _ in counted if not words]
        words_of = facet.known(unnamed, User()) if unnamed else {}
        lines = [
            Value(value, words or words_of.get(value, value), number, value in used)
            for value, words, number in counted
        ]
        shown = {line.value for line in lines}
        lines += [
            Value(value, words, 0, is_chosen=True)
            for value, words in used.items()
            if value not in shown
        ]
        self.values = sorted(lines, key=lambda line: (not line.is_chosen, -line.count, line.words))

    def __bool__(self) -> bool:
        return bool(self.values)

"""Walking through a list of people page by page.

The place in the list is a bound that an index serves, so page 100 costs what page 1 costs.
"""

from collections.abc import Collection, Sequence
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact, LessThan

from candidates.facets import Facet
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet
from candidates.search.finding import Search

PAGE: Final = 50


class Order(models.TextChoices):
    RELEVANCE = "relevance", "Best fit"
    CONTACT = "contact", "Last contact"
    NEWEST = "newest", "Newest first"


def page_of(
    people: CandidateQuerySet,
    order: str,
    search: Search,
    *,
    after: Candidate | None = None,
    facets: Sequence[Facet] = (),
    latest: Collection[int] = (),
) -> tuple[list[Candidate], bool]:
    """Return the next fifty people after `after`, and whether there are more.

    Each has what `facets` say of them on their row, in `row_…`. latest: see `Search.best_of`.
    """
    if order == Order.RELEVANCE:
        ranked = _ranked(people, search, after, latest)
        found = list(_for_rows(ranked, facets).order_by(F("rank").desc(), "-pk")[: PAGE + 1])
    elif order == Order.NEWEST:
        found = _by_newest(_for_rows(people, facets), after)
    else:
        found = _by_contact(_for_rows(people, facets), after)
    return found[:PAGE], len(found) > PAGE


def _for_rows(people: CandidateQuerySet, facets: Sequence[Facet]) -> CandidateQuerySet:
    said = {f"row_{facet.code}": facet.on_rows() for facet in facets if facet.on_rows}
    return people.select_related("owner").annotate(**said)


def _ranked(
    people: CandidateQuerySet, search: Search, after: Candidate | None, latest: Collection[int]
) -> CandidateQuerySet:
    # Their ids first: in one statement with the ranking, each of everybody was compared with them.
    ranked = search.ranked(Candidate.objects.filter(pk__in=search.best_of(people, latest)))
    if after is not None:
        place = ranked.filter(pk=after.pk).values_list(F("rank"), flat=True).first()
        if place is not None:
            later = Q(LessThan(F("rank"), place)) | Q(Exact(F("rank"), place), pk__lt=after.pk)
            ranked = ranked.filter(later)
    return ranked


def _by_newest(people: CandidateQuerySet, after: Candidate | None) -> list[Candidate]:
    if after is not None:
        people = people.filter(created_at__lte=after.created_at).exclude(
            created_at=after.created_at, pk__gte=after.pk
        )
    return list(people.order_by("-created_at", "-pk")[: PAGE + 1])


def _by_contact(people: CandidateQuerySet, after: Candidate | None) -> list[Candidate]:
    """Those never spoken to come last and are a walk of their own."""
    found: list[Candidate] = []
    if after is None or after.last_contact_at is not None:
        spoken = people.exclude(last_contact_at=None)
        if after is not None:
            spoken = spoken.filter(last_contact_at__lte=after.last_contact_at).exclude(
                last_contact_at=after.last_contact_at, pk__gte=after.pk
            )
        found = list(spoken.by_last_contact()[: PAGE + 1])
        after = None
    if len(found) <= PAGE:
        never = people.filter(last_contact_at=None)
        if after is not None:
            never = never.filter(pk__lt=after.pk)
        found += never.by_last_contact()[: PAGE + 1 - len(found)]
    return found

"""Reading saved views: who is new in one since a colleague last saw it."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from django.db.models import F, Value
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from accounts.models import User
from candidates.filters import known_in, people_of
from candidates.models import SavedView, ViewUse

KEPT: Final = 10_000  # people remembered as seen
COUNTED: Final = 100


def new_in(views: Iterable[SavedView], user: User) -> dict[int, str]:
    """Return how many people of each view this user has not seen in it: “3”, “99+”, or nothing.

    Nothing also before the first visit. In a view of more than ten thousand people, those count
    who were added since. Two queries, and one a facet, however many views; only words cost up to
    three more for each view that has some.
    """
    query_of = {view.pk: QueryDict(view.query) for view in views}
    uses = ViewUse.objects.filter(view__in=query_of, user=user).exclude(seen_at=None)
    uses = uses.defer("seen").annotate(many=F("seen__len"))
    queries = {use.view_id: query_of[use.view_id] for use in uses}
    known = known_in(queries.values(), user)
    found = []
    for use in uses:
        people = people_of(queries[use.view_id], user, known)
        if use.many >= KEPT:
            people = people.filter(created_at__gt=use.seen_at)
        else:
            seen = RawSQL("SELECT unnest(seen) FROM candidates_viewuse WHERE id = %s", [use.pk])
            people = people.exclude(pk__in=seen)
        found.append(people.annotate(view=Value(use.view_id)).values_list("view")[:COUNTED])
    if not found:
        return {}
    counts = Counter(pk for (pk,) in found[0].union(*found[1:], all=True))
    return {
        pk: f"{COUNTED - 1}+" if count == COUNTED else str(count) for pk, count in counts.items()
    }


def ids_in(view: SavedView, user: User) -> list[int]:
    """Return the ids of the people in the view, as many as are remembered."""
    people = people_of(QueryDict(view.query), user).order_by("-pk")
    return list(people.values_list("pk", flat=True)[:KEPT])

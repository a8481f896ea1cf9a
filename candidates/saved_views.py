"""Reading saved views: who is new in one since a colleague last saw it."""

from typing import Final

from django.http import QueryDict

from accounts.models import User
from candidates.filters import people_of
from candidates.models import SavedView, ViewUse

KEPT: Final = 10_000  # people remembered as seen
COUNTED: Final = 100


def new_in(view: SavedView, user: User) -> str:
    """Return how many people of the view this user has not seen in it: “3”, “99+”, or nothing.

    Nothing also before the first visit. In a view of more than ten thousand people, those count
    who were added since. Three queries at most.
    """
    use = ViewUse.objects.filter(view=view, user=user).exclude(seen_at=None).first()
    if use is None:
        return ""
    people = people_of(QueryDict(view.query), user)
    if len(use.seen) >= KEPT:
        people = people.filter(created_at__gt=use.seen_at)
    else:
        people = people.exclude(pk__in=use.seen)
    count = people.values("pk")[:COUNTED].count()
    return f"{COUNTED - 1}+" if count == COUNTED else str(count or "")


def ids_in(view: SavedView, user: User) -> list[int]:
    """Return the ids of the people in the view, as many as are remembered."""
    people = people_of(QueryDict(view.query), user).order_by("-pk")
    return list(people.values_list("pk", flat=True)[:KEPT])

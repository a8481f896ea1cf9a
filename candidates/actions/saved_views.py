"""Keeping a query of a list under a name. Only its owner changes a view."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.models import SavedView, ViewUse
from candidates.models.saved_views import PEOPLE

MOST = 30


@transaction.atomic
def save_view(
    name: str, query: str, *, by: User, is_shared: bool = False, place: str = PEOPLE
) -> SavedView:
    """Keep a query of a list under a name.

    Raises ValidationError: no name, a name they use there already, a query that is too long, or
    thirty views of that list already.
    """
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    name = " ".join(name.split())
    if by.saved_views.filter(place=place).count() >= MOST:
        raise ValidationError(
            f"You have {MOST} views. Delete one that you no longer need.", code="too_many"
        )
    view = SavedView(name=name, query=query, owner=by, is_shared=is_shared, place=place)
    view.full_clean()
    view.save()
    audit.record(by, "view.saved", view, shared=["", str(is_shared)])
    return view


@transaction.atomic
def change_view(
    view: SavedView,
    *,
    by: User,
    name: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
    was: Mapping[str, Any] | None = None,
) -> SavedView:
    """Give one's own view another name, query, or readers. What stays None stays.

    was: what the form was made from, as far as it says.

    Raises ValidationError: it is somebody else's, it is gone, the new values do not do, or its
    owner changed meanwhile, on another page, what is to be something else now (`conflict`).
    """
    view = _own(view, by)
    shared = view.is_shared
    values = {
        "name": None if name is None else " ".join(name.split()),
        "query": query,
        "is_shared": is_shared,
    }
    wanted = {key: value for key, value in values.items() if value is not None}
    for key, before in (was or {}).items():
        if key in wanted and getattr(view, key) not in (before, wanted[key]):
            raise ValidationError(
                f"This view was changed meanwhile {audit.last_change(view)}.", code="conflict"
            )
    for key, value in wanted.items():
        setattr(view, key, value)
    view.full_clean()
    view.save()
    audit.record(by, "view.changed", view, shared=[str(shared), str(view.is_shared)])
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """Delete one's own view, for everybody. The people stay where they are.

    Raises ValidationError: it is somebody else's, or it is gone.
    """
    view = _own(view, by)
    audit.record(by, "view.deleted", view)
    view.delete()


@transaction.atomic
def see_view(view: SavedView, people: list[int], *, by: User) -> None:
    """Remember who is in the view now: those who come later are new to this user."""
    ViewUse.objects.update_or_create(
        view=view, user=by, defaults={"seen_at": timezone.now(), "seen": people}
    )


@transaction.atomic
def start_with(view: SavedView | None, *, by: User) -> None:
    """Open the people list with this view from now on; with None, with everybody."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    ViewUse.objects.filter(user=by, is_default=True).update(is_default=False)
    if view is not None:
        ViewUse.objects.update_or_create(view=view, user=by, defaults={"is_default": True})


def _own(view: SavedView, by: User) -> SavedView:
    found = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if found is None:
        raise ValidationError("This view was deleted meanwhile.", code="gone")
    view = found
    if view.owner_id != by.pk:
        raise ValidationError(
            "Only its owner can change a view. Save one of your own.", code="foreign"
        )
    return view

"""Saved views of the people list: kept, shared, seen, started with."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission, may
from candidates import saved_views
from candidates.actions import saved_views as act
from candidates.forms import DefaultViewForm, ViewForm, ViewQueryForm
from candidates.models import SavedView


@require_GET
@requires(Permission.VIEW_PEOPLE)
def views(request: StaffRequest) -> HttpResponse:
    """Every view this colleague may use, with how many people are new in it."""
    return _views(request)


@require_POST
@requires(Permission.VIEW_PEOPLE)
def view_save(request: StaffRequest) -> HttpResponse:
    """Keep the list that was on the screen under a name."""
    form = ViewForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            view = act.save_view(by=request.user, **form.cleaned_data)
            _see(request, view)
    if not form.is_valid():
        return _views(request, form=form)
    messages.success(request, f"“{view.name}” is saved.")
    return redirect(_list_of(view))


@require_http_methods(["GET", "POST"])
@requires(Permission.VIEW_PEOPLE)
def view(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Rename, share or delete one's own view."""
    mine = _mine(request, public_id)
    form = ViewForm(request.POST or None, view=mine)
    conflict: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        conflict = change(form, mine, by=request.user)
        if form.is_valid():
            messages.success(request, "The view is changed.")
            return redirect("candidates:views")
    status = 422 if form.is_bound else 200
    context = {
        **conflict,
        "view": mine,
        "form": form,
        "address": reverse("candidates:view", args=[public_id]),
        "delete_address": reverse("candidates:view_delete", args=[public_id]),
        "back_address": reverse("candidates:views"),
        "pretitle": "Saved views",
    }
    return render(request, "candidates/view.html", context, status=status)


@require_POST
@requires(Permission.VIEW_PEOPLE)
def view_query(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let one's own view ask what is on the screen now."""
    mine = _mine(request, public_id)
    form = ViewQueryForm(request.POST)
    asked = mine.query
    if form.is_valid():
        asked = form.cleaned_data["query"]
        with refusals_shown_on(form):
            mine = act.change_view(mine, by=request.user, query=asked, was=form.made_from)
            _see(request, mine)
    if form.is_valid():
        messages.success(request, f"“{mine.name}” asks this from now on.")
    elif form.has_error("__all__", code="conflict"):
        messages.error(request, stale_query(form))
    else:
        messages.error(request, "That list is too long to be kept as a view.")
    return redirect(_list_of(mine, asked))


@require_POST
@requires(Permission.VIEW_PEOPLE)
def view_delete(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    mine = _mine(request, public_id)
    act.delete_view(mine, by=request.user)
    messages.success(request, f"The view “{mine.name}” is deleted. The people stay.")
    return redirect("candidates:views")


@require_POST
@requires(Permission.VIEW_PEOPLE)
def view_seen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Count those as new who come into the view after now."""
    shown = get_object_or_404(SavedView.objects.of().visible_to(request.user), public_id=public_id)
    _see(request, shown)
    return HttpResponse(status=204) if request.htmx else redirect(_list_of(shown))


@require_POST
@requires(Permission.VIEW_PEOPLE)
def view_default(request: StaffRequest) -> HttpResponse:
    """Choose the view that the people list opens with."""
    form = DefaultViewForm(request.POST, user=request.user)
    if not form.is_valid():
        return _views(request, form=None, status=422)
    chosen = form.cleaned_data["view"]
    act.start_with(chosen, by=request.user)
    words = f"“{chosen.name}”" if chosen else "everybody"
    messages.success(request, f"The people list opens with {words}.")
    return redirect("candidates:views")


def change(form: ViewForm, view: SavedView, *, by: User) -> dict[str, Any]:
    """Save what a valid form says of a view. Returns what its page shows after a conflict.

    Any other refusal is put on the form.
    """
    values = {name: form.cleaned_data[name] for name in ("name", "is_shared")}
    with refusals_shown_on(form):
        act.change_view(view, by=by, was=form.made_from(), **values)
    if not form.has_error("__all__", code="conflict"):
        return {}
    view.refresh_from_db()
    stored = form.values_of(view)
    return {
        "differences": form.differences(stored),
        "settled": form.settled(stored),
        "changed": audit.last_change(view),
    }


def stale_query(form: ViewQueryForm) -> str:
    """Return what to say to somebody whose own view asks something else since their page."""
    return f"{form.non_field_errors()[0]} To keep the list on this page instead, save it again."


def _views(request: StaffRequest, form: ViewForm | None = None, status: int = 200) -> HttpResponse:
    shown = list(SavedView.objects.for_page(request.user))
    new = saved_views.new_in(shown, request.user)
    rows: list[dict[str, Any]] = [
        {
            "view": one,
            "href": _list_of(one),
            "is_mine": one.owner_id == request.user.pk,
            "new": new.get(one.pk, ""),
        }
        for one in shown
    ]
    if form is not None:
        status = 422
    context = {
        "rows": rows,
        "form": form,
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
    }
    return render(request, "candidates/views.html", context, status=status)


def _see(request: StaffRequest, shown: SavedView) -> None:
    act.see_view(shown, saved_views.ids_in(shown, request.user), by=request.user)


def _mine(request: StaffRequest, public_id: uuid.UUID) -> SavedView:
    return get_object_or_404(SavedView.objects.of(), owner=request.user, public_id=public_id)


def _list_of(shown: SavedView, asked: str | None = None) -> str:
    """Return the address of the list that a view stands for. asked: what is asked in its place."""
    asked = shown.query if asked is None else asked
    query = f"{asked}&" if asked else ""
    return f"{reverse('candidates:people')}?{query}view={shown.public_id}"

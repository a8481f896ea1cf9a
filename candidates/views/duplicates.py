"""The queue of records that may be one person, and making one of two."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates import pairs
from candidates.actions.merging import merge_people, unmerge_people
from candidates.actions.pairs import dismiss_pair, name_pair, reopen_pair
from candidates.forms.duplicates import (
    ONE,
    OTHER,
    DismissForm,
    MergeForm,
    QueueForm,
    SameAsForm,
)
from candidates.models import Candidate, DuplicateSearch, DuplicateSuggestion, Merge
from candidates.views.common import person_of


@require_GET
@requires(Permission.EDIT_PEOPLE)
def duplicates(request: StaffRequest) -> HttpResponse:
    """The pairs that wait, the surest first; or those that were settled."""
    form = QueueForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    show = chosen.get("show") or ""
    visible = DuplicateSuggestion.objects.visible_to(request.user)
    waiting = visible.open()
    context: dict[str, Any] = {
        "show": show,
        "tabs": [
            {"label": label, "href": f"?show={value}" if value else "?", "current": value == show}
            for value, label in QueueForm.base_fields["show"].choices  # type: ignore[attr-defined]  # a choice field
        ],
        "search": DuplicateSearch.objects.first(),
    }
    if show == "merged":
        merges = Merge.objects.visible_to(request.user).undoable(timezone.now())
        context["merges"] = merges.select_related("survivor", "merged", "by")[: pairs.PAGE]
        return render(request, "candidates/duplicates.html", context)
    found = visible.filter(state="dismissed") if show == "dismissed" else waiting
    after = visible.filter(public_id=chosen["after"]).first() if chosen.get("after") else None
    page, has_older = pairs.page_of_queue(found, after)
    context["pairs"] = [(pair, pairs.reasons_of(pair)) for pair in page]
    context["is_first_page"] = after is None
    if has_older:
        context["older"] = f"?show={show}&after={page[-1].public_id}"
    return render(request, "candidates/duplicates.html", context)


@require_GET
@requires(Permission.EDIT_PEOPLE)
def duplicate(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One pair, side by side."""
    return _pair(request, _suggestion(request, public_id))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def duplicate_merge(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make one person of the two, then go on with the next pair."""
    suggestion = _suggestion(request, public_id)
    one, other = pairs.sides_of(suggestion.one, suggestion.other)
    form = MergeForm(request.POST, rows=pairs.rows_of(one, other, request.user))
    if form.is_valid():
        people = (one.candidate, other.candidate)
        survivor, merged = people if form.keeps_one else people[::-1]
        with refusals_shown_on(form):
            merge = merge_people(survivor, merged, by=request.user, take=form.take)
    if not form.is_valid():
        return _pair(request, suggestion, merge_form=form)
    address = reverse("candidates:profile", args=[survivor.public_id])
    return redirect(f"{address}?merged={merge.public_id}")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def duplicate_dismiss(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that they are two people, then show what else waits."""
    suggestion = _suggestion(request, public_id)
    form = DismissForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            dismiss_pair(suggestion, form.cleaned_data["why"], by=request.user)
    if not form.is_valid():
        return _pair(request, suggestion, dismiss_form=form)
    messages.success(request, "Two people. This pair does not return.")
    return redirect("candidates:duplicates")


@require_POST
@requires(Permission.EDIT_PEOPLE)
def duplicate_reopen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a dismissed pair into the queue again."""
    suggestion = _suggestion(request, public_id)
    form = DismissForm({"why": suggestion.why_not})
    if form.is_valid():
        with refusals_shown_on(form):
            reopen_pair(suggestion, by=request.user)
    if not form.is_valid():
        return _pair(request, suggestion, dismiss_form=form)
    return redirect("candidates:duplicate", suggestion.public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def merge_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take two records apart again."""
    merge = get_object_or_404(Merge.objects.visible_to(request.user), public_id=public_id)
    form = QueueForm({})
    if form.is_valid():
        with refusals_shown_on(form):
            unmerge_people(merge, by=request.user)
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    if form.is_valid():
        messages.success(request, f"Two records again: {merge.survivor} and {merge.merged}.")
    return redirect("candidates:profile", merge.survivor.public_id)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def records(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Is this person here twice, or two records in one? A section of their page."""
    return _records(request, person_of(request, public_id), SameAsForm())


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pair_named(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name the other record of this person, and look at both side by side."""
    candidate = person_of(request, public_id)
    form = SameAsForm(request.POST, among=Candidate.objects.visible_to(request.user))
    if form.is_valid():
        with refusals_shown_on(form):
            pair = name_pair(candidate, form.cleaned_data["other"], by=request.user)
    if not form.is_valid():
        return _records(request, candidate, form)
    return redirect("candidates:duplicate", pair.public_id)


def _records(request: StaffRequest, candidate: Candidate, form: SameAsForm) -> HttpResponse:
    merges = Merge.objects.visible_to(request.user).undoable(timezone.now())
    context = {
        "candidate": candidate,
        "pairs": pairs.pairs_of(candidate, request.user),
        "merges": merges.filter(survivor=candidate).select_related("merged", "by"),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_part(request, "candidates/identity_panel.html", "panel", context, status)


def _suggestion(request: StaffRequest, public_id: uuid.UUID) -> DuplicateSuggestion:
    visible = DuplicateSuggestion.objects.visible_to(request.user).select_related("one", "other")
    return get_object_or_404(visible, public_id=public_id)


def _pair(
    request: StaffRequest,
    suggestion: DuplicateSuggestion,
    merge_form: MergeForm | None = None,
    dismiss_form: DismissForm | None = None,
) -> HttpResponse:
    one, other = pairs.sides_of(suggestion.one, suggestion.other)
    rows = pairs.rows_of(one, other, request.user)
    keep = ONE if one.weight >= other.weight else OTHER
    form = merge_form or MergeForm(rows=rows, keep=keep)
    context = {
        "suggestion": suggestion,
        "reasons": pairs.reasons_of(suggestion),
        "one": one,
        "other": other,
        "rows": [(row, form[row.key].value() if row.can_choose else "") for row in rows],
        "lists": pairs.lists_of(one, other),
        "merge_form": form,
        "keep": form["keep"].value(),
        "dismiss_form": dismiss_form or DismissForm(),
    }
    status = 422 if form.errors or (dismiss_form and dismiss_form.errors) else 200
    return render(request, "candidates/duplicate.html", context, status=status)

"""Legal holds: which records must not be deleted, why, and when somebody looks again (P-12)."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.actions import holds as act
from candidates.forms.privacy import HoldForm, LiftForm, PageForm, ReviewForm
from candidates.models import Candidate, LegalHold
from candidates.views.common import privacy_tabs

PER_PAGE = 50


@require_GET
@requires(Permission.MANAGE_PRIVACY)
def holds(request: StaffRequest) -> HttpResponse:
    """Show every hold: the active ones first, the next to be looked at on top."""
    return _holds(request)


@requires(Permission.MANAGE_PRIVACY)
def hold_new(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Place a hold on a person, in use or in the archive."""
    candidate = get_object_or_404(_people(request), public_id=public_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.place_hold(candidate, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The hold is placed. The record is not deleted.")
            return redirect("candidates:holds")
    context = {"candidate": candidate, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "candidates/privacy/hold_new.html", context, status=status)


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def hold_review(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(hold: LegalHold, values: dict[str, Any]) -> None:
        act.review_hold(hold, values["review_on"], by=request.user, was=values["was"])

    return _post(request, public_id, "review_form", ReviewForm(request.POST), run, "Noted.")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def hold_lift(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(hold: LegalHold, values: dict[str, Any]) -> None:
        act.lift_hold(hold, values["why"], by=request.user, was=values["was"])

    return _post(request, public_id, "lift_form", LiftForm(request.POST), run, "Lifted.")


def _post(
    request: StaffRequest,
    public_id: uuid.UUID,
    form_name: str,
    form: forms.Form,
    run: Callable[[LegalHold, dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    found = LegalHold.objects.visible_to(request.user).for_list()
    hold = get_object_or_404(found, public_id=public_id)
    if form.is_valid():
        with refusals_shown_on(form):
            run(hold, form.cleaned_data)
    if not form.is_valid():
        hold = found.get(pk=hold.pk)  # a colleague may have been at it meanwhile
        return _holds(request, refused=hold, **{form_name: form})
    messages.success(request, done)
    return redirect("candidates:holds")


def _people(request: StaffRequest) -> Any:
    return Candidate.objects.visible_to(request.user) | Candidate.objects.restricted_to(
        request.user
    )


def _holds(request: StaffRequest, **refused: Any) -> HttpResponse:
    page = PageForm(request.GET).number
    found = LegalHold.objects.visible_to(request.user).for_list()
    rows = list(found[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    first = [refused["refused"]] if refused else []  # what is to be put right, wherever it stood
    context = {
        "holds": [*first, *(row for row in rows[:PER_PAGE] if row not in first)],
        "today": timezone.localdate(),
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if len(rows) > PER_PAGE else "",
        "review_form": ReviewForm(auto_id=False),
        "lift_form": LiftForm(auto_id=False),
        "tabs": privacy_tabs(request, "candidates:holds"),
        **refused,
    }
    status = 422 if refused else 200
    return render(request, "candidates/privacy/holds.html", context, status=status)

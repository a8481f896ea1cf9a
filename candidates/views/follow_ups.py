"""Follow-ups: planned on the page of a person, done or put off there and on Today."""

import uuid
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.actions import follow_ups as act
from candidates.forms import BackForm, DayForm, FollowUpForm
from candidates.models import Candidate, FollowUp
from candidates.views.common import person_of


@require_POST
@requires(Permission.EDIT_PEOPLE)
def plan(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Come back to a person on a day."""
    candidate = person_of(request, public_id)
    form = FollowUpForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.plan_follow_up(candidate, form.day, form.cleaned_data["text"], by=request.user)
    if not form.is_valid():
        return _panel(request, candidate, status=422, follow_up_form=form)
    return _answer(request, candidate)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put it off to tomorrow, for a week, or to any day."""
    follow_up = _found(request, public_id)
    form = DayForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.move_follow_up(follow_up, form.day, by=request.user, was=form.cleaned_data["was"])
    if not form.is_valid():
        return _refused(request, follow_up, form)
    if form.cleaned_data["back"]:
        said = f"{follow_up.candidate}: moved to {form.day:%A %-d %B}."
        messages.success(request, said)
        return redirect("today")
    return _answer(request, follow_up.candidate)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def done(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    follow_up = _found(request, public_id)
    form = BackForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.finish_follow_up(follow_up, by=request.user)
    if not form.is_valid():
        return _refused(request, follow_up, form)
    if form.cleaned_data["back"]:
        messages.success(request, f"{follow_up.candidate}: followed up.")
        return redirect("today")
    return _answer(request, follow_up.candidate, finished=follow_up)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reopen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take “done” back."""
    follow_up = _found(request, public_id)
    form = Form(request.POST)
    with refusals_shown_on(form):
        act.reopen_follow_up(follow_up, by=request.user)
    if not form.is_valid():
        return _refused(request, follow_up, form)
    return _answer(request, follow_up.candidate)


def panel_context(request: StaffRequest, candidate: Candidate, **more: Any) -> dict[str, Any]:
    """Return what the panel of follow-ups shows on the page of a person."""
    return {
        "candidate": candidate,
        "follow_ups": candidate.follow_ups.open().select_related("owner"),
        "follow_up_form": FollowUpForm(),
        "refused": None,
        "today": timezone.localdate(),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        **more,
    }


def finished_of(candidate: Candidate, public_id: uuid.UUID | None) -> FollowUp | None:
    """Return the follow-up that was just done, so that the page can offer to take that back."""
    if public_id is None:
        return None
    return candidate.follow_ups.exclude(done_at=None).filter(public_id=public_id).first()


def _found(request: StaffRequest, public_id: uuid.UUID) -> FollowUp:
    found = FollowUp.objects.visible_to(request.user).select_related("candidate")
    return get_object_or_404(found, public_id=public_id)


def _answer(
    request: StaffRequest, candidate: Candidate, finished: FollowUp | None = None
) -> HttpResponse:
    if request.htmx:
        return _panel(request, candidate, finished=finished)
    page = reverse("candidates:profile", args=[candidate.public_id])
    query = f"?finished={finished.public_id}" if finished else ""
    return redirect(f"{page}{query}#follow-ups")


def _refused(request: StaffRequest, follow_up: FollowUp, form: Form) -> HttpResponse:
    refusals = [message for messages in form.errors.values() for message in messages]
    day = form.cleaned_data.get("on")
    return _panel(
        request,
        follow_up.candidate,
        status=422,
        follow_up_refusals=refusals,
        refused=follow_up,
        typed_day=day.isoformat() if day else "",
    )


def _panel(
    request: StaffRequest, candidate: Candidate, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Answer with the panel, or with a page of its own where there is no htmx."""
    context = panel_context(request, candidate, **more)
    name = "follow_ups_panel.html" if request.htmx else "follow_ups_of_person.html"
    return render(request, f"candidates/{name}", context, status=status)

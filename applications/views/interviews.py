"""Interviews as colleagues see them: planned, changed, called off, and those they hold."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.models import Organisation, User
from accounts.permissions import Permission, may
from applications import blind, calendars
from applications import interviews as thinking
from applications.actions import interviews as act
from applications.forms.interviews import InterviewForm, SettleForm, SideForm
from applications.models import Application, Interview, Scorecard
from applications.views.common import application_of
from applications.views.interview_page import interview_of, show_interview, when_of
from candidates.models import Candidate

SHOWN = 200


@require_GET
@requires(Permission.USE_PRODUCT)
def interviews(request: StaffRequest) -> HttpResponse:
    """Show what the colleague holds, by what it asks of them; or what they arranged."""
    now = timezone.localtime()
    arranges = may(request.user, Permission.SCHEDULE_INTERVIEWS)
    view = "arranged" if arranges and request.GET.get("view") == "arranged" else "mine"
    if view == "arranged":
        found = Interview.objects.visible_to(request.user, now).filter(by=request.user)
        found = found.filter(application__closed_at=None).ahead(now)
    else:
        found = Interview.objects.of_interviewer(request.user, now)
    shown = list(_for_list(found, request.user)[:SHOWN])
    blind.unveil(request.user, [one.application for one in shown])
    rows = [_line(one, now) for one in shown]
    tabs = [
        {"label": "You hold", "href": "?", "current": view == "mine", "count": None},
        {
            "label": "You arranged",
            "href": "?view=arranged",
            "current": view == "arranged",
            "count": None,
        },
    ]
    context = {"groups": _grouped(rows), "tabs": tabs if arranges else [], "view": view}
    return render(request, "applications/interviews/list.html", context)


@require_GET
@requires(Permission.USE_PRODUCT)
def interview(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who, when, what to read, what to look at, and one's own scorecard."""
    return show_interview(request, interview_of(request, public_id))


@require_safe
@requires(Permission.USE_PRODUCT)
def interview_calendar(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the file for the colleague's own calendar. It says what the candidate's says."""
    found = interview_of(request, public_id)
    if found.starts_at is None or found.state == Interview.State.CANCELLED:
        raise PermissionDenied
    organisation = Organisation.current()
    entry = thinking.entry_of(found, calendars.PUBLISH, organisation)
    content = calendars.file_of(entry, at=timezone.now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{calendars.FILE_NAME}"'
    return response


@requires(Permission.SCHEDULE_INTERVIEWS)
def interview_new(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Propose one time or several to a candidate."""
    application = application_of(request, public_id)
    if not application.is_open:
        messages.info(request, "This application is closed, so nobody can be invited.")
        return redirect("applications:application", public_id)
    form = InterviewForm(request.POST or None, application=application, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            found = act.plan_interview(
                application, form.plan(), by=request.user, stage=form.stage_to_enter()
            )
        if form.is_valid():
            messages.success(
                request, "The invitation leaves in a minute. Until then, undo is free."
            )
            return redirect("applications:interview", found.public_id)
    return _form(request, application, form)


@requires(Permission.SCHEDULE_INTERVIEWS)
def interview_change(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give an interview another time, place or people."""
    found = interview_of(request, public_id)
    if not (found.is_ahead and found.application.is_open):
        messages.info(request, "This interview is not ahead any more. Plan another one.")
        return redirect("applications:interview", public_id)
    initial = InterviewForm.values_of(found, request.user)
    data = request.POST.copy() if request.method == "POST" else None
    form = InterviewForm(
        data,
        initial=initial,
        application=found.application,
        user=request.user,
        interview=found,
    )
    theirs: list[tuple[str, str]] = []
    if data is not None and form.is_valid():
        with refusals_shown_on(form):
            act.change_interview(
                found, form.plan(), side=form.cleaned_data["side"], by=request.user
            )
        if form.is_valid():
            messages.success(request, "Saved. What the candidate must know leaves in a minute.")
            return redirect("applications:interview", public_id)
        if form.has_error("__all__", code="conflict"):
            theirs = form.stored(request.user)
            data["made_from"] = initial["made_from"]  # saving once more means: mine, knowingly
    return _form(request, found.application, form, found, theirs)


@require_POST
@requires(Permission.SCHEDULE_INTERVIEWS)
def interview_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = interview_of(request, public_id)
    form = SideForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.cancel_interview(found, side=form.cleaned_data["side"], by=request.user)
    if not form.is_valid():
        return show_interview(request, found, refusals=_texts(form))
    messages.success(request, "Cancelled. The candidate is told in a minute; until then, undo.")
    return redirect("applications:interview", public_id)


@require_POST
@requires(Permission.USE_PRODUCT)
def interview_settle(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say how it went: whoever held it, and whoever arranges interviews."""
    found = interview_of(request, public_id)
    if not may(request.user, Permission.SCHEDULE_INTERVIEWS):
        get_object_or_404(found.panel, user=request.user)
    form = SettleForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.settle_interview(found, form.cleaned_data["state"], by=request.user)
    if not form.is_valid():
        return show_interview(request, found, refusals=_texts(form))
    messages.success(request, "Written down.")
    if form.cleaned_data["back"]:
        return redirect("today")
    return redirect("applications:interview", public_id)


@require_POST
@requires(Permission.SCHEDULE_INTERVIEWS)
def interview_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = interview_of(request, public_id)
    return _press(request, found, lambda: act.undo_interview(found, by=request.user), "Undone.")


@require_GET
@requires(Permission.VIEW_PEOPLE)
def candidate_interviews(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a person's interviews and scorecards: a section of their page, or a page of its own."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    now = timezone.localtime()
    found = Interview.objects.visible_to(request.user).filter(application__candidate=candidate)
    rows = [_line(one, now) for one in _for_list(found.order_by("-starts_at", "-pk"), request.user)]
    cards = (
        Scorecard.objects.visible_to(request.user)
        .submitted()
        .filter(interview__application__candidate=candidate)
        .select_related("author", "interview__application__job")
        .order_by("-submitted_at")
    )
    context = {"candidate": candidate, "rows": rows, "cards": cards}
    return render_part(request, "applications/interviews/candidate_panel.html", "panel", context)


def interviews_context(request: StaffRequest, application: Application) -> dict[str, Any]:
    """Return what the page of an application shows of its interviews and scorecards."""
    now = timezone.localtime()
    found = Interview.objects.visible_to(request.user).filter(application=application)
    return {
        "interviews": [_line(one, now) for one in _for_list(found, request.user)],
        "may_schedule": may(request.user, Permission.SCHEDULE_INTERVIEWS),
    }


def _for_list(found: Any, user: User) -> Any:
    submitted = Scorecard.objects.submitted().filter(interview=OuterRef("pk"), author=user)
    return (
        found.select_related("application__candidate", "application__job", "by")
        .prefetch_related("panel__user", "times", "application__job__offices")
        .annotate(has_given=Exists(submitted))
    )


def _line(interview: Interview, now: Any) -> dict[str, Any]:
    """Return an interview as a row of a list."""
    starts_at = interview.starts_at
    when = when_of(interview) or f"{len(interview.times.all())} times proposed"
    group = "Coming"
    if starts_at is None:
        group = "Waiting for the candidate"
    elif interview.is_over:
        due_here = not interview.has_given and interview.state in {"scheduled", "held"}  # type: ignore[attr-defined]  # annotated
        group = "Feedback due" if due_here else "Over"
    elif timezone.localtime(starts_at).date() == now.date():
        group = "Today"
    return {"interview": interview, "when": when, "group": group}


GROUPS = ("Feedback due", "Today", "Coming", "Waiting for the candidate", "Over")


def _grouped(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    found = [(name, [row for row in rows if row["group"] == name]) for name in GROUPS]
    return [(name, of_it) for name, of_it in found if of_it]


def _form(
    request: StaffRequest,
    application: Application,
    form: InterviewForm,
    interview: Interview | None = None,
    theirs: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    context = {
        "application": application,
        "candidate": application.candidate,
        "form": form,
        "interview": interview,
        "theirs": theirs,
        "has_overlaps": form.is_bound and form.has_error("__all__", code="overlap"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/interviews/form.html", context, status=status)


def _press(
    request: StaffRequest, interview: Interview, run: Callable[[], object], done: str
) -> HttpResponse:
    try:
        run()
    except ValidationError as refusal:
        return show_interview(request, interview, refusals=list(refusal.messages))
    messages.success(request, done)
    return redirect("applications:interview", interview.public_id)


def _texts(form: Any) -> list[str]:
    return [str(text) for texts in form.errors.values() for text in texts]

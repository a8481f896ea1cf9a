"""One application: where it stands, what happened, and how it ends."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from applications import arrivals, blind, duties, letter_wording, letters
from applications.actions import applications as act
from applications.actions import closing, telling
from applications.forms.applications import (
    HearByForm,
    RejectForm,
    families_known,
)
from applications.models import Application, Letter, Outcome, RejectionReason, StageChange
from applications.promises import latest_end
from applications.reviews import answers_of
from applications.views import wordings
from applications.views.asking import address_after, views_context
from applications.views.cards import summary_context
from applications.views.common import application_of
from applications.views.interviews import interviews_context
from candidates.models import Candidate


@require_GET
@requires(Permission.VIEW_JOBS)
def application(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _application(request, application_of(request, public_id))


@require_POST
@requires(Permission.MOVE_APPLICATION)
def hear_by(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name another day by which they hear from us."""
    application = application_of(request, public_id)
    form = HearByForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.set_hear_by(application, form.cleaned_data["hear_by"], by=request.user)
    if not form.is_valid():
        return _application(request, application, hear_by_form=form)
    messages.success(request, "The day is changed.")
    return redirect("applications:application", public_id)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def hire(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    application = application_of(request, public_id)
    done = f"{application.candidate} is hired."
    return _post(request, application, lambda: closing.hire(application, by=request.user), done)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def withdraw(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close because the candidate does not go on; `offer_declined` says at which point."""
    application = application_of(request, public_id)
    declined = bool(request.POST.get("offer_declined"))

    def run() -> None:
        closing.withdraw(application, by=request.user, offer_declined=declined)

    return _post(request, application, run, "The application is closed.")


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def reopen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    application = application_of(request, public_id)
    done = "Undone. A letter that waited is cancelled."
    return _post(request, application, lambda: closing.reopen(application, by=request.user), done)


@requires(Permission.CLOSE_APPLICATION)
def reject(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer somebody who is not chosen: reason, letter, promise. `rewrite` only shows the letter.

    Whoever presses it twice is led to what the first press did.
    """
    application = application_of(request, public_id)
    if not application.is_open:
        messages.info(request, "This application is closed already.")
        return redirect("applications:application", public_id)
    now = timezone.now()
    leaves = letters.leaves_at(application, now)
    morning = letters.said_here_and_there(application, leaves)
    data = request.POST.copy() if request.method == "POST" else None
    initial = {**RejectForm.values_of(application), **_default_letter(request, application, "")}
    form = RejectForm(data, initial=initial, application=application, morning=morning)
    is_valid = data is not None and form.is_valid()
    values = form.cleaned_data if data is not None else {}

    def write(reason: str) -> dict[str, str]:
        return _default_letter(request, application, reason, form)

    if data is not None and data.get("rewrite"):
        if wordings.wants_rewriting(data, write):
            data.update(write(data.get("reason", "")))
        form = RejectForm(initial=data.dict(), application=application, morning=morning)
    elif data is not None and is_valid:
        to_read = "" if values["without_letter"] else wordings.follow(data, values["reason"], write)
        if to_read:
            form = RejectForm(data, application=application, morning=morning)
            form.is_valid()
            form.add_error("text", to_read)
        else:
            with refusals_shown_on(form):
                closing.reject(application, by=request.user, **form.for_action())
        if form.is_valid():
            sent = form.cleaned_data["without_letter"] or form.cleaned_data["leaves"] == "now"
            done = "Closed." if sent else f"Closed. The letter waits until {morning}."
            messages.success(request, done)
            return redirect(address_after(request, application))
    context = {
        "application": application,
        "back": address_after(request, application),
        "form": form,
        "latest": latest_end(application.candidate),
        "families": families_known(),
        "may_edit_templates": may(request.user, Permission.EDIT_LETTERS),
        "has_warnings": form.is_bound and form.has_error("__all__", code="letter_warning"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/reject.html", context, status=status)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def candidate_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a person's applications and promises: a section of their page, or a page of its own."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    applications = (
        Application.objects.visible_to(request.user)
        .filter(candidate=candidate)
        .with_today(timezone.now())
        .select_related("job", "stage")
        .order_by("-applied_at", "-pk")
    )
    context = {
        "candidate": candidate,
        "applications": applications,
        "promises": candidate.promises.select_related("owner", "due_job"),
        "may_promise": may(request.user, Permission.CLOSE_APPLICATION),
    }
    return render_part(request, "applications/candidate_panel.html", "panel", context)


def _post(
    request: StaffRequest, application: Application, run: Callable[[], object], done: str
) -> HttpResponse:
    try:
        run()
    except ValidationError as refusal:
        application.refresh_from_db()
        return _application(request, application, refusals=list(refusal.messages))
    messages.success(request, done)
    return redirect("applications:application", application.public_id)


def _default_letter(
    request: StaffRequest, application: Application, reason: str, form: RejectForm | None = None
) -> dict[str, str]:
    """Return the letter for a reason, with the promise if there will be one.

    What is no reason leaves a gap in it, which the check of a letter finds.
    """
    reason = reason if reason in RejectionReason.values else ""
    promised = None
    if form is not None and form.cleaned_data.get("keep") and form.cleaned_data.get("until"):
        keep = form.promise()
        if keep and keep.families:
            promised = keep.until, keep.families
    subject, text = letter_wording.decision(application, reason, by=request.user, promised=promised)
    return {"subject": subject, "text": text, "written_for": reason}


def _application(
    request: StaffRequest,
    application: Application,
    *,
    refusals: list[str] | None = None,
    hear_by_form: HearByForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    sees_people = may(request.user, Permission.VIEW_PEOPLE)
    moves = StageChange.objects.select_related("from_stage", "to_stage", "by")
    application = (
        duties.with_clock(Application.objects.with_today(now), now)
        .select_related("candidate", "job", "stage")
        .prefetch_related(Prefetch("stage_changes", moves), "job__offices")
        .get(pk=application.pk)
    )
    blind.unveil(request.user, [application])
    changes = list(application.stage_changes.all())
    last = next((move for move in reversed(changes) if not move.undone_at), None)
    waiting = [
        (letter, letters.said_here_and_there(application, letter.send_after))
        for letter in (application.letters.select_related("by") if sees_people else [])
    ]
    decisions = [letter for letter, _ in waiting if letter.kind == Letter.Kind.DECISION]
    has_stuck = any(letter.is_waiting and letter.problem for letter in decisions)
    is_untold = application.outcome == Outcome.REJECTED and bool(
        application.untold_since or has_stuck
    )
    context: dict[str, Any] = {
        "application": application,
        "is_untold": sees_people and is_untold,
        "asks_word": application.outcome == Outcome.HIRED
        and sees_people
        and not telling.is_told_of_hire(application),
        "clock": duties.clock_of(application) if application.is_open or is_untold else None,
        "has_cancelled": any(letter.cancelled_at for letter in decisions),
        "has_stuck": has_stuck,
        "told": list(application.told.select_related("by")) if sees_people else [],
        "candidate": application.candidate,
        "wants_feedback": bool(
            application.feedback_asked_at
            and not any(x.kind == Letter.Kind.FEEDBACK and not x.cancelled_at for x, _ in waiting)
        ),
        "work_line": blind.work_line_of(application),
        "changes": changes,
        "letters": waiting,
        "arrivals": arrivals.of_application(application) if sees_people else [],
        "answers": [] if sees_people else answers_of(application),
        "promises": list(application.promises.select_related("owner")) if sees_people else [],
        "stages": application.job.stages.of_board(),
        "hear_by_form": hear_by_form or HearByForm(initial={"hear_by": application.hear_by}),
        "may_undo": bool(application.is_open and last and last.from_stage_id),
        "refusals": refusals or [],
        "sees_people": sees_people,
        "may_move": may(request.user, Permission.MOVE_APPLICATION),
        "may_close": may(request.user, Permission.CLOSE_APPLICATION),
        **interviews_context(request, application),
        **summary_context(request.user, application),
        **views_context(request.user, application),
    }
    status = 422 if refusals or (hear_by_form and hear_by_form.errors) else 200
    return render(request, "applications/application.html", context, status=status)

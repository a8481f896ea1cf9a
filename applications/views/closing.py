"""Answering those whom nobody has told, naming a later day, and the gate before a job ends."""

import uuid
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications import duties, letter_wording, letters
from applications.actions import telling
from applications.forms.applications import MORNING
from applications.forms.closing import AnewForm, EndForm, LaterForm, OtherJobForm, ToldForm
from applications.gate import ROWS, unanswered_of
from applications.models import Application, Job, Milestone, Outcome
from applications.views import wordings
from applications.views.common import application_of, job_of, job_tabs


@require_GET
@requires(Permission.EDIT_JOBS)
def job_end(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who of a job has no answer yet, by milestone; with nobody left, it can end."""
    return gate(request, job_of(request, public_id))


def gate(request: StaffRequest, job: Job, refusals: list[str] | None = None) -> HttpResponse:
    """Show the gate; with `refusals` because somebody tried to end the job."""
    form = EndForm(request.GET)
    end = form.cleaned_data["end"] if form.is_valid() else Job.Status.FILLED
    people = unanswered_of(job, request.user)
    rows = list(people[:ROWS])
    hidden = job.applications.unanswered().count() - len(rows)
    context = {
        "job": job,
        "end": end,
        "groups": [
            (Milestone(milestone).label, [(one, duties.clock_of(one)) for one in group])
            for milestone, group in groupby(rows, key=lambda one: one.stage.milestone)
        ],
        "total": len(rows),
        "hidden": hidden,
        "can_end": not rows and not hidden,
        "refusals": refusals or [],
        "tabs": job_tabs(request, job, "applications:job"),
    }
    return render(request, "applications/job_end.html", context, status=422 if refusals else 200)


@requires(Permission.CLOSE_APPLICATION)
def told(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record how somebody knows of a decision without a letter of ours."""
    application = application_of(request, public_id)
    form = ToldForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            telling.record_told(application, by=request.user, **form.for_action())
        if form.is_valid():
            messages.success(request, "Recorded. They count as answered.")
            return redirect("applications:application", public_id)
    return _page(request, application, "told", form)


@requires(Permission.CLOSE_APPLICATION)
def answer_anew(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write to somebody who has not been told: they are hired, or their letter did not go."""
    application = application_of(request, public_id)
    subject, text = (
        letter_wording.hired(application, by=request.user)
        if application.outcome == Outcome.HIRED
        else letter_wording.decision(application, application.rejection_reason, by=request.user)
    )
    morning = letters.said_here_and_there(
        application, letters.leaves_at(application, timezone.now())
    )
    form = AnewForm(
        request.POST or None,
        initial={"subject": subject, "text": text, "leaves": MORNING},
        morning=morning,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            telling.answer_anew(
                application,
                form.draft(),
                by=request.user,
                warnings_accepted=form.cleaned_data["warnings_accepted"],
            )
        if form.is_valid():
            messages.success(request, "The letter waits to leave. They count as answered.")
            return redirect("applications:application", public_id)
    return _page(request, application, "answer_anew", form)


@requires(Permission.MOVE_APPLICATION)
def later(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Name a later day to hear by, and tell them. `rewrite` only shows the letter for the day."""
    application = application_of(request, public_id)
    day = LaterForm.first_day(application)

    def write(day: str) -> dict[str, str]:
        try:
            named = date.fromisoformat(day)
        except ValueError:
            return {"subject": "", "text": "", "written_for": ""}
        subject, text = letter_wording.later(application, named, by=request.user)
        return {"subject": subject, "text": text, "written_for": day}

    initial = {"day": day, "way": LaterForm.BY_LETTER, **write(day.isoformat())}
    data = request.POST.copy() if request.method == "POST" else None
    form = LaterForm(data, initial=initial)
    if data is not None and data.get("rewrite"):
        form.is_valid()
        if named := form.cleaned_data.get("day"):
            data.update(write(named.isoformat()))
            form = LaterForm(initial=data.dict())
    elif data is not None and form.is_valid():
        values = form.cleaned_data
        by_letter = values["way"] == LaterForm.BY_LETTER
        to_read = wordings.follow(data, values["day"].isoformat(), write) if by_letter else ""
        if to_read:
            form = LaterForm(data)
            form.is_valid()
            form.add_error("text", to_read)
        else:
            with refusals_shown_on(form):
                telling.tell_later(application, by=request.user, **form.for_action())
        if form.is_valid():
            sent = " The letter leaves in two hours." if by_letter else ""
            messages.success(request, f"They hear by another day.{sent}")
            return redirect("applications:application", public_id)
    return _page(request, application, "later", form)


@requires(Permission.CLOSE_APPLICATION)
def other_job(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Consider somebody for another job instead of this one, and tell them."""
    application = application_of(request, public_id)
    subject, text = letter_wording.decision(application, "other_job", by=request.user)
    morning = letters.said_here_and_there(
        application, letters.leaves_at(application, timezone.now())
    )
    form = OtherJobForm(
        request.POST or None,
        initial={"subject": subject, "text": text, "leaves": MORNING},
        jobs=Job.objects.visible_to(request.user)
        .without(application.candidate)
        .exclude(pk=application.job_id)
        .order_by("title", "pk"),
        morning=morning,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            made = telling.move_to_job(
                application,
                form.cleaned_data["job"],
                form.draft(),
                by=request.user,
                warnings_accepted=form.cleaned_data["warnings_accepted"],
            )
        if form.is_valid():
            done = f"{application.candidate} is considered for {made.job} instead."
            messages.success(request, f"{done} The letter says so.")
            return redirect("applications:application", made.public_id)
    return _page(request, application, "other_job", form)


def _page(request: StaffRequest, application: Application, name: str, form: Any) -> HttpResponse:
    is_hired = application.outcome == Outcome.HIRED
    context = {
        "application": application,
        "form": form,
        "title": "Confirm the hire" if is_hired else "A new letter",
        "may_edit_templates": may(request.user, Permission.EDIT_LETTERS),
        "has_warnings": form.is_bound and form.has_error("__all__", code="letter_warning"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"applications/closing/{name}.html", context, status=status)

"""Scorecards: one's own is written here, those of others are read when one's own is submitted."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import scorecards as act
from applications.forms.interviews import CriteriaForm
from applications.views.cards import card_form
from applications.views.common import job_tabs, page_of_shape, shape_of
from applications.views.interview_page import interview_of, show_interview
from candidates import hygiene


@require_POST
@requires(Permission.USE_PRODUCT)
def scorecard_save(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep a draft, submit it, or correct what was submitted."""
    interview = interview_of(request, public_id)
    form = card_form(interview, request.user, request.POST)
    submit = "submit" in request.POST
    if form.is_valid():
        with refusals_shown_on(form):
            card = act.save_scorecard(
                interview,
                form.said(),
                by=request.user,
                version=form.cleaned_data["version"],
                submit=submit,
            )
    if not form.is_valid():
        return show_interview(request, interview, card_form=form)
    if card.is_submitted:
        messages.success(
            request, "Submitted. Thank you. Until your access ends you can correct it."
        )
    else:
        messages.success(request, "The draft is kept. Nobody else sees it.")
    return redirect(f"{reverse('applications:interview', args=[public_id])}#scorecard")


@require_POST
@requires(Permission.USE_PRODUCT)
def scorecard_hints(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what in a scorecard may be said better, while it is being written. Keeps nothing."""
    interview = interview_of(request, public_id)
    form = card_form(interview, request.user, request.POST)
    found = hygiene.hints(form.texts())
    return render(request, "candidates/note_hints.html", {"hints": found})


@requires(Permission.EDIT_JOBS)
def job_criteria(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what interviewers look at besides the skills of the job."""
    job = shape_of(request, public_id)
    names = [criterion.name for criterion in job.criteria.all()]
    form = CriteriaForm(request.POST or None, initial={"names": "\n".join(names)})
    if request.method == "POST" and form.is_valid():
        act.set_criteria(job, form.cleaned_data["names"], by=request.user)
        messages.success(request, "Saved. Scorecards that are open show it at once.")
        return redirect("applications:job_criteria", public_id)
    context = {
        "job": job,
        "form": form,
        "back": page_of_shape(job),
        "skills": job.job_skills.select_related("skill"),
        "tabs": job_tabs(request, job, "applications:job_criteria"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/interviews/job_criteria.html", context, status=status)

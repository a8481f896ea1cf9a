"""Considering a person for a job, begun on the person's page."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import applications as act
from applications.forms.applications import AddToJobForm
from applications.models import Job
from candidates.models import Candidate


@requires(Permission.MOVE_APPLICATION)
def candidate_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose one of the open jobs for a person. Jobs they are considered for are not offered."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    jobs = Job.objects.visible_to(request.user).without(candidate)
    form = AddToJobForm(request.POST or None, jobs=jobs)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        with refusals_shown_on(form):
            job = values.pop("job")
            application = act.add_application(candidate, job, by=request.user, **values)
        if form.is_valid():
            messages.success(request, f"{candidate} is considered for {job}.")
            return redirect("applications:application", application.public_id)
    context = {"candidate": candidate, "form": form, "has_jobs": jobs.exists()}
    status = 422 if form.is_bound else 200
    return render(request, "applications/candidate_add.html", context, status=status)

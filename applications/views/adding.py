"""Considering a person for a job, begun on the person's page or on the pipeline."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import applications as act
from applications.forms.applications import AddForm, AddToJobForm, FindForm
from applications.models import Application, Job
from applications.views.common import address_of, job_of, job_tabs
from candidates.models import Candidate
from candidates.search import Search, paging

MOST_FOUND = 10


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


@requires(Permission.MOVE_APPLICATION)
def application_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Find a person by name or address, and consider them for the job."""
    job = job_of(request, public_id)
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        people = Candidate.objects.visible_to(request.user)
        candidate = get_object_or_404(people, public_id=values.pop("candidate"))
        with refusals_shown_on(form):
            application = act.add_application(candidate, job, by=request.user, **values)
        if form.is_valid():
            messages.success(request, f"{candidate} is considered for {job}.")
            address = address_of("applications:pipeline", public_id)
            return redirect(f"{address}#application-{application.public_id}")
    find = FindForm(request.GET)
    query = find.cleaned_data["q"].strip() if find.is_valid() else ""
    context = {
        "job": job,
        "form": form,
        "query": query,
        "found": _found(request, job, query) if query else [],
        "sources": AddForm.SOURCES,
        "tabs": job_tabs(request, job, "applications:pipeline"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/application_add.html", context, status=status)


def _found(
    request: StaffRequest, job: Job, query: str
) -> list[tuple[Candidate, Application | None]]:
    """Return the people who fit the words best, each with their open application for the job."""
    search = Search(query, request.user)
    found = search.find(Candidate.objects.visible_to(request.user))
    people, _ = paging.page_of(found, paging.Order.RELEVANCE, search)
    people = people[:MOST_FOUND]
    open_here = job.applications.open().filter(candidate__in=people)
    by_person = {application.candidate_id: application for application in open_here}
    return [(person, by_person.get(person.pk)) for person in people]

"""The pipeline of one job: a board, a table, and adding people."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from applications.actions import applications as act
from applications.forms.applications import AddForm, FindForm, MoveForm, PipelineFilterForm
from applications.models import Application, Job
from applications.pipeline import columns_of, considered, last_done
from applications.views.common import (
    address_of,
    application_of,
    job_of,
    job_tabs,
    page_of,
)
from candidates.models import Candidate
from candidates.search import Search, paging

MOST_FOUND = 10


@require_GET
@requires(Permission.VIEW_JOBS)
def pipeline(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pipeline(request, job_of(request, public_id))


@require_POST
@requires(Permission.MOVE_APPLICATION)
def move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Move one card, then show the board as it now is."""
    application = application_of(request, public_id)
    form = MoveForm(request.POST, stages=application.job.stages.of_board())
    if form.is_valid():
        with refusals_shown_on(form):
            act.move_to_stage(application, form.cleaned_data["stage"], by=request.user)
    return _moved(request, application, form)


@require_POST
@requires(Permission.MOVE_APPLICATION)
def undo_move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take the last move back, then show the board as it was."""
    application = application_of(request, public_id)
    form = FindForm({})
    if form.is_valid():
        with refusals_shown_on(form):
            act.undo_move(application, by=request.user)
    return _moved(request, application, form)


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


def _moved(
    request: StaffRequest, application: Application, form: MoveForm | FindForm
) -> HttpResponse:
    job = application.job
    if form.is_valid() and not request.htmx:
        if request.POST.get("from") == "page":
            return redirect("applications:application", application.public_id)
        address = address_of("applications:pipeline", job.public_id)
        card = f"#application-{application.public_id}"
        return redirect(f"{address}?moved={application.public_id}{card}")
    application.refresh_from_db()
    refusals = [str(error) for errors in form.errors.values() for error in errors]
    return _pipeline(request, job, moved=application, refusals=refusals)


def _pipeline(
    request: StaffRequest,
    job: Job,
    *,
    moved: Application | None = None,
    refusals: list[str] | None = None,
) -> HttpResponse:
    now = timezone.now()
    chosen = PipelineFilterForm(request.GET)
    values = chosen.cleaned_data if chosen.is_valid() else {}
    if moved is None and values.get("moved"):
        visible = Application.objects.visible_to(request.user).select_related("candidate", "stage")
        moved = visible.filter(job=job, public_id=values["moved"]).first()
    is_table, late = values.get("view") == "table", bool(values.get("late"))
    rows = considered(job, request.user, now)
    if late:
        rows = rows.only_late()
    context = {
        "job": job,
        "is_table": is_table,
        "only_late": late,
        "columns": [] if is_table else columns_of(job, request.user, now, only_late=late),
        "rows": page_of(rows, values.get("page")) if is_table else None,
        "stages": job.stages.of_board(),
        "closed": Application.objects.visible_to(request.user)
        .filter(job=job)
        .exclude(closed_at=None)
        .count(),
        "moved": moved,
        "done": last_done(moved) if moved and not refusals else None,
        "refusals": refusals or [],
        "may_move": may(request.user, Permission.MOVE_APPLICATION),
        "may_close": may(request.user, Permission.CLOSE_APPLICATION),
        "tabs": job_tabs(request, job, "applications:pipeline"),
    }
    status = 422 if refusals else 200
    return render_part(request, "applications/pipeline.html", "columns", context, status)

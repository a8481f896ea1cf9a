"""Saved views of one job's pipeline: the same as of the people list, kept for that job."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission
from applications.forms.pipeline import PipelineFilterForm, PipelineViewForm
from applications.models import Job
from applications.views.common import job_of, job_tabs
from candidates.actions import saved_views as act
from candidates.forms import ViewQueryForm
from candidates.models import SavedView
from candidates.views.saved_views import change, stale_query

LIST = "applications/pipeline_views.html"


@require_GET
@requires(Permission.VIEW_JOBS)
def views(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the views of a pipeline, and how to keep the present one: a page, or a part of it."""
    return _views(request, job_of(request, public_id), request.GET)


@require_POST
@requires(Permission.VIEW_JOBS)
def view_save(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what the pipeline shows under a name."""
    job = job_of(request, public_id)
    form = PipelineViewForm(request.POST)
    asked = QueryDict(request.POST.get("query", ""))
    if form.is_valid():
        values = form.cleaned_data
        with refusals_shown_on(form):
            saved = act.save_view(
                values["name"],
                _kept(request, job, asked),
                by=request.user,
                is_shared=values["is_shared"],
                place=_place(job),
            )
    if not form.is_valid():
        return _views(request, job, asked, form=form)
    messages.success(request, f"“{saved.name}” is saved.")
    return redirect(_address(job, saved, saved.query))


@require_http_methods(["GET", "POST"])
@requires(Permission.VIEW_JOBS)
def view(request: StaffRequest, public_id: uuid.UUID, view_id: uuid.UUID) -> HttpResponse:
    """Rename, share or delete one's own view."""
    job = job_of(request, public_id)
    mine = _mine(request, job, view_id)
    form = PipelineViewForm(request.POST or None, view=mine)
    conflict: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        conflict = change(form, mine, by=request.user)
        if form.is_valid():
            messages.success(request, "The view is changed.")
            return redirect("applications:pipeline_views", public_id)
    context = {
        **conflict,
        "view": mine,
        "form": form,
        "address": reverse("applications:pipeline_view", args=[public_id, view_id]),
        "delete_address": reverse("applications:pipeline_view_delete", args=[public_id, view_id]),
        "back_address": reverse("applications:pipeline_views", args=[public_id]),
        "pretitle": f"Saved views: {job.title}",
    }
    status = 422 if form.is_bound else 200
    return render(request, "candidates/view.html", context, status=status)


@require_POST
@requires(Permission.VIEW_JOBS)
def view_query(request: StaffRequest, public_id: uuid.UUID, view_id: uuid.UUID) -> HttpResponse:
    """Let one's own view show what the pipeline shows now."""
    job = job_of(request, public_id)
    asked = QueryDict(request.POST.get("query", ""))
    mine, query = _mine(request, job, view_id), _kept(request, job, asked)
    form = ViewQueryForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.change_view(mine, by=request.user, query=query, was=form.made_from)
    if form.is_valid():
        messages.success(request, f"“{mine.name}” shows this from now on.")
    elif form.has_error("__all__", code="conflict"):
        messages.error(request, stale_query(form))
    else:
        messages.error(request, "That list is too long to be kept as a view.")
    return redirect(_address(job, mine, query))


@require_POST
@requires(Permission.VIEW_JOBS)
def view_delete(request: StaffRequest, public_id: uuid.UUID, view_id: uuid.UUID) -> HttpResponse:
    job = job_of(request, public_id)
    mine = _mine(request, job, view_id)
    act.delete_view(mine, by=request.user)
    messages.success(request, f"The view “{mine.name}” is deleted. The people stay.")
    return redirect("applications:pipeline_views", public_id)


def _views(
    request: StaffRequest, job: Job, asked: QueryDict, form: PipelineViewForm | None = None
) -> HttpResponse:
    chosen = PipelineFilterForm(asked, job=job, user=request.user)
    current_id = chosen.asked.get("saved")
    rows: list[dict[str, Any]] = []
    for one in SavedView.objects.for_page(request.user, _place(job)):
        usable = chosen.usable(QueryDict(one.query))
        rows.append(
            {
                "view": one,
                "href": _address(job, one, usable),
                "is_mine": one.owner_id == request.user.pk,
                "is_current": one.public_id == current_id,
                "is_edited": usable != chosen.usable(asked),
                "is_reduced": usable != one.query,
            }
        )
    context = {
        "job": job,
        "rows": rows,
        "current": next((row for row in rows if row["is_current"]), None),
        "query": chosen.kept,
        "searches": bool(chosen.asked.get("q")),
        "form": form or PipelineViewForm(initial={"query": chosen.kept}),
        "is_refused": form is not None,
        "tabs": job_tabs(request, job, "applications:pipeline"),
    }
    return render_part(request, LIST, "bar", context, 422 if form else 200)


def _kept(request: StaffRequest, job: Job, asked: QueryDict) -> str:
    return PipelineFilterForm(asked, job=job, user=request.user).kept


def _mine(request: StaffRequest, job: Job, view_id: uuid.UUID) -> SavedView:
    views = SavedView.objects.of(_place(job)).filter(owner=request.user)
    return get_object_or_404(views, public_id=view_id)


def _place(job: Job) -> str:
    return f"pipeline:{job.public_id}"


def _address(job: Job, saved: SavedView, query: str) -> str:
    """Return the pipeline as a view narrows it. query: what of it this reader may use."""
    address = reverse("applications:pipeline", args=[job.public_id])
    narrowed = f"{query}&" if query else ""
    return f"{address}?{narrowed}saved={saved.public_id}"

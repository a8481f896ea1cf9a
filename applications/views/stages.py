"""The stages of a job or template: shown, added, changed, put in order, removed."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import stages as stage_actions
from applications.forms.jobs import (
    StageChangeForm,
    StageForm,
    StageMoveForm,
    StageRemoveForm,
)
from applications.models import Job, Stage
from applications.views.common import address_of, job_tabs, refused, shape_of, status_of


@requires(Permission.EDIT_JOBS)
def job_stages(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the stages, and add one."""
    job = shape_of(request, public_id)
    form = StageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            stage_actions.add_stage(job, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The stage is added.")
            return redirect("applications:job_stages", public_id)
    return _stages(request, job, form=form)


@requires(Permission.EDIT_JOBS)
def stage_edit(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    """Change a stage. What somebody else changed or removed meanwhile is shown beside what was
    typed."""
    job = shape_of(request, public_id)
    stage = _stage(request, job, stage_id)
    if stage is None:
        return _gone(request, job, StageForm(request.POST))
    form = StageChangeForm(request.POST or None, initial=_values_of(stage))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            was = form.made_from()
            stage_actions.change_stage(stage, by=request.user, was=was, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Saved.")
            return redirect("applications:job_stages", public_id)
    if form.has_error("__all__", code="gone"):
        return _gone(request, job, StageForm(request.POST))
    context: dict[str, Any] = {"job": job, "stage": stage, "form": form}
    if form.has_error("__all__", code="conflict"):
        stage.refresh_from_db()
        stored = _values_of(stage)
        context |= {
            "differences": form.differences(stored),
            "settled": form.settled(stored),
            "changed": audit.last_change(job, "stage.changed"),
        }
    return render(request, "applications/stage_edit.html", context, status=status_of(form))


@require_POST
@requires(Permission.EDIT_JOBS)
def stage_move(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    """Move a stage one place, unless somebody else moved it meanwhile."""
    form = StageMoveForm(request.POST)
    earlier = not form.is_valid() or form.cleaned_data["direction"] == "earlier"
    seen_at = form.cleaned_data.get("position")

    def move(stage: Stage) -> None:
        stage_actions.move_stage(stage, earlier=earlier, by=request.user, seen_at=seen_at)

    return _press(request, public_id, stage_id, move) or redirect(
        f"{address_of('applications:job_stages', public_id)}#stage-{stage_id}"
    )


@require_POST
@requires(Permission.EDIT_JOBS)
def stage_remove(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    form = StageRemoveForm(request.POST)
    was = form.cleaned_data["name"] if form.is_valid() else ""

    def remove(stage: Stage) -> None:
        stage_actions.remove_stage(stage, by=request.user, was=was)
        messages.success(request, f"{stage.name} is removed.")

    return _press(request, public_id, stage_id, remove) or redirect(
        "applications:job_stages", public_id
    )


def _press(
    request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID, act: Callable[[Stage], None]
) -> HttpResponse | None:
    """Do what a bare button asks for; else show the stages as they are, and why it was not done."""
    job = shape_of(request, public_id)
    stage = _stage(request, job, stage_id)
    if stage is None:
        return _gone(request, job)
    if refusals := refused(lambda: act(stage)):
        return _stages(request, job, form=StageForm(), refusals=refusals)
    return None


def _gone(request: StaffRequest, job: Job, typed: StageForm | None = None) -> HttpResponse:
    """Say that somebody else removed the stage, with what was typed as the form of a new one."""
    refusals = ["Somebody else removed this stage meanwhile."]
    if typed is not None:
        refusals.append("What you typed stands below: it can be added as a new one.")
    return _stages(request, job, form=typed or StageForm(), refusals=refusals)


def _stage(request: StaffRequest, job: Job, stage_id: uuid.UUID) -> Stage | None:
    """Return a stage of the job; None: it is gone, and something was to be done with it.

    Raises Http404: it is another job's, or a page was asked for that is not there.
    """
    stage = job.stages.filter(public_id=stage_id).first()
    if stage is None and (
        request.method != "POST" or Stage.objects.filter(public_id=stage_id).exists()
    ):
        raise Http404
    return stage


def _values_of(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in StageForm.base_fields}


def _stages(
    request: StaffRequest, job: Job, *, form: StageForm, refusals: list[str] | None = None
) -> HttpResponse:
    waiting = Q(applications__closed_at=None)
    counted = job.stages.annotate(people=Count("applications", filter=waiting))
    context = {
        "job": job,
        "form": form,
        "refusals": refusals or [],
        "stages": counted.order_by("position"),  # which counting forgets
        "tabs": job_tabs(request, job, "applications:job_stages"),
    }
    status = 422 if refusals or form.errors else 200
    return render(request, "applications/job_stages.html", context, status=status)

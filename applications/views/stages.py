"""The stages of a job or template: shown, added, changed, put in order, removed."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import stages as stage_actions
from applications.forms.jobs import StageForm
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
    job = shape_of(request, public_id)
    stage = _stage(job, stage_id)
    initial = {name: getattr(stage, name) for name in StageForm.base_fields}
    form = StageForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            stage_actions.change_stage(stage, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Saved.")
            return redirect("applications:job_stages", public_id)
    context = {"job": job, "stage": stage, "form": form}
    return render(request, "applications/stage_edit.html", context, status=status_of(form))


@require_POST
@requires(Permission.EDIT_JOBS)
def stage_move(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    """Move a stage one place: `direction` is earlier or later."""
    job = shape_of(request, public_id)
    stage = _stage(job, stage_id)
    earlier = request.POST.get("direction") != "later"
    stage_actions.move_stage(stage, earlier=earlier, by=request.user)
    address = address_of("applications:job_stages", public_id)
    return redirect(f"{address}#stage-{stage.public_id}")


@require_POST
@requires(Permission.EDIT_JOBS)
def stage_remove(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    job = shape_of(request, public_id)
    stage = _stage(job, stage_id)
    if refusal := refused(lambda: stage_actions.remove_stage(stage, by=request.user)):
        return _stages(request, job, form=StageForm(), refusals=refusal)
    messages.success(request, f"{stage.name} is removed.")
    return redirect("applications:job_stages", public_id)


def _stage(job: Job, stage_id: uuid.UUID) -> Stage:
    stage = job.stages.filter(public_id=stage_id).first()
    if stage is None:
        raise Http404
    return stage


def _stages(
    request: StaffRequest, job: Job, *, form: StageForm, refusals: list[str] | None = None
) -> HttpResponse:
    waiting = Q(applications__closed_at=None)
    context = {
        "job": job,
        "form": form,
        "refusals": refusals or [],
        "stages": job.stages.annotate(people=Count("applications", filter=waiting)),
        "tabs": job_tabs(request, job, "applications:job_stages"),
    }
    status = 422 if refusals or form.errors else 200
    return render(request, "applications/job_stages.html", context, status=status)

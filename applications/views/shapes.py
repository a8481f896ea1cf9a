"""Jobs made like other jobs: the list of templates, a copy, a job kept as a template."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import shapes as act
from applications.forms.jobs import TitleForm
from applications.models import Job
from applications.views.common import job_of, status_of


@require_GET
@requires(Permission.EDIT_JOBS)
def job_templates(request: StaffRequest) -> HttpResponse:
    """Show the saved shapes of jobs. Each is changed on the pages where a job is changed."""
    must = Count("job_skills", filter=Q(job_skills__need="must"), distinct=True)
    templates = (
        Job.any_kind.templates()
        .annotate(
            stage_count=Count("stages", distinct=True),
            must_count=must,
            team_count=Count("team", distinct=True),
        )
        .select_related("owner")
        .order_by("title", "pk")
    )
    return render(request, "applications/job_templates.html", {"templates": templates})


@requires(Permission.EDIT_JOBS)
def job_from_template(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for the title of the new job, and make it a draft."""
    template = get_object_or_404(Job.any_kind.templates(), public_id=public_id)
    form = TitleForm(request.POST or None, initial={"title": template.title})
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            job = act.job_from_template(template, title=form.cleaned_data["title"], by=request.user)
        if form.is_valid():
            messages.success(request, f"{job} is a draft. Read it through, then open it.")
            return redirect("applications:job", job.public_id)
    context = {"original": template, "form": form, "purpose": "from_template"}
    return render(request, "applications/job_copy.html", context, status=status_of(form))


@require_POST
@requires(Permission.EDIT_JOBS)
def job_template_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    template = get_object_or_404(Job.any_kind.templates(), public_id=public_id)
    act.remove_template(template, by=request.user)
    messages.success(request, f"The template {template} is removed. Jobs made from it stay.")
    return redirect("applications:job_templates")


@requires(Permission.EDIT_JOBS)
def job_copy(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for the title of a job that continues this one, and make it a draft."""
    job = job_of(request, public_id)
    form = TitleForm(request.POST or None, initial={"title": job.title})
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            copy = act.copy_job(job, title=form.cleaned_data["title"], by=request.user)
        if form.is_valid():
            messages.success(request, f"{copy} is a draft. Read it through, then open it.")
            return redirect("applications:job", copy.public_id)
    context = {"original": job, "form": form, "purpose": "copy"}
    return render(request, "applications/job_copy.html", context, status=status_of(form))


@requires(Permission.EDIT_JOBS)
def job_keep(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for the name of a template in the shape of this job, and keep it."""
    job = job_of(request, public_id)
    form = TitleForm(request.POST or None, initial={"title": job.title})
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            template = act.keep_as_template(job, title=form.cleaned_data["title"], by=request.user)
        if form.is_valid():
            messages.success(request, f"{template} is a template now.")
            return redirect("applications:job_templates")
    context = {"original": job, "form": form, "purpose": "keep"}
    return render(request, "applications/job_copy.html", context, status=status_of(form))

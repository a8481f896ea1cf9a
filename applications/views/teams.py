"""Who is on the hiring team of a job or template."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from applications.actions import jobs as act
from applications.forms.jobs import TakeOffForm, TeamForm
from applications.models import HiringTeamMember, Job
from applications.views.common import job_tabs, refused, shape_of


@requires(Permission.EDIT_JOBS)
def job_team(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show and add to the hiring team. Hiring managers see the jobs they are on."""
    job = shape_of(request, public_id)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, part = form.cleaned_data["user"], form.cleaned_data["part"]
        with refusals_shown_on(form):
            act.add_to_team(job, user, part, by=request.user, was=form.was)
        if form.is_valid():
            messages.success(request, f"{user} is on the team.")
            return redirect("applications:job_team", public_id)
    return _team(request, job, form)


@require_POST
@requires(Permission.EDIT_JOBS)
def job_team_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a colleague off, unless somebody else changed their part meanwhile."""
    job = shape_of(request, public_id)
    form = TakeOffForm(request.POST)
    if not form.is_valid():
        raise Http404
    member = HiringTeamMember.objects.filter(pk=form.cleaned_data["item"]).first()
    if member is not None and member.job_id != job.pk:
        raise Http404
    if member is None:
        gone = ["Somebody else took this colleague off the team meanwhile."]
        return _team(request, job, TeamForm(), gone)
    user, was = member.user, form.cleaned_data["part"] or None
    if refusals := refused(lambda: act.remove_from_team(job, user, by=request.user, was=was)):
        return _team(request, job, TeamForm(), refusals)
    messages.success(request, f"{user} is off the team, and no longer sees the job.")
    return redirect("applications:job_team", public_id)


def _team(
    request: StaffRequest, job: Job, form: TeamForm, refusals: list[str] | None = None
) -> HttpResponse:
    team = list(job.team.select_related("user"))
    seen = {str(member.user_id): member.part for member in team}
    if form.is_bound:  # what was typed stays, and is from now on typed knowing this
        data = request.POST.copy()
        data["seen"] = form["seen"].field.prepare_value(seen)
        form.data = data
    else:
        form.initial["seen"] = seen
    context = {
        "job": job,
        "form": form,
        "team": team,
        "refusals": refusals or [],
        "tabs": job_tabs(request, job, "applications:job_team"),
    }
    status = 422 if refusals or form.errors else 200
    return render(request, "applications/job_team.html", context, status=status)

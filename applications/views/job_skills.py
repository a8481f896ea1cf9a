"""The skills that a job or template needs."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission
from applications.actions import jobs as act
from applications.forms.jobs import SkillsForm
from applications.models import Job
from applications.views.common import (
    address_of,
    job_tabs,
    nudge_matching,
    page_of_shape,
    shape_of,
    status_of,
)
from candidates.actions.skills import name_skill
from candidates.models import Skill

SUGGESTED_SKILLS = 2000


@requires(Permission.EDIT_JOBS)
def job_skills(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say which skills the job needs, by name. A spelling that is known finds its skill."""
    job = shape_of(request, public_id)
    form = SkillsForm(request.POST or None, initial=SkillsForm.values_of(job))
    if request.method == "POST" and form.is_valid():
        _save(form, job, by=request.user)
        if form.is_valid():
            nudge_matching(job)
            messages.success(request, "Saved.")
            return redirect(page_of_shape(job))
    context: dict[str, Any] = {
        "job": job,
        "form": form,
        "skills": Skill.objects.filter(merged_into=None)[:SUGGESTED_SKILLS],
        "tabs": job_tabs(request, job, "applications:job_skills"),
    }
    if form.has_error("__all__", code="conflict"):
        stored = _stored(job)
        context |= {
            "differences": form.differences(stored),
            "settled": form.settled(stored),
            "changed": audit.last_change(job, "job.skills_changed"),
            "address": address_of("applications:job_skills", public_id),
            "leave": page_of_shape(job),
        }
    return render(request, "applications/job_skills.html", context, status=status_of(form))


def _save(form: SkillsForm, job: Job, *, by: User) -> None:
    """Save the skills. Who saved something else meanwhile is put on the form as a conflict."""
    try:
        _set(form, job, form.was(), by=by)
    except ValidationError as refusal:
        stored = _stored(job)
        if getattr(refusal, "code", "") != "conflict" or form.differences(stored):
            form.add_error(None, refusal)
            return
        # The others typed the same list; what is added to it here overwrites nothing of theirs.
        with refusals_shown_on(form):
            _set(form, job, form.was(stored), by=by)


@transaction.atomic
def _set(form: SkillsForm, job: Job, was: dict[str, Any], *, by: User) -> None:
    """Set the skills; where that is refused no new skill stays in the catalogue either."""
    named = {
        need: [name_skill(name, by=by) for name in form.names(need)] for need in ("must", "nice")
    }
    act.set_skills(job, by=by, must_needed=form.cleaned_data["must_needed"], was=was, **named)


def _stored(job: Job) -> dict[str, Any]:
    return SkillsForm.values_of(Job.any_kind.get(pk=job.pk))

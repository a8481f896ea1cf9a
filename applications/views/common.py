"""How each page about a job or an application finds it, and what stands around it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts.http import StaffRequest
from accounts.permissions import Permission, may
from applications import blind, tasks
from applications.models import Application, Job

PER_PAGE = 50


def job_of(request: StaffRequest, public_id: uuid.UUID) -> Job:
    """Return a job that the colleague may see; else 404."""
    jobs = Job.objects.visible_to(request.user).select_related("department", "owner")
    return get_object_or_404(jobs, public_id=public_id)


def shape_of(request: StaffRequest, public_id: uuid.UUID) -> Job:
    """Return a job, or a template, whose shape the colleague may change; else 404."""
    jobs = Job.any_kind.visible_to(request.user).select_related("department", "owner")
    return get_object_or_404(jobs, public_id=public_id)


def page_of_shape(job: Job) -> str:
    """Return the page to go back to after a part of it was saved."""
    if job.is_template:
        return reverse("applications:job_templates")
    return reverse("applications:job", args=[job.public_id])


def application_of(request: StaffRequest, public_id: uuid.UUID) -> Application:
    """Return an application that the colleague may see; else 404."""
    applications = (
        Application.objects.visible_to(request.user)
        .filter(candidate__merged_into=None)
        .select_related("candidate", "job", "stage")
    )
    application = get_object_or_404(applications, public_id=public_id)
    blind.unveil(request.user, [application])
    return application


def job_tabs(request: StaffRequest, job: Job, current: str) -> list[dict[str, Any]]:
    """Return the parts of a job that exist and that this colleague may open."""
    rows = (
        ("Overview", "applications:job", Permission.VIEW_JOBS),
        ("People you already know", "applications:known_people", Permission.VIEW_JOBS),
        ("Pipeline", "applications:pipeline", Permission.VIEW_JOBS),
        ("Promises", "applications:job_promises", Permission.VIEW_PEOPLE),
        ("Skills", "applications:job_skills", Permission.EDIT_JOBS),
        ("Questions", "applications:job_questions", Permission.EDIT_JOBS),
        ("Criteria", "applications:job_criteria", Permission.EDIT_JOBS),
        ("Stages", "applications:job_stages", Permission.EDIT_JOBS),
        ("Team", "applications:job_team", Permission.EDIT_JOBS),
        ("Edit", "applications:job_edit", Permission.EDIT_JOBS),
    )
    shape = {"job_skills", "job_criteria", "job_stages", "job_team", "job_edit"}
    return [
        {"label": label, "href": address, "current": name == current, "count": None}
        for label, name, permission in rows
        if may(request.user, permission)
        and (not job.is_template or name.partition(":")[2] in shape)
        and (address := address_of(name, job.public_id))
    ]


def nudge_matching(job: Job) -> None:
    """Have the records of who fits this job written soon. Beat does it too, later."""
    tasks.find_matches.delay_on_commit(job.pk)  # type: ignore[attr-defined]  # of Celery's Django task


def address_of(name: str, *args: object) -> str:
    """Return the address of a page, or nothing where no such page exists."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def page_of(found: QuerySet[Any], number: int | None, per_page: int = PER_PAGE) -> Page[Any]:
    """Return one page; a number past the end gives the last."""
    return Paginator(found, per_page).get_page(number or 1)


def refused(run: Callable[[], object]) -> list[str]:
    """Run an action that a bare button asks for; return the refusal's sentences."""
    try:
        run()
    except ValidationError as refusal:
        return list(refusal.messages)
    return []


def status_of(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200

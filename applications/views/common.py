"""How each page about a job or an application finds it, and what stands around it."""

import uuid
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts.http import StaffRequest
from accounts.permissions import Permission, may
from applications import tasks
from applications.models import Application, Job

PER_PAGE = 50


def job_of(request: StaffRequest, public_id: uuid.UUID) -> Job:
    """Return a job that the colleague may see; else 404."""
    jobs = Job.objects.visible_to(request.user).select_related("department", "owner")
    return get_object_or_404(jobs, public_id=public_id)


def application_of(request: StaffRequest, public_id: uuid.UUID) -> Application:
    """Return an application that the colleague may see; else 404."""
    applications = (
        Application.objects.visible_to(request.user)
        .filter(candidate__merged_into=None)
        .select_related("candidate", "job", "stage")
    )
    return get_object_or_404(applications, public_id=public_id)


def job_tabs(request: StaffRequest, job: Job, current: str) -> list[dict[str, Any]]:
    """Return the parts of a job that exist and that this colleague may open."""
    rows = (
        ("Overview", "applications:job", Permission.VIEW_JOBS),
        ("People you already know", "applications:known_people", Permission.VIEW_JOBS),
        ("Pipeline", "applications:pipeline", Permission.VIEW_JOBS),
        ("Promises", "applications:job_promises", Permission.VIEW_PEOPLE),
        ("Skills", "applications:job_skills", Permission.EDIT_JOBS),
        ("Stages", "applications:job_stages", Permission.EDIT_JOBS),
        ("Team", "applications:job_team", Permission.EDIT_JOBS),
        ("Edit", "applications:job_edit", Permission.EDIT_JOBS),
    )
    return [
        {"label": label, "href": address, "current": name == current, "count": None}
        for label, name, permission in rows
        if may(request.user, permission) and (address := address_of(name, job.public_id))
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


def page_of(found: QuerySet[Any], number: int | None) -> Page[Any]:
    """Return one page; a number past the end gives the last."""
    return Paginator(found, PER_PAGE).get_page(number or 1)

"""Jobs: the list, one job, and everything that changes it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications import first_look, markup
from applications.actions import jobs as act
from applications.forms.applications import families_known
from applications.forms.jobs import JobFilterForm, JobForm
from applications.models import Job, Office
from applications.notices import hints_for
from applications.views.closing import gate
from applications.views.common import (
    address_of,
    job_of,
    job_tabs,
    nudge_matching,
    page_of,
    page_of_shape,
    refused,
    shape_of,
    status_of,
)

JOBS_PER_PAGE = 200  # one company's running jobs on one page; a row costs no query
STATUSES = [
    ("open", "Open"),
    ("draft", "Draft"),
    ("on_hold", "On hold"),
    ("filled", "Filled"),
    ("closed", "Closed"),
    ("all", "All"),
]


@require_GET
@requires(Permission.VIEW_JOBS)
def jobs(request: StaffRequest) -> HttpResponse:
    """Show jobs of one status, the open ones first, with how many people wait."""
    mine = Job.objects.visible_to(request.user).order_by().values("pk")
    visible = Job.objects.filter(pk__in=mine)
    form = JobFilterForm(request.GET, jobs=visible, by=request.user)
    if not form.is_valid():  # somebody changed the address by hand
        return redirect("applications:jobs")
    status = form.cleaned_data["status"] or Job.Status.OPEN
    found = form.apply(visible)
    counts = dict(found.order_by().values_list("status").annotate(Count("pk")))
    if status != "all":
        found = found.filter(status=status)
    now = timezone.now()
    found = found.with_health(now).with_next_interview(now).order_by(*form.order)
    found = found.select_related("owner").prefetch_related("offices")
    asked = request.GET.copy()
    for name in ("status", "page"):
        asked.pop(name, None)
    narrowed = [name for name in ("q", "owner", "office", "mine") if form.cleaned_data[name]]
    context = {
        "jobs": page_of(found, form.cleaned_data.get("page"), JOBS_PER_PAGE),
        "tabs": [
            {
                "label": label,
                "href": f"?{_with(asked, status=value)}",
                "current": value == status,
                "count": sum(counts.values()) if value == "all" else counts.get(value, 0),
            }
            for value, label in STATUSES
        ],
        "form": form,
        "status": status,
        "query": _with(asked, status=status),
        "is_narrowed": bool(narrowed),
        "may_edit": may(request.user, Permission.EDIT_JOBS),
        "has_none": not narrowed and not counts,
    }
    return render(request, "applications/jobs.html", context)


def _with(asked: QueryDict, **values: str) -> str:
    query = asked.copy()
    query.update(values)
    return query.urlencode()


@requires(Permission.EDIT_JOBS)
def job_new(request: StaffRequest) -> HttpResponse:
    form = JobForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            job = act.create_job(by=request.user, **form.for_action())
        if form.is_valid():
            messages.success(request, f"{job} is a draft. Say which skills it needs, then open it.")
            return redirect("applications:job_skills", job.public_id)
    context = {
        "form": form,
        "families": families_known(),
        "offices": Office.objects.exists(),
        "hints": hints_for([]),
        "templates": Job.any_kind.templates().order_by("title", "pk"),
    }
    return render(request, "applications/job_new.html", context, status=status_of(form))


@require_GET
@requires(Permission.VIEW_JOBS)
def job(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _job(request, job_of(request, public_id))


@require_POST
@requires(Permission.EDIT_JOBS)
def job_open(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the job, and lead to the people who are known already."""
    job = job_of(request, public_id)

    def run() -> None:
        act.open_job(job, by=request.user)

    if refusal := refused(run):
        return _job(request, job, refusals=refusal)
    nudge_matching(job)
    job.refresh_from_db()
    due = job.promises_due.filter(state="due").count()
    fell_due = f" {due} promise{'' if due == 1 else 's'} fell due." if due else ""
    public = ""
    if job.has_first_look and job.public_at:
        hour = timezone.localtime(job.public_at)
        public = f" It becomes public on {hour:%-d %B %Y at %H:%M}."
    messages.success(request, f"{job} is open.{public}{fell_due}")
    if not job.job_skills.filter(need="must").exists():
        messages.warning(
            request,
            "No must-have skill is named, so nobody you already know can be found for this job."
            " Name at least one.",
        )
        return redirect("applications:job_skills", public_id)
    known = address_of("applications:known_people", public_id)
    may_see = known and may(request.user, Permission.VIEW_MATCHES)
    return redirect(known if may_see else address_of("applications:job", public_id))


@require_POST
@requires(Permission.EDIT_JOBS)
def job_public(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """End the first look before its hour."""
    job = job_of(request, public_id)
    if refusal := refused(lambda: act.make_public(job, by=request.user)):
        return _job(request, job, refusals=refusal)
    messages.success(request, f"{job} is public.")
    return redirect("applications:job", public_id)


@require_POST
@requires(Permission.EDIT_JOBS)
def job_hold(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    job = job_of(request, public_id)
    return _end(request, job, lambda: act.hold_job(job, by=request.user), "is on hold")


@require_POST
@requires(Permission.EDIT_JOBS)
def job_fill(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    job = job_of(request, public_id)
    end = Job.Status.FILLED
    return _end(request, job, lambda: act.end_job(job, end, by=request.user), "is filled")


@require_POST
@requires(Permission.EDIT_JOBS)
def job_close(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    job = job_of(request, public_id)
    end = Job.Status.CLOSED
    return _end(request, job, lambda: act.end_job(job, end, by=request.user), "is closed")


@requires(Permission.EDIT_JOBS)
def job_edit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change what the job says. If somebody saved meanwhile, show their values beside."""
    job = shape_of(request, public_id)
    data = request.POST.copy() if request.method == "POST" else None
    form = JobForm(data, initial=JobForm.values_of(job))
    theirs: list[tuple[str, str]] = []
    if data is not None and form.is_valid():
        with refusals_shown_on(form):
            version = form.cleaned_data["version"] or 0
            act.change_job(job, by=request.user, version=version, **form.for_action())
        if form.is_valid():
            messages.success(request, "Saved.")
            return redirect(page_of_shape(job))
        if form.has_error("__all__", code="conflict"):
            theirs = _differences(form, job)
            data["version"] = str(job.version)  # saving once more means: mine, knowingly
    context = {
        "job": job,
        "form": form,
        "theirs": theirs,
        "families": families_known(),
        "hints": hints_for(list(job.offices.all())),
        "tabs": job_tabs(request, job, "applications:job_edit"),
    }
    return render(request, "applications/job_edit.html", context, status=status_of(form))


def _job(request: StaffRequest, job: Job, refusals: list[str] | None = None) -> HttpResponse:
    waiting = Q(applications__closed_at=None, applications__candidate__erased_at=None)
    skills = list(job.job_skills.select_related("skill"))
    counted = Job.objects.with_health(timezone.now()).get(pk=job.pk)
    context = {
        "job": job,
        "offices": list(job.offices.all()),
        "description": markup.to_html(job.description, top=3),
        "must": [row.skill for row in skills if row.need == "must"],
        "nice": [row.skill for row in skills if row.need == "nice"],
        "team": list(job.team.select_related("user")),
        "stages": job.stages.of_board()
        .annotate(people=Count("applications", filter=waiting, distinct=True))
        .order_by("position"),
        "waiting": counted.waiting,  # type: ignore[attr-defined]  # annotated
        "late": counted.late,  # type: ignore[attr-defined]  # annotated
        "hired": job.hired_count(),
        "refusals": refusals or [],
        "may_edit": may(request.user, Permission.EDIT_JOBS),
        "may_match": may(request.user, Permission.VIEW_MATCHES),
        "known_people": address_of("applications:known_people", job.public_id),
        "careers_address": first_look.path_of(job),
        "tabs": job_tabs(request, job, "applications:job"),
    }
    return render(request, "applications/job.html", context, status=422 if refusals else 200)


def _end(request: StaffRequest, job: Job, run: Callable[[], object], words: str) -> HttpResponse:
    if refusal := refused(run):
        job.refresh_from_db()
        if job.applications.unanswered().exists() and job.status in {"open", "on_hold"}:
            return gate(request, job, refusal)
        return _job(request, job, refusals=refusal)
    messages.success(request, f"{job} {words}.")
    return redirect("applications:job", job.public_id)


def _differences(form: JobForm, job: Job) -> list[tuple[str, str]]:
    """Return what is stored now where it differs from what was typed: (label, stored value)."""
    stored = JobForm.values_of(job)
    return [
        (str(form.fields[name].label or name.replace("_", " ").capitalize()), _shown(stored[name]))
        for name, typed in form.for_action().items()
        if name != "offices" and stored[name] != typed
    ]


def _shown(value: Any) -> str:
    return "empty" if value in (None, "") else str(value)

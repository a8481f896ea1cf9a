"""The promise ledger: what was promised, what is due, and how often we kept our word."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, requires
from accounts.permissions import Permission, may
from applications.actions import promises as act
from applications.forms.applications import PromiseFilterForm
from applications.models import Promise
from applications.promises import kept_rate, ledger
from applications.views.common import address_of, job_of, job_tabs, page_of


@require_GET
@requires(Permission.VIEW_PEOPLE)
def promises(request: StaffRequest) -> HttpResponse:
    return _promises(request)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def job_promises(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the promises that this job made due."""
    job = job_of(request, public_id)
    found = Promise.objects.visible_to(request.user).for_list().filter(due_job=job)
    context = {
        "job": job,
        "promises": page_of(found, None),
        "may_settle": may(request.user, Permission.CLOSE_APPLICATION),
        "known_people": address_of("applications:known_people", job.public_id),
        "tabs": job_tabs(request, job, "applications:job_promises"),
    }
    return render(request, "applications/job_promises.html", context)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_keep(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _post(request, public_id, act.keep_promise, "Kept. Thank you for keeping it.")


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_release(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _post(request, public_id, act.release_promise, "The promise is released.")


def _post(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., Any], done: str
) -> HttpResponse:
    visible = Promise.objects.visible_to(request.user)
    promise = get_object_or_404(visible, public_id=public_id)
    try:
        action(promise, by=request.user)
    except ValidationError as refusal:
        return _promises(request, refusals=list(refusal.messages))
    messages.success(request, done)
    return redirect("applications:promises")


def _promises(request: StaffRequest, refusals: list[str] | None = None) -> HttpResponse:
    chosen = PromiseFilterForm(request.GET)
    values = chosen.cleaned_data if chosen.is_valid() else {}
    visible = Promise.objects.visible_to(request.user)
    state = values.get("state") or "running"
    found = visible.running() if state == "running" else visible.filter(state=state)
    counts = ledger(request.user)
    tabs = [
        {
            "label": "To keep",
            "href": "?",
            "current": state == "running",
            "count": counts["due"] + counts["open"],
        }
    ]
    tabs += [
        {
            "label": label,
            "href": f"?state={value}",
            "current": state == value,
            "count": counts[value],
        }
        for value, label in Promise.State.choices
    ]
    context = {
        "promises": page_of(found.for_list(), values.get("page")),
        "tabs": tabs,
        "state": state,
        "counts": counts,
        "rate": kept_rate(counts["kept"], counts["broken"]),
        "has_none": not any(counts.values()),
        "may_settle": may(request.user, Permission.CLOSE_APPLICATION),
        "refusals": refusals or [],
    }
    return render(request, "applications/promises.html", context, status=422 if refusals else 200)

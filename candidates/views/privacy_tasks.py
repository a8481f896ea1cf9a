"""What the privacy officer has to look at, and saying that somebody may be a minor (C-32)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.actions.privacy_tasks import outcomes_of, say_minor, settle_task
from candidates.forms.requests import MinorForm, TaskForm
from candidates.models import PrivacyTask
from candidates.views.common import person_of
from candidates.views.grounds import privacy_page


@require_GET
@never_cache
@requires(Permission.MANAGE_PRIVACY)
def privacy_task(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _task(request, public_id))


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def privacy_task_settle(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what was found."""
    task = _task(request, public_id)
    form = TaskForm(request.POST, outcomes=outcomes_of(task))
    if form.is_valid():
        with refusals_shown_on(form):
            settle_task(
                task, form.cleaned_data["outcome"], form.cleaned_data["text"], by=request.user
            )
    if not form.is_valid():
        return _page(request, task, form)
    messages.success(request, "Noted.")
    return redirect("candidates:privacy_task", public_id)


@require_POST
@requires(Permission.RECORD_REQUESTS)
def minor(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop job emails to somebody who may be a minor, and ask the privacy officer to look."""
    candidate = person_of(request, public_id)
    form = MinorForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            say_minor(candidate, form.cleaned_data["why"], by=request.user)
    if not form.is_valid():
        return privacy_page(request, public_id, minor_form=form)
    messages.success(request, "No job email goes to them. The privacy officer looks at it.")
    return redirect("candidates:privacy", public_id)


def _task(request: StaffRequest, public_id: uuid.UUID) -> PrivacyTask:
    visible = PrivacyTask.objects.visible_to(request.user).select_related("candidate", "done_by")
    return get_object_or_404(visible, public_id=public_id)


def _page(request: StaffRequest, task: PrivacyTask, form: TaskForm | None = None) -> HttpResponse:
    outcomes = outcomes_of(task)
    context = {
        "task": task,
        "candidate": task.candidate,
        "form": (form or TaskForm(outcomes=outcomes)) if outcomes else None,
    }
    status = 422 if form else 200
    return render(request, "candidates/privacy/task.html", context, status=status)

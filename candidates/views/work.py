"""Background work: what runs, how far it is, and what became of each person."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import ButtonForm
from accounts.http import StaffRequest, hint, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from candidates.actions import work as actions
from candidates.models import ExportFile, Work
from candidates.tasks import do_work
from candidates.tray import stop_showing_in_tray
from candidates.work import kind_of
from candidates.work_listing import ResultsForm, WorksForm

logger = logging.getLogger(__name__)


@require_safe
@requires(Permission.VIEW_TASKS)
def tasks(request: StaffRequest) -> HttpResponse:
    """List works, newest first: one's own, or everybody's for those who read the audit trail."""
    form = WorksForm(request.GET)
    visible = Work.objects.visible_to(request.user).confirmed().select_related("by")
    page, older = form.page_of(visible)
    context = {
        "works": page,
        "older": older,
        "is_first_page": form.start is None,
        "shows_all": may(request.user, Permission.VIEW_AUDIT),
        "is_working": any(work.is_going for work in page),
    }
    return render_part(request, "candidates/tasks.html", "list", context)


@require_safe
@requires(Permission.VIEW_TASKS)
def tray(request: StaffRequest) -> HttpResponse:
    """The badge in the shell. It is asked only by browsers in which something was started."""
    running = Work.objects.filter(by=request.user).going().count()
    response = render(request, "candidates/tray.html", {"running": running})
    if not running:
        stop_showing_in_tray(response)
    return response


@require_safe
@requires(Permission.VIEW_TASKS)
def task(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one work; polled while it runs."""
    return _page(request, _work(request, public_id))


@require_POST
@requires(Permission.VIEW_TASKS)
def task_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.cancel)


@require_POST
@requires(Permission.VIEW_TASKS)
def task_retry(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.retry)


@require_POST
@requires(Permission.VIEW_TASKS)
def task_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.undo)


@require_safe
@requires(Permission.VIEW_TASKS)
def export_file(request: StaffRequest, public_id: uuid.UUID) -> FileResponse:
    """Give a file to the colleague it was made for, until it expires."""
    kept = get_object_or_404(ExportFile.objects.visible_to(request.user), public_id=public_id)
    logger.info("export %s taken by user %s", kept.pk, request.user.pk)
    return FileResponse(
        kept.file.open(), as_attachment=True, filename=kept.name, content_type=kept.content_type
    )


def _work(request: StaffRequest, public_id: uuid.UUID) -> Work:
    works = Work.objects.visible_to(request.user).confirmed().select_related("by")
    return get_object_or_404(works, public_id=public_id)


def _press(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., Work]
) -> HttpResponse:
    work, form = _work(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form), transaction.atomic():
        action(work, by=request.user)
        hint(do_work, work.pk)
    if form.is_valid():
        return redirect("candidates:task", public_id)
    return _page(request, work, form)


def _page(request: StaffRequest, work: Work, form: ButtonForm | None = None) -> HttpResponse:
    kind = kind_of(work)
    context: dict[str, Any] = {
        "work": work,
        "form": form,
        "doing": kind.doing if kind else work.get_state_display(),
        "can_undo": bool(kind and kind.can_undo and work.may_be_undone()),
        "may_see_people": may(request.user, Permission.VIEW_PEOPLE),
        "files": list(ExportFile.objects.visible_to(request.user).filter(work=work)),
    }
    if context["may_see_people"] and not work.is_going:
        results = ResultsForm(request.GET)
        context["items"], context["older"] = results.page_of(work, request.user)
        context["tabs"] = results.tabs(work)
        context["is_first_page"] = results.start is None
    status = 422 if form and form.errors else 200
    return render_part(request, "candidates/task.html", "body", context, status)

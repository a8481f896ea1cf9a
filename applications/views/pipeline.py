"""The pipeline of one job as a page: a board, a table, and what keeps it fresh."""

import uuid
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, render_part, requires
from accounts.permissions import Permission, may
from applications import blind
from applications.actions.moves import set_board
from applications.forms.pipeline import (
    AfterForm,
    BoardSettingForm,
    PipelineFilterForm,
    SinceForm,
)
from applications.models import Application, BoardSetting, Job
from applications.pipeline import (
    Column,
    Done,
    changes_since,
    columns_of,
    considered,
    last_done,
    more_of,
)
from applications.views.common import address_of, job_of, job_tabs, page_of

TEMPLATE = "applications/pipeline.html"


@require_GET
@requires(Permission.VIEW_JOBS)
def pipeline(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return show(request, job_of(request, public_id))


@require_GET
@requires(Permission.VIEW_JOBS)
def pipeline_more(request: StaffRequest, public_id: uuid.UUID, stage_id: uuid.UUID) -> HttpResponse:
    """Give the next cards of one column, as the filter of the page leaves them."""
    job = job_of(request, public_id)
    form = AfterForm(request.GET)
    stage = job.stages.of_board().filter(public_id=stage_id).first()
    if not form.is_valid() or stage is None:
        return HttpResponse(status=404)
    chosen = PipelineFilterForm(request.GET, job=job, user=request.user)
    people = chosen.apply(considered(job, request.user, timezone.now()))
    column, _ = more_of(people, stage, form.cleaned_data["after"])
    _unveil(request, job, column.cards)
    context = {"column": column, "job": job, "query": _query(request)} | _rights(request)
    return render(request, f"{TEMPLATE}#cards", context)


@require_GET
@requires(Permission.VIEW_JOBS)
def pipeline_changes(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say which cards changed since the page was drawn. It is asked every few seconds."""
    job = job_of(request, public_id)
    form = SinceForm(request.GET)
    if not form.is_valid():
        return HttpResponse(status=404)
    found = changes_since(job, request.user, form.cleaned_data["since"])
    return JsonResponse({"changes": found})


@require_POST
@requires(Permission.VIEW_JOBS)
def pipeline_setting(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Remember board or table, and where the focus goes after a move."""
    job = job_of(request, public_id)
    form = BoardSettingForm(request.POST)
    query = request.GET.copy()
    if form.is_valid():
        view, keeps = form.cleaned_data["view"] or None, form.cleaned_data["keeps_place"]
        set_board(request.user, view=view, keeps_place=keeps)
        if view:
            query["view"] = view
    return redirect(f"{address_of('applications:pipeline', job.public_id)}?{query.urlencode()}")


def show(
    request: StaffRequest,
    job: Job,
    *,
    moved: Application | None = None,
    refusals: list[str] | None = None,
    batch: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the pipeline; `moved`: whom the status strip is about; `batch`: of several."""
    now = timezone.now()
    form = PipelineFilterForm(request.GET, job=job, user=request.user)
    asked = form.asked
    setting = BoardSetting.objects.filter(user=request.user).first() or BoardSetting()
    is_table = (asked.get("view") or setting.view) == BoardSetting.View.TABLE
    if moved is None and asked.get("moved"):
        visible = Application.objects.visible_to(request.user).select_related("candidate", "stage")
        moved = visible.filter(job=job, public_id=asked["moved"]).first()
    if moved is not None:
        _unveil(request, job, [moved])
    people = form.apply(considered(job, request.user, now))
    columns: list[Column] = []
    rows = None
    if is_table:
        rows = page_of(people.select_related("candidate", "stage"), asked.get("page"))
        rows.object_list = list(rows.object_list)
        _unveil(request, job, rows.object_list)
    else:
        columns = columns_of(job, people)
        _unveil(request, job, [card for column in columns for card in column.cards])
    context = {
        "job": job,
        "form": form,
        "query": _query(request),
        "is_table": is_table,
        "is_explicit": bool(asked.get("view")),
        "is_narrowed": form.is_narrowed,
        "keeps_place": setting.keeps_place,
        "columns": columns,
        "rows": rows,
        "total": rows.paginator.count if rows else sum(column.count for column in columns),
        "stages": [column.stage for column in columns] or list(job.stages.of_board()),
        "closed": Application.objects.visible_to(request.user)
        .filter(job=job)
        .exclude(closed_at=None)
        .count(),
        "moved": moved,
        "done": _done(moved, refusals),
        "refusals": refusals or [],
        "batch": batch,
        "now": now.isoformat(),
        "known": [key for _, key in changes_since(job, request.user, now)],
        "tabs": job_tabs(request, job, "applications:pipeline"),
    } | _rights(request)
    return render_part(request, TEMPLATE, "columns", context, 422 if refusals else 200)


def _unveil(request: StaffRequest, job: Job, cards: list[Application]) -> None:
    for card in cards:
        card.job = job
    blind.unveil(request.user, cards)


def _done(moved: Application | None, refusals: list[str] | None) -> Done | None:
    return last_done(moved) if moved and not refusals else None


def _rights(request: StaffRequest) -> dict[str, bool]:
    return {
        "may_move": may(request.user, Permission.MOVE_APPLICATION),
        "may_close": may(request.user, Permission.CLOSE_APPLICATION),
    }


def _query(request: StaffRequest) -> str:
    """Return the filter as it stands in the address, without the place and the last move."""
    query = request.GET.copy()
    for name in ("page", "moved", "after", "view", "csrfmiddlewaretoken"):
        query.pop(name, None)
    return query.urlencode()

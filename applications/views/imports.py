"""Importing people: upload, name the columns, look, import, undo."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, hint, refusals_shown_on, render_part, requires
from accounts.permissions import Permission
from applications import import_undo as undoing
from applications.actions import imports as actions
from applications.forms.imports import ButtonForm, MappingForm, UploadForm
from applications.import_preview import preview
from applications.tasks import work_on_import
from candidates.exports import csv_lines
from candidates.models import Import, ImportRow

PAGE = 25
EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "past-applicants.csv"


@require_safe
@requires(Permission.IMPORT_PEOPLE)
def imports(request: StaffRequest) -> HttpResponse:
    listed = Import.objects.visible_to(request.user).select_related("by")
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/imports/list.html", {"page": page})


@requires(Permission.IMPORT_PEOPLE)
def import_new(request: StaffRequest) -> HttpResponse:
    """Take a file, stage its rows, and ask what the columns mean."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if form.is_valid():
        with refusals_shown_on(form):
            run = actions.upload(form.cleaned_data["file"], form.file_name, by=request.user)
            return redirect("applications:import_map", run.public_id)
    status = 422 if is_sent else 200
    return render(request, "applications/imports/new.html", {"form": form}, status=status)


@require_safe
@requires(Permission.IMPORT_PEOPLE)
def import_example(request: StaffRequest) -> HttpResponse:
    """Give the example file: invented people, to try an import with."""
    response = HttpResponse(EXAMPLE.read_bytes(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{EXAMPLE.name}"'
    return response


@requires(Permission.IMPORT_PEOPLE)
def import_map(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    run = _run(request, public_id)
    if run.state not in {Import.State.UPLOADED, Import.State.READY}:
        return redirect("applications:import", public_id)
    samples = list(run.rows.order_by("number").values_list("cells", flat=True)[:20])
    form = MappingForm(
        request.POST or None,
        run=run,
        samples=samples,
        initial={
            "day_order": "day" if run.day_first else "month",
            "consent_wording": run.consent_wording,
        },
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form), transaction.atomic():
            actions.map_columns(
                run,
                form.mapping,
                by=request.user,
                day_first=form.cleaned_data["day_order"] == "day",
                consent_wording=form.cleaned_data["consent_wording"],
            )
            hint(work_on_import, run.pk)
        if form.is_valid():
            return redirect("applications:import", public_id)
    context = {"run": run, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "applications/imports/map.html", context, status=status)


@require_safe
@requires(Permission.IMPORT_PEOPLE)
def import_detail(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show where the import stands; polled while it works."""
    return _page(request, _run(request, public_id))


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def import_commit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.commit)


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def import_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.undo)


@require_POST
@requires(Permission.IMPORT_PEOPLE)
def import_discard(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    run, form = _run(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form):
        actions.discard(run, by=request.user)
    return redirect("applications:imports") if form.is_valid() else _page(request, run, form)


@require_safe
@requires(Permission.IMPORT_PEOPLE)
def import_errors(request: StaffRequest, public_id: uuid.UUID) -> StreamingHttpResponse:
    """Give the refused rows as they were, each with what is wrong with it."""
    run = _run(request, public_id)
    lines = csv_lines(_refused_lines(run))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return response


def _run(request: StaffRequest, public_id: uuid.UUID) -> Import:
    runs = Import.objects.visible_to(request.user).select_related("by")
    return get_object_or_404(runs, public_id=public_id)


def _press(request: StaffRequest, public_id: uuid.UUID, action: Any) -> HttpResponse:
    run, form = _run(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form), transaction.atomic():
        action(run, by=request.user)
        hint(work_on_import, run.pk)
    if form.is_valid():
        return redirect("applications:import", public_id)
    return _page(request, run, form)


def _page(request: StaffRequest, run: Import, form: ButtonForm | None = None) -> HttpResponse:
    context: dict[str, Any] = {"run": run, "form": form}
    context["is_working"] = run.state in {"checking", "running", "undoing"}
    if run.state == Import.State.READY:
        context["preview"] = preview(run)
    elif run.state in {Import.State.DONE, Import.State.UNDONE, Import.State.FAILED}:
        refused = run.rows.filter(state=ImportRow.State.REFUSED).order_by("number")
        context["refused"] = list(refused[:20])
    if run.state == Import.State.UNDONE:
        context["kept"] = undoing.kept(run).count()
        context["first_kept"] = undoing.first_kept(run, request.user, PAGE)
    status = 422 if form and form.errors else 200
    return render_part(request, "applications/imports/detail.html", "body", context, status)


def _refused_lines(run: Import) -> Iterator[list[str]]:
    """Yield the header and the refused lines, each with its number and what is wrong with it."""
    yield [*run.columns, "line", "what is wrong"]
    refused = run.rows.filter(state=ImportRow.State.REFUSED).order_by("number")
    for row in refused.iterator(chunk_size=1000):
        cells = [*row.cells, *[""] * (len(run.columns) - len(row.cells))]
        yield [*cells, str(row.number), " ".join(row.errors)]

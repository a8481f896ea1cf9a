"""Moving along the pipeline: one card, several, and taking it back.

Each answers a script with JSON that says where the card stands now, whether it was moved or not;
and everybody else with a page.
"""

import uuid
from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications import blind
from applications.actions.moves import (
    MOST_AT_ONCE,
    Moved,
    move_many,
    move_to_stage,
    undo_many,
    undo_move,
)
from applications.bulk_moves import MoveInPipeline
from applications.forms.pipeline import (
    MoveForm,
    MoveManyForm,
    PipelineFilterForm,
    UndoForm,
    UndoManyForm,
)
from applications.models import Application, Job, Stage, StageChange
from applications.pipeline import Column, Done, considered, key_of, last_done, position_of
from applications.views.common import address_of, application_of, job_of
from applications.views.pipeline import TEMPLATE, show
from candidates.actions import work as work_actions
from candidates.bulk import persons
from candidates.bulk.selection import ConfirmForm
from candidates.models import Candidate
from candidates.tasks import do_work
from candidates.tray import show_in_tray

CONFLICTS = {"moved_meanwhile", "closed"}


@requires(Permission.MOVE_APPLICATION)
def move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask where a card goes, and move it there."""
    application = application_of(request, public_id)
    stages = application.job.stages.of_board()
    if request.method != "POST":
        context = {
            "application": application,
            "stages": stages,
            "may_close": may(request.user, Permission.CLOSE_APPLICATION),
        }
        return render(request, "applications/move.html", context)
    form = MoveForm(request.POST, stages=stages)
    if form.is_valid():
        values = form.cleaned_data
        with refusals_shown_on(form):
            move_to_stage(application, values["stage"], by=request.user, seen=values["seen"])
    return _answer(request, application, form)


@require_POST
@requires(Permission.MOVE_APPLICATION)
def undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take the last move back, then show the board as it was."""
    application = application_of(request, public_id)
    form = UndoForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            undo_move(application, by=request.user, change=form.cleaned_data["change"])
    return _answer(request, application, form)


@require_POST
@requires(Permission.MOVE_APPLICATION)
def pipeline_move(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Move the chosen cards, or all that the filter leaves. Many are counted out first (U-04)."""
    job = job_of(request, public_id)
    form = MoveManyForm(request.POST, stages=job.stages.of_board())
    if not form.is_valid():
        return _refused(request, job, form)
    values, stage = form.cleaned_data, form.cleaned_data["stage"]
    here = Application.objects.visible_to(request.user).filter(job=job)
    if values["everybody"]:
        chosen = PipelineFilterForm(request.GET, job=job, user=request.user)
        people = chosen.apply(considered(job, request.user, timezone.now()))
        seen = dict(people.order_by().values_list("public_id", "stage"))
        here = here.open()
    else:
        seen = values["chosen"]
    cards = [(one, seen[one.public_id]) for one in here.filter(public_id__in=seen)]
    if len(cards) > MOST_AT_ONCE:
        return _many(request, job, stage, cards)
    moved = move_many(cards, stage, by=request.user)
    return _several(request, job, moved, f"moved to {stage.name}")


@require_POST
@requires(Permission.MOVE_APPLICATION)
def pipeline_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back the moves of several cards; whoever was moved on since stays."""
    job = job_of(request, public_id)
    form = UndoManyForm(request.POST)
    if not form.is_valid():
        return _refused(request, job, form)
    visible = Application.objects.visible_to(request.user).filter(job=job)
    changes = StageChange.objects.filter(
        application__in=visible, pk__in=form.cleaned_data["changes"]
    )
    undone = undo_many(changes.select_related("application"), by=request.user)
    return _several(request, job, undone, "back where they were", can_undo=False)


def _answer(
    request: StaffRequest, application: Application, form: MoveForm | UndoForm
) -> HttpResponse:
    job = application.job
    refusals = [str(error) for errors in form.errors.values() for error in errors]
    if wants_json(request):
        is_conflict = any(form.has_error("__all__", code) for code in CONFLICTS)
        status = 409 if is_conflict else 422 if refusals else 200
        return JsonResponse(_card(request, application, refusals), status=status)
    if not refusals:
        if request.POST.get("from") == "page":
            return redirect("applications:application", application.public_id)
        address = address_of("applications:pipeline", job.public_id)
        card = f"#application-{application.public_id}"
        return redirect(f"{address}?moved={application.public_id}{card}")
    application.refresh_from_db()
    return show(request, job, moved=application, refusals=refusals)


def _card(request: StaffRequest, application: Application, refusals: list[str]) -> dict[str, Any]:
    """Return one card as it is now: its HTML, its place, the counts of the columns, the words."""
    job = application.job
    everybody = considered(job, request.user, timezone.now())
    chosen = PipelineFilterForm(request.GET, job=job, user=request.user)
    shown = chosen.apply(everybody).select_related("candidate", "stage")
    card = shown.filter(pk=application.pk).first()
    if card is not None:
        card.job = job
        blind.unveil(request.user, [card])
    stages = list(job.stages.of_board())
    counts = chosen.apply(everybody).count_by_stage()
    application = Application.objects.select_related("candidate", "stage").get(pk=application.pk)
    application.job = job
    blind.unveil(request.user, [application])
    done = last_done(application) if not refusals else None
    change = application.stage_changes.order_by("-at", "-pk").first()
    context = {
        "job": job,
        "application": card,
        "moved": application,
        "may_move": True,
        "may_close": may(request.user, Permission.CLOSE_APPLICATION),
        "done": done,
        "refusals": refusals,
    }
    position = total = 0
    if card is not None:
        position, total = position_of(card, chosen.apply(everybody))
        if done and done.change:
            context["done"] = Done(f"{done.text} Number {position} of {total} there.", done.change)
    is_table = request.GET.get("view") == "table"

    def part(name: str) -> str:
        return render_to_string(f"{TEMPLATE}#{name}", context, request=request)

    return {
        "id": str(application.public_id),
        "stage": str(application.stage.public_id),
        "position": position,
        "card": part("row" if is_table else "item") if card else "",
        "strip": part("strip"),
        "columns": {
            str(column.stage.public_id): {
                "count": column.count,
                "late": column.late,
                "head": column.head,
            }
            for column in (Column(stage, *counts.get(stage.pk, (0, 0))) for stage in stages)
        },
        "known": [key_of(change.undone_at or change.at)] if change else [],
    }


def _several(
    request: StaffRequest, job: Job, moved: Moved, did: str, *, can_undo: bool = True
) -> HttpResponse:
    number = len(moved.changes)
    text = f"{persons(number)} {did}." if number else "Nobody was moved."
    batch = {
        "text": " ".join([text, *moved.left]),
        "changes": " ".join(map(str, moved.changes)) if can_undo else "",
    }
    if wants_json(request):
        html = render_to_string(
            f"{TEMPLATE}#strip", {"job": job, "batch": batch, "may_move": True}, request=request
        )
        changes = StageChange.objects.filter(pk__in=moved.changes)
        first = changes.order_by("pk").values_list("application__public_id", flat=True).first()
        keys = [key_of(undone or at) for at, undone in changes.values_list("at", "undone_at")]
        return JsonResponse({"strip": html, "first": str(first or ""), "known": keys})
    return show(request, job, batch=batch)


def _many(
    request: StaffRequest, job: Job, stage: Stage, cards: list[tuple[Application, int]]
) -> HttpResponse:
    """Show what would become of whom; once the number is typed, start the work."""
    total = len(cards)
    sure = ConfirmForm(request.POST if "number" in request.POST else None, total=total)
    if sure.is_valid():
        people = Candidate.objects.filter(pk__in=[card.candidate_id for card, _ in cards])
        with transaction.atomic():
            work = work_actions.freeze(people, by=request.user)
            work_actions.start(
                work,
                kind=MoveInPipeline.key,
                title=f"Move {persons(total)} of {job.title} to {stage.name}",
                values={
                    "stage": stage.pk,
                    "seen": {str(card.candidate_id): seen for card, seen in cards},
                },
                by=request.user,
            )
            hint(do_work, work.pk)
        response = redirect("candidates:task", work.public_id)
        show_in_tray(response)
        return response
    there = sum(card.stage_id == stage.pk for card, _ in cards)
    stale = sum(card.stage_id not in {seen, stage.pk} or not card.is_open for card, seen in cards)
    context = {
        "job": job,
        "stage": stage,
        "sure": sure,
        "cards": cards,
        "total": total,
        "there": there,
        "stale": stale,
        "goes": total - there - stale,
        "query": request.GET.urlencode(),
    }
    status = 422 if sure.is_bound else 200
    if wants_json(request):
        return JsonResponse({"ask": True})
    return render(request, "applications/move_many.html", context, status=status)


def _refused(request: StaffRequest, job: Job, form: Any) -> HttpResponse:
    refusals = [str(error) for errors in form.errors.values() for error in errors]
    if wants_json(request):
        context = {"job": job, "refusals": refusals}
        html = render_to_string(f"{TEMPLATE}#strip", context, request=request)
        return JsonResponse({"strip": html, "first": "", "known": []}, status=422)
    return show(request, job, refusals=refusals)


def wants_json(request: StaffRequest) -> bool:
    """Is it asked by the script of the page, which changes only what changed?"""
    return request.headers.get("Accept") == "application/json"

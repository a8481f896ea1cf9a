"""Review mode: one application a page, the oldest first, by keys or by pointer."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, requires
from accounts.permissions import Permission, may
from applications import review_mode as thinking
from applications.actions import review_mode as act
from applications.actions.moves import move_to_stage, undo_move
from applications.forms.review_mode import LaterForm, ModeForm, StepForm, UndoForm
from applications.models import Application, Job, Postponed, Review, Stage
from applications.pipeline import last_done
from applications.reviews import paper_of
from applications.views.common import address_of, application_of

RECENT = timedelta(hours=8)


@require_GET
@requires(Permission.MOVE_APPLICATION)
def review_mode(request: StaffRequest) -> HttpResponse:
    form = ModeForm(request.GET, jobs=Job.objects.visible_to(request.user))
    if not form.is_valid():
        return redirect("applications:jobs")
    return _show(request, form.cleaned_data["job"], form.cleaned_data)


@require_POST
@requires(Permission.MOVE_APPLICATION)
def review_mode_advance(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Move to the next stage, and go on to the next application."""
    application = application_of(request, public_id)
    form = StepForm(request.POST)
    stage = thinking.stage_after(application)
    if not form.is_valid() or stage is None:
        return _show(request, application.job, {"at": public_id}, ["There is no stage after this."])
    seen = application.job.stages.filter(public_id=form.cleaned_data["seen"]).first()
    following = _following(request, application, seen)
    try:
        move_to_stage(application, stage, by=request.user, seen=seen.pk if seen else 0)
    except ValidationError as refusal:
        sentences = [_without_name(application, one) for one in refusal.messages]
        return _show(request, application.job, {"at": public_id}, sentences)
    return redirect(_address(application.job, seen, following))


@require_POST
@requires(Permission.MOVE_APPLICATION)
def review_mode_undo(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a move back, and show whom it was about."""
    application = application_of(request, public_id)
    form = UndoForm(request.POST)
    change = form.cleaned_data["change"] if form.is_valid() else 0
    try:
        undone = undo_move(application, by=request.user, change=change)
    except ValidationError as refusal:
        sentences = [_without_name(application, one) for one in refusal.messages]
        return _show(request, application.job, {}, sentences)
    return redirect(_address(application.job, undone.stage, public_id))


@require_POST
@requires(Permission.MOVE_APPLICATION)
def review_mode_later(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put the application off, and go on; `now` takes that back."""
    application = application_of(request, public_id)
    if "now" in request.POST:
        act.look_now(application, by=request.user)
        return redirect(_address(application.job, application.stage, public_id))
    form = LaterForm(request.POST)
    following = _following(request, application, application.stage)
    if not form.is_valid():
        sentences = [str(one) for errors in form.errors.values() for one in errors]
        return _show(request, application.job, {"at": public_id}, sentences)
    try:
        act.look_later(application, until=form.cleaned_data["until"], by=request.user)
    except ValidationError as refusal:
        return _show(request, application.job, {"at": public_id}, list(refusal.messages))
    return redirect(_address(application.job, application.stage, following, later=public_id))


def _address(
    job: Job, stage: Stage | None, at: uuid.UUID | None = None, later: uuid.UUID | None = None
) -> str:
    asked = {"job": job.public_id, "stage": stage and stage.public_id, "at": at, "later": later}
    query = urlencode({name: str(value) for name, value in asked.items() if value})
    return f"{address_of('applications:review_mode')}?{query}"


def _following(
    request: StaffRequest, application: Application, stage: Stage | None
) -> uuid.UUID | None:
    """Return whom to show once this one is dealt with: the next, or nobody at the end."""
    queue = thinking.queue_of(application.job, request.user, timezone.localdate(), stage)
    key = queue.beside(application, 1)
    return Application.objects.values_list("public_id", flat=True).get(pk=key) if key else None


def _without_name(application: Application, sentence: str) -> str:
    """Return what an action says, which names people, for a page that may not."""
    if not application.job.blind_review:
        return sentence
    return sentence.replace(application.candidate.name, application.blind_name)


def _show(
    request: StaffRequest, job: Job, asked: dict[str, Any], refusals: list[str] | None = None
) -> HttpResponse:
    """Show one application. Names stay hidden here in a blind review, whoever reads (U-12)."""
    user = request.user
    named = asked.get("stage")
    stage = job.stages.of_board().filter(public_id=named).first() if named else None
    queue = thinking.queue_of(job, user, timezone.localdate(), stage)
    people = Application.objects.visible_to(user).select_related("candidate", "job", "stage")
    here = people.filter(pk__in=queue.keys)
    shown = here.filter(public_id=asked["at"]).first() if asked.get("at") else None
    if shown is None and queue.keys:
        shown = people.get(pk=queue.keys[0])
    step = thinking.last_step(queue.stage, user, timezone.now() - RECENT)
    later = None
    if asked.get("later"):
        put_off = Postponed.objects.filter(user=user, application__job=job)
        later = (
            put_off.filter(application__public_id=asked["later"])
            .select_related("application__candidate", "application__job")
            .first()
        )
    context: dict[str, Any] = {
        "job": job,
        "queue": queue,
        "total": len(queue.keys),
        "application": shown,
        "stages": job.stages.of_board(),
        "refusals": refusals or [],
        "step": step,
        "done": last_done(_named(step.application)) if step else None,
        "put_off": later,
        "put_off_name": _named(later.application).shown_name if later else "",
        "may_close": may(user, Permission.CLOSE_APPLICATION),
    }
    if shown is not None:
        _named(shown)
        beside = {step: queue.beside(shown, step) for step in (-1, 1)}
        ids = dict(
            Application.objects.filter(pk__in=[key for key in beside.values() if key]).values_list(
                "pk", "public_id"
            )
        )
        views = Review.objects.visible_to(user).filter(application=shown).sent()
        context |= {
            "paper": paper_of(shown),
            "place": queue.place(shown),
            "before": _address(job, queue.stage, ids[beside[-1]]) if beside[-1] else "",
            "after": _address(job, queue.stage, ids[beside[1]]) if beside[1] else "",
            "next_stage": thinking.stage_after(shown),
            "views": views.select_related("reviewer"),
            "later_form": LaterForm(),
        }
    status = 422 if refusals else 200
    return render(request, "applications/review_mode.html", context, status=status)


def _named(application: Application) -> Application:
    """Let it show its name unless the job is in blind review: here nobody reads it then."""
    application.is_unveiled = not application.job.blind_review
    return application

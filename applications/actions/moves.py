"""Moving along the pipeline, one or many, and taking it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.actions.lock_order import lock_application, lock_people
from applications.actions.moving import UNDO_DAYS, enter, last_move, remember, restore
from applications.models import Application, BoardSetting, Milestone, Stage, StageChange

MOST_AT_ONCE = 30  # more than these are counted out and moved in the background (U-04)


@transaction.atomic
def move_to_stage(
    application: Application, stage: Stage, *, by: User, seen: int | None = None
) -> Application:
    """Move an open application to another stage of the same job.

    It is locked first, so of two people moving the same card the second one sees the first
    one's move. The hear-by date starts anew. Moving to the current stage does nothing.

    seen: the stage in which whoever moves it saw it, where they saw a board.

    Raises ValidationError: the application is closed or was moved meanwhile, the stage is of
    another job, or it means that somebody is hired, which closes the application.
    """
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError(_closed(application), code="closed")
    if stage.job_id != application.job_id:
        raise ValidationError("That stage belongs to another job.", code="foreign_stage")
    if stage.milestone == Milestone.HIRED:
        raise ValidationError(
            "Hiring closes the application. Use “Mark as hired”.", code="hire_instead"
        )
    if seen is not None and seen != application.stage_id:
        raise ValidationError(_moved_meanwhile(application), code="moved_meanwhile")
    if stage.pk == application.stage_id:
        return application
    previous = application.stage
    enter(application, stage, by=by, now=timezone.now())
    remember(
        application,
        "application.moved",
        f"Moved for {application.job.title}: {previous.name} → {stage.name}.",
        by=by,
    )
    audit.record(by, "application.moved", application, stage=[previous.name, stage.name])
    return application


@transaction.atomic
def undo_move(application: Application, *, by: User, change: int | None = None) -> Application:
    """Take the last move back, with the hear-by date and everything else as it was (U-05).

    change: the move that is meant, where it was named. If another one came after it, that one
    is not taken back in its stead.

    Raises ValidationError: the application is closed or was moved on, or its last move cannot be
    taken back.
    """
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError(_closed(application), code="closed")
    last = last_move(application)
    if last is None or last.from_stage is None or last.entered_at_before is None:
        raise ValidationError("There is no move to undo.", code="nothing_to_undo")
    if change is not None and change != last.pk:
        raise ValidationError(_moved_meanwhile(application), code="moved_meanwhile")
    if last.at < timezone.now() - timedelta(days=UNDO_DAYS):
        raise ValidationError(
            f"This move is older than {UNDO_DAYS} days. Move the application by hand.",
            code="too_late",
        )
    undone, back = last.to_stage, last.from_stage
    restore(application, last)
    remember(
        application,
        "application.move_undone",
        f"Undid a move for {application.job.title}: back from {undone.name} to {back.name}.",
        by=by,
    )
    audit.record(by, "application.move_undone", application, stage=[undone.name, back.name])
    return application


@dataclass(frozen=True)
class Moved:
    """What became of several: the moves that were made, and why the others stayed."""

    changes: tuple[int, ...]
    left: tuple[str, ...]


@transaction.atomic
def move_many(cards: Iterable[tuple[Application, int]], stage: Stage, *, by: User) -> Moved:
    """Move some applications, each of which was seen in a stage (application, stage id).

    Whoever was moved or answered meanwhile stays, with a sentence that says so.
    """
    changes, left = [], []
    cards = list(cards)
    lock_people(application.candidate_id for application, _ in cards)
    for application, seen in sorted(cards, key=lambda card: card[0].pk):
        try:
            moved = move_to_stage(application, stage, by=by, seen=seen)
        except ValidationError as refusal:
            left += refusal.messages
            continue
        if seen != stage.pk and (change := last_move(moved)):
            changes.append(change.pk)
    return Moved(tuple(changes), tuple(left))


@transaction.atomic
def undo_many(changes: Iterable[StageChange], *, by: User) -> Moved:
    """Take several moves back; whoever was moved on since stays, with a sentence."""
    undone, left = [], []
    changes = list(changes)
    lock_people(change.application.candidate_id for change in changes)
    for change in sorted(changes, key=lambda change: change.application_id):
        try:
            undo_move(change.application, by=by, change=change.pk)
        except ValidationError as refusal:
            left += refusal.messages
            continue
        undone.append(change.pk)
    return Moved(tuple(undone), tuple(left))


@transaction.atomic
def set_board(user: User, *, view: str | None = None, keeps_place: bool | None = None) -> None:
    """Remember how a colleague likes pipelines. What is not named stays as it is."""
    setting, _ = BoardSetting.objects.select_for_update().get_or_create(user=user)
    before = str(setting)
    setting.view = view or setting.view
    setting.keeps_place = setting.keeps_place if keeps_place is None else keeps_place
    setting.save()
    audit.record(user, "board.set", setting, view=[before, str(setting)])


def _closed(application: Application) -> str:
    name, how = application.candidate.name, application.get_outcome_display().lower()
    return f"{name} was answered meanwhile ({how}), so nothing was changed."


def _moved_meanwhile(application: Application) -> str:
    change = application.stage_changes.select_related("by").order_by("-at", "-pk").first()
    name, stage = application.candidate.name, application.stage.name
    if change is None or change.by is None or change.undone_at:
        return f"{name} was moved meanwhile and is in {stage} now. Nothing was changed."
    return f"{change.by.name} moved {name} to {stage} meanwhile. Nothing was changed."

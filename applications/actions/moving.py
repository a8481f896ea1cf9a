"""What every change of stage writes, and how it is taken back: shared by the actions."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from applications import letters
from applications.models import Application, Stage, StageChange
from candidates import timeline
from candidates.models import Activity
from candidates.working_days import working_day_from

UNDO_DAYS = 30


def enter(application: Application, stage: Stage, *, by: User, now: datetime) -> None:
    StageChange.objects.create(
        application=application,
        from_stage=application.stage,
        to_stage=stage,
        at=now,
        by=by,
        hear_by_before=application.hear_by,
        entered_at_before=application.stage_entered_at,
        furthest_before=application.furthest,
    )
    application.stage, application.stage_entered_at = stage, now
    application.furthest = max(application.furthest, stage.milestone)
    application.hear_by_missed = missed_day(application, now)
    application.hear_by = hear_by_in(application, stage, now)
    application.save(
        update_fields=["stage", "stage_entered_at", "furthest", "hear_by", "hear_by_missed"]
    )


def restore(application: Application, change: StageChange) -> None:
    if change.from_stage is None or change.entered_at_before is None:
        return
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    application.stage, application.stage_entered_at = change.from_stage, change.entered_at_before
    application.furthest = change.furthest_before or application.furthest
    application.hear_by = change.hear_by_before
    application.save(update_fields=["stage", "stage_entered_at", "furthest", "hear_by"])


def last_move(application: Application) -> StageChange | None:
    return (
        application.stage_changes.filter(undone_at=None, to_stage=application.stage_id)
        .select_related("from_stage", "to_stage")
        .order_by("-at", "-pk")
        .first()
    )


def hear_by_in(application: Application, stage: Stage, now: datetime) -> date:
    """Return the day, at the candidate, by which somebody in this stage hears from us.

    As many days from today as the stage has; if nobody works on that one, the next working day.
    """
    today = now.astimezone(letters.zone_of(application)).date()
    day = today + timedelta(days=stage.hear_by_days)
    return working_day_from(day, letters.place_of(application))


def missed_day(application: Application, now: datetime) -> date | None:
    """Return the first day by which they should have heard, if it went by: another day is named
    now, and what was missed must not be forgotten by that."""
    today = now.astimezone(letters.zone_of(application)).date()
    is_over = application.hear_by is not None and application.hear_by < today
    return application.hear_by_missed or (application.hear_by if is_over else None)


def remember(application: Application, kind: str, text: str, *, by: User | str) -> None:
    timeline.remember(
        application.candidate,
        kind,
        text,
        by=by,
        group=Activity.Group.APPLICATION,
        application=str(application.public_id),
        job=str(application.job.public_id),
    )

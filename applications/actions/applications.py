"""Applications: added, moved along the pipeline, and given a date to hear by."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from applications import letters
from applications.actions.moving import UNDO_DAYS, enter, hear_by_in, last_move, remember, restore
from applications.models import (
    Application,
    Job,
    Letter,
    Milestone,
    Stage,
    StageChange,
)
from candidates.actions.contact import touch
from candidates.models import Candidate, ContactGate, Stop


@transaction.atomic
def add_application(
    candidate: Candidate,
    job: Job,
    *,
    by: User | str,
    source: str = "",
    applied_themselves: bool = False,
    with_receipt: bool = False,
) -> Application:
    """Consider a person for a job. Job emails that wait for them do not leave.

    applied_themselves: they asked to be considered, which is contact; else we put them forward.
    with_receipt: leave a letter that says their application has arrived.

    Raises ValidationError: the job is not running or has no stage, or they are considered already.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    job = Job.objects.locked(job.pk)
    if job.status not in {Job.Status.OPEN, Job.Status.ON_HOLD}:
        raise ValidationError(
            f"This job is {job.get_status_display().lower()}. People are added to an open job.",
            code="not_running",
        )
    stage = job.stages.of_board().first()
    if stage is None:
        raise ValidationError("Give the job a stage first.", code="no_stage")
    if job.applications.open().filter(candidate=candidate).exists():
        raise ValidationError(
            "This person already has an open application for this job.", code="already_open"
        )
    now = timezone.now()
    application = Application(
        candidate=candidate,
        job=job,
        stage=stage,
        stage_entered_at=now,
        furthest=stage.milestone,
        source=source.strip(),
        applied_at=now,
    )
    application.hear_by = hear_by_in(application, stage, now)
    application.save()
    StageChange.objects.create(application=application, to_stage=stage, at=now, by=_user(by))
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.APPLIED, at=now)
    if applied_themselves:
        touch(candidate, now)
    from_where = f" Source: {application.source}." if application.source else ""
    did = "Applied for" if applied_themselves else "Was put forward for"
    remember(application, "application.added", f"{did} {job.title}.{from_where}", by=by)
    audit.record(by, "application.added", application, stage=["", stage.name])
    if with_receipt:
        _leave_receipt(application, by=by, now=now)
    return application


@transaction.atomic
def move_to_stage(application: Application, stage: Stage, *, by: User) -> Application:
    """Move an open application to another stage of the same job.

    The row is locked first, so of two people moving the same card the second one sees the first
    one's move. The hear-by date starts anew. Moving to the current stage does nothing.

    Raises ValidationError: the application is closed, the stage is of another job, or it means
    that somebody is hired, which closes the application.
    """
    application = Application.objects.locked(application.pk)
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    if stage.job_id != application.job_id:
        raise ValidationError("That stage belongs to another job.", code="foreign_stage")
    if stage.milestone == Milestone.HIRED:
        raise ValidationError(
            "Hiring closes the application. Use “Mark as hired”.", code="hire_instead"
        )
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
def undo_move(application: Application, *, by: User) -> Application:
    """Take the last move back, with the hear-by date and everything else as it was (U-05).

    Raises ValidationError: the application is closed, or its last move cannot be taken back.
    """
    application = Application.objects.locked(application.pk)
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    change = last_move(application)
    if change is None or change.from_stage is None or change.entered_at_before is None:
        raise ValidationError("There is no move to undo.", code="nothing_to_undo")
    if change.at < timezone.now() - timedelta(days=UNDO_DAYS):
        raise ValidationError(
            f"This move is older than {UNDO_DAYS} days. Move the application by hand.",
            code="too_late",
        )
    undone, back = change.to_stage, change.from_stage
    restore(application, change)
    remember(
        application,
        "application.move_undone",
        f"Undid a move for {application.job.title}: back from {undone.name} to {back.name}.",
        by=by,
    )
    audit.record(by, "application.move_undone", application, stage=[undone.name, back.name])
    return application


@transaction.atomic
def set_hear_by(application: Application, day: date, *, by: User) -> Application:
    """Name another day by which they will hear from us. A day at the candidate (A-21).

    Raises ValidationError: the application is closed, or the day is over where they are.
    """
    application = Application.objects.locked(application.pk)
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    if day < timezone.now().astimezone(letters.zone_of(application)).date():
        raise ValidationError("Name a day that is not over where they are.", code="past")
    before = application.hear_by
    if before == day:
        return application
    application.hear_by = day
    application.save(update_fields=["hear_by"])
    remember(
        application,
        "application.hear_by",
        f"Will hear about {application.job.title} by {day:%-d %B %Y}.",
        by=by,
    )
    audit.record(
        by, "application.hear_by_changed", application, hear_by=[str(before or ""), str(day)]
    )
    return application


def _leave_receipt(application: Application, *, by: User | str, now: datetime) -> None:
    organisation = Organisation.current().name
    sender = _user(by) or application.job.owner
    Letter.objects.create(
        application=application,
        kind=Letter.Kind.RECEIPT,
        subject=letters.receipt_subject(application.job),
        text=letters.receipt_text(application, by=sender, organisation=organisation),
        send_after=now,
        by=sender,
    )


def _user(by: User | str) -> User | None:
    return by if isinstance(by, User) else None

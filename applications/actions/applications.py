"""Applications: added, moved, closed in one of four ways, and reopened while that helps."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from applications import letters
from applications.actions.letters import cancel_waiting
from applications.actions.promises import make_promise, settle_for_hire, unsettle_hire
from applications.models import (
    Application,
    Job,
    Letter,
    Milestone,
    Outcome,
    Promise,
    RejectionReason,
    Stage,
    StageChange,
)
from candidates import timeline
from candidates.actions.contact import touch
from candidates.models import Activity, Candidate, ContactGate, Stop

UNDO_DAYS = 30


class Silence(models.TextChoices):
    """Why somebody is rejected without a letter. There is always a reason."""

    TOLD = "told", "They were told by phone or in person"
    NO_ADDRESS = "no_address", "We have no address to write to"
    ELSEWHERE = "elsewhere", "They were answered from another system"
    MISTAKE = "mistake", "The application was added by mistake"


@dataclass(frozen=True)
class Draft:
    """A letter as the recruiter left it. Without `send_after` it waits for the next morning."""

    subject: str
    text: str
    send_after: datetime | None = None


@dataclass(frozen=True)
class KeepInMind:
    """The promise that a rejection may carry."""

    families: list[str] = field(default_factory=list)
    until: date = date.max
    owner: User | None = None


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
    application.hear_by = _hear_by(application, stage, now)
    application.save()
    StageChange.objects.create(application=application, to_stage=stage, at=now, by=_user(by))
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.APPLIED, at=now)
    if applied_themselves:
        touch(candidate, now)
    from_where = f" Source: {application.source}." if application.source else ""
    did = "Applied for" if applied_themselves else "Was put forward for"
    _remember(application, "application.added", f"{did} {job.title}.{from_where}", by=by)
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
    _enter(application, stage, by=by, now=timezone.now())
    _remember(
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
    change = _last_move(application)
    if change is None or change.from_stage is None or change.entered_at_before is None:
        raise ValidationError("There is no move to undo.", code="nothing_to_undo")
    if change.at < timezone.now() - timedelta(days=UNDO_DAYS):
        raise ValidationError(
            f"This move is older than {UNDO_DAYS} days. Move the application by hand.",
            code="too_late",
        )
    undone, back = change.to_stage, change.from_stage
    _restore(application, change)
    _remember(
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
    _remember(
        application,
        "application.hear_by",
        f"Will hear about {application.job.title} by {day:%-d %B %Y}.",
        by=by,
    )
    audit.record(
        by, "application.hear_by_changed", application, hear_by=[str(before or ""), str(day)]
    )
    return application


@transaction.atomic
def hire(application: Application, *, by: User) -> Application:
    """Close an application because the person is hired. No job email reaches them any more.

    Raises ValidationError: it is closed already.
    """
    application = _lock_to_close(application)
    now = timezone.now()
    stage = application.job.stages.filter(milestone=Milestone.HIRED).first()
    if stage is not None:
        _enter(application, stage, by=by, now=now)
    _close(application, Outcome.HIRED, now)
    Stop.objects.create(candidate=application.candidate, reason=Stop.Reason.HIRED, at=now)
    settle_for_hire(application.candidate, application.job, now, by=by)
    _remember(application, "application.hired", f"Hired as {application.job.title}.", by=by)
    audit.record(by, "application.hired", application, outcome=["", Outcome.HIRED])
    return application


@transaction.atomic
def withdraw(application: Application, *, by: User, offer_declined: bool = False) -> Application:
    """Close an application because the candidate does not want to go on.

    Raises ValidationError: it is closed already.
    """
    application = _lock_to_close(application)
    outcome = Outcome.OFFER_DECLINED if offer_declined else Outcome.WITHDRAWN
    _close(application, outcome, timezone.now())
    title = application.job.title
    text = f"Declined our offer for {title}." if offer_declined else f"Withdrew from {title}."
    _remember(application, f"application.{outcome}", text, by=by)
    audit.record(by, f"application.{outcome}", application, outcome=["", outcome])
    return application


@transaction.atomic
def reject(
    application: Application,
    *,
    by: User,
    reason: str,
    letter: Draft | None,
    silence: str = "",
    keep: KeepInMind | None = None,
    would_hire: bool = False,
    warnings_accepted: bool = False,
) -> Application:
    """Close an application with a reason, and tell the person, or say why nobody does.

    letter: leaves the next working morning in their zone, and can be cancelled until then.
    silence: why there is no letter. keep: the promise to keep them in mind.
    warnings_accepted: somebody read what the check of the letter found, and sends it all the same.

    Raises ValidationError: it is closed already, the reason is none, there is neither a letter nor
    a reason for silence, the letter makes a promise that nobody recorded, or the promise cannot be.
    """
    application = _lock_to_close(application)
    if reason not in RejectionReason.values:
        raise ValidationError("Choose a reason.", code="no_reason")
    if letter is None and silence not in Silence.values:
        raise ValidationError("Write a letter, or say why there is none.", code="silent")
    if letter is not None:
        _refuse_bad_letter(letter, has_promise=keep is not None, accepted=warnings_accepted)
    now = timezone.now()
    _close(application, Outcome.REJECTED, now, reason=reason, would_hire=would_hire)
    label = RejectionReason(reason).label
    silent = "" if letter else f" No letter: {Silence(silence).label.lower()}."
    _remember(
        application,
        "application.rejected",
        f"Was not chosen for {application.job.title}: {label.lower()}.{silent}",
        by=by,
    )
    audit.record(
        by,
        "application.rejected",
        application,
        outcome=["", Outcome.REJECTED],
        reason=["", reason],
        letter=["", "decision" if letter else f"none: {silence}"],
    )
    if keep is not None:
        make_promise(
            application.candidate,
            families=keep.families,
            until=keep.until,
            owner=keep.owner,
            by=by,
            application=application,
        )
    if letter is not None:
        Letter.objects.create(
            application=application,
            kind=Letter.Kind.DECISION,
            subject=letter.subject.strip(),
            text=letter.text.strip(),
            send_after=letter.send_after or letters.leaves_at(application, now),
            by=by,
        )
    return application


@transaction.atomic
def reopen(application: Application, *, by: User) -> Application:
    """Undo a closure exactly. A letter that waits is cancelled; so is the promise made with it.

    Raises ValidationError: it is open, too old, its letter has left or is leaving, the job is over,
    or the person has another open application for the job.
    """
    ContactGate.objects.locked(application.candidate_id)
    candidate = Candidate.objects.locked(application.candidate_id)
    job = Job.objects.locked(application.job_id)
    application = Application.objects.locked(application.pk)
    now, closed_at = timezone.now(), application.closed_at
    if closed_at is None:
        raise ValidationError("This application is open.", code="open")
    if job.status in {Job.Status.FILLED, Job.Status.CLOSED}:
        raise ValidationError("The job is over, so nobody can be considered.", code="job_over")
    if closed_at < now - timedelta(days=UNDO_DAYS):
        raise ValidationError(
            f"It was closed more than {UNDO_DAYS} days ago. Add the person to the job again.",
            code="too_late",
        )
    decisions = application.letters.select_for_update(of=("self",)).filter(
        kind=Letter.Kind.DECISION, cancelled_at=None, created_at__gte=closed_at
    )
    if any(letter.sent_at or letter.is_leaving for letter in decisions):
        raise ValidationError(
            "The letter has left, so this cannot be undone. Add the person to the job again.",
            code="letter_left",
        )
    if job.applications.open().filter(candidate=candidate).exists():
        raise ValidationError(
            "This person already has an open application for this job.", code="already_open"
        )
    outcome = application.outcome
    if outcome == Outcome.HIRED:
        move = _last_move(application)
        if move is not None and move.at == closed_at:
            _restore(application, move)
        unsettle_hire(candidate, closed_at)
    decisions.update(cancelled_at=now)
    promises = application.promises.filter(state=Promise.State.OPEN, made_at__gte=closed_at)
    promises.update(state=Promise.State.RELEASED, settled_at=now)
    application.closed_at, application.outcome = None, ""
    application.rejection_reason, application.would_hire = "", False
    application.save()
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.APPLIED, at=now)
    _remember(
        application, "application.reopened", f"Considered again for {job.title}: undone.", by=by
    )
    audit.record(by, "application.reopened", application, outcome=[outcome, ""])
    return application


def _lock_to_close(application: Application) -> Application:
    """Lock in the order gate, person, application; refuse what is closed."""
    ContactGate.objects.locked(application.candidate_id)
    candidate = Candidate.objects.locked(application.candidate_id)
    application = Application.objects.locked(application.pk)
    if not application.is_open:
        raise ValidationError("This application is closed already.", code="closed")
    application.candidate = candidate
    return application


def _close(
    application: Application,
    outcome: Outcome,
    now: datetime,
    *,
    reason: str = "",
    would_hire: bool = False,
) -> None:
    application.closed_at, application.outcome = now, outcome
    application.rejection_reason, application.would_hire = reason, would_hire
    application.save(update_fields=["closed_at", "outcome", "rejection_reason", "would_hire"])
    cancel_waiting(application, now)


def _enter(application: Application, stage: Stage, *, by: User, now: datetime) -> None:
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
    application.hear_by = _hear_by(application, stage, now)
    application.save(update_fields=["stage", "stage_entered_at", "furthest", "hear_by"])


def _restore(application: Application, change: StageChange) -> None:
    if change.from_stage is None or change.entered_at_before is None:
        return
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    application.stage, application.stage_entered_at = change.from_stage, change.entered_at_before
    application.furthest = change.furthest_before or application.furthest
    application.hear_by = change.hear_by_before
    application.save(update_fields=["stage", "stage_entered_at", "furthest", "hear_by"])


def _last_move(application: Application) -> StageChange | None:
    return (
        application.stage_changes.filter(undone_at=None, to_stage=application.stage_id)
        .select_related("from_stage", "to_stage")
        .order_by("-at", "-pk")
        .first()
    )


def _hear_by(application: Application, stage: Stage, now: datetime) -> date:
    """Return the day, at the candidate, by which somebody in this stage hears from us."""
    today = now.astimezone(letters.zone_of(application)).date()
    return today + timedelta(days=stage.hear_by_days)


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


def _refuse_bad_letter(letter: Draft, *, has_promise: bool, accepted: bool) -> None:
    if not letter.subject.strip() or not letter.text.strip():
        raise ValidationError("The letter needs a subject and a text.", code="empty_letter")
    found = letters.lint(letter.subject, letter.text, has_promise=has_promise)
    if found and not accepted:
        raise ValidationError(
            [ValidationError(sentence, code="letter_warning") for sentence in found]
        )


def _remember(application: Application, kind: str, text: str, *, by: User | str) -> None:
    timeline.remember(
        application.candidate,
        kind,
        text,
        by=by,
        group=Activity.Group.APPLICATION,
        application=str(application.public_id),
        job=str(application.job.public_id),
    )


def _user(by: User | str) -> User | None:
    return by if isinstance(by, User) else None

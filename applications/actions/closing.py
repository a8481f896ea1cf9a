"""An application closes in one of four ways, and is reopened while that helps."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation, User
from applications import letters
from applications.actions import ending, inviting
from applications.actions.interview_rows import HOLD
from applications.actions.letters import cancel_waiting
from applications.actions.lock_order import lock_application
from applications.actions.moving import UNDO_DAYS, enter, last_move, remember, restore
from applications.actions.promise_ledger import settle_for_hire, unsettle_hire
from applications.actions.promises import make_promise
from applications.actions.settling import can_be_written_to, note_told
from applications.calendars import Entry
from applications.models import (
    Application,
    Job,
    Letter,
    Milestone,
    Outcome,
    Promise,
    RejectionReason,
    Side,
    Silence,
    Told,
)
from candidates.models import Stop


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
def hire(application: Application, *, by: User) -> Application:
    """Close an application because the person is hired. No job email reaches them any more.

    Raises ValidationError: it is closed already, or they still expect an interview.
    """
    application = _lock_to_close(application)
    now = timezone.now()
    ending.refuse_while_ahead(application, now)
    stage = application.job.stages.filter(milestone=Milestone.HIRED).first()
    if stage is not None:
        enter(application, stage, by=by, now=now)
    _close(application, Outcome.HIRED, now)
    ending.end_with_application(application, side=Side.US, by=by, now=now, tell=False)
    Stop.objects.create(candidate=application.candidate, reason=Stop.Reason.HIRED, at=now)
    settle_for_hire(application.candidate, application.job, now, by=by)
    remember(application, "application.hired", f"Hired as {application.job.title}.", by=by)
    audit.record(by, "application.hired", application, outcome=["", Outcome.HIRED])
    return application


@transaction.atomic
def withdraw(
    application: Application, *, by: User | str, offer_declined: bool = False
) -> Application:
    """Close an application because the candidate does not want to go on, and confirm it by letter.

    Raises ValidationError: it is closed already.
    """
    application = _lock_to_close(application)
    outcome = Outcome.OFFER_DECLINED if offer_declined else Outcome.WITHDRAWN
    now = timezone.now()
    _close(application, outcome, now)
    ending.end_with_application(application, side=Side.CANDIDATE, by=by, now=now, tell=True)
    if can_be_written_to(application):
        # What a colleague recorded of somebody else waits longer, so that a slip can be undone.
        wait = letters.SOONEST if isinstance(by, User) else HOLD
        _confirm(application, send_after=now + wait)
    title = application.job.title
    text = f"Declined our offer for {title}." if offer_declined else f"Withdrew from {title}."
    remember(application, f"application.{outcome}", text, by=by)
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
    silence_note: str = "",
    keep: KeepInMind | None = None,
    would_hire: bool = False,
    warnings_accepted: bool = False,
) -> Application:
    """Close an application with a reason, and tell the person, or say why nobody does.

    letter: leaves the next working morning in their zone, and can be cancelled until then.
    silence: why there is no letter; silence_note: the proof that they know all the same. Without it
    they stay on the list of those whom nobody has told. keep: the promise to keep them in mind.
    warnings_accepted: somebody read what the check of the letter found, and sends it all the same.

    Raises ValidationError: it is closed already, the reason is none, there is neither a letter nor
    a reason for silence, the letter makes a promise that nobody recorded, the promise cannot be, or
    an interview that they expect would come before they hear.
    """
    application = _lock_to_close(application)
    if reason not in RejectionReason.values:
        raise ValidationError("Choose a reason.", code="no_reason")
    if letter is None and silence not in Silence.values:
        raise ValidationError("Write a letter, or say why there is none.", code="silent")
    if letter is not None:
        refuse_bad_letter(letter, has_promise=keep is not None, accepted=warnings_accepted)
    now = timezone.now()
    send_after = letter.send_after or letters.leaves_at(application, now) if letter else now
    endings = _endings(application, now, send_after, silence if letter is None else "")
    _close(application, Outcome.REJECTED, now, reason=reason, would_hire=would_hire)
    if letter is None:
        ending.end_with_application(application, side=Side.US, by=by, now=now, tell=True)
    label = RejectionReason(reason).label
    silent = "" if letter else f" No letter: {Silence(silence).label.lower()}."
    remember(
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
    if letter is None:
        application.untold_since = now
        application.save(update_fields=["untold_since"])
        if silence_note.strip():
            note_told(application, silence, silence_note, by=by)
    else:
        Letter.objects.create(
            application=application,
            kind=Letter.Kind.DECISION,
            subject=letter.subject.strip(),
            text=letter.text.strip(),
            calendars=[entry.as_json() for entry in endings],
            send_after=send_after,
            by=by,
        )
    return application


@transaction.atomic
def reopen(application: Application, *, by: User | str) -> Application:
    """Undo a closure exactly. A letter that waits is cancelled; so is the promise made with it.

    Raises ValidationError: it is open, too old, its letter has left or is leaving, the job is over,
    or the person has another open application for the job.
    """
    application = lock_application(application, with_job=True)
    candidate, job = application.candidate, application.job
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
        move = last_move(application)
        if move is not None and move.at == closed_at:
            restore(application, move)
        unsettle_hire(candidate, closed_at)
    decisions.update(cancelled_at=now)
    application.letters.waiting().filter(kind=Letter.Kind.CLOSING).update(cancelled_at=now)
    promises = application.promises.filter(state=Promise.State.OPEN, made_at__gte=closed_at)
    promises.update(state=Promise.State.RELEASED, settled_at=now, why=Promise.Why.UNDONE)
    application.closed_at, application.outcome = None, ""
    application.rejection_reason, application.would_hire = "", False
    application.untold_since = None
    application.save()
    ending.bring_back_with_application(application, closed_at, by=by, now=now)
    application.told.standing().filter(about=Told.About.DECISION).update(taken_back_at=now)
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.APPLIED, at=now)
    remember(
        application, "application.reopened", f"Considered again for {job.title}: undone.", by=by
    )
    audit.record(by, "application.reopened", application, outcome=[outcome, ""])
    return application


def _confirm(application: Application, *, send_after: datetime) -> None:
    """Leave the letter that says an application is closed as they wanted, in their language."""
    organisation = Organisation.current()
    with languages.speaking(letters.language_of(application, organisation)):
        Letter.objects.create(
            application=application,
            kind=Letter.Kind.CLOSING,
            subject=letters.closing_subject(application.job),
            text=letters.closing_text(application, organisation=organisation.name),
            send_after=send_after,
        )


def _endings(
    application: Application, now: datetime, send_after: datetime, silence: str
) -> list[Entry]:
    """Return what the decision letter ends in their calendar; refuse what it would come too late
    for. No calendar tells of the decision before the letter does.

    silence: why there is no letter. Whoever knows already may be told by the calendar.
    """
    if silence:
        if silence not in {Silence.TOLD, Silence.ELSEWHERE}:
            ending.refuse_while_ahead(application, now)
        return []
    endings = inviting.endings_of(application, now)
    for entry in endings:
        starts_at = datetime.fromisoformat(entry.starts_at)
        if starts_at <= send_after:
            when = letters.said_here_and_there(application, starts_at)
            raise ValidationError(
                f"They expect an interview on {when}, before this letter leaves. Let the letter"
                " leave now, or cancel the interview first.",
                code="interview_first",
            )
    return endings


def _lock_to_close(application: Application) -> Application:
    """Lock an application and everything above it; refuse what is closed."""
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError("This application is closed already.", code="closed")
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


def refuse_bad_letter(letter: Draft, *, has_promise: bool, accepted: bool) -> None:
    if not letter.subject.strip() or not letter.text.strip():
        raise ValidationError("The letter needs a subject and a text.", code="empty_letter")
    found = letters.lint(letter.subject, letter.text, has_promise=has_promise)
    if found and not accepted:
        raise ValidationError(
            [ValidationError(sentence, code="letter_warning") for sentence in found]
        )

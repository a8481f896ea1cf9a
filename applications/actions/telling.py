"""Telling people what nobody has told them: a decision whose letter did not go, or a later day."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications import letters
from applications.actions.applications import add_application
from applications.actions.closing import Draft, refuse_bad_letter, reject
from applications.actions.letters import has_promise
from applications.actions.lock_order import lock_application
from applications.actions.moving import missed_day, remember
from applications.actions.settling import note_told
from applications.models import Application, Job, Letter, Outcome, RejectionReason, Silence, Told

SOON = timedelta(hours=2)  # a letter about a date can be called back until then


@transaction.atomic
def record_told(
    application: Application, how: str, note: str, *, by: User, at: datetime | None = None
) -> Told:
    """Record that somebody knows our decision without a letter, or cannot be reached.

    Of who was hired only that they were told: nothing else is known to have reached them.

    how: of `Silence`. note: what was said, where the answer is, or what was tried. at: when.

    Raises ValidationError: they are told already, the note is empty, the time is still to come, or
    there is an address to write to after all.
    """
    application = lock_application(application)
    _refuse_told(application)
    if application.outcome == Outcome.HIRED and how != Silence.TOLD:
        raise ValidationError("Write to them, or tell them.", code="not_told")
    return note_told(application, how, note, by=by, at=at)


@transaction.atomic
def answer_anew(
    application: Application, letter: Draft, *, by: User, warnings_accepted: bool = False
) -> Letter:
    """Write to somebody who has not been told: they are hired, or their letter did not go.

    Raises ValidationError: they are told already, or the letter says too little or too much.
    """
    application = lock_application(application)
    _refuse_told(application)
    refuse_bad_letter(letter, has_promise=has_promise(application), accepted=warnings_accepted)
    now = timezone.now()
    stuck = application.letters.problems().filter(kind=Letter.Kind.DECISION)
    stuck.update(cancelled_at=now)
    made = Letter.objects.create(
        application=application,
        kind=Letter.Kind.DECISION,
        subject=letter.subject.strip(),
        text=letter.text.strip(),
        send_after=letter.send_after or letters.leaves_at(application, now),
        by=by,
    )
    application.untold_since = None
    application.save(update_fields=["untold_since"])
    remember(
        application,
        "application.answered",
        f"Wrote a new letter about {application.job.title}.",
        by=by,
    )
    audit.record(by, "application.answered", application, letter=["", "decision"])
    return made


@transaction.atomic
def tell_later(
    application: Application,
    day: date,
    *,
    by: User,
    letter: Draft | None = None,
    call: str = "",
    warnings_accepted: bool = False,
) -> Application:
    """Name a later day to hear by, and tell them: by a short letter, or by a call that was made.

    day: at the candidate (A-21). letter: leaves in two hours, or when it says. call: what was said.

    Raises ValidationError: the application is closed, the day is not later than the one they know
    or is over, or neither a letter nor a call tells them.
    """
    application = lock_application(application)
    now = timezone.now()
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    if day < now.astimezone(letters.zone_of(application)).date():
        raise ValidationError("Name a day that is not over where they are.", code="past")
    before = application.hear_by
    if before and day <= before:
        raise ValidationError("They know of an earlier day. Name a later one.", code="not_later")
    if letter is None and not call.strip():
        raise ValidationError(
            "A later day is not set in silence. Write to them, or say what you told them.",
            code="untold",
        )
    if letter is not None:
        refuse_bad_letter(letter, has_promise=has_promise(application), accepted=warnings_accepted)
        known = before
        for waiting in application.letters.waiting().filter(kind=Letter.Kind.LATER):
            if not waiting.is_leaving:  # overtaken by this one
                known = waiting.hear_by_before
                waiting.cancelled_at = now
                waiting.save(update_fields=["cancelled_at"])
        Letter.objects.create(
            application=application,
            kind=Letter.Kind.LATER,
            subject=letter.subject.strip(),
            text=letter.text.strip(),
            send_after=letter.send_after or now + SOON,
            hear_by_before=known,
            by=by,
        )
    else:
        note_told(application, Silence.TOLD, call, by=by, about=Told.About.DATE)
    application.hear_by_missed = missed_day(application, now)
    application.hear_by = day
    application.save(update_fields=["hear_by", "hear_by_missed"])
    told = "a letter tells them" if letter else "told in person"
    remember(
        application,
        "application.hear_by",
        f"Will hear about {application.job.title} by {day:%-d %B %Y}: {told}.",
        by=by,
    )
    audit.record(
        by,
        "application.hear_by_changed",
        application,
        hear_by=[str(before or ""), str(day)],
        told=["", "letter" if letter else "call"],
    )
    return application


@transaction.atomic
def move_to_job(
    application: Application,
    job: Job,
    letter: Draft,
    *,
    by: User,
    warnings_accepted: bool = False,
) -> Application:
    """Consider somebody for another job instead, and tell them. Returns the new application.

    Raises ValidationError: the other job is this one, is not running or considers them already, or
    their application here is closed.
    """
    if job.pk == application.job_id:
        raise ValidationError("Choose another job than this one.", code="same_job")
    made = add_application(application.candidate, job, by=by, source="another job of ours")
    reject(
        application,
        by=by,
        reason=RejectionReason.OTHER_JOB,
        letter=letter,
        warnings_accepted=warnings_accepted,
    )
    return made


def is_told_of_hire(application: Application) -> bool:
    """Say whether somebody who was hired has it from us: in person, or by a letter that left or
    waits to leave."""
    told = application.told.standing().filter(about=Told.About.DECISION)
    written = application.letters.filter(
        kind=Letter.Kind.DECISION,
        cancelled_at=None,
        problem="",
        created_at__gte=application.closed_at,
    )
    return told.exists() or written.exists()


def _refuse_told(application: Application) -> None:
    if application.outcome == Outcome.HIRED:
        if is_told_of_hire(application):
            raise ValidationError("They are told already, or a letter waits to leave.", code="told")
        return
    if application.outcome != Outcome.REJECTED:
        raise ValidationError("There is no decision to tell them.", code="nothing_to_tell")
    if not Application.objects.untold().filter(pk=application.pk).exists():
        raise ValidationError("They are told already, or a letter waits to leave.", code="told")

"""Letters that wait: changed, cancelled, sent now, tried again; and what engagement reports."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications import letters
from applications.actions import inviting
from applications.actions.lock_order import lock_application
from applications.models import Application, Letter, Outcome, Promise
from candidates import timeline
from candidates.models import Activity


@transaction.atomic
def change_letter(
    letter: Letter, *, subject: str, text: str, by: User, warnings_accepted: bool = False
) -> Letter:
    """Change what a letter says while it waits.

    Raises ValidationError: it has left, is leaving or was cancelled, or the check found something.
    """
    letter = _lock_waiting(letter)
    if not subject.strip() or not text.strip():
        raise ValidationError("The letter needs a subject and a text.", code="empty_letter")
    found = letters.lint(subject, text, has_promise=has_promise(letter.application))
    if found and not warnings_accepted:
        raise ValidationError(
            [ValidationError(sentence, code="letter_warning") for sentence in found]
        )
    letter.subject, letter.text, letter.by = subject.strip(), text.strip(), by
    letter.save(update_fields=["subject", "text", "by"])
    _remember(letter, "letter.changed", "Changed the letter about", by=by)
    audit.record(by, "letter.changed", letter)
    return letter


@transaction.atomic
def cancel_letter(letter: Letter, *, by: User) -> Letter:
    """Keep a letter from leaving. The decision it tells of stays, and nobody has told it.

    The job is locked first: it cannot end while this is under way.

    A letter that names a later day takes that day along: the one before counts again.

    Raises ValidationError: it has left, is leaving or was cancelled.
    """
    letter = _lock_waiting(letter, with_job=True)
    application = letter.application
    letter.cancelled_at = now = timezone.now()
    letter.save(update_fields=["cancelled_at"])
    if letter.kind == Letter.Kind.DECISION and application.outcome == Outcome.REJECTED:
        application.untold_since = now
        application.save(update_fields=["untold_since"])
    if letter.kind == Letter.Kind.LATER and application.is_open:
        application.hear_by = letter.hear_by_before  # the day that they know of still counts
        application.save(update_fields=["hear_by"])
    _remember(letter, "letter.cancelled", "Cancelled the letter about", by=by)
    audit.record(by, "letter.cancelled", letter)
    return letter


@transaction.atomic
def send_now(letter: Letter, *, by: User) -> Letter:
    """Let a letter leave at once, knowingly. It cannot be called back.

    Raises ValidationError: it has left, is leaving or was cancelled, or it could not leave before.
    """
    letter = _lock_waiting(letter)
    if letter.problem:
        raise ValidationError("This letter could not leave. Try it again instead.", code="problem")
    before, letter.send_after = letter.send_after, timezone.now()
    letter.save(update_fields=["send_after"])
    _remember(letter, "letter.hurried", "Did not wait with the letter about", by=by)
    audit.record(
        by,
        "letter.hurried",
        letter,
        send_after=[before.isoformat(), letter.send_after.isoformat()],
    )
    return letter


@transaction.atomic
def try_again(letter: Letter, *, by: User) -> Letter:
    """Put a new letter in the place of one that could not leave. It leaves at once.

    Raises ValidationError: it has left or was cancelled, or nothing kept it from leaving.
    """
    letter = _lock_waiting(letter)
    if not letter.problem:
        raise ValidationError("This letter still waits for its time.", code="no_problem")
    now = timezone.now()
    letter.cancelled_at = now
    letter.save(update_fields=["cancelled_at"])
    again = Letter.objects.create(
        application=letter.application,
        kind=letter.kind,
        interview=letter.interview,
        calendars=letter.calendars,
        subject=letter.subject,
        text=letter.text,
        send_after=now,
        by=by,
    )
    _remember(again, "letter.tried_again", "Tried again to send the letter about", by=by)
    audit.record(by, "letter.tried_again", again)
    return again


def cancel_waiting(application: Application, now: datetime) -> None:
    """Cancel what waits about an application that closes: news overtaken by its end."""
    for letter in application.letters.waiting().select_for_update(of=("self",)):
        if not letter.is_leaving:
            letter.cancelled_at = now
            letter.save(update_fields=["cancelled_at"])


def mark_sent(letter: Letter, at: datetime) -> None:
    """Record that a letter left the house. Called by engagement, in its transaction.

    One that was cancelled while nobody knew whether it had left was not cancelled after all.
    """
    Letter.objects.filter(pk=letter.pk, sent_at=None).update(
        sent_at=at, cancelled_at=None, problem=""
    )
    if letter.kind == Letter.Kind.DECISION:
        Application.objects.filter(pk=letter.application_id).exclude(untold_since=None).update(
            untold_since=None
        )
        inviting.end_with_decision(letter, at)


def mark_problem(letter: Letter, why: str) -> None:
    """Record why a letter did not reach them, as a sentence for Today. Called by engagement."""
    Letter.objects.filter(pk=letter.pk, sent_at=None).update(problem=why[:200])


def mark_returned(letter: Letter, why: str) -> None:
    """Record that a letter came back after it had left: it told nobody anything, so it waits for a
    colleague as one does that could not leave. Called by engagement, in its transaction."""
    left = Letter.objects.filter(pk=letter.pk, sent_at__isnull=False)
    left.update(sent_at=None, problem=why[:200])


def has_promise(application: Application) -> bool:
    """Say whether a promise stands behind what a letter about this application says."""
    return application.promises.filter(
        state__in=[Promise.State.OPEN, Promise.State.DUE, Promise.State.KEPT]
    ).exists()


def _lock_waiting(letter: Letter, *, with_job: bool = False) -> Letter:
    """Lock a letter, and before it its application with everything above it."""
    application = lock_application(letter.application, with_job=with_job)
    letter = Letter.objects.locked(letter.pk)
    letter.application = application
    if letter.sent_at:
        raise ValidationError("This letter has left.", code="sent")
    if letter.cancelled_at:
        raise ValidationError("This letter was cancelled.", code="cancelled")
    if letter.is_leaving:
        raise ValidationError("This letter is leaving now.", code="leaving")
    return letter


def _remember(letter: Letter, kind: str, words: str, *, by: User) -> None:
    application = letter.application
    timeline.remember(
        application.candidate,
        kind,
        f"{words} {application.job.title}.",
        by=by,
        group=Activity.Group.APPLICATION,
        application=str(application.public_id),
        letter=str(letter.public_id),
    )

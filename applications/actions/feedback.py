"""Feedback that a candidate asked for: answered by a letter."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications import letters
from applications.actions.lock_order import lock_application
from applications.actions.moving import remember
from applications.models import Application, Letter


@transaction.atomic
def answer_feedback(
    application: Application,
    *,
    subject: str,
    text: str,
    by: User,
    warnings_accepted: bool = False,
) -> Letter:
    """Write the letter that says why they were not chosen. It leaves as a decision does.

    warnings_accepted: somebody read what the check found, and sends it all the same.

    Raises ValidationError: nobody asked, an answer waits or has left, or the check found something.
    """
    application = lock_application(application)
    if application.feedback_asked_at is None:
        raise ValidationError("They did not ask for feedback.", code="not_asked")
    answers = application.letters.filter(kind=Letter.Kind.FEEDBACK, cancelled_at=None)
    if answers.exists():
        raise ValidationError("Somebody has written that letter already.", code="answered")
    if not subject.strip() or not text.strip():
        raise ValidationError("The letter needs a subject and a text.", code="empty_letter")
    has_promise = application.promises.exists()
    found = letters.lint(subject, text, has_promise=has_promise)
    if found and not warnings_accepted:
        raise ValidationError(
            [ValidationError(sentence, code="letter_warning") for sentence in found]
        )
    now = timezone.now()
    letter = Letter.objects.create(
        application=application,
        kind=Letter.Kind.FEEDBACK,
        subject=subject.strip(),
        text=text.strip(),
        send_after=letters.leaves_at(application, now),
        by=by,
    )
    title = application.job.title
    remember(application, "feedback.written", f"Wrote the feedback on {title}.", by=by)
    audit.record(by, "feedback.written", letter)
    return letter

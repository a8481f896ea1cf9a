"""What a candidate does about their own application, on their own page."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from applications.actions.closing import reopen, withdraw
from applications.actions.lock_order import lock_application
from applications.actions.moving import remember
from applications.models import Application, Outcome
from candidates.actions.follow_ups import leave_follow_up

ACTOR = "The candidate"


@languages.recorded_in_english
@transaction.atomic
def withdraw_themselves(application: Application) -> Application:
    """Close an application because the candidate does not want to go on. Twice does it once.

    A decision that they have not heard of is overtaken: its letter does not leave.

    Raises ValidationError: the decision is on its way to them or has reached them.
    """
    application = lock_application(application)
    if application.outcome == Outcome.WITHDRAWN:
        return application
    if application.outcome == Outcome.REJECTED:
        try:
            reopen(application, by=ACTOR)
        except ValidationError:
            raise _decided() from None
    elif not application.is_open:
        raise _decided()
    application = withdraw(application, by=ACTOR)
    _tell_recruiter(application, f"Withdrew from {application.job.title}.")
    return application


@languages.recorded_in_english
@transaction.atomic
def take_back_withdrawal(application: Application) -> Application:
    """Be considered again after all. Twice does it once.

    Raises ValidationError: they did not withdraw, or it cannot be undone (see `reopen`).
    """
    application = lock_application(application)
    if application.is_open:
        return application
    if application.outcome != Outcome.WITHDRAWN:
        raise ValidationError("This application was not withdrawn.", code="not_withdrawn")
    application = reopen(application, by=ACTOR)
    _tell_recruiter(application, f"Wants to go on after all: {application.job.title}.")
    return application


@languages.recorded_in_english
@transaction.atomic
def ask_feedback(application: Application) -> Application:
    """Ask why they were not chosen. Once; asking again changes nothing.

    Raises ValidationError: the application is open, or there is nobody to ask.
    """
    application = lock_application(application)
    if application.outcome != Outcome.REJECTED:
        raise ValidationError("There is no decision to ask about.", code="no_decision")
    if application.feedback_asked_at:
        return application
    application.feedback_asked_at = timezone.now()
    application.save(update_fields=["feedback_asked_at"])
    title = application.job.title
    remember(application, "feedback.asked", f"Asked for feedback on {title}.", by=ACTOR)
    audit.record(ACTOR, "feedback.asked", application)
    return application


def _decided() -> ValidationError:
    return ValidationError(
        "A decision about this application has been made. Our answer is on its way to you.",
        code="decided",
    )


def _tell_recruiter(application: Application, text: str) -> None:
    owner = application.job.owner
    if owner and owner.is_active:
        leave_follow_up(application.candidate, text, owner=owner, by=ACTOR)

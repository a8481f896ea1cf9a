"""A view of an application: asked for, written, sent, taken back, passed on.

Nothing here changes a stage or an outcome. A view recommends; whoever answers the candidate
decides, and is another person on another page.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from applications.actions.lock_order import lock_application
from applications.actions.moving import remember
from applications.actions.scorecards import Said
from applications.models import Application, Review
from candidates import hygiene


@transaction.atomic
def ask_for_view(
    application: Application, reviewer: User, *, due_on: date, words: str = "", by: User
) -> Review:
    """Ask a member of the hiring team what they think of an application.

    Raises ValidationError: it is closed, they are not on the team, they were asked already, or
    the day is over.
    """
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError("This application is closed: there is nothing to ask.", code="closed")
    _refuse_day(due_on)
    _refuse_reviewer(application, reviewer)
    review = Review.objects.create(
        application=application,
        reviewer=reviewer,
        asked_by=by,
        due_on=due_on,
        words=words.strip(),
    )
    title = application.job.title
    remember(application, "review.asked", f"Asked {reviewer.name} for a view for {title}.", by=by)
    audit.record(by, "review.asked", review, reviewer=["", reviewer.email])
    return review


@transaction.atomic
def save_view(review: Review, said: Said, *, version: int | None, by: User, send: bool) -> Review:
    """Keep a view as a draft, or send it. After the decision it is kept as a late one.

    version: the one that the form was made from.

    Raises ValidationError: it is somebody else's, was sent, passed on or called off, another
    window saved meanwhile, or what is sent recommends nothing or does not say why not.
    """
    application, review = _locked(review)
    _refuse_unwritable(review, by=by)
    if version != review.version:
        raise ValidationError(
            "You saved this view in another window. Copy what you typed, reload, and go on from"
            " there.",
            code="conflict",
        )
    if send:
        _refuse_incomplete(said)
    now = timezone.now()
    review.recommendation, review.why = said.recommendation, said.summary
    review.points = [
        {"criterion": criterion[:120], "level": level, "evidence": evidence}
        for criterion, level, evidence in said.ratings
        if level or evidence
    ]
    review.version += 1
    review.changed_at = now
    if send:
        review.sent_at, review.is_late = now, not application.is_open
    review.save()
    if send:
        late = ", after the decision" if review.is_late else ""
        title = application.job.title
        remember(application, "review.sent", f"Gave a view for {title}{late}.", by=by)
        audit.record(by, "review.sent", review, hints=["", hygiene.kinds(said.text)])
    return review


@transaction.atomic
def take_back_view(review: Review, *, by: User) -> Review:
    """Make a view that was just sent a draft again.

    Raises ValidationError: it is somebody else's, was not sent, or ten minutes are over.
    """
    application, review = _locked(review)
    if review.reviewer_id != by.pk:
        raise ValidationError("Only whoever gave a view takes it back.", code="not_yours")
    if not review.is_sent:
        raise ValidationError("This view is not sent.", code="not_sent")
    if review.undo_until is None:
        raise ValidationError(
            "Ten minutes are over: others have read it. Tell whoever asked what has changed.",
            code="too_late",
        )
    review.sent_at, review.is_late = None, False
    review.version += 1
    review.save(update_fields=["sent_at", "is_late", "version"])
    title = application.job.title
    remember(application, "review.taken_back", f"Took back a view for {title}.", by=by)
    audit.record(by, "review.taken_back", review)
    return review


@transaction.atomic
def pass_on(review: Review, to: User, *, words: str = "", by: User) -> Review:
    """Let another member of the hiring team give the view. Returns what is asked of them.

    by: whoever was asked, or a recruiter in their stead.

    Raises ValidationError: it is not theirs to pass on, is not waiting, the application is closed,
    or the other one is not on the team or was asked already.
    """
    application, review = _locked(review)
    if review.reviewer_id != by.pk and not may(by, Permission.MOVE_APPLICATION):
        raise ValidationError("Only whoever was asked passes it on.", code="not_yours")
    if not review.is_waiting:
        raise ValidationError(_no_longer(review), code="not_waiting")
    if not application.is_open:
        raise ValidationError("This application is closed: no view is needed.", code="closed")
    _refuse_reviewer(application, to)
    review.passed_on_at = timezone.now()
    review.save(update_fields=["passed_on_at"])
    passed = Review.objects.create(
        application=application,
        reviewer=to,
        asked_by=review.asked_by,
        due_on=max(review.due_on, timezone.localdate()),
        words=words.strip() or review.words,
        passed_from=review,
    )
    names = f"{review.reviewer.name} to {to.name}"
    title = application.job.title
    remember(application, "review.passed_on", f"Passed a view for {title} on: {names}.", by=by)
    audit.record(by, "review.passed_on", passed, reviewer=[review.reviewer.email, to.email])
    return passed


@transaction.atomic
def call_off(review: Review, *, by: User) -> Review:
    """Stop asking for a view. What was typed stays with its row, and nobody is reminded.

    Raises ValidationError: it is not waiting.
    """
    application, review = _locked(review)
    if not review.is_waiting:
        raise ValidationError(_no_longer(review), code="not_waiting")
    review.called_off_at = timezone.now()
    review.save(update_fields=["called_off_at"])
    name, title = review.reviewer.name, application.job.title
    remember(application, "review.called_off", f"Asks {name} no more about {title}.", by=by)
    audit.record(by, "review.called_off", review)
    return review


def _locked(review: Review) -> tuple[Application, Review]:
    """Lock the application first, as every action does: a decision and a view wait in line."""
    application = lock_application(review.application)
    return application, Review.objects.locked(review.pk)


def _refuse_day(due_on: date) -> None:
    if due_on < timezone.localdate():
        raise ValidationError("Name a day that is not over.", code="past")


def _refuse_reviewer(application: Application, reviewer: User) -> None:
    on_team = application.job.team.filter(user=reviewer).exists()
    if not (on_team and may(reviewer, Permission.GIVE_VIEWS)):
        raise ValidationError(
            f"{reviewer.name} is not on the hiring team of this job. Add them there first.",
            code="not_on_team",
        )
    there: Any = application.reviews.filter(
        reviewer=reviewer, passed_on_at=None, called_off_at=None
    ).first()
    if there is not None:
        done = "has given a view already" if there.is_sent else "is asked already"
        raise ValidationError(f"{reviewer.name} {done}.", code="already_asked")


def _refuse_unwritable(review: Review, *, by: User) -> None:
    if review.reviewer_id != by.pk:
        raise ValidationError("Only whoever was asked gives this view.", code="not_yours")
    if not review.is_waiting:
        raise ValidationError(_no_longer(review), code="not_waiting")


def _no_longer(review: Review) -> str:
    if review.is_sent:
        return "This view is sent already. Take it back to change it."
    if review.passed_on_at:
        return "This was passed on to somebody else, who is asked now."
    return "This view is not asked for any more. Keep a copy of what you typed, if you need it."


def _refuse_incomplete(said: Said) -> None:
    if said.recommendation not in Review.Recommendation.values:
        raise ValidationError("Say what you recommend.", code="no_recommendation")
    if said.recommendation == Review.Recommendation.NOT_MEET and not said.summary:
        raise ValidationError(
            "Say why we should not meet them: whoever answers them needs it.", code="no_why"
        )

"""What becomes of interviews when their application closes, and when that is undone."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from applications.actions import inviting
from applications.actions.interview_rows import HOLD, restore, snapshot, times_of
from applications.models import Application, Interview


def refuse_while_ahead(application: Application, now: datetime) -> None:
    """Refuse to close an application silently while the candidate expects an interview.

    Raises ValidationError: they were told of one that lies ahead.
    """
    for interview in application.interviews.ahead(now):
        if inviting.letters_told(interview, now).exists():
            raise ValidationError(
                "An interview lies ahead, and they would not be told. Cancel it first.",
                code="interview_ahead",
            )


def end_with_application(
    application: Application, *, side: str, by: User | str, now: datetime, tell: bool
) -> None:
    """Cancel what lies ahead of an application that closes, in the transaction of its closing.

    tell: they know that it closes, so a letter of its own may take the interview along.
    """
    for interview in application.interviews.ahead(now).select_for_update(of=("self",)):
        interview.application = application
        before = snapshot(interview)
        interview.state, interview.cancelled_side = Interview.State.CANCELLED, side
        interview.settled_at, interview.before = now, before
        interview.sequence += 1
        interview.save()
        if tell:
            inviting.call_off(interview, by=_writer(interview, by), send_after=now + HOLD)


def bring_back_with_application(
    application: Application, closed_at: datetime, *, by: User | str, now: datetime
) -> None:
    """Bring back what ended when the application closed, if nobody outside was told of that."""
    ended = application.interviews.filter(
        state=Interview.State.CANCELLED, settled_at=closed_at, before__isnull=False
    )
    for interview in ended.select_for_update(of=("self",)):
        interview.application = application
        before: dict[str, Any] = interview.before or {}
        if inviting.was_told_after(interview, before["letter"], now):
            continue
        inviting.withdraw_letters(interview, now)
        hear_by = application.hear_by
        restore(interview, before)
        application.hear_by = hear_by
        application.save(update_fields=["hear_by"])
        interview.save()
        if interview.is_ahead and not inviting.letters_told(interview, now).exists():
            inviting.invite(
                interview, times_of(interview), by=_writer(interview, by), send_after=now + HOLD
            )


def _writer(interview: Interview, by: User | str) -> User | None:
    """Return in whose name a letter goes: where the candidate acted, of whoever invited them."""
    return by if isinstance(by, User) else interview.by

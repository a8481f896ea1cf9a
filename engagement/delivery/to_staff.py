"""Emails to colleagues, one after the other, with the same care for the last word.

An email is offered to the mail server but for its dot, then armed by a conditional UPDATE that
commits, and only then finished. A worker that dies before leaves it to be tried again, one that
dies after leaves it uncertain: nobody is written to twice about one day.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from engagement.delivery import limits
from engagement.delivery.lanes import Lanes
from engagement.delivery.transports import (
    DeferredError,
    MailError,
    NotConnectedError,
    RefusedError,
    Transport,
)
from engagement.models import StaffEmail
from engagement.staff_email import Words, compose

logger = logging.getLogger(__name__)

ARMED_FOR = timedelta(minutes=5)  # how long the answer to the dot may take
RETRY_AFTER = timedelta(minutes=10)

State = StaffEmail.State


def deliver(words_for: Callable[[User, datetime], Words | None]) -> int:
    """Send what is due to colleagues. Returns how many were handed over.

    words_for: what is due for somebody now; None: nothing is, or they want no email any more.
    """
    organisation = Organisation.current()
    if not organisation.is_ready_to_write:
        return 0
    handed = 0
    with Lanes() as lanes:
        lanes.prepare(1)
        lane = next(iter(lanes))
        while row := _claimed():
            try:
                handed += _send(row, lane, organisation, words_for)
            except NotConnectedError as why:
                logger.warning("no mail server", extra={"code": why.reply.code})
                _settle(row, State.DUE, due_at=timezone.now() + RETRY_AFTER)
                break
    return handed


def reap(now: datetime) -> dict[str, int]:
    """Take back what lost workers left, and give up what is too late. Returns how many of each."""
    left = StaffEmail.objects.filter(lease_until__lt=now)
    claimed = left.filter(state=State.CLAIMED).update(  # the others first: it may fail again
        state=State.DUE, lease=None, lease_until=None, due_at=now + RETRY_AFTER
    )
    uncertain = left.filter(state=State.ARMED).update(
        state=State.UNCERTAIN, lease=None, lease_until=None, settled_at=now
    )
    late = StaffEmail.objects.filter(state=State.DUE, not_after__lt=now)
    expired = late.update(state=State.EXPIRED, settled_at=now)
    if uncertain:
        logger.warning("emails to colleagues are uncertain", extra={"count": uncertain})
    return {"claimed": claimed, "uncertain": uncertain, "expired": expired}


def _claimed() -> StaffEmail | None:
    now = timezone.now()
    if not limits.take_for_server(1, now):
        return None
    row = StaffEmail.objects.claim(now)
    if row is None:
        limits.take_for_server(-1, now)
    return row


def _send(
    row: StaffEmail,
    lane: Transport,
    organisation: Organisation,
    words_for: Callable[[User, datetime], Words | None],
) -> int:
    now = timezone.now()
    user = User.objects.get(pk=row.user_id)
    words = words_for(user, now) if user.is_active else None
    if words is None:
        _settle(row, State.SKIPPED)
        return 0
    try:
        lane.begin(compose(row, user, words, organisation, now), user.email)
        lane.offer()
        if not _armed(row):
            lane.abandon()
            _settle(row, State.SKIPPED)
            return 0
        lane.say_dot()
        reply = lane.answer()
    except NotConnectedError:
        raise
    except DeferredError as why:
        _settle(row, State.DUE, reply=why.reply.text, due_at=timezone.now() + RETRY_AFTER)
        return 0
    except RefusedError as why:
        _settle(row, State.FAILED, reply=why.reply.text)
        return 0
    except MailError as why:
        _settle(row, State.UNCERTAIN, reply=why.reply.text)
        return 0
    if reply.is_diverted:
        _settle(row, State.SKIPPED, reply="Sandbox mode is on: the address for tests has it.")
        return 0
    _settle(row, State.HANDED, reply=reply.text)
    return 1


def _armed(row: StaffEmail) -> bool:
    """Mark it as on its way, if it still may go. Committed before the last word is said."""
    still = StaffEmail.objects.filter(pk=row.pk, lease=row.lease, state=State.CLAIMED)
    wanted = still.filter(user__in=User.objects.wanting_email())
    until = timezone.now() + ARMED_FOR
    return bool(wanted.update(state=State.ARMED, lease_until=until))


def _settle(
    row: StaffEmail, state: State, *, reply: str = "", due_at: datetime | None = None
) -> None:
    values: dict[str, Any] = {
        "state": state,
        "reply": reply[:300],
        "lease": None,
        "lease_until": None,
    }
    if due_at:
        values["due_at"] = due_at
    else:
        values["settled_at"] = timezone.now()
    StaffEmail.objects.filter(pk=row.pk, lease=row.lease).update(**values)

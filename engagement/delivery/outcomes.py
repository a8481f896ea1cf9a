"""What became of a message, other than that it went: written by whoever has it in hand.

Each takes the person's gate first, changes only a message that is still its own (the lease), and
leaves a line on the timeline where a colleague would ask.
"""

import random
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from applications.actions import letters
from candidates import timeline
from candidates.actions import extensions
from candidates.models import Activity, ContactGate
from engagement import arbiter, planning
from engagement.actions import messages as message_actions
from engagement.actions.bouncing import remember_bounce
from engagement.delivery.transports import Reply
from engagement.models import Decision, DeliveryEvent, Enrolment, Message
from engagement.naming import about, links_of

_ENGINE = "Perennial"

# Minutes until the next try after each "not now" of the server; then every hour.
BACK_OFF: Final = (1, 5, 15, 60)
MOST_ATTEMPTS: Final = 48

# Basic codes and RFC 3463 codes that say: this mailbox or domain does not exist.
_NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4"})
_NO_SUCH_ADDRESS_PLAIN = frozenset({550, 551, 553})


def withhold(message: Message, decision: arbiter.Decision, at: datetime) -> None:
    """Keep the message back for good, with the arbiter's reasons."""
    with transaction.atomic():
        mine = _mine(message)
        if mine is None:
            return
        _settle(mine, Message.State.WITHHELD, decision.reason, at)
        Decision.objects.create(
            candidate_id=mine.candidate_id,
            campaign_id=mine.campaign_id,
            message=mine,
            phase=Decision.Phase.SENDING,
            at=at,
            allowed=False,
            reasons=list(decision.reasons),
        )
        _remember(
            mine, "withheld", f"Not sent: {about(mine)}. {arbiter.REASONS[decision.reason]}", at
        )
        # Whom one message is not meant for goes on to the next one.
        if mine.enrolment_id and decision.reason != "step_condition":
            Enrolment.objects.filter(pk=mine.enrolment_id, state=Enrolment.State.ACTIVE).update(
                state=Enrolment.State.ENDED, end_reason=decision.reason, ended_at=at
            )


def put_off(message: Message, due_at: datetime, *, state: str = Message.State.DUE) -> None:
    """Give the message back to the queue, for later. A paused campaign's wait for it."""
    Message.objects.filter(pk=message.pk, lease=message.lease, state=Message.State.CLAIMED).update(
        state=state, due_at=due_at, lease=None, lease_until=None
    )


def wait_in_line(message: Message, due_at: datetime, reason: str) -> None:
    """Give the message back to the queue because a day is full. It does not grow old by that."""
    not_after = message.not_after and due_at + timedelta(days=planning.LIVES_DAYS)
    Message.objects.filter(pk=message.pk, lease=message.lease, state=Message.State.CLAIMED).update(
        state=Message.State.DUE,
        due_at=due_at,
        not_after=not_after,
        reason=reason,
        lease=None,
        lease_until=None,
    )


def expire(message: Message, at: datetime) -> None:
    """Say that it is too late to send the message."""
    with transaction.atomic():
        mine = _mine(message)
        if mine is not None:
            _settle(mine, Message.State.EXPIRED, "too_late", at)
            _remember(
                mine, "expired", f"Not sent: {about(mine)}. {arbiter.REASONS['too_late']}", at
            )


def defer(message: Message, reply: Reply, at: datetime) -> None:
    """The server said "not now": try again later, each time a little later, and not for ever."""
    with transaction.atomic():
        mine = _mine(message, Message.State.CLAIMED, Message.State.ARMED)
        if mine is None:
            return
        _event(mine, DeliveryEvent.Kind.DEFERRED, reply, at, mine.attempts)
        if mine.state == Message.State.ARMED:
            _disarm(mine)
        mine.attempts += 1
        due_at = next_try(mine.attempts, at)
        if mine.attempts >= MOST_ATTEMPTS or (mine.not_after and due_at > mine.not_after):
            _settle(mine, Message.State.FAILED, "gave_up", at, reply)
            _remember(mine, "failed", _not_sent(mine, "gave_up"), at)
            return
        mine.state, mine.due_at = Message.State.DUE, due_at
        mine.lease = mine.lease_until = None
        mine.provider_reply = f"{reply.code} {reply.text}"[:300]
        mine.save()


def refuse(message: Message, reply: Reply, at: datetime) -> None:
    """The server said no for good. Where it said that the address does not exist, remember that."""
    is_bounce = no_such_address(reply)
    with transaction.atomic():
        mine = _mine(message, Message.State.CLAIMED, Message.State.ARMED)
        if mine is None:
            return
        mine.address = message.address
        kind = DeliveryEvent.Kind.BOUNCED if is_bounce else DeliveryEvent.Kind.REFUSED
        _event(mine, kind, reply, at, mine.attempts)
        if mine.state == Message.State.ARMED:
            _disarm(mine)
        state = Message.State.BOUNCED if is_bounce else Message.State.FAILED
        reason = "bounced" if is_bounce else "refused"
        _settle(mine, state, reason, at, reply)
        _remember(mine, str(state), f"Not delivered: {about(mine)}. {arbiter.REASONS[reason]}", at)
        if is_bounce:
            remember_bounce(mine)


@transaction.atomic
def came_back(message: Message, *, by: User, at: datetime) -> Message:
    """Record that an email came back after the server had taken it. What hung
    on it, a letter or a question whether they stay, told them nothing.

    Nothing more is sent to that address.

    Raises ValidationError: it is not one that left, or that is noted already.
    """
    ContactGate.objects.locked(message.candidate_id)
    mine = (
        Message.objects.select_for_update(of=("self",))
        .select_related("candidate", "job", "campaign", "letter")
        .get(pk=message.pk)
    )
    if mine.state not in {Message.State.HANDED, Message.State.DELIVERED}:
        raise ValidationError("Only an email that left can come back.", code="not_handed")
    before = mine.state
    mine.state, mine.reason, mine.settled_at = Message.State.BOUNCED, "bounced", at
    mine.save(update_fields=["state", "reason", "settled_at"])
    _event(mine, DeliveryEvent.Kind.BOUNCED, Reply(0, f"Noted by {by.name}"), at, mine.attempts)
    if mine.letter:
        letters.mark_returned(mine.letter, "It came back.")
    if mine.extension_id:
        extensions.mark_problem(mine.extension_id, "It came back.")
    message_actions.forget_survey(mine)
    _remember(mine, "bounced", f"Came back: {about(mine)}. {arbiter.REASONS['bounced']}", at, by=by)
    remember_bounce(mine)
    audit.record(by, "message.came_back", mine, state=[before, mine.state])
    return mine


def uncertain(message: Message, reply: Reply, at: datetime) -> None:
    """The server did not answer the dot: nobody knows. A person decides."""
    with transaction.atomic():
        mine = _mine(message, Message.State.ARMED)
        if mine is not None:
            mine.provider_reply = f"{reply.code} {reply.text}".strip()[:300]
            mark_uncertain(mine, at)


def mark_uncertain(mine: Message, at: datetime) -> None:
    """Set an armed message, locked by the caller, to uncertain. It keeps its lease: should the
    answer still come, whoever has the lease may write it down."""
    mine.state, mine.settled_at = Message.State.UNCERTAIN, at
    mine.lease_until = None
    mine.save(update_fields=["state", "settled_at", "lease_until", "provider_reply"])
    said = "Nobody knows whether it arrived."
    _remember(mine, "uncertain", f"The connection broke: {about(mine)}. {said}", at)
    if mine.letter:
        letters.mark_problem(mine.letter, "The connection broke: nobody knows whether it arrived.")


def undo_for_sandbox(message: Message) -> None:
    """Take off what counted the message: it went to nobody. The caller holds the gate."""
    message_actions.uncount([message])
    if message.letter:
        letters.mark_problem(message.letter, arbiter.REASONS["diverted"])


def release(messages: list[Message], due_at: datetime) -> None:
    """Give messages back to the queue untried."""
    for message in messages:
        put_off(message, due_at)


def next_try(attempts: int, at: datetime) -> datetime:
    """Return when to try again after so many tries, with jitter so that not all come at once."""
    minutes = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    return at + timedelta(minutes=minutes * random.uniform(1, 1.25))  # noqa: S311  (not a secret)


def no_such_address(reply: Reply) -> bool:
    """Say whether the refusal is about the address, rather than about us or the text."""
    if reply.enhanced:
        return reply.enhanced in _NO_SUCH_ADDRESS
    return reply.code in _NO_SUCH_ADDRESS_PLAIN


def _mine(message: Message, *states: str) -> Message | None:
    """Lock the gate and the message; None if it is in other hands by now."""
    ContactGate.objects.locked(message.candidate_id)
    return (
        Message.objects.select_for_update(of=("self",))
        .select_related("candidate", "job", "campaign", "letter")
        .filter(pk=message.pk, lease=message.lease, state__in=states or [Message.State.CLAIMED])
        .first()
    )


def _settle(
    mine: Message, state: str, reason: str, at: datetime, reply: Reply | None = None
) -> None:
    mine.state, mine.reason, mine.settled_at = state, reason, at
    mine.lease = mine.lease_until = None
    if reply:
        mine.provider_reply = f"{reply.code} {reply.text}"[:300]
    mine.save()
    if mine.letter:
        letters.mark_problem(mine.letter, arbiter.REASONS[reason])
    if mine.extension_id:
        extensions.mark_problem(mine.extension_id, arbiter.REASONS[reason])


def _disarm(mine: Message) -> None:
    """The server said no after the dot: nothing left, so nothing counts against the caps."""
    message_actions.uncount([mine])
    mine.armed_at = None


def _event(mine: Message, kind: str, reply: Reply, at: datetime, attempt: int) -> None:
    DeliveryEvent.objects.get_or_create(
        provider_event_id=f"{kind}:{mine.public_id}:{attempt}:{int(at.timestamp())}",
        defaults={
            "message": mine,
            "kind": kind,
            "at": at,
            "reply_code": reply.code if 0 < reply.code < 1000 else None,
            "detail": reply.text[:300],
        },
    )


def _remember(
    mine: Message, what: str, text: str, at: datetime, *, by: User | str = _ENGINE
) -> None:
    timeline.remember(
        mine.candidate,
        f"message.{what}",
        text,
        by=by,
        group=Activity.Group.MAIL,
        at=at,
        **links_of(mine),
    )


def _not_sent(message: Message, reason: str) -> str:
    return f"Not sent: {about(message)}. {arbiter.REASONS[reason]}"

"""The only part of the house that speaks to a mail server.

A message is offered but for its last word, then armed in a transaction that asks the arbiter once
more under the person's gate, and only then finished. If a process dies at any point, the row says
how far it came: claimed messages are tried again, armed ones are shown to a person.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import psycopg
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from applications.actions import letters
from candidates.models import ContactGate
from engagement import arbiter, planning, rendering
from engagement.actions import enrolments
from engagement.delivery import arming, limits, outcomes
from engagement.delivery.arming import Handed, arm, record
from engagement.delivery.batch import Batch, Composer, timeline_of
from engagement.delivery.transports import (
    DeferredError,
    NotConnectedError,
    RefusedError,
    Transport,
    UnknownError,
    transport_for_settings,
)
from engagement.models import Message

__all__ = ["deliver", "reap"]

logger = logging.getLogger(__name__)

# Stop early enough that no message is begun on a lease that is about to run out.
_LEASE_MARGIN = timedelta(seconds=20)
_SERVER_DOWN_WAIT = timedelta(minutes=1)
_REAP_CHUNK = 200


def deliver(messages: list[Message], *, transport: Transport | None = None) -> int:
    """Send a batch of claimed messages over one connection. Returns how many were handed over."""
    if not messages:
        return 0
    arming.keep_plans()
    run = _Run(Batch.of(messages), transport or transport_for_settings())
    try:
        return run.send_all()
    finally:
        run.transport.close()


class _Run:
    """One batch on one connection. `_before` was handed over and is not written down yet."""

    def __init__(self, batch: Batch, transport: Transport) -> None:
        self.batch = batch
        self.transport = transport
        self._composer = Composer(batch)
        self._before: Handed | None = None
        self._handed = 0
        self._unsent: list[Message] = []

    def send_all(self) -> int:
        queue = self._within_limits(self._in_time(self.batch.messages))
        try:
            for position, message in enumerate(queue):
                now = timezone.now()
                if message.lease_until and now > message.lease_until - _LEASE_MARGIN:
                    self._give_back(queue[position:], now)
                    break
                try:
                    self._send(message)
                except NotConnectedError as why:
                    logger.warning("no mail server", extra={"code": why.reply.code})
                    self._give_back(queue[position:], now + _SERVER_DOWN_WAIT)
                    break
        except psycopg.Error:
            # The database went away in the middle. What was offered was not finished; what was
            # finished is written down if it can be, and is uncertain if it cannot.
            self.transport.abandon()
            connection.close()
            self._write_down()
            raise
        self._write_down()
        limits.give_back(self._unsent, timezone.now())
        return self._handed

    def _send(self, message: Message) -> None:
        now = timezone.now()
        facts = self.batch.sending_facts(message, now)
        if facts["is_quiet"] and arbiter.is_job_email(message):
            self._wait_for_window(message, now)
            return
        if not message.address:
            self._withhold(message, arbiter.Decision(("no_address",)), now)
            return
        try:
            email = self._composer.compose(message, now)
        except rendering.MergeError as why:
            code = "missing_merge_field" if why.field in rendering.FIELDS else "template_error"
            logger.warning("message cannot be put together", extra={"message_id": message.pk})
            self._withhold(message, arbiter.Decision((code,)), now)
            return
        try:
            self.transport.offer(email, message.address)
        except NotConnectedError:
            raise
        except DeferredError as why:
            self._not_sent(message)
            outcomes.defer(message, why.reply, timezone.now())
            return
        except RefusedError as why:
            self._not_sent(message)
            outcomes.refuse(message, why.reply, timezone.now())
            return

        facts["at"] = timezone.now()
        before, self._before = self._before, None
        try:
            answer = arm(message, email, facts, before)
        except psycopg.Error:
            self._before = before
            raise
        if not answer.armed:
            self.transport.abandon()
            self._withhold(message, answer.decision, facts["at"])
            return
        message.armed_at = facts["at"]
        self._finish(message)

    def _finish(self, message: Message) -> None:
        """Say the dot, and keep what the server answered."""
        try:
            reply = self.transport.commit()
        except DeferredError as why:
            self._not_sent(message)
            outcomes.defer(message, why.reply, timezone.now())
        except RefusedError as why:
            self._not_sent(message)
            outcomes.refuse(message, why.reply, timezone.now())
        except UnknownError as why:
            outcomes.uncertain(message, why.reply, timezone.now())
        else:
            said, data = timeline_of(message)
            self._before = Handed(message, timezone.now(), reply.code, reply.text, said, data)
            self._handed += 1
            if message.letter:
                self._write_down()

    def _write_down(self) -> None:
        """Record the last message that went, when no other one follows to share the trip."""
        before, self._before = self._before, None
        if before is None:
            return
        if before.message.letter:
            with transaction.atomic():
                record(before)
                letters.mark_sent(before.message.letter, before.at)
        else:
            record(before)

    def _in_time(self, messages: Iterable[Message]) -> list[Message]:
        now = timezone.now()
        ready = []
        for message in messages:
            if message.not_after and message.not_after < now:
                outcomes.expire(message, now)
            else:
                ready.append(message)
        return ready

    def _within_limits(self, messages: list[Message]) -> list[Message]:
        """Put off what would be too much for one sender's day or for one domain."""
        now = timezone.now()
        waiting: set[int] = set()
        for message in limits.over_sender_limit(messages, now):
            outcomes.put_off(
                message, self.batch.next_window(message, limits.tomorrow(message, now))
            )
            waiting.add(message.pk)
        ready = [message for message in messages if message.pk not in waiting]
        for position, message in enumerate(limits.over_domain_limit(ready, now)):
            outcomes.put_off(message, now + timedelta(seconds=2 + position / 5))
            waiting.add(message.pk)
            self._not_sent(message)
        return [message for message in ready if message.pk not in waiting]

    def _withhold(self, message: Message, decision: arbiter.Decision, at: datetime) -> None:
        """Act on a "no": wait where waiting helps, and otherwise keep the message back."""
        self._not_sent(message)
        reasons = set(decision.reasons)
        if not reasons:  # the address changed this moment, or another worker has it
            outcomes.put_off(message, at)
        elif reasons == {"quiet_hours"}:
            self._wait_for_window(message, at)
        elif reasons <= {"campaign_paused", "quiet_hours"}:
            outcomes.put_off(message, message.due_at, state=Message.State.PLANNED)
        elif reasons <= {"frequency_cap", "quiet_hours"}:
            self._wait_for_cap(message, decision, at)
        else:
            outcomes.withhold(message, decision, at)

    def _wait_for_window(self, message: Message, at: datetime) -> None:
        due_at = self.batch.next_window(message, at)
        if message.not_after and due_at > message.not_after:
            outcomes.expire(message, at)
        else:
            outcomes.put_off(message, due_at)

    def _wait_for_cap(self, message: Message, decision: arbiter.Decision, at: datetime) -> None:
        candidate = message.candidate
        gate = ContactGate.objects.get(pk=candidate.pk)
        preference = getattr(candidate, "preference", None)
        frequency = preference.frequency if preference else ""
        frees_at = planning.cap_frees_at(gate.job_emails_at, frequency, at)
        due_at = self.batch.next_window(message, frees_at)
        if message.not_after and due_at > message.not_after:
            outcomes.withhold(message, decision, at)
        else:
            outcomes.put_off(message, due_at)

    def _give_back(self, messages: list[Message], due_at: datetime) -> None:
        outcomes.release(messages, due_at)
        self._unsent += messages

    def _not_sent(self, message: Message) -> None:
        self._unsent.append(message)


def reap(now: datetime | None = None) -> dict[str, int]:
    """Take back what a lost worker left: claimed → due, armed → uncertain; expire what is too late.

    Returns how many of each.
    """
    now = now or timezone.now()
    claimed = Message.objects.filter(state=Message.State.CLAIMED, lease_until__lt=now).update(
        state=Message.State.DUE, lease=None, lease_until=None
    )
    late = enrolments.keep_back(
        "m.state = 'due' AND m.not_after < %(now)s",
        {"now": now},
        "too_late",
        at=now,
        state=Message.State.EXPIRED,
        skip_busy=True,
    )
    uncertain = 0
    while True:
        with transaction.atomic():
            lost = list(
                Message.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("candidate", "job", "campaign", "letter")
                .filter(Q(lease_until__lt=now), state=Message.State.ARMED)
                .order_by("pk")[:_REAP_CHUNK]
            )
            for message in lost:
                outcomes.mark_uncertain(message, now)
        uncertain += len(lost)
        if len(lost) < _REAP_CHUNK:
            break
    if uncertain:
        logger.warning("messages are uncertain", extra={"count": uncertain})
    return {"claimed": claimed, "uncertain": uncertain, "expired": late}

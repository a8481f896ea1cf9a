"""One batch of messages, a round at a time: as many at once as there are connections.

Every message of a round is offered but for its dot; those that were are armed together; then the
dots are said, each in one go with the envelope of the next message, and the answers heard. What the
server took is written down with the next arming.
"""

import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from applications.actions import letters
from candidates.models import ContactGate
from engagement import arbiter, planning, rendering
from engagement.delivery import days, limits, outcomes
from engagement.delivery.arming import Handed, Ready, arm, record
from engagement.delivery.batch import Batch, Composer, timeline_of
from engagement.delivery.lanes import Lanes
from engagement.delivery.transports import (
    DeferredError,
    MailError,
    NotConnectedError,
    RefusedError,
    Reply,
    Transport,
)
from engagement.models import Message

logger = logging.getLogger(__name__)

# Stop early enough that no message is begun on a lease that is about to run out.
_LEASE_MARGIN = timedelta(seconds=20)
_SERVER_DOWN_WAIT = timedelta(minutes=1)
_HELD_WAIT = timedelta(minutes=15)

# What a person ends, and what ends by itself: asked about again when the person has.
_ON_HOLD = frozenset({"campaign_paused", "all_held"})
_PASSING = frozenset({"quiet_hours", "away", "frequency_cap"})

Round = list[tuple[Transport, Ready]]


class Run:
    """One batch over the lanes. `_before` was handed over and is not written down yet."""

    def __init__(self, batch: Batch, lanes: Lanes) -> None:
        self.batch = batch
        self.lanes = lanes
        self._composer = Composer(batch)
        self._waiting: deque[Message] = deque()
        self._looked_at: dict[int, Ready | arbiter.Decision] = {}  # ahead of time, by message
        self._begun: dict[Transport, Ready] = {}  # their envelopes went with the dots before
        self._before: list[Handed] = []
        self._handed = 0
        self._unsent: list[Message] = []

    def send_all(self) -> int:
        """Send what may go. Returns how many were handed over."""
        self._waiting = deque(self._within_limits(self._in_time(self.batch.messages)))
        self.lanes.prepare(len(self._waiting))
        try:
            while self._waiting or self._begun:
                now = timezone.now()
                if self._is_lease_over(now):
                    self._give_back_waiting(now)
                    break
                try:
                    self._round()
                except NotConnectedError as why:
                    logger.warning("no mail server", extra={"code": why.reply.code})
                    self._give_back_waiting(now + _SERVER_DOWN_WAIT)
        except (psycopg.Error, DatabaseError):
            # The database went away in the middle. What was offered was not finished; what was
            # finished is written down if it can be, and is uncertain if it cannot.
            self.lanes.abandon()
            connection.close()
            self._write_down()
            raise
        self._write_down()
        days.give_back(self._unsent, timezone.now())
        return self._handed

    def _is_lease_over(self, now: datetime) -> bool:
        until = self.batch.messages[0].lease_until  # they were claimed together
        return until is not None and now > until - _LEASE_MARGIN

    def _round(self) -> None:
        offered = self._offered(self._begin())
        if not offered:
            return
        at = timezone.now()
        before, self._before = self._before, []
        try:
            answers = arm(
                [one for _, one in offered],
                at,
                self.batch.organisation,
                before,
                meanwhile=self._look_ahead,
            )
        except psycopg.Error:
            self._before = before
            raise
        going, withheld = [], []
        for (lane, one), answer in zip(offered, answers, strict=True):
            if answer.armed:
                one.message.armed_at = at
                self._say_dot(lane)
                going.append((lane, one))
            else:
                lane.abandon()
                withheld.append((one.message, answer))
        self._hear(going)
        for message, answer in withheld:
            self._withhold(message, answer.decision, at)

    def _say_dot(self, lane: Transport) -> None:
        one = self._next(self._begun.values(), is_at_once=True)
        if one is None:
            lane.say_dot()
        elif lane.say_dot((one.email, one.message.address)):
            self._begun[lane] = one
        else:
            self._waiting.appendleft(one.message)
            self._looked_at[one.message.pk] = one

    def _begin(self) -> Round:
        """Begin a conversation on each lane that has none. Raises NotConnectedError: there is no
        server."""
        begun: Round = list(self._begun.items())
        free = [lane for lane in self.lanes if lane not in self._begun]
        self._begun.clear()
        for lane in free:
            one = self._next(ready for _, ready in begun)
            if one is None:
                break
            try:
                lane.begin(one.email, one.message.address)
            except NotConnectedError as why:
                self._waiting.appendleft(one.message)
                self.lanes.lose(lane, why)
            except MailError as why:
                self._settle_failed(one.message, why)
            else:
                begun.append((lane, one))
        return begun

    def _offered(self, begun: Round) -> Round:
        """Say everything but the dots; return the conversations that came so far."""
        offered: Round = []
        lost: list[tuple[Transport, NotConnectedError]] = []
        for lane, one in begun:
            try:
                lane.offer()
            except NotConnectedError as why:  # the connection broke, and no other could be had
                self._waiting.appendleft(one.message)
                lost.append((lane, why))
            except MailError as why:
                self._settle_failed(one.message, why)
            else:
                offered.append((lane, one))
        for lane, reason in lost:
            self.lanes.lose(lane, reason)
        return offered

    def _next(self, together_with: Iterable[Ready], *, is_at_once: bool = False) -> Ready | None:
        """Return the next message that can go in this round, with its text.

        The messages of a round are asked about on one snapshot, so no two may be to one person.
        is_at_once: none but one that was put together ahead of time, for a dot waits for it.
        """
        others = [ready.message for ready in together_with]
        while self._waiting:
            message = self._waiting[0]
            for other in others:
                is_other_kind = arbiter.kind_of(other) != arbiter.kind_of(message)
                if is_other_kind or other.candidate_id == message.candidate_id:
                    return None
            if is_at_once and not isinstance(self._looked_at.get(message.pk), Ready):
                return None
            self._waiting.popleft()
            found = self._looked_at.pop(message.pk, None) or self._look(message)
            if isinstance(found, Ready):
                return found
            self._withhold(message, found, timezone.now())
        return None

    def _look(self, message: Message) -> Ready | arbiter.Decision:
        """Put the email together, or say what is against it already. Asks no database."""
        now = timezone.now()
        question = self.batch.question(message, now)
        if question.is_quiet and arbiter.keeps_hours(message):
            return arbiter.Decision(("quiet_hours",))
        if not message.address:
            return arbiter.Decision(("no_address",))
        if message.purpose == Message.Purpose.TOLD and not message.notice:
            return arbiter.Decision(("told_already",))
        try:
            email = self._composer.compose(message, now)
        except rendering.MergeError as why:
            code = "missing_merge_field" if why.field in rendering.FIELDS else "template_error"
            logger.warning("message cannot be put together", extra={"message_id": message.pk})
            return arbiter.Decision((code,))
        return Ready(message, email, question)

    def _look_ahead(self) -> None:
        """Put the next emails together while the database is at work on these."""
        for message in islice(self._waiting, len(self.lanes)):
            self._looked_at[message.pk] = self._look(message)

    def _hear(self, going: Round) -> None:
        """Hear what the server says to the dots: all of it first, then act on it."""
        heard = [(one.message, _answer(lane)) for lane, one in going]
        for message, answer in heard:
            if isinstance(answer, Reply):
                sentence, data = timeline_of(message, is_diverted=answer.is_diverted)
                self._before.append(
                    Handed(
                        *(message, timezone.now(), answer.code, answer.text, sentence, data),
                        is_diverted=answer.is_diverted,
                    )
                )
                self._handed += not answer.is_diverted
        for message, answer in heard:
            if isinstance(answer, MailError):
                self._settle_failed(message, answer)
        if any(handed.message.letter or handed.is_diverted for handed in self._before):
            self._write_down()

    def _settle_failed(self, message: Message, why: MailError) -> None:
        now = timezone.now()
        if isinstance(why, DeferredError):
            self._not_sent(message)
            outcomes.defer(message, why.reply, now)
        elif isinstance(why, RefusedError):
            self._not_sent(message)
            outcomes.refuse(message, why.reply, now)
        else:
            outcomes.uncertain(message, why.reply, now)

    def _write_down(self) -> None:
        """Record the messages that went, when no others follow to share the trip."""
        before, self._before = self._before, []
        apart = [handed for handed in before if handed.message.letter or handed.is_diverted]
        if others := [handed for handed in before if handed not in apart]:
            record(others)
        for handed in apart:
            with transaction.atomic():
                if handed.is_diverted:
                    ContactGate.objects.locked(handed.message.candidate_id)
                record([handed])
                if handed.is_diverted:
                    outcomes.undo_for_sandbox(handed.message)
                elif handed.message.letter:
                    letters.mark_sent(handed.message.letter, handed.at)

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
        for message, at, reason in days.over_limits(messages, now, self.batch.organisation):
            due_at = self.batch.next_window(message, at)
            if reason != days.SPACED:
                due_at += days.jitter()
            outcomes.wait_in_line(message, due_at, reason)
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
        elif reasons & _ON_HOLD and reasons <= _ON_HOLD | _PASSING and not message.campaign_id:
            outcomes.put_off(message, at + _HELD_WAIT)  # no campaign brings it back
        elif reasons & _ON_HOLD and reasons <= _ON_HOLD | _PASSING:
            outcomes.put_off(message, message.due_at, state=Message.State.PLANNED)
        elif reasons <= {"away", "frequency_cap", "quiet_hours"} and "away" in reasons:
            self._wait_while_away(message, at)
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

    def _wait_while_away(self, message: Message, at: datetime) -> None:
        """They are away since a moment ago: what was shifted then asks again another day."""
        due_at = self.batch.next_window(message, at + timedelta(days=1))
        if message.not_after and due_at > message.not_after:
            outcomes.expire(message, at)
        else:
            outcomes.put_off(message, due_at)

    def _wait_for_cap(self, message: Message, decision: arbiter.Decision, at: datetime) -> None:
        candidate, campaign = message.candidate, message.campaign
        assert campaign is not None  # noqa: S101  (only job emails have a cap)
        gate = ContactGate.objects.get(pk=candidate.pk)
        preference = getattr(candidate, "preference", None)
        frequency = preference.frequency if preference else ""
        frees_at = planning.cap_frees_at(gate.job_emails_at, frequency, at, campaign)
        due_at = self.batch.next_window(message, frees_at)
        if message.not_after and due_at > message.not_after:
            outcomes.withhold(message, decision, at)
        else:
            outcomes.put_off(message, due_at)

    def _give_back_waiting(self, due_at: datetime) -> None:
        for lane, one in self._begun.items():
            lane.abandon()
            self._waiting.appendleft(one.message)
        self._begun.clear()
        outcomes.release(list(self._waiting), due_at)
        self._unsent += self._waiting
        self._waiting.clear()

    def _not_sent(self, message: Message) -> None:
        self._unsent.append(message)


def _answer(lane: Transport) -> Reply | MailError:
    try:
        return lane.answer()
    except MailError as why:
        return why

"""What a mail provider reports about our messages: taken in at once, worked on afterwards.

Reports come twice, out of order, late, and about messages that are long gone. Each is a row first
(`take_reports`), unique by the provider's id of the event. Working on one is one transaction that
holds the person's gate: a worker that dies in it has done nothing, and the next one does it.
Whatever the order, the same reports lead to the same end: a message only moves up in `_RANK`.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from applications.actions import letters
from candidates import timeline
from candidates.actions import extensions
from candidates.actions.contact import suppress_address
from candidates.actions.grounds import record_objection
from candidates.models import (
    Activity,
    Candidate,
    ContactGate,
    GroundEvent,
    Stop,
    Suppression,
)
from engagement import arbiter
from engagement.actions import enrolments, preferences
from engagement.actions import messages as message_actions
from engagement.actions.bouncing import remember_bounce
from engagement.choices import Choices
from engagement.models import DeliveryEvent, Message, ProviderReport
from engagement.naming import about, links_of

Kind = ProviderReport.Kind

BATCH = 1000
KEPT_DAYS = 90
_ENGINE = "Perennial"
_PROVIDER = "The mail provider"
_WAIT = timedelta(seconds=5)  # while a worker still holds the message: 20 times, each longer

_RANK: Final = {
    Message.State.UNCERTAIN: 0,
    Message.State.HANDED: 1,
    Message.State.DELIVERED: 2,
    Message.State.FAILED: 3,
    Message.State.BOUNCED: 4,
    Message.State.COMPLAINED: 5,
}
_EVENT: Final = {
    Kind.LEFT: DeliveryEvent.Kind.HANDED,
    Kind.DELIVERED: DeliveryEvent.Kind.DELIVERED,
    Kind.DEFERRED: DeliveryEvent.Kind.DEFERRED,
    Kind.BOUNCED: DeliveryEvent.Kind.BOUNCED,
    Kind.REFUSED: DeliveryEvent.Kind.REFUSED,
    Kind.COMPLAINED: DeliveryEvent.Kind.COMPLAINED,
    Kind.UNSUBSCRIBED: DeliveryEvent.Kind.UNSUBSCRIBED,
}
# Why a provider gave up, where it says that the mailbox is not there.
_NO_MAILBOX: Final = frozenset({"invalid", "bounced"})
# RFC 3463: 5.1.x is about the address, 5.2.1 a mailbox that was switched off. The others are about
# us, the text, or a mailbox that is full.
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


def take_reports(reports: Iterable[ProviderReport]) -> int:
    """Keep what a provider says, in one statement, and do nothing yet. Returns how many came in.

    What is there already stays as it is. Addresses in the words of a mail server are left out.
    """
    rows = list(reports)
    for row in rows:
        row.detail = without_addresses(row.detail)[:300]
    return len(ProviderReport.objects.bulk_create(rows, ignore_conflicts=True))


def carry_reports(now: datetime | None = None) -> int:
    """Work on what came in, each in a transaction of its own. Returns how many were settled.

    Any number of workers share the work. One that dies leaves its report to the next.
    """
    now = now or timezone.now()
    waiting = ProviderReport.objects.to_carry(now).values_list("pk", "attempts")[:BATCH]
    return sum(_try(pk, attempts, now) for pk, attempts in list(waiting))


def forget_reports(now: datetime) -> int:
    """Delete what was settled so long ago that no provider says it again."""
    old = ProviderReport.objects.filter(received_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def without_addresses(words: str) -> str:
    """Return a mail server's words with every address taken out."""
    return _ADDRESS.sub("…", " ".join(words.split()))


def is_hard(why: str, detail: str) -> bool:
    """Say whether a bounce means that the mailbox does not exist.

    The server's own code, if it gave one, says it better than the provider's class.
    """
    found = _ENHANCED.search(detail)
    if found:
        kind, subject, what = found.groups()
        return kind == "5" and (subject == "1" or (subject, what) in {("2", "1"), ("0", "0")})
    return why in _NO_MAILBOX


def _try(pk: int, attempts: int, now: datetime) -> bool:
    """Count the try, then work on it: a report that breaks its worker does not hold up the rest."""
    taken = ProviderReport.objects.filter(pk=pk, worked_at=None, attempts=attempts)
    if not taken.update(attempts=F("attempts") + 1):
        return False  # another worker has it
    with transaction.atomic():
        report = (
            ProviderReport.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, worked_at=None)
            .first()
        )
        return report is not None and _carry(report, now)


def _carry(report: ProviderReport, now: datetime) -> bool:
    message = _locked_message(report)
    if message and message.state == Message.State.ARMED:
        # It is leaving this moment: what became of it is written down first.
        report.due_at = now + _WAIT * report.attempts
        report.save(update_fields=["due_at"])
        return False
    if message and message.state != Message.State.DIVERTED:  # of that one nobody here had anything
        _note(report, message)
        _DO[Kind(report.kind)](report, message, now)
    report.is_known, report.worked_at, report.detail = message is not None, now, ""
    report.save(update_fields=["is_known", "worked_at", "detail"])
    return True


def _locked_message(report: ProviderReport) -> Message | None:
    """Lock the gate of the person, then the message; a merge may move it in between."""
    if report.about is None:
        return None
    found = Message.objects.filter(public_id=report.about).values_list("candidate_id", flat=True)
    while (candidate := found.first()) is not None:
        ContactGate.objects.lock_mailboxes([candidate])  # the address may be two people's
        message = (
            Message.objects.select_for_update(of=("self",))
            .select_related("candidate", "job", "campaign", "letter", "sender")
            .filter(public_id=report.about, candidate=candidate)
            .first()
        )
        if message:
            return message
    return None


def _note(report: ProviderReport, message: Message) -> None:
    DeliveryEvent.objects.get_or_create(
        provider_event_id=report.event_id,
        defaults={
            "message": message,
            "kind": _EVENT[Kind(report.kind)],
            "at": report.at,
            "detail": report.detail,
        },
    )


def _left(_report: ProviderReport, message: Message, now: datetime) -> None:
    _raise_to(message, Message.State.HANDED, now)


def _delivered(_report: ProviderReport, message: Message, now: datetime) -> None:
    _raise_to(message, Message.State.DELIVERED, now)


def _deferred(_report: ProviderReport, message: Message, now: datetime) -> None:
    _raise_to(message, Message.State.HANDED, now)  # the provider has it and tries again


def _bounced(report: ProviderReport, message: Message, now: datetime) -> None:
    hard = is_hard(report.why, report.detail)
    reason = "bounced" if hard else "refused"
    if _raise_to(message, Message.State.BOUNCED, now, reason):
        said = f"Not delivered: {about(message)} came back. {arbiter.REASONS[reason]}"
        _remember(message, "bounced", said)
        _tell(message)
    if hard:
        remember_bounce(message)
        if _is_where_we_write(message):
            enrolments.end_for([message.candidate_id], "bounced", at=now)


def _refused(report: ProviderReport, message: Message, now: datetime) -> None:
    """The provider did not even try. Why it knows better is what counts."""
    if report.why == "spam":
        _complained(report, message, now)
    elif report.why == "unsubscribed":
        _unsubscribed(report, message, now)
    elif report.why in _NO_MAILBOX:
        _bounced(report, message, now)
    elif _raise_to(message, Message.State.FAILED, now, "refused"):
        _remember(
            message,
            "failed",
            f"Not delivered: {about(message)}. {arbiter.REASONS['refused']}",
        )
        _tell(message)


def _complained(_report: ProviderReport, message: Message, now: datetime) -> None:
    """A complaint is an objection (C-30), whatever the message was."""
    if _raise_to(message, Message.State.COMPLAINED, now, "complained"):
        _remember(message, "complained", f"Marked as spam: {about(message)}.")
    if message.address:
        suppress_address(
            message.address,
            scope=Suppression.Scope.NURTURE,
            reason=Suppression.Reason.COMPLAINED,
            by=_ENGINE,
        )
    stops = Stop.objects.filter(candidate=message.candidate_id, reason=Stop.Reason.COMPLAINED)
    if not stops.exists():
        Stop.objects.create(
            candidate_id=message.candidate_id,
            reason=Stop.Reason.COMPLAINED,
            at=now,
            carried_at=now,
        )
    enrolments.end_for([message.candidate_id], "complained", at=now)
    if _is_live(message):
        record_objection(
            message.candidate,
            by=_PROVIDER,
            channel=GroundEvent.Channel.MAIL,
            evidence=f"Message {message.public_id}",
            heard="They marked one of our emails as spam.",
        )


def _unsubscribed(_report: ProviderReport, message: Message, now: datetime) -> None:
    """They used the provider's own link or button: the same as ours."""
    _raise_to(message, Message.State.HANDED, now)
    if _is_live(message):
        preferences.reduce(
            message.candidate, Choices(stopped=True), channel=GroundEvent.Channel.ONE_CLICK
        )


_DO: Final = {
    Kind.LEFT: _left,
    Kind.DELIVERED: _delivered,
    Kind.DEFERRED: _deferred,
    Kind.BOUNCED: _bounced,
    Kind.REFUSED: _refused,
    Kind.COMPLAINED: _complained,
    Kind.UNSUBSCRIBED: _unsubscribed,
}


def _raise_to(message: Message, state: str, now: datetime, reason: str = "") -> bool:
    """Move the message up to a state. Returns whether it moved.

    A report about a message that, as far as we know, never left moves nothing. That nobody knew
    whether it left is settled by any report but a refusal: it did.
    """
    before = message.state
    if before not in _RANK or _RANK[Message.State(state)] <= _RANK[Message.State(before)]:
        return False
    was_uncertain, leaves = before == Message.State.UNCERTAIN, state != Message.State.FAILED
    if leaves:
        message.handed_at = message.handed_at or message.armed_at
    elif before != Message.State.DELIVERED:
        message_actions.uncount([message])
    message.state, message.reason, message.settled_at = state, reason, now
    message.lease = message.lease_until = None
    message.save()
    if was_uncertain and leaves:
        message_actions.say_it_left(message, now)
        _remember(message, "settled", f"The mail provider says that it left: {about(message)}.")
        audit.record(_PROVIDER, "message.settled", message, state=["uncertain", state])
    return True


def _is_live(message: Message) -> bool:
    return Candidate.objects.live().filter(pk=message.candidate_id).exists()


def _is_where_we_write(message: Message) -> bool:
    """Whether the address is still the one that we would write to."""
    emails = message.candidate.emails.filter(is_primary=True, released_at=None)
    return emails.filter(address=message.address).exists()


def _tell(message: Message) -> None:
    """What hung on the message told nobody anything: it waits for a colleague again."""
    if message.letter:
        letters.mark_returned(message.letter, "It came back.")
    if message.extension_id:
        extensions.mark_problem(message.extension_id, "It came back.")
    message_actions.forget_survey(message)


def _remember(message: Message, what: str, text: str) -> None:
    timeline.remember(
        message.candidate,
        f"message.{what}",
        text,
        by=_ENGINE,
        group=Activity.Group.MAIL,
        at=None,
        **links_of(message),
    )

"""What comes in by mail: kept at once, whoever brings it, and read afterwards, once.

Webhook and mailbox both call `receive_message`. Reading takes the message to pieces in a process
apart, then does everything that follows from it in one transaction, which also empties the row: a
worker that dies leaves the message to the next one.
"""

import hashlib
import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from candidates.models import GroundEvent
from engagement.actions import attachments, preferences, receiving, reports
from engagement.choices import Choices
from engagement.incoming import reader, recognising, threading
from engagement.incoming.reader import Mail
from engagement.incoming.recognising import Seen
from engagement.models import Incoming, ProviderReport, Reply
from engagement.recipients import person_behind

Result = Incoming.Result

BATCH = 100
KEPT_DAYS = 90
STRANGERS_DAYS = 30
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)
_HEAD = 64 * 1024
# Nothing is gained by trying these again; the others may be a machine that was too busy.
_FOR_GOOD = frozenset({"broken", "too_heavy"})
_STATUS = {
    "failed": ProviderReport.Kind.BOUNCED,
    "delayed": ProviderReport.Kind.DEFERRED,
    "delivered": ProviderReport.Kind.DELIVERED,
    "relayed": ProviderReport.Kind.DELIVERED,
}


def receive_message(raw: bytes, *, source: str, at: datetime | None = None) -> bool:
    """Keep a message that came in, to be read. Returns False where it is here already.

    Only its beginning is kept of one that is very long: the text comes first.
    """
    _, is_new = Incoming.objects.get_or_create(
        key=key_of(raw),
        defaults={
            "source": source,
            "raw": raw[: reader.MOST_BYTES],
            "received_at": at or timezone.now(),
        },
    )
    return is_new


def key_of(raw: bytes) -> str:
    """Return what two copies of one message share: a hash of its Message-ID, else of the whole."""
    head = raw[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = _MESSAGE_ID.search(head)
    return hashlib.sha256(found[1] if found else raw).hexdigest()


def read_incoming(now: datetime | None = None) -> int:
    """Read what came in, each in a transaction of its own. Returns how many were settled."""
    now = now or timezone.now()
    waiting = (
        Incoming.objects.filter(worked_at=None, attempts__lt=Incoming.MOST_ATTEMPTS)
        .order_by("attempts", "pk")
        .values_list("pk", "attempts")[:BATCH]
    )
    return sum(_try(pk, attempts, now) for pk, attempts in list(waiting))


def forget_incoming(now: datetime) -> int:
    """Delete what strangers wrote and nobody wanted, and the memory of what came long ago.

    Returns how many emails and memories. What a colleague gives to somebody at this moment stays.
    """
    before = now - timedelta(days=STRANGERS_DAYS)
    with transaction.atomic():
        unwanted = Reply.objects.filter(candidate=None, at__lt=before)
        locked = unwanted.select_for_update(of=("self",), skip_locked=True)
        keys = list(locked.values_list("pk", flat=True))
        Reply.objects.filter(pk__in=keys).delete()
    settled = Incoming.objects.filter(received_at__lt=now - timedelta(days=KEPT_DAYS))
    return len(keys) + settled.delete()[0]


def _try(pk: int, attempts: int, now: datetime) -> bool:
    """Count the try, read, then settle: a message that breaks its worker holds up no other."""
    taken = Incoming.objects.filter(pk=pk, worked_at=None, attempts=attempts)
    if not taken.update(attempts=F("attempts") + 1):
        return False  # another worker has it
    row = Incoming.objects.filter(pk=pk, worked_at=None).first()
    if row is None:
        return False
    raw = bytes(row.raw)
    mail = reader.read(raw)
    contents = attachments.take_out(raw, mail)
    with transaction.atomic():
        incoming = (
            Incoming.objects.select_for_update(skip_locked=True)
            .filter(pk=pk, worked_at=None)
            .first()
        )
        if incoming is None:
            return False
        is_last = incoming.attempts >= Incoming.MOST_ATTEMPTS
        if mail.problem and mail.problem not in _FOR_GOOD and not is_last:
            return False
        result = Result.UNREADABLE if mail.problem else _do(incoming, mail, contents, now)
        incoming.result, incoming.worked_at, incoming.raw = result, now, b""
        incoming.save(update_fields=["result", "worked_at", "raw"])
        return True


def _do(incoming: Incoming, mail: Mail, contents: list[attachments.Content], now: datetime) -> str:
    seen = recognising.recognise(mail, timezone.localdate(now))
    if seen.kind == recognising.STATUS:
        return _status(incoming, mail, now)
    if seen.kind == recognising.UNSUBSCRIBE:
        return _unsubscribe(seen)
    found = threading.find(mail)
    if found.candidate is None and (found.is_for_nobody or seen.kind != recognising.REPLY):
        return Result.NOT_OURS
    reply = receiving.take_in(incoming, mail, seen, found, now)
    attachments.keep(reply, mail, contents)
    return Result.REPLY if found.candidate else Result.UNKNOWN


def _status(incoming: Incoming, mail: Mail, now: datetime) -> str:
    """A mail server's own report (RFC 3464) is worked on like a provider's."""
    about = threading.message_id_of(mail.returned)
    rows = [
        ProviderReport(
            provider="mail server",
            event_id=f"dsn:{incoming.key}:{number}",
            kind=_STATUS[status.action],
            detail=f"{status.status} {status.diagnostic}",
            about=about,
            at=mail.date if mail.date and mail.date < now else now,
        )
        for number, status in enumerate(mail.reports)
        if status.action in _STATUS
    ]
    reports.take_reports(rows)
    return Result.STATUS


def _unsubscribe(seen: Seen) -> str:
    """The button of their mail program, by mail (RFC 2369): the same as by its link."""
    message = threading.message_named(seen.stops)
    candidate = person_behind(message.candidate.public_id) if message else None
    if candidate is None or candidate.archived_at:
        return Result.NOT_OURS
    preferences.reduce(candidate, Choices(stopped=True), channel=GroundEvent.Channel.ONE_CLICK)
    return Result.REPLY

"""Reading a mailbox by IMAP (RFC 3501), for whoever has no provider that posts what comes in.

Nothing is changed in the mailbox: it is opened for reading only and no message is marked. How far
it was read is a row of ours, moved on together with what was kept, so that a worker that dies has
either kept a message or not seen it.
"""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings

from engagement.incoming.reader import MOST_BYTES

logger = logging.getLogger(__name__)

TIMEOUT = 30
MOST = 200  # messages of one visit
_PORTS = {"imap": 143, "imap+tls": 143, "imaps": 993}


class MailboxError(Exception):
    """The mailbox cannot be read. The text says why, for an operator, and names no secret."""


@dataclass(frozen=True)
class Box:
    """Where a mailbox is and how to get in."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:200]


@dataclass(frozen=True)
class Place:
    """How far a mailbox was read: its UIDVALIDITY and the last UID."""

    validity: int | None
    last_uid: int


@dataclass(frozen=True)
class Fetched:
    """One message, and how far the mailbox is read once it is kept."""

    place: Place
    raw: bytes


def configured() -> Box | None:
    """Return the mailbox of the setting IMAP_URL, or None. Raises MailboxError: it is no address of
    a mailbox."""
    url = settings.IMAP_URL
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise MailboxError("IMAP_URL is not of the shape imaps://user:password@host/INBOX.")
    return Box(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def fetch(box: Box, place: Place, read_at: datetime | None) -> Iterator[Fetched | Place]:
    """Give the messages after a place, the oldest first; before them, where reading begins.

    A mailbox that was never read begins at its end: what was there before is not for us. One that
    counts anew is read from the day before `read_at`; what is here already is known by its id.
    Raises MailboxError.
    """
    try:
        with _opened(box) as imap:
            begin, uids = _where(imap, box, place, read_at)
            yield begin
            for uid in uids[:MOST]:
                raw = _message(imap, uid)
                if raw is not None:
                    yield Fetched(Place(begin.validity, uid), raw)
    except (imaplib.IMAP4.abort, OSError) as why:  # the line broke, at whatever point
        logger.warning("the mailbox does not answer", extra={"why": type(why).__name__})
        raise MailboxError("The mailbox does not answer. It is asked again in a minute.") from why
    except imaplib.IMAP4.error as why:
        logger.warning("the mailbox refuses", extra={"why": type(why).__name__})
        raise MailboxError(
            "The mailbox refuses: check user name, password and folder in IMAP_URL."
        ) from why


@contextmanager
def _opened(box: Box) -> Iterator[imaplib.IMAP4]:
    imap = _connected(box)
    try:
        yield imap
    finally:
        try:
            imap.logout()
        except (imaplib.IMAP4.error, OSError):  # the line broke before
            imap.shutdown()


def _connected(box: Box) -> imaplib.IMAP4:
    secure = ssl.create_default_context()
    imap: imaplib.IMAP4
    if box.scheme == "imaps":
        imap = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=secure, timeout=TIMEOUT)
    else:
        imap = imaplib.IMAP4(box.host, box.port, timeout=TIMEOUT)
    try:
        if box.scheme == "imap+tls":
            imap.starttls(secure)
        imap.login(box.user, box.password)
        _select(imap, box.folder)
    except BaseException:
        imap.shutdown()
        raise
    return imap


def _select(imap: imaplib.IMAP4, folder: str) -> None:
    quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
    answer, _ = imap.select(f'"{quoted}"', readonly=True)
    if answer != "OK":
        raise imaplib.IMAP4.error("no such folder")


def _where(
    imap: imaplib.IMAP4, box: Box, place: Place, read_at: datetime | None
) -> tuple[Place, list[int]]:
    validity = _number(imap, "UIDVALIDITY")
    if place.validity is None:
        return Place(validity, max(_number(imap, "UIDNEXT") - 1, 0)), []
    if place.validity != validity:
        logger.warning("the mailbox counts anew")
        since = (read_at or datetime.now().astimezone()) - timedelta(days=1)
        lately = _search(imap, f"SINCE {since:%d-%b-%Y}")
        begin = min(lately) if lately else _number(imap, "UIDNEXT")
        return Place(validity, max(begin - 1, 0)), lately
    found = _search(imap, f"UID {place.last_uid + 1}:*")
    return place, [uid for uid in found if uid > place.last_uid]  # `*` names the last one always


def _number(imap: imaplib.IMAP4, name: str) -> int:
    _, said = imap.response(name)
    if not said or not isinstance(said[0], bytes) or not said[0].isdigit():
        raise imaplib.IMAP4.error(f"no {name}")
    return int(said[0])


def _search(imap: imaplib.IMAP4, what: str) -> list[int]:
    _, said = imap.uid("SEARCH", what)
    words = b" ".join(one for one in said if isinstance(one, bytes)).split()
    return sorted(int(word) for word in words if word.isdigit())


def _message(imap: imaplib.IMAP4, uid: int) -> bytes | None:
    """Return the beginning of a message, or None if it is gone."""
    _, said = imap.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
    for part in said:
        if isinstance(part, tuple) and re.search(rb"BODY\[\]", part[0]):
            return bytes(part[1])
    return None

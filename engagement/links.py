"""The one token library: signed links in emails, and the proof inside the forms behind them.

A token is a MAC over (key version, purpose, candidate, time of issue, what it is about), in
base64url, one path segment. It holds no address and no name. Whoever has one can only *reduce*
email: such links live as long as the person's refusal could matter, so none of them expires and
every key that ever signed one still verifies (`settings.LINK_KEYS`). The one that can bring email
back (`Purpose.AGAIN`) is sent on request alone, and counts for half an hour (`Opened.is_fresh`);
the one that begins it (`Purpose.JOIN`) counts as long as its sign-up does.

One can do more, on purpose: `EXTENSION` lets its bearer have the details kept longer, because a
code by email would lose those who want to stay. It is about one request with one end, its page
refuses it after that day, and the owner of the address hears of it at once, with a way back.

`NEW_ADDRESS` is in an email that two colleagues let go, and counts for a week.

The link to an interview answers one question, and its page does so only until the interview. The
link to a survey answers that survey for three weeks.
"""

import base64
import binascii
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from candidates.models import Candidate, ExtensionAnswer, ExtensionRequest, PreferenceChange
from engagement.models import Message

_HEAD = struct.Struct(">BcI16s")  # key version, purpose, seconds since 1970, candidate
_MAC_BYTES = 16
_LENGTHS = {_HEAD.size + _MAC_BYTES, _HEAD.size + 16 + _MAC_BYTES}


@unique
class Purpose(StrEnum):
    """What a token is for. Each endpoint takes its own and refuses all others."""

    PREFERENCES = "p"  # show the choices
    STOP = "s"  # show the page that asks "stop all job emails?"
    PAUSE = "z"  # the same page, with the pause in front
    ONE_CLICK = "1"  # RFC 8058: the mail program's own unsubscribe button
    WHY = "w"  # show why this message was written
    UNDO = "x"  # take one change back; about: the change
    AGAIN = "a"  # ask for job emails again: more power than a link has, so it ends soon
    JOIN = "j"  # say yes to what was asked for on a form; about: the sign-up
    INTERESTED = "y"  # say that one would like to hear more; about: the message
    INTERVIEW = "i"  # choose a time for an interview, or say that none fits; about: the interview
    INTERVIEW_FORM = "g"  # proof that its form was rendered; about: the interview
    FORM = "f"  # proof that a form was rendered for this person; about: its action id
    EXTENSION = "e"  # answer whether we may keep them longer; about: the request, with its end
    ANSWER = "b"  # proof that those two buttons were rendered; about: the request
    NEW_ADDRESS = "m"  # say that a new mailbox is theirs; about: the claim that was approved
    STATUS = "t"  # ask for a code to one's own page; shows nothing by itself
    ASKED = "q"  # names a code, not a person; about: the same, where another browser asked for it
    ENTER = "k"  # come in without typing the code; about: the code
    CHOOSE = "n"  # choose among the people of one mailbox; stands for a used code
    SIGNED_IN = "l"  # the visit of somebody who came in; about: the code
    SURVEY = "v"  # say how it was to apply; about: the survey
    SURVEY_FORM = "h"  # proof that its form was rendered; about: the survey
    ACT = "d"  # proof that a form was rendered on that visit; about: the code


_PATHS = {
    Purpose.PREFERENCES: "/p/",
    Purpose.STOP: "/u/",
    Purpose.PAUSE: "/u/",
    Purpose.ONE_CLICK: "/u1/",
    Purpose.WHY: "/why/",
    Purpose.UNDO: "/undo/",
    Purpose.AGAIN: "/again/",
    Purpose.EXTENSION: "/e/",
    Purpose.JOIN: "/join/",
    Purpose.INTERESTED: "/y/",
    Purpose.INTERVIEW: "/i/",
    Purpose.STATUS: "/s/",
    Purpose.SURVEY: "/survey/",
    Purpose.ENTER: "/s/in/",
    Purpose.NEW_ADDRESS: "/address/",
}
PATHS = frozenset(_PATHS.values())  # where links in emails lead, each followed by its token
# What gives more than a link may (level L1): an older key does not vouch for it any more (C-22).
_POWERFUL = frozenset(
    {
        *(Purpose.AGAIN, Purpose.ASKED, Purpose.ENTER, Purpose.NEW_ADDRESS),
        *(Purpose.CHOOSE, Purpose.SIGNED_IN, Purpose.ACT),
    }
)
POWER_MINUTES = 30


# A link of ours wherever it stands in a text: its path, then the token, which must not be shown.
IN_TEXT = re.compile(f"({'|'.join(sorted(PATHS, reverse=True))})[\\w-]{{40,}}")


@dataclass(frozen=True)
class Opened:
    """What a token said. `candidate` and `about` are public ids; they may be gone by now."""

    purpose: Purpose
    candidate: UUID
    about: UUID | None
    issued_at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether a link that gives more email still may: a mail lies around, proof does not."""
        return timezone.now() - self.issued_at <= timedelta(minutes=POWER_MINUTES)


@dataclass(frozen=True)
class Bad:
    """A text that is no token of ours, not whole, or for another endpoint."""


def preference_url(candidate: Candidate, message: Message | None = None) -> str:
    return url(Purpose.PREFERENCES, candidate.public_id, message.public_id if message else None)


def stop_url(candidate: Candidate, message: Message | None = None) -> str:
    """Return the link that stops job emails. By its message the page knows the job's family."""
    return url(Purpose.STOP, candidate.public_id, message.public_id if message else None)


def pause_url(candidate: Candidate, message: Message | None = None) -> str:
    return url(Purpose.PAUSE, candidate.public_id, message.public_id if message else None)


def one_click_url(message: Message) -> str:
    """Return the address for List-Unsubscribe with List-Unsubscribe-Post (RFC 8058)."""
    return url(Purpose.ONE_CLICK, message.candidate.public_id, message.public_id)


def why_url(message: Message) -> str:
    return url(Purpose.WHY, message.candidate.public_id, message.public_id)


def extension_url(request: ExtensionRequest) -> str:
    return url(Purpose.EXTENSION, request.candidate.public_id, request.public_id)


def undo_url(change: PreferenceChange | ExtensionAnswer) -> str:
    return url(Purpose.UNDO, change.candidate.public_id, change.public_id)


def url(
    purpose: Purpose, candidate: UUID, about: UUID | None = None, *, at: datetime | None = None
) -> str:
    """Return the absolute link, from public ids alone: for whoever renders in bulk."""
    return f"{settings.BASE_URL}{path(purpose, candidate, about, at=at)}"


def path(
    purpose: Purpose, candidate: UUID, about: UUID | None = None, *, at: datetime | None = None
) -> str:
    return f"{_PATHS[purpose]}{make_token(purpose, candidate, about, at=at)}"


def make_token(
    purpose: Purpose,
    candidate: UUID,
    about: UUID | None = None,
    *,
    at: datetime | None = None,
    key_version: int | None = None,
) -> str:
    """Return a signed token. `at` and `key_version` default to now and to the newest key."""
    version = key_version or len(settings.LINK_KEYS)
    seconds = int((at or timezone.now()).timestamp())
    body = _HEAD.pack(version, purpose.encode(), seconds, candidate.bytes)
    body += about.bytes if about else b""
    return _encoded(body + _mac(version, body))


def open_token(purposes: Purpose | tuple[Purpose, ...], token: str) -> Opened | Bad:
    """Return what a token says, if it is whole, signed by us and for one of `purposes`.

    Never raises, whatever the text is: a link may be cut, wrapped or forged on its way.
    """
    raw = _decoded(token)
    if len(raw) not in _LENGTHS:
        return Bad()
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    version, letter, seconds, candidate = _HEAD.unpack_from(body)
    if not 1 <= version <= len(settings.LINK_KEYS):
        return Bad()
    if not hmac.compare_digest(mac, _mac(version, body)):
        return Bad()
    purpose = Purpose(letter.decode())  # signed, so one of ours
    allowed = purposes if isinstance(purposes, tuple) else (purposes,)
    if purpose not in allowed:
        return Bad()
    if purpose in _POWERFUL and version != len(settings.LINK_KEYS):
        return Bad()
    about = body[_HEAD.size :]
    return Opened(
        purpose=purpose,
        candidate=UUID(bytes=candidate),
        about=UUID(bytes=about) if about else None,
        issued_at=datetime.fromtimestamp(seconds, tz=UTC),
    )


def _mac(version: int, body: bytes) -> bytes:
    key = settings.LINK_KEYS[len(settings.LINK_KEYS) - version]  # newest first, counted from oldest
    return hmac.digest(key.encode(), body, "sha256")[:_MAC_BYTES]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(token: str) -> bytes:
    """Return the bytes of a token, or nothing. Only the one spelling that we wrote is taken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):  # ValueError: letters outside ASCII
        return b""
    return raw if _encoded(raw) == token else b""

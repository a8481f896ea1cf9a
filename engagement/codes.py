"""The six digits that open a person's own page, and the email that brings them.

A code is worked out from its row and the newest of our keys, so it is kept nowhere: not in the
database, not in the message that colleagues can read, not in a log. A changed key ends all codes.
"""

import hashlib
import hmac
import unicodedata
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import Organisation
from candidates.models import Candidate
from engagement import links
from engagement.models import AccessCode, AddressChange, Message
from engagement.recipients import greeting

DIGITS = 6
# What stands in the message as it is kept, where the email has the code and the link.
CODE_MARK = "••••••"
LINK_MARK = "/s/in/…"
_KEY = "code:"


def code_of(access: UUID) -> str:
    """Return the digits that belong to a row."""
    key = settings.LINK_KEYS[0]
    digest = hmac.new(key.encode(), b"perennial.code:" + access.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def is_code_of(access: UUID, typed: str) -> bool:
    return hmac.compare_digest(code_of(access), typed)


def digits_in(typed: str) -> str:
    """Return the digits of what somebody typed or pasted, in whatever script."""
    found = (unicodedata.decimal(letter, None) for letter in typed)
    return "".join(str(digit) for digit in found if digit is not None)


def dedupe_key(access: AccessCode | AddressChange) -> str:
    return f"{_KEY}{access.public_id}"


def subject_of(organisation: Organisation) -> str:
    """Say what it is. The code itself would show on a locked phone."""
    return gettext("Your code for your page at {name}").format(name=organisation.name)


def subject_for_address(organisation: Organisation) -> str:
    words = gettext("Your code to confirm this address for {name}")
    return words.format(name=organisation.name)


def text_of(candidate: Candidate) -> str:
    """Return the email with marks in the place of what is secret."""
    minutes = int(AccessCode.COUNTS_FOR.total_seconds() // 60)
    other = gettext("Or open this link in the same browser. It works once, for {minutes} minutes:")
    return "\n\n".join(
        [
            greeting(candidate),
            gettext(
                "Somebody, probably you, wants to see your page with us. Type this code there:"
            ),
            CODE_MARK,
            _works_once(minutes),
            f"{other.format(minutes=links.POWER_MINUTES)}\n{settings.BASE_URL}{LINK_MARK}",
            gettext(
                "Was it not you? Then do nothing. Nobody sees anything without the code. Do not"
                " pass it on: none of us will ever ask you for it."
            ),
        ]
    )


def _works_once(minutes: int) -> str:
    return gettext("It works once, for {minutes} minutes.").format(minutes=minutes)


def text_for_address(organisation: str) -> str:
    """Return the email to an address that somebody says is theirs. It names nobody."""
    minutes = int(AddressChange.COUNTS_FOR.total_seconds() // 60)
    wants = gettext(
        "Somebody, probably you, wants {name} to write to this address. Type this code on the page"
        " that asked for it:"
    )
    return "\n\n".join(
        [
            gettext("Hello,"),
            wants.format(name=organisation),
            CODE_MARK,
            _works_once(minutes),
            gettext(
                "Was it not you? Then do nothing: nothing changes without the code. Do not pass it"
                " on: none of us will ever ask you for it."
            ),
        ]
    )


def as_it_leaves(message: Message) -> str:
    """Return the text of a letter or a notice with what it must hold and nobody keeps.

    An email with a code gets the code and the link; a letter ends with the way to their own page.
    """
    candidate = message.candidate.public_id
    if message.letter_id:
        link = links.url(links.Purpose.STATUS, candidate, message.public_id)
        words = gettext("Where your application stands, and what you can do:")
        return f"{message.text}\n\n{words}\n{link}"
    if message.purpose != Message.Purpose.CODE:
        return message.text
    access = UUID(message.dedupe_key.removeprefix(_KEY))
    link = links.path(links.Purpose.ENTER, candidate, access)
    return message.text.replace(CODE_MARK, code_of(access)).replace(LINK_MARK, link)

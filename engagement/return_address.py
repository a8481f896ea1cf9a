"""The address that answers go to, and what its plus tag says about which message they answer.

`replies+<tag>@…`: the tag is our id of the message under a MAC, in letters that survive a mail
server which folds case. It gives nobody anything: whoever has it can only be heard.
"""

import base64
import binascii
import hashlib
import hmac
from email.utils import formataddr
from uuid import UUID

from django.conf import settings

from engagement import rendering
from engagement.models import Message

_NOT_ANSWERED = frozenset({Message.Purpose.CODE, Message.Purpose.NOTICE})
_MAC_BYTES = 8
_LENGTH = 39  # letters of 16 bytes of id and the MAC in base32, without padding


def return_address(message: Message) -> str:
    """Return where an answer to the message goes, or "" where no mailbox of ours is read."""
    local, at, domain = settings.REPLIES_TO.rpartition("@")
    return f"{local}+{_tag(message.public_id)}@{domain}" if at else ""


def header(message: Message) -> dict[str, str]:
    """Return the headers by which an answer finds its way, and by which this one stands in a
    thread. For what nobody answers, such as a code, only the thread."""
    found = {}
    address = "" if message.purpose in _NOT_ANSWERED else return_address(message)
    if address:
        name = rendering.one_line(message.sender.name) if message.sender else ""
        found["Reply-To"] = formataddr((name, address))
    if message.answers and message.answers.their_id:
        named = [*message.answers.thread, message.answers.their_id]
        whole = [f"<{rendering.one_line(one)}>" for one in dict.fromkeys(named) if one.isascii()]
        found["In-Reply-To"] = f"<{rendering.one_line(message.answers.their_id)}>"
        found["References"] = "\r\n ".join(whole[-10:])
    return found


def message_id_in(address: str) -> UUID | None:
    """Return our id of the message that an address was made for; None: it is not one of these."""
    local, _, domain = address.lower().rpartition("@")
    start, plus, tag = local.rpartition("+")
    ours = settings.REPLIES_TO.lower()
    if not ours or not plus or f"{start}@{domain}" != ours or len(tag) != _LENGTH:
        return None
    try:
        whole = base64.b32decode(tag.upper() + "=")
    except (binascii.Error, ValueError):
        return None
    name, mac = whole[:16], whole[16:]
    if any(hmac.compare_digest(mac, _mac(key, name)) for key in settings.LINK_KEYS):
        return UUID(bytes=name)
    return None


def _tag(public_id: UUID) -> str:
    whole = public_id.bytes + _mac(settings.LINK_KEYS[0], public_id.bytes)
    return base64.b32encode(whole).decode().rstrip("=").lower()


def _mac(key: str, name: bytes) -> bytes:
    return hmac.new(f"reply:{key}".encode(), name, hashlib.sha256).digest()[:_MAC_BYTES]

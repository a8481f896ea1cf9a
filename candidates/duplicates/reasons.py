"""What speaks for two records being one person, and what against it, in words for colleagues."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Reason:
    code: str
    words: str
    speaks_for: bool


_FOR: Final = {
    "colleague": "A colleague says so",
    "proved_both": "Somebody proved that they have the mailboxes of both",
    "same_line": "One line of an imported file has addresses of both",
    "same_mailbox": "The same mailbox",
    "same_phone": "The same phone number",
    "close_phone": "Phone numbers that differ by one digit",
    "same_link": "The same web profile",
    "same_local": "The same email name at another provider",
    "same_name": "The same name",
    "swapped_name": "The same name in another order",
    "part_of_name": "One name is part of the other",
    "nickname": "A short form of the same name",
    "close_name": "Almost the same name",
    "initial": "An initial that fits",
    "same_employer": "The same employer",
    "close_employer": "Almost the same employer",
    "same_title": "The same job title",
    "same_city": "The same city",
}
_AGAINST: Final = {
    "other_name": "A part of the name differs",
    "other_phone": "Different phone numbers",
    "other_link": "Different profiles on the same site",
    "other_employer": "Different employers",
    "other_city": "Different cities",
    "other_country": "Different countries",
}


def reason(code: str) -> Reason:
    """Return the words of a code; one that a later version no longer knows says so itself."""
    if code in _AGAINST:
        return Reason(code, _AGAINST[code], speaks_for=False)
    return Reason(code, _FOR.get(code, code.replace("_", " ").capitalize()), speaks_for=True)

"""Taking a raw message to pieces in a process apart, and believing nothing that it says."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime

from candidates.documents import apart
from engagement.incoming.parsing import MOST_BYTES_OF_FILES

SECONDS = 20.0
# A file has 10 MB at most, a third more as it travels. Of a longer message the text is read, which
# comes before the attachments.
MOST_BYTES = 20 * 1024 * 1024
_ANSWER = 4 * 1024 * 1024
PROBLEMS = frozenset({"too_long", "too_heavy", "broken", "stopped"})


@dataclass(frozen=True)
class Address:
    """Who: the name they wrote, and the address."""

    name: str
    address: str


@dataclass(frozen=True)
class File:
    """What is told of an attachment.

    document: the public id of what was kept of it. why: why it was not, as a sentence.
    """

    name: str
    kind: str
    size: int
    document: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Status:
    """What became of a message for one recipient (RFC 3464)."""

    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True)
class Mail:
    """A message in pieces. `problem`: why there are none; one of PROBLEMS, or empty."""

    problem: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    sender: Address = Address("", "")
    recipients: list[str] = field(default_factory=list)
    subject: str = ""
    date: datetime | None = None
    content_type: str = ""
    report_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    is_cut: bool = False
    files: list[File] = field(default_factory=list)
    reports: list[Status] = field(default_factory=list)
    returned: str = ""


def read(raw: bytes, *, seconds: float | None = None) -> Mail:
    """Return the pieces of a raw message. Never raises over what is in it."""
    is_cut = len(raw) >= MOST_BYTES  # as it is kept, a longer one has just so many
    given = raw[:MOST_BYTES]
    limit = SECONDS if seconds is None else seconds
    problem, answer = apart.run("engagement.incoming.parsing", "mail", given, _ANSWER, limit)
    return Mail(problem) if problem else _believed(answer, is_cut=is_cut)


def files(raw: bytes, mail: Mail) -> list[bytes]:
    """Return the bytes of each of `mail.files`, none where they cannot be had. Never raises."""
    given, most = raw[:MOST_BYTES], MOST_BYTES_OF_FILES + 1024
    problem, answer = apart.run("engagement.incoming.parsing", "files", given, most, SECONDS)
    if problem:
        return []
    said, _, content = answer.partition(b"\n")
    try:
        lengths = [int(length) for length in json.loads(said)]
    except (ValueError, TypeError):
        return []
    if lengths != [file.size for file in mail.files] or sum(lengths) != len(content):
        return []
    ends = list(accumulate(lengths))
    return [content[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _believed(answer: bytes, *, is_cut: bool) -> Mail:
    """Return what the process said, as far as it has the shape that it must have."""
    try:
        said: Any = json.loads(answer)
        if said["problem"]:
            return Mail(said["problem"] if said["problem"] in PROBLEMS else "stopped")
        senders = [_address(pair) for pair in said["from"]]
        return Mail(
            message_id=_line(said["message_id"], 500),
            in_reply_to=_line(said["in_reply_to"], 500),
            references=[_line(one, 500) for one in said["references"]][:20],
            sender=senders[0] if senders else Address("", ""),
            recipients=[found.address for pair in said["to"] if (found := _address(pair)).address][
                :60
            ],
            subject=_line(said["subject"], 300),
            date=parse_datetime(said["date"]) if said["date"] else None,
            content_type=_line(said["content_type"], 100),
            report_type=_line(said["report_type"], 60),
            headers={str(name): _line(value, 200) for name, value in said["headers"].items()},
            text=_text(said["text"]),
            is_cut=is_cut or bool(said["is_cut"]),
            files=[
                File(_line(one["name"], 150), _line(one["kind"], 80), int(one["size"]))
                for one in said["files"]
            ][:20],
            reports=[
                Status(
                    _line(one["action"], 20).lower(),
                    _line(one["status"], 20),
                    _line(one["diagnostic"], 300),
                )
                for one in said["reports"]
            ][:20],
            returned=_line(said["returned"], 500),
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        return Mail("stopped")


def _address(pair: Any) -> Address:
    name, address = pair
    try:
        validate_email(str(address))
    except ValidationError:
        return Address("", "")
    return Address(_line(name, 200), str(address))


def _line(value: Any, most: int) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("\x00", "").strip()[:most]


def _text(value: Any) -> str:
    return str(value).replace("\x00", "")[:60_000]

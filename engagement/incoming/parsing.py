"""One raw message in, one JSON object out. The whole life of a process that nothing depends on.

Only the standard library, no Django. Limits come first. No part is opened, run or fetched: of
attachments name, kind and size are told, or their bytes as they are, and HTML is read for its words
alone.
"""

import contextlib
import email
import json
import re
import sys
from datetime import UTC
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

_SPACES = re.compile(r"\s+")
MOST_TEXT = 60_000
MOST_HTML = 600_000
MOST_PARTS = 200
MOST_FILES = 20
MOST_BYTES_OF_FILES = 20 * 1024 * 1024  # of one message, all together
MOST_HEADER = 2_000
_TELLING = (
    "auto-submitted", "precedence", "x-autoreply", "x-autorespond", "x-auto-response-suppress",
    "return-path", "x-failed-recipients",
)  # fmt: skip
_ADDRESSES = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")


def main() -> None:
    """Answer on standard output about the message on standard input."""
    from candidates.documents.extraction import limits

    if sys.argv[1] == "files":
        limits.apply(MOST_BYTES_OF_FILES + 1024)
        _write_files(sys.stdin.buffer.read())
        return
    limits.apply()
    try:
        said = read(sys.stdin.buffer.read())
    except MemoryError:
        said = {"problem": "too_heavy"}
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        said = {"problem": "broken"}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()


def _write_files(raw: bytes) -> None:
    """Answer with the bytes of all attachments, one after the other, in the order of `read`.

    Before them a line of JSON with the length of each.
    """
    try:
        parts = _Parts()
        parts.walk(email.message_from_bytes(raw))
        contents = [_bytes_of(part) for part in parts.leaves]
    except (MemoryError, RecursionError, ValueError, LookupError, TypeError, AttributeError):
        contents = []
    out = sys.stdout.buffer
    out.write(json.dumps([len(content) for content in contents]).encode() + b"\n")
    for content in contents:
        out.write(content)
    out.flush()


def read(raw: bytes) -> dict[str, Any]:
    """Return what the message says, every value bounded."""
    message = email.message_from_bytes(raw)
    parts = _Parts()
    parts.walk(message)
    text = parts.plain or _words_of(parts.html)
    return {
        "problem": "",
        "message_id": _id(message, "message-id"),
        "in_reply_to": _id(message, "in-reply-to"),
        "references": _ids(message.get_all("references", []))[-20:],
        "from": _addresses(message, "from")[:1],
        "to": [pair for name in _ADDRESSES for pair in _addresses(message, name)][:60],
        "subject": _header(message, "subject")[:300],
        "date": _date(message),
        "content_type": message.get_content_type()[:100],
        "report_type": str(message.get_param("report-type") or "")[:60],
        "headers": {name: _header(message, name)[:200] for name in _TELLING if name in message},
        "text": _clean(text)[:MOST_TEXT],
        "is_cut": len(text) > MOST_TEXT or parts.is_cut,
        "files": parts.files,
        "reports": parts.reports,
        "returned": parts.returned,
    }


class _Parts:
    """What the parts of a message hold, the first readable text before all."""

    def __init__(self) -> None:
        self.plain = self.html = ""
        self.files: list[dict[str, Any]] = []
        self.leaves: list[Message] = []  # the part of each file
        self.reports: list[dict[str, str]] = []
        self.returned = ""
        self.is_cut = False

    def walk(self, message: Message) -> None:
        seen = 0
        waiting = [message]
        while waiting:
            part = waiting.pop(0)
            seen += 1
            if seen > MOST_PARTS:
                self.is_cut = True
                return
            kind = part.get_content_type()
            if kind == "message/delivery-status":
                self._report(part)
            elif kind in {"message/rfc822", "text/rfc822-headers"}:
                self._returned(part)
            elif part.is_multipart():
                waiting = [one for one in part.get_payload() if isinstance(one, Message)] + waiting
            else:
                self._leaf(part, kind)

    def _leaf(self, part: Message, kind: str) -> None:
        name = _decoded(part.get_filename() or "")
        is_file = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_file:
            self.plain = (self.plain + "\n" + _text(part, MOST_TEXT * 2)).strip("\n")[
                : MOST_TEXT * 2
            ]
        elif kind == "text/html" and not is_file and not self.html:
            self.html = _text(part, MOST_HTML)
        elif len(self.files) < MOST_FILES:
            size = len(_bytes_of(part))
            self.files.append({"name": _clean(name)[:150], "kind": kind[:80], "size": size})
            self.leaves.append(part)

    def _report(self, part: Message) -> None:
        """Read a delivery status (RFC 3464): one block for the message, one for each recipient."""
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and "action" in block and len(self.reports) < 20:
                said = {
                    name: _header(block, name)[:300]
                    for name in ("action", "status", "final-recipient")
                }
                said["diagnostic"] = _header(block, "diagnostic-code")[:300]
                self.reports.append(said)

    def _returned(self, part: Message) -> None:
        """Read which message came back: its id, whether it is there whole or as headers only."""
        inner: Any = part.get_payload()
        if isinstance(inner, list):
            inner = inner[0] if inner else None
        if isinstance(inner, str):
            inner = email.message_from_string(inner[:50_000])
        if isinstance(inner, Message) and not self.returned:
            ours = _header(inner, "x-perennial-message")
            self.returned = ours[:100] or _id(inner, "message-id")


class _Words(HTMLParser):
    """The words of a page, without what is not shown; blocks become lines."""

    _BLOCKS = frozenset(
        ["p", "div", "br", "li", "tr", "table", "blockquote", "h1", "h2", "h3", "hr", "ul", "ol"]
    )
    _HIDDEN = frozenset(["script", "style", "head", "title", "template", "svg", "noscript"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        self._quoted += tag == "blockquote"
        if tag in self._BLOCKS:
            self._line()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in self._BLOCKS:
            self._line()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(_SPACES.sub(" ", data))

    def _line(self) -> None:
        self.words.append("\n" + "> " * min(self._quoted, 5))


def _words_of(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    lines = [_SPACES.sub(" ", line).strip() for line in "".join(reader.words).split("\n")]
    kept: list[str] = []
    for line in lines:
        if line.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(line)
    return "\n".join(kept)


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message, most: int) -> str:
    payload = part.get_payload(decode=True)
    raw = payload[:most] if isinstance(payload, bytes) else b""
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")))


def _decoded(value: str) -> str:
    value = value[:MOST_HEADER]
    with contextlib.suppress(ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(_clean(value).split())


def _addresses(message: Message, name: str) -> list[list[str]]:
    values = [str(value)[:20_000] for value in message.get_all(name, [])][:5]
    return [
        [_decoded(shown)[:200], _clean(address)[:254]]
        for shown, address in getaddresses(values)
        if "@" in address
    ]


def _id(message: Message, name: str) -> str:
    found = _ids([str(message.get(name, ""))])
    return found[0] if found else ""


def _ids(values: list[Any]) -> list[str]:
    """Return the message ids in headers, without brackets, none longer than it may be."""
    joined = " ".join(str(value) for value in values)[:20_000]
    words = joined.replace("<", " ").replace(">", " ").split()
    return [_clean(word) for word in words if "@" in word and len(word) <= 500]


def _date(message: Message) -> str:
    try:
        at = parsedate_to_datetime(str(message.get("date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    try:
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _clean(text: str) -> str:
    """Take out what no reader sees and no database keeps."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in text if char in "\n\t" or char.isprintable())

"""The mail that the catcher of `dev.py run` kept, to be read while developing.

These pages answer only when DEBUG is on and a catcher runs. They need no sign-in: most of what
lies here was written to candidates, who have no account, and nothing here belongs to a real person.
"""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property, wraps
from pathlib import Path
from typing import Self

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

PER_PAGE = 50
ENVELOPE_BYTES = 4096  # where the catcher writes the recipients
TOLD = ("From", "To", "Reply-To", "Date", "List-Unsubscribe", "List-Unsubscribe-Post")
# A message may look as it likes, and that is all: it runs, fetches and submits nothing.
MESSAGE_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:;"
    " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class CaughtMessage:
    """One message as it arrived, with the envelope the catcher wrote on top."""

    name: str
    raw: bytes

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(path.stem, path.read_bytes())

    @cached_property
    def parsed(self) -> EmailMessage:
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101  (what this policy makes)
        return message

    @property
    def subject(self) -> str:
        return str(self.parsed.get("Subject", "")) or "(no subject)"

    @property
    def sender(self) -> str:
        return str(self.parsed.get("From", ""))

    @property
    def recipients(self) -> list[str]:
        """Return the addresses of the envelope, which decide where a message goes."""
        return [str(value) for value in self.parsed.get_all("Delivered-To", [])]

    @property
    def kept_at(self) -> datetime:
        """Return when the catcher took it: its name begins with the nanoseconds."""
        return datetime.fromtimestamp(int(self.name[:20]) / 1e9, UTC)

    @property
    def told_headers(self) -> list[tuple[str, str]]:
        """Return the headers a reader of the product wants to see, as they came."""
        found = [(name, self.parsed.get(name)) for name in TOLD]
        return [(name, str(value)) for name, value in found if value is not None]

    @property
    def all_headers(self) -> str:
        return re.split(rb"\r?\n\r?\n", self.raw, maxsplit=1)[0].decode(errors="replace")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.parsed.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, ValueError):  # an unknown charset or a broken encoding
            content = part.get_payload(decode=True)
            return content.decode(errors="replace") if isinstance(content, bytes) else ""


def is_open() -> bool:
    """Whether there are caught messages to show: in development, with a catcher."""
    return bool(settings.DEBUG and settings.OUTBOX_DIR)


def newest_first(recipient: str = "") -> list[Path]:
    """Return the files of all messages, or of those to addresses that hold `recipient`."""
    folder = Path(settings.OUTBOX_DIR)
    files = sorted(folder.glob("[0-9]*.eml"), reverse=True) if folder.is_dir() else []
    wanted = recipient.strip().lower().encode()
    return [file for file in files if not wanted or _goes_to(file, wanted)]


def forget(recipients: list[str]) -> None:
    """Delete what was caught on its way to these addresses."""
    for recipient in recipients:
        for file in newest_first(recipient):
            file.unlink(missing_ok=True)


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open the view to everybody in development, and to nobody elsewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if not is_open():
            raise Http404
        return view(request, **kwargs)

    return login_not_required(never_cache(guarded))


@in_development
def outbox(request: HttpRequest) -> HttpResponse:
    recipient = request.GET.get("to", "")
    page = Paginator(newest_first(recipient), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "messages_caught": [CaughtMessage.read(file) for file in page],
        "page": page,
        "note": f"{page.start_index()}–{page.end_index()} of {page.paginator.count}",
        "recipient": recipient,
    }
    return render(request, "config/outbox.html", context)


@in_development
def message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "config/outbox_message.html", {"message": _message(name)})


@in_development
def message_raw(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_message(name).raw, content_type="text/plain; charset=utf-8")


@xframe_options_sameorigin
@in_development
def message_html(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML part alone, for the frame on the message's page. Its links open new tabs."""
    html = _message(name).html
    base = '<base target="_blank">'
    head = re.search(r"<head\b[^>]*>", html, re.IGNORECASE)
    html = html[: head.end()] + base + html[head.end() :] if head else base + html
    return HttpResponse(html, headers={"Content-Security-Policy": MESSAGE_POLICY})


def _message(name: str) -> CaughtMessage:
    """Return the message called `name`: a slug, so it cannot name a file elsewhere."""
    path = Path(settings.OUTBOX_DIR) / f"{name}.eml"
    if not path.is_file():
        raise Http404
    return CaughtMessage.read(path)


def _goes_to(file: Path, wanted: bytes) -> bool:
    with file.open("rb") as content:
        top = content.read(ENVELOPE_BYTES).lower()
    recipients = [line for line in top.splitlines() if line.startswith(b"delivered-to:")]
    return any(wanted in line for line in recipients)

"""A whole email from its text: plain and HTML parts, footer, headers, and the bytes on the wire.

What does not change from person to person is put together and encoded once for each text and
sender (`JobEmails`); a message then costs only its own few words. Both parts say the same, link to
the same first-party addresses, and hold no image and no pixel.
"""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from html import escape

from accounts import languages
from accounts.models import Organisation, User
from applications.models import Job, Letter
from candidates.models import Candidate
from engagement import (
    arbiter,
    bodies,
    codes,
    footers,
    invitations,
    links,
    mime,
    rendering,
    return_address,
    rich,
)
from engagement.invitations import CalendarFile
from engagement.models import Message, TemplateVersion

_SOFT_BREAK = b"=\r\n"
_LINE = 76
# What no colleague wrote, beside job emails: a mail program need not say that somebody is away.
_AUTOMATIC = frozenset({Message.Purpose.NOTICE, Message.Purpose.CODE, Message.Purpose.SURVEY})


@dataclass(frozen=True)
class Email:
    """One email, ready to leave. `mime` is the whole of it, with CRLF, without dot-stuffing."""

    subject: str
    text: str
    headers: dict[str, str]
    mime: bytes
    sender: str  # of the envelope
    page: "_Document"
    filled: dict[str, str]
    calendars: tuple[CalendarFile, ...] = ()
    kept: str = ""  # the text for the database, where what leaves holds something personal

    @property
    def html(self) -> str:
        """The HTML part alone: for previews, and for providers that want it apart."""
        return self.page.fill(self.filled)


@dataclass(frozen=True)
class Person:
    """What an email needs to know of who gets it. `why` and `kept` are whole sentences."""

    candidate: Candidate
    address: str
    why: str = ""
    kept: str = ""


class JobEmails:
    """All emails of one text, for one job or about none, in one sender's name."""

    def __init__(
        self, version: TemplateVersion, job: Job | None, sender: User, organisation: Organisation
    ) -> None:
        self.common = rendering.job_values(job, sender, organisation)
        self.subject = rendering.parse(version.subject)
        pieces = rendering.parse(version.text.strip().replace("\r\n", "\n"))
        self.slots = [piece for piece in pieces if isinstance(piece, rendering.Slot)]
        marked = "".join(
            bodies.clean(piece) if isinstance(piece, str) else bodies.slot(str(number))
            for number, piece in _numbered(pieces)
        )
        # The address of the job is the same for everybody: written out, it becomes a link.
        addresses = {str(n) for n, slot in enumerate(self.slots) if slot.name == "job.url"}
        linkable = bodies.MARK.sub(
            lambda mark: self.common["job.url"] if mark[1] in addresses else mark[0], marked
        )
        address = f"{organisation.legal_name}, {organisation.postal_address}"
        language = version.language
        footer = footers.text(language)
        self.text = _Document(f"{marked}\n\n{footer}\n{bodies.clean(address)}\n")
        self.html = _Document(
            bodies.page_of(
                language=language,
                body=self._formatted(version) or self._from_text(linkable, language, organisation),
                footer=footers.html(language),
                address=address,
            )
        )
        name = f"{sender.name}, {organisation.name}"
        self.sender = organisation.job_emails_from
        self.domain = organisation.mail_domain
        list_name = header_value(f"Job emails from {organisation.name}", "List-Id")
        about = job.public_id.hex[:12] if job else "people"
        self.fixed = {
            "From": _address_header(name, self.sender),
            "Reply-To": _address_header(sender.name, sender.email),
            "List-Id": f"{list_name} <job-emails.{self.domain}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": f"{about}:job-emails:{self.domain}",
        }

    def _formatted(self, version: TemplateVersion) -> str:
        """Return the formatted text with its marks, cleaned once more; "" where there is none."""
        if not version.html:
            return ""
        marked = []
        for piece in rendering.parse(rich.clean(version.html)):
            if isinstance(piece, str):
                marked.append(bodies.clean(piece))
            else:
                marked.append(bodies.slot(str(len(self.slots))))
                self.slots.append(piece)
        return "".join(marked)

    def _from_text(self, linkable: str, language: str, organisation: Organisation) -> str:
        body = bodies.html_of(linkable, bodies.own_hosts(organisation))
        if url := self.common["job.url"]:
            body = bodies.with_words(body, url, footers.words_of(language).read)
        for number, slot in enumerate(self.slots):
            if slot.name == "answer.url":  # each message has its own address, with the same words
                mark, words = bodies.slot(str(number)), footers.words_of(language).yes
                body = body.replace(mark, bodies.ACTION % (mark, words))
        return body

    def compose(self, message: Message, person: Person, at: datetime) -> Email:
        """Return the email of one message. Raises MergeError: a field is empty for this person."""
        public_id, about = person.candidate.public_id, message.public_id
        answer = links.url(links.Purpose.INTERESTED, public_id, about, at=at)
        values = {
            **self.common,
            **rendering.person_values(person.candidate),
            "answer.url": answer,
        }
        subject = rendering.one_line(rendering.fill(self.subject, values))
        filled = {str(n): rendering.filled(slot, values) for n, slot in enumerate(self.slots)}
        filled |= {
            "subject": subject,
            "why": person.why,
            "kept": person.kept,
            "why_url": links.url(links.Purpose.WHY, public_id, about, at=at),
            "pause_url": links.url(links.Purpose.PAUSE, public_id, about, at=at),
            "choose_url": links.url(links.Purpose.PREFERENCES, public_id, about, at=at),
            "stop_url": links.url(links.Purpose.STOP, public_id, about, at=at),
        }
        one_click = links.url(links.Purpose.ONE_CLICK, public_id, about, at=at)
        headers = {
            **self.fixed,
            **return_address.header(message),
            **_own_headers(message, person.address, subject, at, self.domain),
            "List-Unsubscribe": (
                f"<mailto:{self.sender}?subject=stop%20{about}>,\r\n <{one_click}>"
            ),
        }
        escaped = _escaped(filled)
        return Email(
            subject=subject,
            text=self.text.fill(filled),
            headers=headers,
            mime=mime.whole(headers, self.text.encode(filled), self.html.encode(escaped)),
            sender=self.sender,
            page=self.html,
            filled=escaped,
        )


def compose_plainly(
    message: Message, person: Person, organisation: Organisation, at: datetime
) -> Email:
    """Return a letter or a notice: its own subject and text, and who we are. No stop links."""
    reads = languages.first_of(person.candidate.language, organisation.language)
    with languages.speaking(reads):
        said = codes.as_it_leaves(message).strip().replace("\r\n", "\n")
        text = bodies.clean(said + _below(message, person.candidate, reads))
    written_in = message.notice_language or person.candidate.language or organisation.language
    email = put_together(
        message,
        person.address,
        organisation,
        at,
        subject=message.subject,
        text=text,
        body=bodies.html_of(text, bodies.own_hosts(organisation)),
        language=reads if _is_ours(message) else written_in,
    )
    return replace(email, kept=message.text)


def _below(message: Message, candidate: Candidate, reads: str) -> str:
    """Return what stands below a colleague's own email to somebody who did not write first: what
    we keep, where nobody told them, and how to hear no more."""
    if not arbiter.is_first_word(message):
        return ""
    words = footers.words_of(reads)
    stop = links.url(links.Purpose.STOP, candidate.public_id, message.public_id)
    said = ["- - -", message.notice, f"{words.stop}{words.colon}\n{stop}"]
    return "\n\n" + "\n\n".join(filter(None, said))


def _is_ours(message: Message) -> bool:
    """Whether its words are those of the product, and no colleague wrote them."""
    kind = message.letter.kind if message.letter else ""
    return kind in {Letter.Kind.RECEIPT, Letter.Kind.CLOSING} or message.purpose in _AUTOMATIC


def put_together(
    message: Message,
    recipient: str,
    organisation: Organisation,
    at: datetime,
    *,
    subject: str,
    text: str,
    body: str,
    language: str,
) -> Email:
    """Return an email from the organisation itself: both parts as given, and who we are below.

    body: HTML whose every value is escaped.
    """
    subject = rendering.one_line(subject)
    address = f"{organisation.legal_name}, {organisation.postal_address}"
    sender = organisation.letters_from
    writer = message.sender
    html = bodies.page_of(language=language, body=body, footer="", address=address)
    is_personal = writer is not None and message.purpose == Message.Purpose.PERSONAL
    name = f"{writer.name}, {organisation.name}" if writer and is_personal else organisation.name
    from_header = _address_header(name, sender)
    reply_to = _address_header(writer.name, writer.email) if writer else from_header
    headers = {
        "From": from_header,
        "Reply-To": reply_to,
        **return_address.header(message),
        **_own_headers(message, recipient, subject, at, organisation.mail_domain),
    }
    if _is_ours(message):
        headers["Auto-Submitted"] = "auto-generated"
    calendars = invitations.calendars_of(message.letter, recipient, at)
    filled = _escaped({"subject": subject})
    plain = _Document(f"{text}\n\n{bodies.clean(address)}\n")
    page = _Document(html)
    return Email(
        subject=subject,
        text=text,
        headers=headers,
        mime=mime.whole(headers, plain.encode({}), page.encode(filled), calendars),
        sender=sender,
        page=page,
        filled=filled,
        calendars=calendars,
    )


def with_note(email: Email, headers: dict[str, str], text: str, note: str) -> Email:
    """Return the email with other headers and a note above both parts. text: the plain one."""
    text = f"{note}\n\n{text}"
    marked = email.html.replace("<body>\n", f"<body>\n<p><strong>{escape(note)}</strong></p>\n", 1)
    plain, page = _Document(bodies.clean(text)), _Document(bodies.clean(marked))
    whole = mime.whole(headers, plain.encode({}), page.encode({}), email.calendars)
    return replace(email, text=text, headers=headers, mime=whole, page=page, filled={})


def header_value(value: str, name: str) -> str:
    """Return a value that is safe in a header: one line, and encoded where it is not ASCII."""
    value = rendering.one_line(value)
    if value.isascii() and "=?" not in value:
        return value
    return Header(value, "utf-8", maxlinelen=75, header_name=name).encode(linesep="\r\n")


class _Document:
    """One part of an email: fixed pieces, encoded once, and named slots between them."""

    def __init__(self, marked: str) -> None:
        pieces = bodies.MARK.split(marked)  # fixed, name, fixed, name, …, fixed
        self.fixed, self.names = pieces[::2], pieces[1::2]
        self.encoded = [_quoted(piece) for piece in self.fixed]
        for number in range(len(self.names)):  # a slot stands on lines of its own, joined softly
            before = self.encoded[number]
            if before and not before.endswith(b"\r\n"):
                self.encoded[number] = before + _SOFT_BREAK

    def fill(self, values: dict[str, str]) -> str:
        parts = [self.fixed[0]]
        for name, fixed in zip(self.names, self.fixed[1:], strict=True):
            parts.append(values[name])
            parts.append(fixed)
        return "".join(parts)

    def encode(self, values: dict[str, str]) -> bytes:
        parts = [self.encoded[0]]
        for name, fixed in zip(self.names, self.encoded[1:], strict=True):
            parts.append(_quoted(values[name]))
            parts.append(_SOFT_BREAK)
            parts.append(fixed)
        return b"".join(parts)


def _quoted(text: str) -> bytes:
    """Return quoted-printable with CRLF lines, with room for a soft break after the last one."""
    encoded = binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")
    if len(encoded) - (encoded.rfind(b"\n") + 1) < _LINE:
        return encoded
    cut = -3 if b"=" in encoded[-3:] else -1
    return encoded[:cut] + _SOFT_BREAK + encoded[cut:]


def _own_headers(
    message: Message, address: str, subject: str, at: datetime, domain: str
) -> dict[str, str]:
    return {
        "To": rendering.one_line(address),
        "Subject": header_value(subject, "Subject"),
        "Date": _date(at.replace(microsecond=0)),
        "Message-ID": message_id(message, domain),
        "X-Perennial-Message": str(message.public_id),
    }


def message_id(message: Message, domain: str) -> str:
    """Return the Message-ID, derived from the row: two tries of one message share it."""
    return f"<{message.public_id}@{domain}>"


@lru_cache(maxsize=16)
def _date(at: datetime) -> str:
    return format_datetime(at)


def _address_header(name: str, address: str) -> str:
    return formataddr((rendering.one_line(name), address)) if name else address


def _escaped(values: dict[str, str]) -> dict[str, str]:
    return {name: escape(value) for name, value in values.items()}


def _numbered(
    pieces: list[str | rendering.Slot],
) -> Iterable[tuple[int, str | rendering.Slot]]:
    """Pair each slot with its number among the slots."""
    number = 0
    for piece in pieces:
        yield number, piece
        number += isinstance(piece, rendering.Slot)

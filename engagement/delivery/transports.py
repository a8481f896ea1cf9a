"""How an email leaves: a conversation that can still be dropped just before its last word.

`begin` and `offer` say everything but the final dot; `say_dot` says it and `answer` hears what
the server makes of it. Between the two the message is armed. Whatever goes wrong before the dot is
certain: nothing was accepted. Whatever goes wrong after it, short of an answer, leaves the outcome
unknown (RFC 1047).
"""

import smtplib
import socket
import ssl
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from engagement.emails import Email

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True)
class Reply:
    """An answer of the mail server. `code` is 0 where there was none that could be read.

    is_diverted: the sandbox has it, and whom it was written to has nothing.
    """

    code: int
    text: str
    is_diverted: bool = False

    @property
    def enhanced(self) -> str:
        """Return the enhanced status code (RFC 3463), such as 5.1.1, or an empty text."""
        first = self.text.partition(" ")[0]
        parts = first.split(".")
        return first if len(parts) == 3 and all(part.isdigit() for part in parts) else ""


class MailError(Exception):
    """The message was not taken. `reply` says what was heard."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code)
        self.reply = Reply(code, text)


class DeferredError(MailError):
    """Not now: the server answered 4xx, or the line broke before the dot."""


class RefusedError(MailError):
    """No: the server answered 5xx."""


class NotConnectedError(DeferredError):
    """There is no server to talk to: this concerns every message, not this one."""


class UnknownError(MailError):
    """The dot was sent and no answer came that could be read: nobody knows."""


Envelope = tuple[Email, str]  # what is written, and to which address


class Transport(Protocol):
    """One connection: one message at a time, from `begin` to `answer` or `abandon`."""

    @property
    def is_open(self) -> bool:
        """Whether there is a server at the other end, as far as we know."""

    def begin(self, email: Email, recipient: str) -> None:
        """Say who writes to whom, and wait for nothing. Raises a MailError."""

    def offer(self) -> None:
        """Hear what the server says to that, then say everything but the dot. Raises a MailError:
        nothing was sent."""

    def say_dot(self, following: Envelope | None = None) -> bool:
        """Say the last word, and wait for nothing. What goes wrong here, `answer` raises.

        following: the next message. Returns whether it was begun as well: a server that takes
        commands in groups takes it in one go with the dot (RFC 2920, 3.1), which saves a wait.
        `answer` is still about the dot, and comes before the next `offer`.
        """

    def answer(self) -> Reply:
        """Return what the server says to the dot. Raises a MailError."""

    def abandon(self) -> None:
        """Drop what was offered: it was not sent."""

    def close(self) -> None:
        """End the conversation politely."""


class SmtpTransport:
    """One SMTP connection for many messages, opened when first needed.

    smtplib connects, secures and signs in; the conversation about a message is our own, because
    the dot must wait. A broken connection is opened again for the next message.
    """

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._email: Email | None = None
        self._recipient = ""
        self._is_fresh = False
        self._broke_at_dot: Exception | None = None

    @property
    def is_open(self) -> bool:
        return self._smtp is not None

    def begin(self, email: Email, recipient: str) -> None:
        self._email, self._recipient = email, recipient
        self._is_fresh = self._smtp is None
        smtp = self._connected()
        commands = _envelope(smtp, email, recipient)
        try:
            self._send(commands[0])
        except OSError:
            self.abandon()  # `offer` finds it closed, and opens another

    def offer(self) -> None:
        try:
            self._offer()
        except DeferredError as why:
            # Many servers end a connection after some number of messages: that is no answer.
            is_answer = why.reply.code not in {0, 421}
            if self._is_fresh or is_answer or isinstance(why, NotConnectedError):
                raise
            assert self._email  # noqa: S101  (begun)
            self.begin(self._email, self._recipient)
            self._offer()

    def _offer(self) -> None:
        smtp = self._smtp
        if smtp is None:
            raise DeferredError(0, "not connected")
        try:
            self._hear_envelope(smtp)
            assert self._email  # noqa: S101  (begun)
            self._send(_stuffed(self._email.mime))
        except MailError:
            self.abandon()
            raise
        except (OSError, smtplib.SMTPException) as why:
            self.abandon()
            raise DeferredError(0, type(why).__name__) from why

    def say_dot(self, following: Envelope | None = None) -> bool:
        self._broke_at_dot = None
        envelope = self._in_one_go(following) if following else b""
        try:
            self.send_dot(envelope)
        except OSError as why:
            self._broke_at_dot = why
            return False
        if following and envelope:
            self._email, self._recipient = following
            self._is_fresh = False
        return bool(envelope)

    def _in_one_go(self, following: Envelope) -> bytes:
        """Return the envelope that may go with the dot; nothing where it has to wait."""
        assert self._smtp  # noqa: S101  (offered)
        try:
            commands = _envelope(self._smtp, *following)
        except RefusedError:  # `begin` says so
            return b""
        return commands[0] if len(commands) == 1 else b""

    def answer(self) -> Reply:
        try:
            if self._broke_at_dot:
                raise self._broke_at_dot
            reply = self.read_answer()
        except (OSError, smtplib.SMTPException) as why:
            self.abandon()
            raise UnknownError(0, type(why).__name__) from why
        if 200 <= reply.code < 300:
            return reply
        if reply.code == 421:
            self.abandon()
        if 400 <= reply.code < 500:
            raise DeferredError(reply.code, reply.text)
        if 500 <= reply.code < 600:
            raise RefusedError(reply.code, reply.text)
        self.abandon()
        raise UnknownError(reply.code, reply.text)

    def send_dot(self, envelope: bytes) -> None:
        self._send(b".\r\n" + envelope)

    def read_answer(self) -> Reply:
        assert self._smtp  # noqa: S101  (offered)
        return _read(self._smtp)

    def abandon(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def close(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()
        self._smtp = None

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        try:
            self._smtp = _connect()
        except smtplib.SMTPResponseException as why:
            raise NotConnectedError(why.smtp_code, _text(why.smtp_error)) from why
        except (OSError, smtplib.SMTPException) as why:
            raise NotConnectedError(0, type(why).__name__) from why
        return self._smtp

    def _hear_envelope(self, smtp: smtplib.SMTP) -> None:
        """Hear the answers to the envelope. Raises DeferredError or RefusedError."""
        assert self._email  # noqa: S101  (begun)
        _, *others = _envelope(smtp, self._email, self._recipient)
        replies = [_read(smtp)]
        if not others:
            replies += [_read(smtp), _read(smtp)]
        for command in others:
            if not 200 <= replies[-1].code < 400:
                break
            self._send(command)
            replies.append(_read(smtp))
        for reply, expected in zip(replies, (2, 2, 3), strict=False):
            if reply.code // 100 != expected:
                is_final = 500 <= reply.code < 600
                raise (RefusedError if is_final else DeferredError)(reply.code, reply.text)

    def _send(self, data: bytes) -> None:
        assert self._smtp is not None and self._smtp.sock is not None  # noqa: S101, PT018
        self._smtp.sock.sendall(data)


def _envelope(smtp: smtplib.SMTP, email: Email, recipient: str) -> list[bytes]:
    """Return MAIL, RCPT and DATA: in one go where the server can take it (RFC 2920).

    Raises RefusedError: the server cannot be told such an address.
    """
    extra = ""
    if not recipient.isascii():
        if not smtp.has_extn("smtputf8"):
            raise RefusedError(553, "5.6.7 the server does not take such an address")
        extra = " SMTPUTF8 BODY=8BITMIME"
    commands = [
        f"MAIL FROM:<{email.sender}>{extra}\r\n".encode(),
        f"RCPT TO:<{recipient}>\r\n".encode(),
        b"DATA\r\n",
    ]
    return [b"".join(commands)] if smtp.has_extn("pipelining") else commands


def _connect() -> smtplib.SMTP:
    host, port = str(settings.EMAIL_HOST), int(settings.EMAIL_PORT or 25)
    timeout = settings.EMAIL_TIMEOUT
    smtp: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        secure = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(host, port, timeout=timeout, context=secure)
    else:
        smtp = smtplib.SMTP(host, port, timeout=timeout)
    try:
        # Small writes must not wait for the answer to the one before: 40 ms a message else.
        assert smtp.sock is not None  # noqa: S101  (connected above)
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if settings.EMAIL_HOST_USER:
            smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


class ProviderTransport:
    """A provider's HTTP interface through Anymail. There is no half-way: the dot is the request.

    It is made in a thread of its own, so that the requests of several lanes wait together.
    """

    is_open = True

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend
        self._offered: EmailMultiAlternatives | None = None
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._sending: Future[None] | None = None

    def begin(self, email: Email, recipient: str) -> None:
        own = {"From", "To", "Subject", "Reply-To", "Date"}
        headers = {
            name: value.replace("\r\n ", " ")
            for name, value in email.headers.items()
            if name not in own
        }
        self._offered = EmailMultiAlternatives(
            email.subject,
            email.text,
            email.headers["From"],
            [recipient],
            headers=headers,
            reply_to=[email.headers["Reply-To"]],
            connection=self._backend,
        )
        self._offered.attach_alternative(email.html, "text/html")
        for file in email.calendars:
            kind = f"text/calendar; method={file.method}"
            self._offered.attach(file.name, file.content.decode(), kind)
        # Comes back with every event of the provider: how an unknown outcome is settled.
        self._offered.metadata = {"message": email.headers["X-Perennial-Message"]}  # type: ignore[attr-defined]  # Anymail reads it

    def offer(self) -> None:
        """There is nothing to hear before the request."""

    def say_dot(self, following: Envelope | None = None) -> bool:
        if self._offered is not None:
            self._sending = self._thread.submit(self._send, self._offered)
        return False

    def answer(self) -> Reply:
        message, self._offered = self._offered, None
        sending, self._sending = self._sending, None
        if message is None or sending is None:
            raise DeferredError(0, "nothing was offered")
        try:
            sending.result()
        except (AnymailRecipientsRefused, AnymailInvalidAddress) as why:
            raise RefusedError(550, type(why).__name__) from why
        except AnymailAPIError as why:
            status = why.status_code or 0
            if status == 429:
                raise DeferredError(status, "too many requests") from why
            if 400 <= status < 500:
                raise RefusedError(status, type(why).__name__) from why
            raise UnknownError(status, type(why).__name__) from why
        except OSError as why:  # the connection broke: the provider may have taken it
            raise UnknownError(0, type(why).__name__) from why
        status = getattr(message, "anymail_status", None)
        return Reply(250, str(getattr(status, "message_id", "") or ""))

    @staticmethod
    def _send(message: EmailMultiAlternatives) -> None:
        message.send()

    def abandon(self) -> None:
        self._offered = None

    def close(self) -> None:
        self._thread.shutdown()
        self._backend.close()


def _stuffed(mime: bytes) -> bytes:
    """Double the dots that begin a line (RFC 5321, 4.5.2). The message ends with CRLF."""
    mime = mime.replace(b"\r\n.", b"\r\n..")
    return b"." + mime if mime.startswith(b".") else mime


def _read(smtp: smtplib.SMTP) -> Reply:
    code, text = smtp.getreply()
    return Reply(code, _text(text))


def _text(raw: bytes | str) -> str:
    text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw
    # No database keeps a NUL: it would lose the record of a whole round that has left.
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(text.split())[:300]

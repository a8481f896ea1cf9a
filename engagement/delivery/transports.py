"""How an email leaves: a conversation that can still be dropped just before its last word.

`offer` says everything but the final dot; `commit` says the dot and hears the answer. Between the
two the message is armed. Whatever goes wrong before the dot is certain: nothing was accepted.
Whatever goes wrong after it, short of an answer, leaves the outcome unknown (RFC 1047).
"""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from engagement.emails import Email

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True)
class Reply:
    """An answer of the mail server. `code` is 0 where there was none that could be read."""

    code: int
    text: str

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


class Transport(Protocol):
    def offer(self, email: Email, recipient: str) -> None:
        """Say everything but the last word. Raises DeferredError or RefusedError."""

    def commit(self) -> Reply:
        """Say the last word and return the answer. Raises a MailError."""

    def abandon(self) -> None:
        """Drop what was offered: it was not sent."""

    def close(self) -> None:
        """End the conversation politely."""


def transport_for_settings() -> Transport:
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return SmtpTransport()
    return ProviderTransport(get_connection())


class SmtpTransport:
    """One SMTP connection for many messages, opened when first needed.

    smtplib connects, secures and signs in; the conversation about a message is our own, because
    the dot must wait. A broken connection is opened again for the next message.
    """

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0

    def offer(self, email: Email, recipient: str) -> None:
        fresh = self._smtp is None
        try:
            self._offer(email, recipient)
        except DeferredError as why:
            # Many servers end a connection after some number of messages: that is no answer.
            if fresh or isinstance(why, NotConnectedError) or why.reply.code not in {0, 421}:
                raise
            self._offer(email, recipient)

    def _offer(self, email: Email, recipient: str) -> None:
        smtp = self._connected()
        try:
            self._envelope(smtp, email.sender, recipient)
            self._send(_stuffed(email.mime))
        except MailError:
            self.abandon()
            raise
        except (OSError, smtplib.SMTPException) as why:
            self.abandon()
            raise DeferredError(0, type(why).__name__) from why

    def commit(self) -> Reply:
        smtp = self._smtp
        if smtp is None:
            raise DeferredError(0, "not connected")
        try:
            self.send_dot()
            reply = self.read_answer()
        except (OSError, smtplib.SMTPException) as why:
            self.abandon()
            raise UnknownError(0, type(why).__name__) from why
        if 200 <= reply.code < 300:
            self._carried += 1
            return reply
        if reply.code == 421:
            self.abandon()
        if 400 <= reply.code < 500:
            raise DeferredError(reply.code, reply.text)
        if 500 <= reply.code < 600:
            raise RefusedError(reply.code, reply.text)
        self.abandon()
        raise UnknownError(reply.code, reply.text)

    def send_dot(self) -> None:
        self._send(b".\r\n")

    def read_answer(self) -> Reply:
        assert self._smtp  # noqa: S101  (commit has looked)
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
            self._smtp = self._connect()
        except smtplib.SMTPResponseException as why:
            raise NotConnectedError(why.smtp_code, _text(why.smtp_error)) from why
        except (OSError, smtplib.SMTPException) as why:
            raise NotConnectedError(0, type(why).__name__) from why
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        host, port = str(settings.EMAIL_HOST), int(settings.EMAIL_PORT or 25)
        timeout = settings.EMAIL_TIMEOUT
        secure = ssl.create_default_context()
        smtp: smtplib.SMTP
        if settings.EMAIL_USE_SSL:
            smtp = smtplib.SMTP_SSL(host, port, timeout=timeout, context=secure)
        else:
            smtp = smtplib.SMTP(host, port, timeout=timeout)
        try:
            # Small writes must not wait for the answer to the one before: 40 ms a message else.
            assert smtp.sock is not None  # noqa: S101  (connected above)
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                smtp.starttls(context=secure)
                smtp.ehlo()
            if settings.EMAIL_HOST_USER:
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        """Say MAIL, RCPT and DATA: in one go where the server can take it (RFC 2920)."""
        extra = ""
        if not recipient.isascii():
            if not smtp.has_extn("smtputf8"):
                raise RefusedError(553, "5.6.7 the server does not take such an address")
            extra = " SMTPUTF8 BODY=8BITMIME"
        commands = [
            f"MAIL FROM:<{sender}>{extra}\r\n".encode(),
            f"RCPT TO:<{recipient}>\r\n".encode(),
            b"DATA\r\n",
        ]
        if smtp.has_extn("pipelining"):
            self._send(b"".join(commands))
            replies = [_read(smtp) for _ in commands]
        else:
            replies = []
            for command in commands:
                self._send(command)
                replies.append(_read(smtp))
                if replies[-1].code >= 400 or replies[-1].code < 200:
                    break
        for reply, expected in zip(replies, (2, 2, 3), strict=False):
            if reply.code // 100 != expected:
                is_final = 500 <= reply.code < 600
                raise (RefusedError if is_final else DeferredError)(reply.code, reply.text)

    def _send(self, data: bytes) -> None:
        assert self._smtp is not None and self._smtp.sock is not None  # noqa: S101, PT018
        self._smtp.sock.sendall(data)


class ProviderTransport:
    """A provider's HTTP interface through Anymail. There is no half-way: `commit` sends."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend
        self._offered: EmailMultiAlternatives | None = None

    def offer(self, email: Email, recipient: str) -> None:
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
        # Comes back with every event of the provider: how an unknown outcome is settled.
        self._offered.metadata = {"message": email.headers["X-Perennial-Message"]}  # type: ignore[attr-defined]  # Anymail reads it

    def commit(self) -> Reply:
        message, self._offered = self._offered, None
        if message is None:
            raise DeferredError(0, "nothing was offered")
        try:
            message.send()
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

    def abandon(self) -> None:
        self._offered = None

    def close(self) -> None:
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
    return " ".join(text.split())[:300]

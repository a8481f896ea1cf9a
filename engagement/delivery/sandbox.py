"""Sandbox mode: every email, to whomever it was written, goes to one address of ours.

It is decided here and nowhere else: whatever leaves the house leaves by a transport, and each is
made by `transport_for_settings`, which wraps it while `MAIL_SANDBOX` is set. No caller can forget
it, and no address of anybody else reaches a mail server.
"""

from email import message_from_bytes
from email.policy import default as parsing

from django.conf import settings
from django.core.mail import get_connection

from engagement import emails
from engagement.delivery.transports import (
    SMTP_BACKEND,
    DeferredError,
    Envelope,
    ProviderTransport,
    RefusedError,
    Reply,
    SmtpTransport,
    Transport,
    UnknownError,
)
from engagement.emails import Email

ORIGINAL = "X-Perennial-Original-To"
# By these an email could act for the person whom it was written to: a mail program of ours must not
# unsubscribe them, nor an answer of ours count as theirs.
_ACTING = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "Reply-To"})


def transport_for_settings() -> Transport:
    """Return a new connection to whoever carries our mail; in sandbox mode to one address alone."""
    is_smtp = settings.EMAIL_BACKEND == SMTP_BACKEND
    inner: Transport = SmtpTransport() if is_smtp else ProviderTransport(get_connection())
    return SandboxTransport(inner, settings.MAIL_SANDBOX) if settings.MAIL_SANDBOX else inner


class SandboxTransport:
    """A transport that changes whom it writes to, and nothing of how.

    What goes wrong is about our own mailbox and says nothing about the person, so it is tried
    again later: a copy more harms nobody.
    """

    def __init__(self, inner: Transport, address: str) -> None:
        self._inner = inner
        self._address = address

    @property
    def is_open(self) -> bool:
        return self._inner.is_open

    def begin(self, email: Email, recipient: str) -> None:
        self._inner.begin(diverted(email, recipient, self._address), self._address)

    def offer(self) -> None:
        try:
            self._inner.offer()
        except RefusedError as why:
            raise DeferredError(why.reply.code, why.reply.text) from why

    def say_dot(self, following: Envelope | None = None) -> bool:
        if following:
            following = diverted(*following, self._address), self._address
        return self._inner.say_dot(following)

    def answer(self) -> Reply:
        try:
            reply = self._inner.answer()
        except (RefusedError, UnknownError) as why:
            raise DeferredError(why.reply.code, why.reply.text) from why
        return Reply(reply.code, reply.text, is_diverted=True)

    def abandon(self) -> None:
        self._inner.abandon()

    def close(self) -> None:
        self._inner.close()


def diverted(email: Email, recipient: str, address: str) -> Email:
    """Return the email as the sandbox gets it: it names whom it was written to, and does nothing
    for them."""
    note = f"Sandbox: this email was written to {recipient}. Nobody but you has it."
    headers = {name: value for name, value in email.headers.items() if name not in _ACTING}
    original = emails.header_value(recipient, ORIGINAL)
    headers |= {"To": address, ORIGINAL: original, "Reply-To": address}
    plain = message_from_bytes(email.mime, policy=parsing).get_body(("plain",))
    text = plain.get_content().replace("\r\n", "\n") if plain else email.text
    return emails.with_note(email, headers, text, note)

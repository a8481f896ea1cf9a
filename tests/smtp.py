"""A real SMTP server on loopback, in a thread, that keeps what it is given."""

import asyncio
import email
import email.policy
import socket
import threading
from collections.abc import Callable
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession


class ReceivedMessage(EmailMessage):
    """A message as it arrived, with the envelope it travelled in."""

    envelope: Envelope


class SmtpServer:
    """Keeps every message; refuses what a test tells it to refuse.

    `replies` holds answers to the next messages ("451 try later"), used up one by one; when it is
    empty a message is taken. `refused` maps a recipient to the answer it gets. `on_message` runs
    in the server's thread before the message is answered.
    """

    def __init__(self) -> None:
        self.messages: list[ReceivedMessage] = []
        self.replies: list[str] = []
        self.refused: dict[str, str] = {}
        self.on_message: Callable[[ReceivedMessage], None] | None = None
        self.connections = 0
        self.host = "127.0.0.1"
        self._socket = socket.create_server((self.host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="smtp-server", daemon=True)
        self._ready = threading.Event()
        self._protocols: set[SMTP] = set()

    def to(self, address: str) -> list[ReceivedMessage]:
        """Return the messages that were handed over for `address`, oldest first."""
        return [message for message in self.messages if address in message.envelope.rcpt_tos]

    def start(self) -> None:
        self._thread.start()
        self._ready.wait(timeout=10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    async def handle_RCPT(  # noqa: N802  (aiosmtpd calls it by this name and so)
        self,
        server: SMTP,
        session: SmtpSession,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (aiosmtpd calls it by this name)
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        policy = email.policy.default.clone(message_factory=ReceivedMessage)
        message = email.message_from_bytes(content, policy=policy)
        assert isinstance(message, ReceivedMessage)
        message.envelope = envelope
        if self.on_message:
            self.on_message(message)
        if self.replies:
            reply = self.replies.pop(0)
            if not reply.startswith("2"):
                return reply
        self.messages.append(message)
        return "250 OK"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(self._protocol, sock=self._socket)
        )
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for protocol in self._protocols:
            if protocol.transport:
                protocol.transport.abort()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _protocol(self) -> SMTP:
        self.connections += 1
        protocol = SMTP(self, hostname="sink.example", enable_SMTPUTF8=True, loop=self._loop)
        self._protocols.add(protocol)
        return protocol

"""The mail catcher of `dev.py run`: an SMTP server that delivers nothing and keeps everything.

    python -m launcher.catcher PORT FOLDER

Each message becomes one file, as it arrived. The envelope stands on top of it in the two headers
that mail servers use for it, Return-Path and Delivered-To. A name sorts by the time of arrival.
"""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 50_000_000  # bytes of one message


class Keeper:
    """Writes each message into a folder, by an atomic rename: a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802  (aiosmtpd calls it by this name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.keep(envelope.original_content or b"", envelope.mail_from or "", envelope.rcpt_tos)
        return "250 Kept"

    def keep(self, content: bytes, sender: str, recipients: list[str]) -> Path:
        """Write one message and return its file."""
        top = [f"Return-Path: <{sender}>", *(f"Delivered-To: {to}" for to in recipients)]
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        part = self.folder / f".{name}.part"
        part.write_bytes("".join(f"{line}\r\n" for line in top).encode() + content)
        kept = self.folder / f"{name}.eml"
        part.rename(kept)
        return kept


async def serve(port: int, folder: Path) -> None:
    """Listen on 127.0.0.1 until SIGTERM."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    keeper = Keeper(folder)

    def protocol() -> SMTP:
        return SMTP(
            keeper,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="catcher.example",
            ident="Perennial mail catcher",
        )

    server = await loop.create_server(protocol, "127.0.0.1", port)
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    os.umask(0o077)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))

"""A virus scanner on loopback that speaks clamd's INSTREAM, as far as a file needs it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The harmless text that every scanner reports; in two parts, so that none reports this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = b"stream: Eicar-Test-Signature FOUND\0"


class Clamd(socketserver.ThreadingTCPServer):
    """Remembers what it was sent. `says`: what it answers whatever it is; b"": it hangs up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.streams: list[list[bytes]] = []
        self.says: bytes | None = None
        self.is_silent = threading.Event()
        self.may_go = threading.Event()

    @property
    def address(self) -> str:
        return f"clamd://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        pieces = []
        while length := int.from_bytes(self.rfile.read(4), "big"):
            pieces.append(self.rfile.read(length))
        self.server.streams.append(pieces)
        if self.server.is_silent.is_set():
            self.server.may_go.wait(10)
            return
        found = FOUND if EICAR in b"".join(pieces) else b"stream: OK\0"
        self.wfile.write(found if self.server.says is None else self.server.says)


@contextmanager
def running() -> Iterator[Clamd]:
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.may_go.set()
            server.shutdown()
            thread.join()

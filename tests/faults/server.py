"""An SMTP server that counts what it is given and misbehaves on command, a thread a connection."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable

HEADER = re.compile(rb"^X-Perennial-Message:[ \t]*(\S+)", re.MULTILINE)


class Server:
    """Counts messages by their X-Perennial-Message.

    `trouble` maps a place in the conversation ("connect", "rcpt", "data", "body", "dot") to what
    happens there: an answer such as "450 busy", "drop", "stall" or "garbage". It is used up
    `times` times. "body" is after the whole text, before the dot; "dot" after it, uncounted.
    """

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.trouble: dict[str, str] = {}
        self.times = 10**9
        self.on_message: Callable[[str], None] | None = None
        self.delay = 0.0
        self.most_connections = 10**9  # more are turned away at the door
        self.extensions = ["PIPELINING"]
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    @property
    def duplicates(self) -> int:
        return sum(count - 1 for count in self.seen.values())

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=[connection], daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
            is_too_many = self.connections > self.most_connections
        with connection, connection.makefile("rb") as lines:
            try:
                if is_too_many:
                    connection.sendall(b"421 4.7.0 too many connections\r\n")
                else:
                    self._conversation(connection, lines)
            except (OSError, ValueError, _DroppedError):
                return
            finally:
                with self.lock:
                    self.connections -= 1

    def _conversation(self, connection, lines) -> None:
        self._say(connection, "connect", b"220 server ESMTP")
        for raw in lines:
            line = raw.strip().upper()
            if line.startswith(b"EHLO"):
                said = "\r\n250-".join(["server", *self.extensions])
                connection.sendall(f"250-{said}\r\n250 8BITMIME\r\n".encode())
            elif line.startswith(b"RCPT"):
                self._say(connection, "rcpt", b"250 OK")
            elif line == b"DATA":
                self._say(connection, "data", b"354 go on")
                self._message(connection, lines)
            elif line == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 OK\r\n")

    def _message(self, connection, lines) -> None:
        head, in_head = b"", True
        for raw in lines:
            if raw == b".\r\n":
                break
            if raw.startswith(b"--=_perennial_part--"):
                self._act(connection, "body")
            in_head = in_head and raw != b"\r\n"
            head += raw if in_head else b""
        else:
            return  # dropped before the dot: not a message
        found = HEADER.search(head)
        name = found[1].decode() if found else "?"
        time.sleep(self.delay)
        if self.trouble.get("dot", "").startswith(("4", "5")):
            self._say(connection, "dot", b"250 OK")
            return
        with self.lock:
            self.seen[name] += 1
        if self.on_message:
            self.on_message(name)
        self._say(connection, "dot", b"250 OK")

    def _say(self, connection, place: str, usual: bytes) -> None:
        if not self._act(connection, place):
            connection.sendall(usual + b"\r\n")

    def _act(self, connection, place: str) -> bool:
        what = self.trouble.get(place)
        if not what or self.times <= 0:
            return False
        self.times -= 1
        if what == "drop":
            connection.close()
            raise _DroppedError
        if what == "stall":
            time.sleep(3)
            raise _DroppedError
        connection.sendall(b"\xff\xfe what?\r\n" if what == "garbage" else what.encode() + b"\r\n")
        return True


class _DroppedError(Exception):
    pass

"""An SMTP server that answers 250, counts, and remembers which message it was given.

It does nothing else, so that it is never the limit. `python -m benchmarks.sink` prints its port;
`sink()` starts it in a process of its own and asks it for its counts over SMTP.
"""

import asyncio
import contextlib
import json
import re
import smtplib
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = re.compile(rb"^X-Perennial-Message:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
END = b"\r\n.\r\n"
ROOT = Path(__file__).resolve().parent.parent

seen: Counter[str] = Counter()
counted = {"messages": 0, "connections": 0}


class SinkProtocol(asyncio.Protocol):
    """One connection: reads commands by line, and a message up to its lone dot."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.in_message = False
        self.searched = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        counted["connections"] += 1
        # Answers are tiny; waiting for more of them would cost 40 ms each.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.in_message and self._take_message():
            pass
        while not self.in_message and (end := self.buffer.find(b"\r\n")) >= 0:
            line = bytes(self.buffer[:end])
            del self.buffer[: end + 2]
            self._answer(line)

    def _take_message(self) -> bool:
        end = self.buffer.find(END, max(0, self.searched - len(END)))
        if end < 0:
            self.searched = len(self.buffer)
            return False
        message = bytes(self.buffer[:end])
        del self.buffer[: end + len(END)]
        self.in_message, self.searched = False, 0
        counted["messages"] += 1
        if found := HEADER.search(message, 0, message.find(b"\r\n\r\n") + 1 or len(message)):
            seen[found[1].decode()] += 1
        self.transport.write(b"250 OK\r\n")
        return False

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"DATA":
            self.in_message = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"EHLO":
            self.transport.write(
                b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE\r\n"
            )
        elif verb == b"QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
        elif verb == b"XCNT":
            self.transport.write(f"250 {json.dumps(counts())}\r\n".encode())
        elif verb == b"XCLR":
            seen.clear()
            counted["messages"] = counted["connections"] = 0
            self.transport.write(b"250 OK\r\n")
        else:
            self.transport.write(b"250 OK\r\n")


@dataclass(frozen=True)
class Counts:
    """What arrived: messages, different X-Perennial-Message values, and values that came twice."""

    messages: int
    connections: int
    distinct: int
    duplicates: int


def counts() -> dict[str, int]:
    return {
        **counted,
        "distinct": len(seen),
        "duplicates": sum(times - 1 for times in seen.values()),
    }


@dataclass(frozen=True)
class Sink:
    """A running sink."""

    port: int

    def counts(self) -> Counts:
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            return Counts(**json.loads(client.docmd("XCNT")[1]))

    def clear(self) -> None:
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            client.docmd("XCLR")


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """Run a sink in a process of its own while the block runs."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Sink(int(process.stdout.readline()))
        finally:
            process.terminate()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(SinkProtocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())

"""Asking a virus scanner about the bytes of a file (X-20): clamd, by its INSTREAM command.

Only what it says in full counts. Whatever else happens is no answer, and the file waits.
"""

import socket
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 30.0  # for connecting, for each piece, and for the answer
PIECE = 64 * 1024
PORT = 3310
LONGEST_ANSWER = 1024
_BEFORE, _AFTER = b"stream: ", b" FOUND"


class NoAnswer(Exception):  # noqa: N818  # it is none of ours: the scanner is away
    """The scanner is away, or said nothing that can be relied on."""


def is_on() -> bool:
    """Is there a scanner? Without one files are read and handed out as they came."""
    return bool(settings.VIRUS_SCANNER)


def scan(content: bytes) -> str:
    """Return what the scanner calls that which it found, or "" for a clean file.

    Raises NoAnswer.
    """
    address = urlsplit(settings.VIRUS_SCANNER)
    host, port = address.hostname or "localhost", address.port or PORT
    try:
        with socket.create_connection((host, port), SECONDS) as clamd:
            clamd.settimeout(SECONDS)
            clamd.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                clamd.sendall(len(piece).to_bytes(4, "big") + piece)
            clamd.sendall(bytes(4))
            answer = _answer(clamd)
    except OSError as error:
        raise NoAnswer(type(error).__name__) from error
    if answer == b"stream: OK":
        return ""
    if answer.startswith(_BEFORE) and answer.endswith(_AFTER):
        name = answer.removeprefix(_BEFORE).removesuffix(_AFTER).decode("ascii", "replace")
        return "".join(letter for letter in name if letter.isprintable())[:200] or "unnamed"
    raise NoAnswer("an answer that says neither")


def _answer(clamd: socket.socket) -> bytes:
    """Return what stands before the zero byte that ends an answer."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        more = clamd.recv(LONGEST_ANSWER)
        if not more:
            raise NoAnswer("it hung up")
        said += more
    return said.partition(b"\0")[0]

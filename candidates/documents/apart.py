"""Running a program of ours over one hostile file, in a process that nothing else depends on.

An empty environment, no inherited descriptors, a time limit. It gets the bytes on standard input
and answers in a temporary file, whose size the kernel bounds. Whatever happens to it happens to it
alone; what it answers is believed by nobody.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_START = (
    "import importlib, sys; sys.path.insert(0, sys.argv.pop(1));"
    "importlib.import_module(sys.argv.pop(1)).main()"
)


def run(module: str, what: str, content: bytes, most: int, seconds: float) -> tuple[str, bytes]:
    """Start `module.main()` over the content. Returns what went wrong, or nothing and its answer.

    what: its one argument. most: bytes of its answer that are read.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(content)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603  # our own program, arguments of our own
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", _START, str(_ROOT), module, what],
            stdin=given,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return "too_long", b""
        finally:
            _end(process)
        if code == -signal.SIGXCPU:
            return "too_long", b""
        answer.seek(0)
        return ("", answer.read(most)) if code == 0 else ("stopped", b"")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Leave nothing of it behind: it leads a group of its own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

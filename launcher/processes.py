"""Child processes: they log to a file, die with the launcher, and are asked before killed."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from launcher.console import LauncherError
from launcher.paths import LOGS, ROOT

START_SECONDS = 60
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside when its process starts anew
PR_SET_PDEATHSIG = 1


class Child:
    """A started process with a name, a log and the signal that asks it to stop."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 20,
        config: bytes | None = None,
        **options: Any,
    ) -> None:
        """Start `command` in a session of its own, so that Ctrl-C reaches the launcher alone.

        config: written to its standard input, which is empty otherwise.
        patience: seconds it has for stopping before it is killed.
        """
        self.name = name
        self.log = LOGS / f"{name}.log"
        self._stop_signal, self._patience = stop_signal, patience
        with _log_file(self.log) as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(environment),
                stdin=subprocess.DEVNULL if config is None else subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent(stop_signal),  # noqa: PLW1509  (the launcher has one thread)
                **{"cwd": ROOT, **options},
            )
        if config is not None and self.process.stdin:
            with contextlib.suppress(BrokenPipeError), self.process.stdin as stdin:
                stdin.write(config)

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            self.process.send_signal(self._stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait, and end the whole session where asking was not enough."""
        self.ask_to_stop()
        try:
            self.process.wait(self._patience)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def start_server(start: Callable[[int], Child], answers: Callable[[], bool]) -> Child:
    """Start a server on a free port and return it when it answers; nothing is left if it does not.

    start: begins the server on the port it is given. answers: whether it takes connections.
    """
    for _ in range(3):  # somebody may take the free port first
        child = start(free_port())
        with stopped_on_error(child):
            deadline = time.monotonic() + START_SECONDS
            while child.exit_code is None and time.monotonic() < deadline:
                if answers():
                    return child
                time.sleep(0.03)
        child.stop()
        if "Address already in use" not in child.last_words():
            break
    raise LauncherError(f"{child.name} did not start:\n{child.last_words()}")


@contextlib.contextmanager
def stopped_on_error(child: Child) -> Iterator[None]:
    """Stop `child` when the block raises, Ctrl-C included."""
    try:
        yield
    except BaseException:
        child.stop()
        raise


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether 127.0.0.1:`port` cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
        return False


def wait_until(ready: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask `ready` again and again; return False when the time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _log_file(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Let Linux send the child `stop_signal` when the launcher dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))

    return before_exec

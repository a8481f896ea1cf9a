"""What the launcher says: progress lines with seconds, and failures that tell what to do."""

import os
import time

_START = float(os.environ.get("LAUNCHER_STARTED", time.monotonic()))  # survives the exec into .venv


class LauncherError(Exception):
    """Something the reader can mend. `dev.py` prints it without a traceback and exits with 1."""


def started() -> float:
    """Return when `dev.py` began, on the monotonic clock all processes share."""
    return _START


def say(line: str) -> None:
    print(f"[{time.monotonic() - _START:6.1f}s] {line}", flush=True)

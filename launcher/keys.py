"""Secrets of this checkout: made once, readable by their owner alone."""

import contextlib
import os
import secrets

from launcher.paths import SECRETS


def secret(name: str) -> str:
    """Return the secret called `name`, making it at the first call."""
    SECRETS.mkdir(parents=True, exist_ok=True)
    SECRETS.chmod(0o700)
    path = SECRETS / name
    if not path.exists() or not path.read_text():
        part = SECRETS / f"{name}.part"
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        part.replace(path)
    return path.read_text()


def exists(name: str) -> bool:
    """Whether the secret called `name` has been made already."""
    return (SECRETS / name).exists()

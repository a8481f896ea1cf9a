"""The services a verb needs: those the environment names, else embedded ones."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from launcher.console import LauncherError, say
from launcher.keys import secret
from launcher.paths import VAR
from launcher.postgres import Postgres
from launcher.processes import Child
from launcher.valkey import Valkey


@dataclass
class Services:
    """What runs, and the environment that tells Django where."""

    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)
    postgres: Postgres | None = None  # the embedded one, where it is ours


@contextlib.contextmanager
def services(
    kind: str, *, durable: bool, settings: dict[str, str] | None = None
) -> Iterator[Services]:
    """Start PostgreSQL and Valkey for `kind` ("run", "test", "bench"), and stop them at the end.

    DATABASE_URL and REDIS_URL are used as they are where they are set. Each kind has data and a
    lock of its own, so that tests can run beside the product. settings: more for PostgreSQL.
    """
    running = Services(dict(os.environ))
    environment = running.environment
    environment.setdefault("SECRET_KEY", secret("secret-key"))
    with _only_one(kind):
        try:
            if not environment.get("DATABASE_URL"):
                postgres = Postgres(f"{kind}-postgres", durable=durable, settings=settings)
                running.children.append(postgres.start())
                running.postgres = postgres
                environment["DATABASE_URL"] = postgres.url()
                say(f"PostgreSQL on 127.0.0.1:{postgres.port}")
            if not environment.get("REDIS_URL"):
                valkey = Valkey(f"{kind}-valkey", durable=durable)
                running.children.append(valkey.start())
                environment["REDIS_URL"] = valkey.url()
                say(f"Valkey on 127.0.0.1:{valkey.port}")
            yield running
        finally:
            for child in reversed(running.children):
                child.stop()
            if running.children:
                say("services stopped")


@contextlib.contextmanager
def _only_one(kind: str) -> Iterator[None]:
    try:
        VAR.mkdir(exist_ok=True)
        lock = (VAR / f"{kind}.lock").open("w")
    except PermissionError as error:
        raise LauncherError(
            f"{VAR} belongs to another user, who ran dev.py here before. Run it as that user, or"
            " remove the folder."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LauncherError(f"another `dev.py {kind}` runs in this folder") from error
        yield

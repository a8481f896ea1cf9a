"""The verbs of `dev.py`, inside the virtual environment."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from launcher import benches, browser, checks, supervisor, template
from launcher.console import LauncherError, say
from launcher.paths import ROOT, VAR
from launcher.postgres import Postgres
from launcher.processes import Child, is_taken
from launcher.services import services


def do(verb: str, arguments: list[str]) -> int:
    """Do what `verb` says. Returns the exit code."""
    return VERBS[verb](arguments)


def run(arguments: list[str]) -> int:
    """Start everything, print where it is, and keep it alive until somebody asks to stop."""
    parser = argparse.ArgumentParser(prog="dev.py run")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    port: int = parser.parse_args(arguments).port
    if is_taken(port):
        raise LauncherError(f"port {port} is taken. Choose another: python3 dev.py run --port 8001")
    try:
        with (
            supervisor.stop_signals(),
            services("run", durable=True) as running,
        ):
            _run_product(port, running.environment, running.children)
    except supervisor.Stopped:
        say("stopped")
    return 0


def _run_product(port: int, environment: dict[str, str], children: list[Child]) -> None:
    address = f"http://127.0.0.1:{port}"
    environment.setdefault("DEBUG", "1")
    environment.setdefault("DEMO", "1")
    environment.setdefault("BASE_URL", address)
    started: list[Child] = []
    try:
        if environment["DEMO"] == "1" or not environment.get("EMAIL_URL"):
            # A fictional company never writes to the world, whatever the environment says.
            environment["OUTBOX_DIR"] = str(VAR / "outbox")
            environment.pop("EMAIL_BACKEND", None)
            children.append(supervisor.start_catcher(environment))
        say("preparing the database")
        accounts = VAR / "demo-accounts.txt"
        manage(environment, "prepare", "--accounts", str(accounts))
        say("database ready")
        started = supervisor.start_product(port, environment)
        children_to_watch = [*children, *started]
        supervisor.wait_for_page(f"{address}/healthz", children_to_watch)
        _welcome(address, environment, accounts.read_text())
        supervisor.watch(children_to_watch)
    finally:
        if started:
            say("stopping")
        supervisor.stop_product(started)


def _welcome(address: str, environment: Mapping[str, str], accounts: str) -> None:
    say(f"Perennial is ready at {address}/")
    lines = accounts.splitlines()
    if environment.get("OUTBOX_DIR"):
        lines.append(f"Every email it sends is caught and shown at {address}/outbox/")
    lines.append("Logs are in var/log. Ctrl-C stops everything; the data stays.")
    print(*(f"    {line}" for line in lines), sep="\n", flush=True)


# What a test leaves behind are dead rows. A table that is looked at then counts as empty, and a
# test that fills it waits minutes for statements that were planned for one row.
TEST_POSTGRES = {"autovacuum": "off"}


def test(arguments: list[str]) -> int:
    """Run every test, or those that the pytest arguments name."""
    with (
        supervisor.stop_signals(),
        services("test", durable=False, settings=TEST_POSTGRES) as running,
    ):
        environment = running.environment
        for name in ("DEMO", "OUTBOX_DIR", "EMAIL_URL", "EMAIL_BACKEND", "BASE_URL"):
            environment.pop(name, None)
        environment["DEBUG"] = "1"
        if found := browser.ensure_browser():
            say(f"browser: {found.name}")
            environment["CHROMIUM_PATH"] = str(found)
            if node := browser.node_for_playwright():
                environment["PLAYWRIGHT_NODEJS_PATH"] = node
        else:
            say("no browser could be had: the browser tests will fail")
        if running.postgres:
            environment["TEST_TEMPLATE"] = _template(running.postgres, environment)
        say("running the tests")
        workers = [] if _names_workers(arguments) else ["-n", "auto"]
        command = [sys.executable, "-m", "pytest", *workers, *arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        say("tests passed" if code == 0 else f"pytest ended with code {code}")
        return code


def _template(postgres: Postgres, environment: Mapping[str, str]) -> str:
    def migrate(url: str) -> None:
        say("migrating the database that tests copy")
        manage({**environment, "DATABASE_URL": url}, "migrate", "--verbosity", "0")

    return template.ensure(postgres.url(), postgres.url, migrate)


def _names_workers(arguments: list[str]) -> bool:
    options = ("-n", "--numprocesses", "--pdb", "--co", "--collect-only", "--fixtures")
    return any(argument.startswith(options) for argument in arguments)


def shell(arguments: list[str]) -> int:
    """Open Django's shell on the data of `run`, which must not run meanwhile."""
    with services("run", durable=True) as running:
        running.environment.setdefault("DEBUG", "1")
        command = [sys.executable, "manage.py", "shell", *arguments]
        return subprocess.run(command, cwd=ROOT, env=running.environment, check=False).returncode


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run one management command, with its output shown."""
    command = [sys.executable, "manage.py", *arguments]
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise LauncherError(f"`manage.py {arguments[0]}` failed, see above")


VERBS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "shell": shell,
    "bench": benches.bench,
    "check": checks.check,
    "fix": checks.fix,
}

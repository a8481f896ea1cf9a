"""What `dev.py run` keeps alive: mail catcher, web, worker and beat."""

import contextlib
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from types import FrameType

from launcher.console import LauncherError, say
from launcher.paths import BIN
from launcher.processes import Child, free_port, wait_until

START_SECONDS = 120


class Stopped(BaseException):
    """Somebody asked the launcher to stop: Ctrl-C, SIGTERM or a closed terminal."""


@contextlib.contextmanager
def stop_signals() -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into `Stopped`; later ones change nothing."""
    asked_by = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def later(number: int, frame: FrameType | None) -> None:
        say("already stopping")

    def first(number: int, frame: FrameType | None) -> None:
        for each in asked_by:
            signal.signal(each, later)
        raise Stopped

    before = {each: signal.signal(each, first) for each in asked_by}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def start_catcher(environment: dict[str, str]) -> Child:
    """Start the mail catcher and write its address into `environment`."""
    port = free_port()
    command = [sys.executable, "-m", "launcher.catcher", str(port), environment["OUTBOX_DIR"]]
    child = Child("mail", command, environment)
    environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    if not wait_until(lambda: _listens(port) or child.exit_code is not None, 20):
        child.stop()
    if child.exit_code is not None:
        raise LauncherError(f"the mail catcher did not start:\n{child.last_words()}")
    return child


def start_product(port: int, environment: dict[str, str]) -> list[Child]:
    """Start the web server, the worker and the beat."""
    gunicorn = [str(BIN / "gunicorn"), "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    gunicorn += ["--no-control-socket", "--graceful-timeout", "10"]
    celery = [str(BIN / "celery"), "-A", "config"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    # A pid file would outlive a killed run and stop the next one.
    beat = [*celery, "beat", "--pidfile=", "--schedule", "var/beat-schedule"]
    return [
        Child("web", gunicorn, environment),
        Child("worker", [*worker, "--loglevel", "INFO"], environment),
        Child("beat", [*beat, "--loglevel", "INFO"], environment),
    ]


def wait_for_page(address: str, children: list[Child]) -> None:
    """Return when the page answers over HTTP: a server listens long before it can answer."""

    def settled() -> bool:
        return _first_dead(children) is not None or _answers(address)

    if not wait_until(settled, START_SECONDS, 0.2):
        raise LauncherError(f"{address} did not answer in {START_SECONDS} s; see var/log/web.log")
    _complain_about_dead(children)


def watch(children: list[Child]) -> None:
    """Return never; raise when one of the children has died."""
    while True:
        _complain_about_dead(children)
        time.sleep(0.5)


def stop_product(children: list[Child]) -> None:
    """Ask all of them at once, then wait for each."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def _complain_about_dead(children: list[Child]) -> None:
    if dead := _first_dead(children):
        raise LauncherError(
            f"{dead.name} stopped by itself with code {dead.exit_code}, so everything stops."
            f" The end of var/log/{dead.name}.log:\n{dead.last_words()}"
        )


def _first_dead(children: list[Child]) -> Child | None:
    return next((child for child in children if child.exit_code is not None), None)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
    try:
        with opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    except urllib.error.HTTPError as error:
        raise LauncherError(f"{address} answers {error.code}; see var/log/web.log") from error
    except OSError:
        return False

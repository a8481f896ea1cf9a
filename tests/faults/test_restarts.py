"""A database that is restarted, crashes or can no longer be written, in the middle of a run."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from launcher import keys, postgres, processes
from launcher.postgres import Postgres
from launcher.processes import Child, wait_until
from tests.faults.conftest import MONDAY, ROOT
from tests.faults.server import Server

PEOPLE = 40


class Database:
    """A PostgreSQL of the test's own, that it may stop; durable, for it must survive a crash."""

    def __init__(self, port: int) -> None:
        """`port`: of the mail server that its processes send to."""
        self._postgres = Postgres("faults-postgres", durable=True)
        self._child: Child = self._postgres.start()
        self._mail_port = port
        self.url = self._postgres.url()

    def restart(self, how: signal.Signals) -> None:
        """Stop it by SIGINT (connections are ended) or SIGQUIT (a crash), and start it again."""
        self._child.process.send_signal(how)
        assert wait_until(lambda: self._child.exit_code is not None, 60)
        self._child = self._postgres._serve(self._postgres.port)
        assert wait_until(self._postgres._answers, 30)

    def stop(self) -> None:
        self._child.stop()

    def python(self, *arguments: str, minutes: int = 0, check: bool = True) -> None:
        """Run Python on this database, `minutes` after the test began."""
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self._mail_port}",
            "MAIL_PER_SECOND": "10000",
            "MAIL_PER_SECOND_PER_DOMAIN": "10000",
            "JOB_EMAILS_PER_SENDER_PER_DAY": "100000",
            "MAIL_CONNECTIONS": "2",
            "FAULTS_NOW": (MONDAY + timedelta(minutes=minutes)).isoformat(),
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
        if check:
            assert done.returncode == 0, done.stderr.decode()

    def deliver(self, **kwargs: bool | int) -> None:
        code = "import django; django.setup(); from engagement import tasks; tasks.deliver()"
        self.python("-c", code, **kwargs)

    def reap(self, **kwargs: int) -> None:
        code = "import django; django.setup(); from engagement import delivery; delivery.reap()"
        self.python("-c", code, **kwargs)

    def states(self) -> Counter[str]:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("SELECT state FROM engagement_message").fetchall()
        return Counter(state for (state,) in rows)


@pytest.fixture
def clock() -> None:
    """No clock in this process: everything happens in processes of their own."""


@contextmanager
def in_place(own: Path) -> Iterator[None]:
    """Let the launcher keep its data, logs and passwords in a folder of the test."""
    own.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres, "VAR", own)
        patch.setattr(processes, "LOGS", own / "log")
        patch.setattr(keys, "SECRETS", own / "secrets")
        yield


@pytest.fixture(scope="module")
def planned() -> Iterator[Path]:
    """Everything of a stopped database that is migrated and has a campaign to send."""
    with tempfile.TemporaryDirectory() as name:
        with in_place(Path(name)):
            database = Database(port=9)  # nobody listens, and nobody sends yet
            try:
                database.python("manage.py", "migrate", "--verbosity", "0", "--no-input")
                database.python("-m", "tests.faults.plan", str(PEOPLE))
            finally:
                database.stop()
        yield Path(name)


@pytest.fixture
def database(server: Server, planned: Path) -> Iterator[Database]:
    """A copy of it, running, that the test may stop and break."""
    with tempfile.TemporaryDirectory() as name, in_place(Path(name)):
        subprocess.run(["cp", "-a", f"{planned}/.", name], check=True)
        Path(name).chmod(0o711)
        database = Database(server.port)
        try:
            yield database
        finally:
            database.stop()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_restarted_database_sends_nothing_twice_and_loses_nothing(server, database, how):
    server.delay = 0.02
    delivering = threading.Thread(target=database.deliver, kwargs={"check": False})
    delivering.start()
    while len(server.seen) < PEOPLE // 4:
        time.sleep(0.001)

    database.restart(how)
    delivering.join()
    in_between = database.states()
    database.reap(minutes=10)
    database.deliver(minutes=10)

    states = database.states()
    print(f"after {how.name}: {dict(in_between)}; at the end: {dict(states)}")
    assert in_between["due"] + in_between["claimed"] > 0  # it did happen in the middle
    assert states["handed"] + states["uncertain"] == PEOPLE
    assert states["uncertain"] <= 4  # two connections: the round said, and the one not written down
    assert server.duplicates == 0
    assert len(server.seen) >= states["handed"]


def test_a_database_that_cannot_be_written_arms_nothing_and_goes_on_later(server, database):
    _set_read_only(database, "on")

    database.deliver(check=False)
    while_read_only = database.states(), len(server.seen)
    _set_read_only(database, "off")
    database.deliver()

    assert while_read_only == (Counter(due=PEOPLE), 0)
    assert database.states() == Counter(handed=PEOPLE)
    assert (len(server.seen), server.duplicates) == (PEOPLE, 0)


def test_a_database_that_becomes_read_only_in_the_middle_arms_nothing_more(server, database):
    server.delay = 0.02
    delivering = threading.Thread(target=database.deliver, kwargs={"check": False})
    delivering.start()
    while len(server.seen) < PEOPLE // 4:
        time.sleep(0.001)

    _set_read_only(database, "on")
    delivering.join()
    seen = len(server.seen)
    time.sleep(0.2)
    assert len(server.seen) == seen
    _set_read_only(database, "off")
    database.reap(minutes=10)
    database.deliver(minutes=10)

    states = database.states()
    assert states["handed"] + states["uncertain"] == PEOPLE
    assert states["uncertain"] <= 4
    assert server.duplicates == 0


def _set_read_only(database: Database, value: str) -> None:
    """As a full disk or a failed-over server does: connections break, new ones cannot write."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        name = psycopg.sql.Identifier(connection.info.dbname)
        connection.execute(
            psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                name, psycopg.sql.SQL(value)
            )
        )
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

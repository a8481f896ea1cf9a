"""The embedded servers, started and stopped for real."""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import keys, postgres, processes, services, template, valkey
from launcher.console import LauncherError
from launcher.postgres import Postgres
from launcher.processes import wait_until
from launcher.valkey import Valkey


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a `var/` of the test's own, which the account of PostgreSQL can enter.

    Not pytest's own folder: every start of pytest closes that one to others again.
    """
    with tempfile.TemporaryDirectory() as name:
        own = Path(name)
        own.chmod(0o711)
        for module in (postgres, valkey, services):
            monkeypatch.setattr(module, "VAR", own)
        monkeypatch.setattr(processes, "LOGS", own / "log")
        monkeypatch.setattr(keys, "SECRETS", own / "secrets")
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.delenv("REDIS_URL", raising=False)
        yield own


def test_services_start_keep_their_data_and_stop(folder: Path) -> None:
    with services.services("probe", durable=True) as running:
        with psycopg.connect(running.environment["DATABASE_URL"], autocommit=True) as database:
            database.execute("CREATE EXTENSION pg_trgm")
            database.execute("CREATE TABLE kept (word text)")
            database.execute("INSERT INTO kept VALUES ('still here')")
        with redis.Redis.from_url(running.environment["REDIS_URL"]) as client:
            assert client.ping()
        children = running.children

    assert [child.exit_code for child in children] == [0, 0]

    with (
        services.services("probe", durable=True) as running,
        psycopg.connect(running.environment["DATABASE_URL"]) as database,
    ):
        assert database.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_services_want_their_password(folder: Path) -> None:
    with services.services("probe", durable=False) as running:
        url = running.environment["DATABASE_URL"]
        password = keys.secret("probe-postgres-password")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(password, "guess"))
        port = int(running.environment["REDIS_URL"].rpartition(":")[2].partition("/")[0])
        with redis.Redis(port=port) as client, pytest.raises(redis.AuthenticationError):
            client.ping()


def test_only_one_may_use_the_data(folder: Path) -> None:
    with (
        services.services("probe", durable=False),
        pytest.raises(LauncherError, match="runs in this folder"),
        services.services("probe", durable=False),
    ):
        pass


def test_given_addresses_are_used_as_they_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/x")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example/0")

    with services.services("probe", durable=False) as running:
        assert running.children == []
        assert running.environment["DATABASE_URL"] == "postgresql://db.example/x"


def test_server_of_a_killed_run_is_stopped_first(folder: Path) -> None:
    left_behind = Postgres("pg", durable=True).start()
    # Somebody must wait for it, or it stays a zombie as it would under a PID 1 that reaps nothing.
    reaper = threading.Thread(target=left_behind.process.wait)
    reaper.start()

    server = Postgres("pg", durable=True)
    child = server.start()
    reaper.join(30)

    assert left_behind.exit_code == 0
    with psycopg.connect(server.url()) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)
    child.stop()


def test_server_starts_again_after_a_crash(folder: Path) -> None:
    child = Postgres("pg", durable=True).start()
    os.kill(child.process.pid, signal.SIGKILL)
    assert wait_until(lambda: child.exit_code is not None, 10)

    again = Postgres("pg", durable=True).start()

    assert again.exit_code is None
    again.stop()


def test_data_of_another_release_is_kept_aside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Postgres("pg", durable=False)
    server.start().stop()
    (server.data / "PG_VERSION").write_text("9\n")

    server.start().stop()

    assert [path.name[:7] for path in server.home.glob("data-*")] == ["data-9-"]
    assert "made by another PostgreSQL release" in capsys.readouterr().out


def test_data_of_a_removed_checkout_are_kept_aside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Postgres("pg", durable=False)
    server.start().stop()
    (folder / "secrets" / "pg-password").unlink()

    server.start().stop()

    assert len(list(server.home.glob("data-1*"))) == 1
    assert "of a checkout whose var/ was removed" in capsys.readouterr().out


def test_wrong_password_is_said(folder: Path) -> None:
    server = Postgres("pg", durable=False)
    server.start().stop()
    (folder / "secrets" / "pg-password").write_text("another")

    with pytest.raises(LauncherError, match="Remove that folder to begin with an empty database"):
        server.start()


def test_valkey_starts_again_after_a_crash(folder: Path) -> None:
    child = Valkey("vk", durable=True).start()
    child.process.kill()
    child.process.wait(10)

    again = Valkey("vk", durable=True).start()

    assert again.exit_code is None
    again.stop()


def test_tests_copy_a_database_that_is_migrated_once(folder: Path) -> None:
    migrated: list[str] = []

    def migrate(url: str) -> None:
        migrated.append(url)
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("CREATE TABLE made (by text)")

    with services.services("probe", durable=False) as running:
        assert running.postgres is not None
        url_of = running.postgres.url
        with psycopg.connect(url_of(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE template_of_other_migrations")
            name = template.ensure(url_of(), url_of, migrate)
            assert template.ensure(url_of(), url_of, migrate) == name
            admin.execute(f"CREATE DATABASE copy TEMPLATE {name}")
            found = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'template_%'")
            names = {row[0] for row in found.fetchall()}
        with psycopg.connect(url_of("copy")) as copy:
            assert copy.execute("SELECT count(*) FROM made").fetchone() == (0,)

    assert migrated == [url_of(f"{name}_part")]
    assert names == {"template0", "template1", name}


def test_a_template_that_was_not_finished_is_made_anew(folder: Path) -> None:
    def fail(_url: str) -> None:
        raise LauncherError("the migrations failed")

    with services.services("probe", durable=False) as running:
        assert running.postgres is not None
        url_of = running.postgres.url
        with pytest.raises(LauncherError, match="the migrations failed"):
            template.ensure(url_of(), url_of, fail)
        assert template.ensure(url_of(), url_of, lambda _url: None).startswith("template_")

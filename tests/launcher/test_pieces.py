"""The pieces of the launcher that need no service."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher import assets, checks, install, keys, postgres, processes, supervisor, verbs
from launcher.console import LauncherError
from launcher.processes import Child, free_port, is_taken, wait_until


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOGS", tmp_path / "log")
    monkeypatch.setattr(keys, "SECRETS", tmp_path / "secrets")


def child(name: str, code: str, **options: object) -> Child:
    return Child(name, [sys.executable, "-c", code], os.environ, **options)


def test_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = keys.secret("key")

    assert keys.secret("key") == first
    assert keys.secret("other") != first
    assert len(first) == 43
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "secrets" / "key").stat().st_mode) == 0o600


def test_secret_that_a_crash_left_empty_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "key").touch()

    assert len(keys.secret("key")) == 43


def test_free_port_is_free_and_a_used_one_is_taken() -> None:
    port = free_port()
    assert not is_taken(port)

    with socket.create_server(("127.0.0.1", port)):
        assert is_taken(port)


def test_taken_port_is_refused_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(LauncherError, match="run --port 8001"),
    ):
        verbs.run(["--port", str(server.getsockname()[1])])


def test_child_stops_when_asked() -> None:
    running = child("sleeper", "import time; time.sleep(60)")

    running.stop()

    assert running.exit_code == -signal.SIGTERM


def test_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('deaf', flush=True); time.sleep(60)"
    )
    running = child("deaf", code, patience=0.2)
    assert wait_until(lambda: "deaf" in running.last_words(), 10)

    running.stop()

    assert running.exit_code == -signal.SIGKILL


def test_child_reads_its_settings_from_standard_input() -> None:
    running = child("reader", "import sys; print(sys.stdin.read())", config=b"password")
    running.process.wait(10)

    assert running.last_words() == "password"


def test_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_LIMIT", 3)
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "one.log").write_text("long")

    child("one", "print('new')").process.wait(10)

    assert (tmp_path / "log" / "one.old.log").read_text() == "long"
    assert (tmp_path / "log" / "one.log").read_text() == "new\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_child_dies_with_a_killed_launcher(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time; from launcher import processes;"
        f"processes.LOGS = pathlib.Path({str(tmp_path)!r});"
        "child = processes.Child('c', [sys.executable, '-c', 'import time; time.sleep(60)'],"
        " os.environ); print(child.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as launcher:
        assert launcher.stdout
        pid = int(launcher.stdout.readline())
        launcher.kill()

    assert wait_until(lambda: _is_gone(pid), 10)


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_wait_until_gives_up() -> None:
    started = time.monotonic()

    assert not wait_until(lambda: False, 0.1, 0.01)
    assert time.monotonic() - started < 5


def test_dead_child_stops_everything_with_its_last_words() -> None:
    dead = child("web", "import sys; print('no such table'); sys.exit(3)")
    dead.process.wait(10)

    with pytest.raises(
        LauncherError, match=r"web stopped by itself with code 3(.|\n)*no such table"
    ):
        supervisor.watch([dead])


def test_first_signal_stops_and_later_ones_do_not() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(supervisor.Stopped):
        _stop_twice()

    assert signal.getsignal(signal.SIGTERM) == before


def _stop_twice() -> None:
    with supervisor.stop_signals():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [([], False), (["tests"], False), (["-n", "4"], True), (["-n0"], True), (["--pdb"], True)],
)
def test_workers_are_added_unless_named(arguments: list[str], named: bool) -> None:
    assert verbs._names_workers(arguments) == named


def test_pip_settings_are_read_for_tools_that_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = mirror.example/simple\ncert = /some/bundle\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.setenv("PIP_CERT", "/another/bundle")

    settings = install.pip_settings(install.pip_python())

    assert settings["index-url"] == "mirror.example/simple"
    assert settings["cert"] == "/another/bundle"


def test_unwritable_home_gets_caches_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")

    install.use_own_caches()

    assert os.environ["UV_CACHE_DIR"] == str(install.VAR / "cache" / "uv")


def test_vendored_files_lose_the_names_of_source_maps(tmp_path: Path) -> None:
    vendor = {"a/a.css": "pkg/a.min.css", "a/a.js": "pkg/a.min.js", "a/f.woff2": "pkg/f.woff2"}
    (tmp_path / "package.json").write_text(json.dumps({"perennial": {"vendor": vendor}}))
    (tmp_path / "package-lock.json").write_text("{}")
    package = tmp_path / "node_modules" / "pkg"
    package.mkdir(parents=True)
    (package / "a.min.css").write_text("b{}\n/*# sourceMappingURL=a.min.css.map */\n")
    (package / "a.min.js").write_text("f();\n//# sourceMappingURL=a.min.js.map")
    (package / "f.woff2").write_bytes(b"\x00font")

    assets.copy_assets(tmp_path)

    copied = tmp_path / "static" / "vendor" / "a"
    assert (copied / "a.css").read_text() == "b{}\n"
    assert (copied / "a.js").read_text() == "f();\n"
    assert (copied / "f.woff2").read_bytes() == b"\x00font"


def test_missing_vendored_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"perennial": {"vendor": {"a.js": "pkg/gone.js"}}}')

    with pytest.raises(LauncherError, match=r"pkg/gone\.js"):
        assets.copy_assets(tmp_path)


def test_pid_of_another_process_is_not_taken_for_the_server(tmp_path: Path) -> None:
    assert postgres._state_of_server(os.getpid(), tmp_path) is None
    assert postgres._state_of_server(2**22 + 1, tmp_path) is None


def test_check_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.check(["spelling"]) == 2
    assert "there is no check `spelling`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "lines", "is_fine"),
    [
        ("candidates/people.py", 400, True),
        ("candidates/people.py", 401, False),
        ("tests/candidates/test_people.py", 401, False),
        ("dev.py", 401, False),
        ("candidates/migrations/0001_initial.py", 401, True),
        ("var/postgres/script.py", 401, True),
        (".venv/lib/package.py", 401, True),
    ],
)
def test_a_file_that_is_too_long_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    lines: int,
    is_fine: bool,
) -> None:
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text("pass\n" * lines)

    assert checks.files_can_be_read_in_one_go() == is_fine
    told = "" if is_fine else f"{place}: 401 lines, 400 at most: split it by noun\n"
    assert capsys.readouterr().out == told


@pytest.mark.parametrize("arguments", [[], ["dance"]])
def test_command_line_without_a_verb_says_what_there_is(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "dev.py", *arguments],
        cwd=checks.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "run" in done.stdout + done.stderr

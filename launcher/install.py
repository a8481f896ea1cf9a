"""The virtual environment: hashed requirements, installed by uv where it can be had, else by pip.

Only pip of the machine is assumed. The environment is made without pip of its own: that is quicker,
and a Debian without python3-venv cannot do it otherwise.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher.console import LauncherError, say
from launcher.paths import BIN, REQUIREMENTS, ROOT, VAR, VENV

STAMP = VENV / ".installed"
UV = VENV / "uv"


def ensure_environment(requirements: str) -> None:
    """Make `.venv` and install `requirements` ("local" or "dev"), unless that has been done.

    "dev" holds everything that "local" does, so an environment that has it is kept as it is.
    """
    installed = STAMP.read_text() if STAMP.exists() and _works(BIN / "python") else ""
    if installed in {_stamp(requirements), _stamp("dev")}:
        return
    if not _works(BIN / "python"):
        say("making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
    STAMP.unlink(missing_ok=True)
    say("installing the Python packages")
    install([], REQUIREMENTS / f"{requirements}.txt")
    STAMP.write_text(_stamp(requirements))
    say("Python packages ready")


def install(target: list[str], requirements: Path, python: Path = BIN / "python") -> None:
    """Install a hashed requirement file into the environment of `python`."""
    if _install_with_uv(target, requirements, python):
        return
    say("installing with pip, which takes longer")
    pip = [pip_python(), "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    done = subprocess.run(
        [*pip, "install", "-q", *target, "--require-hashes", "-r", str(requirements)], check=False
    )
    if done.returncode:
        raise LauncherError(
            f"the packages of {requirements.name} could not be installed; pip says why"
        )


def pip_python() -> str:
    """Return an interpreter that has pip: this one, or the one `.venv` was made from."""
    for python in (sys.executable, getattr(sys, "_base_executable", ""), shutil.which("python3")):
        if python and _runs([python, "-m", "pip", "--version"]):
            return python
    raise LauncherError(
        "pip is needed: `python3 -m pip` does not answer (Debian: apt install python3-pip)"
    )


def pip_settings(python: str) -> dict[str, str]:
    """Return what the user told pip about its index, for tools that do not read pip's settings."""
    listing = subprocess.run(
        [python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    settings: dict[str, str] = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        settings[name.rsplit(".", 1)[-1].strip()] = value.strip().strip("'\"")
    for name in ("index-url", "cert"):
        if given := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            settings[name] = given
    return settings


def use_own_caches() -> None:
    """Move the caches of pip, uv and npm under `var/` where the home folder cannot be written."""
    home = Path(os.environ.get("HOME") or "/nonexistent")
    if os.access(home, os.W_OK):
        return
    caches = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}
    for variable, name in caches.items():
        os.environ.setdefault(variable, str(VAR / "cache" / name))


def _install_with_uv(target: list[str], requirements: Path, python: Path) -> bool:
    if os.environ.get("DEV_NO_UV"):
        return False
    pip = pip_python()
    settings = pip_settings(pip)
    environment = {
        **os.environ,
        "UV_SYSTEM_CERTS": "1",
        "UV_NATIVE_TLS": "1",  # the older name of the line above
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "copy" if _on_other_disk() else "hardlink",
    }
    # uv reads none of pip's settings. Extra indexes are left out on purpose: uv takes the first
    # index that knows a name, and would downgrade to what a small local index holds.
    if "index-url" in settings:
        environment.setdefault("UV_DEFAULT_INDEX", settings["index-url"])
    if "cert" in settings:
        environment.setdefault("SSL_CERT_FILE", settings["cert"])
    if not (UV / "bin" / "uv").exists():
        fetch = [pip, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        fetch += ["--target", str(UV), "--require-hashes", "--only-binary", ":all:"]
        if not _runs([*fetch, "-r", str(REQUIREMENTS / "uv.txt")]):
            return False
    command = [str(UV / "bin" / "uv"), "pip", "install", "-q", "--python", str(python), *target]
    command += ["--require-hashes", "-r", str(requirements)]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def _on_other_disk() -> bool:
    """Whether uv's cache lies on another disk than `.venv`, where a hard link cannot reach."""
    home = Path(os.environ.get("HOME") or "/")
    cache = Path(os.environ.get("UV_CACHE_DIR") or home / ".cache")
    while not cache.exists():
        cache = cache.parent
    return cache.stat().st_dev != VENV.stat().st_dev


def _stamp(requirements: str) -> str:
    locked = (REQUIREMENTS / f"{requirements}.txt").read_bytes()
    # An environment holds absolute paths: a moved checkout needs a new one.
    return hashlib.sha256(locked + str(ROOT).encode()).hexdigest()


def _works(python: Path) -> bool:
    return python.exists() and _runs([str(python), "-c", ""])


def _runs(command: list[str]) -> bool:
    with contextlib.suppress(OSError):
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    return False

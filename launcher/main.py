"""From a command line to one of the launcher's verbs.

The first process runs on any Python and makes `.venv`; it then replaces itself by the Python of
`.venv`, which starts services. The verbs are imported only there, for they need installed packages.
"""

import os
import sys

from launcher import assets, install
from launcher.console import LauncherError, say, started
from launcher.paths import BIN, ROOT, VENV

VERBS = {"run", "test", "check", "fix", "bench", "assets", "shell", "setup"}


def main(arguments: list[str], usage: str) -> int:
    """Do what the command line asks. Returns the exit code."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage.strip())
        return 0 if arguments else 2
    verb, *rest = arguments
    if verb not in VERBS:
        print(f"error: `{verb}` is not one of {', '.join(sorted(VERBS))}", file=sys.stderr)
        return 2
    try:
        return _do(verb, rest)
    except LauncherError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _do(verb: str, rest: list[str]) -> int:
    install.use_own_caches()
    # Common in container images; without its caches every process compiles 1,600 modules again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if verb == "assets":
        assets.STAMP.unlink(missing_ok=True)
        assets.ensure_assets()
        return 0
    if not os.environ.get("LAUNCHER_INSIDE"):
        install.ensure_environment("local" if verb in {"run", "shell"} else "dev")
        if verb in {"run", "test", "bench", "setup"}:
            assets.ensure_assets()
        os.environ |= {"LAUNCHER_INSIDE": str(VENV), "LAUNCHER_STARTED": str(started())}
        os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        os.environ.pop("PYTHONHOME", None)
        python = str(BIN / "python")
        os.execv(python, [python, str(ROOT / "dev.py"), verb, *rest])
    del os.environ["LAUNCHER_INSIDE"]  # a dev.py that a child starts begins at the beginning
    from launcher import verbs

    if verb == "setup":
        say("ready")
        return 0
    return verbs.do(verb, rest)

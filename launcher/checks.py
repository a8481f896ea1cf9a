"""`dev.py check` and `dev.py fix`: everything a machine can say without running the product."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from launcher.console import say
from launcher.paths import BIN, REQUIREMENTS, ROOT

ADDRESS = re.compile(r"://|--(?:index|extra-index|find)-")  # whatever the scheme
LONGEST = 400  # lines of a Python file: what is longer is split by noun
NOT_OURS = {"node_modules", "static", "var"}
# What Django needs to load its settings; nothing connects to these.
SETTINGS = {
    "SECRET_KEY": "only-for-checks-" + "x" * 50,
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
PRODUCTION = {
    **SETTINGS,
    "SECRET_KEY": "Kd8fWm2Zq7Rt5Yb1Nc6Xv9Ls4Pg3Hj0Ua8Ei6Ow2Tz5Mk7Bd1Fr",
    "DEBUG": "0",
    "BASE_URL": "https://recruiting.larkspur-tidal.example",
    "ALLOWED_HOSTS": "recruiting.larkspur-tidal.example",
}


def check(arguments: list[str]) -> int:
    """Run every check and tell at the end which ones failed. Arguments name single checks."""
    wanted = arguments or list(CHECKS)
    failed = []
    for name in wanted:
        if name not in CHECKS:
            say(f"there is no check `{name}`; there are: {', '.join(CHECKS)}")
            return 2
        say(f"check: {name}")
        if not CHECKS[name]():
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def fix(arguments: list[str]) -> int:
    """Mend and format what can be mended by machine."""
    _tool("ruff", "check", "--fix", "--quiet", ".")
    _tool("ruff", "format", "--quiet", ".")
    _tool("djade", "--target-version", "5.2", *_templates())
    return 0


def lock_files_name_no_address() -> bool:
    """Whether the lock files work with any index: hashes pin the content, addresses pin a host."""
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in sorted(REQUIREMENTS.glob("*.txt"))
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if ADDRESS.search(line)
    ]
    found += [
        f'{lock.relative_to(ROOT)}: has "resolved" lines; the .npmrc beside it leaves them out'
        for lock in (ROOT / "package-lock.json", ROOT / "launcher/browser_npm/package-lock.json")
        if '"resolved"' in lock.read_text()
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return not found


def files_can_be_read_in_one_go() -> bool:
    """Whether no Python file of ours is too long. Django writes the migrations."""
    ours = [
        folder
        for folder in ROOT.iterdir()
        if folder.is_dir() and folder.name not in NOT_OURS and not folder.name.startswith(".")
    ]
    files = [*ROOT.glob("*.py"), *(file for folder in ours for file in folder.rglob("*.py"))]
    found = [
        f"{file.relative_to(ROOT)}: {lines} lines, {LONGEST} at most: split it by noun"
        for file in sorted(files)
        if "migrations" not in file.parts and (lines := _lines_of(file)) > LONGEST
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return not found


def _lines_of(file: Path) -> int:
    return len(file.read_text().splitlines())


def _templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def _tool(name: str, *arguments: str, environment: dict[str, str] | None = None) -> bool:
    command = [str(BIN / name), *arguments]
    inherited = os.environ | {"DEBUG": "0"} | (environment or SETTINGS)
    inherited.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    return subprocess.run(command, cwd=ROOT, env=inherited, check=False).returncode == 0


def _manage(*arguments: str, environment: dict[str, str]) -> bool:
    quiet = "ignore:Got an error checking:RuntimeWarning"  # there is no database to ask
    return _tool("python", "-W", quiet, "manage.py", *arguments, environment=environment)


CHECKS: dict[str, Callable[[], bool]] = {
    "locks": lock_files_name_no_address,
    "length": files_can_be_read_in_one_go,
    "lint": lambda: _tool("ruff", "check", "."),
    "format": lambda: _tool("ruff", "format", "--check", "."),
    "types": lambda: _tool("mypy"),
    "imports": lambda: _tool("lint-imports"),
    "templates": lambda: _tool("djade", "--check", "--target-version", "5.2", *_templates()),
    "html": lambda: _tool("djlint", "--lint", "--quiet", "templates"),
    "migrations": lambda: _manage("makemigrations", "--check", "--dry-run", environment=SETTINGS),
    "deploy": lambda: _manage(
        "check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION
    ),
}

"""Front-end files: what package.json pins is copied into `static/vendor/`, and nothing else.

`python -m launcher.assets` copies from a `node_modules/` that stands here already: the image build.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

from launcher import node
from launcher.console import LauncherError, say
from launcher.paths import ROOT

VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
# The maps are not copied, and a manifest storage refuses a file that names a missing one.
SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")


def ensure_assets() -> None:
    """Fetch and copy the front-end files, unless those of this lock file are there."""
    if STAMP.exists() and STAMP.read_text() == _stamp():
        return
    say("fetching the front-end files")
    node.install_locked(ROOT)
    copy_assets()
    say("front-end files ready")


def copy_assets(root: Path = ROOT) -> None:
    """Copy the files that package.json names from `node_modules/` into `static/vendor/`."""
    wanted: dict[str, str] = json.loads((root / "package.json").read_text())["perennial"]["vendor"]
    vendor, modules = root / "static" / "vendor", root / "node_modules"
    part = vendor.with_name("vendor.part")
    shutil.rmtree(part, ignore_errors=True)
    for name, source in wanted.items():
        if not (modules / source).is_file():
            raise LauncherError(f"package.json asks for {source}, which no installed package holds")
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (modules / source).read_bytes()
        if target.suffix in {".css", ".js"}:
            content = SOURCE_MAP.sub(b"\n", content)
        target.write_bytes(content)
    (part / ".stamp").write_text(_stamp(root))
    shutil.rmtree(vendor, ignore_errors=True)
    part.rename(vendor)


def _stamp(root: Path = ROOT) -> str:
    files = (root / "package.json", root / "package-lock.json")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    copy_assets()

"""The lock files: every package pinned by hashes, no address of any index."""

import re
import subprocess
from pathlib import Path

import pytest

from launcher import checks

REQUIREMENTS = checks.ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
WISHES = sorted(REQUIREMENTS.glob("*.in"))


def test_each_wish_has_a_lock() -> None:
    assert [file.stem for file in WISHES] == [file.stem for file in LOCKS]


def test_no_lock_names_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.lock_files_name_no_address(), capsys.readouterr().out


@pytest.mark.parametrize("scheme", ["http", "https", "file", "git+ssh"])
def test_an_address_would_be_seen(scheme: str) -> None:
    assert checks.ADDRESS.search(f"x @ {scheme}://a.b/c")


@pytest.mark.parametrize("option", ["index-url", "extra-index-url", "find-links"])
def test_an_option_that_names_an_index_would_be_seen(option: str) -> None:
    assert checks.ADDRESS.search(f"--{option} mirror")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_each_pin_has_a_hash(lock: Path) -> None:
    pins = re.split(r"\n(?=\S)", lock.read_text())
    packages = [pin for pin in pins if "==" in pin.splitlines()[0]]

    assert [pin.splitlines()[0] for pin in packages if "--hash=sha256:" not in pin] == []
    assert packages


@pytest.mark.parametrize("wish", WISHES, ids=lambda path: path.stem)
def test_each_wish_is_in_its_lock_and_says_why(wish: Path) -> None:
    locked = wish.with_suffix(".txt").read_text()
    lines = [line for line in wish.read_text().splitlines() if line and line[0] not in "#-"]
    names = {re.split(r"[\[<>=~ ;#]", line)[0].lower().replace("_", "-") for line in lines}

    assert {name for name in names if not re.search(rf"^{name}==", locked, re.MULTILINE)} == set()
    assert [line for line in lines if "#" not in line] == []


@pytest.mark.parametrize("wider", ["local", "dev"])
def test_wider_sets_agree_with_production(wider: str) -> None:
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"^(\S+==\S+)", (REQUIREMENTS / f"{name}.txt").read_text(), re.MULTILINE)
        )

    assert pins("base") - pins(wider) == set()


def test_no_other_kind_of_lock_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "uv.lock", "pylock*.toml", "poetry.lock", "yarn.lock"],
        cwd=checks.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert tracked.stdout == ""

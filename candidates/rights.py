"""The words in which a model says what an erasure does with it and what a person may read of it.

They stand in the declarations of `candidates.person_data`, beside what a merge does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Delete:
    """The rows go, and the files that they name."""


@dataclass(frozen=True)
class Scrub:
    """The rows stay, with these values instead of what was theirs."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Forget:
    """`forget(people)` takes out what is theirs and returns how many rows that were.

    people: the keys of the person's record and of those merged into it.
    """

    forget: Callable[[list[int]], int]


@dataclass(frozen=True)
class Keep:
    """The rows need nothing done to them, for this reason."""

    reason: str


EraseRule = Delete | Scrub | Forget | Keep


@dataclass(frozen=True)
class Show:
    """What the person reads of the rows: columns or paths, each with its label, in order.

    left_out: columns that say nothing more about them, each with its reason.
    words: for columns that hold codes, what turns a value into words.
    as_sent: columns that the person got in these very words, so nothing in them is blacked out.
    file: the column with a file that is handed over as well.
    """

    title: str
    columns: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    as_sent: frozenset[str] = frozenset()
    file: str = ""


@dataclass(frozen=True)
class Withhold:
    """Nothing of the rows is handed over, for this reason."""

    reason: str


ExportRule = Show | Withhold

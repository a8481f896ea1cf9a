"""Every spelling of every skill, found in one pass over a text (Aho and Corasick)."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import ahocorasick

NEAR = 60  # letters between an ambiguous spelling and one that says what it means
_KEPT = "+#.&/_"  # as in `candidates.skills.normalise`
_PARTS = " /&"  # what may stand beside a skill: “Python/Django”


@dataclass(frozen=True)
class Spelling:
    """One way to write a skill, normalised. Ambiguous: “Go”, “R”, “C”."""

    normal: str
    skill_id: int
    family: str
    is_ambiguous: bool


@dataclass(frozen=True)
class Hit:
    skill_id: int
    start: int
    end: int


class Spellings:
    """The spellings, ready to be looked for. Building takes a moment, looking hardly any."""

    def __init__(self, known: Iterable[Spelling]) -> None:
        self._automaton = ahocorasick.Automaton()
        for spelling in known:
            self._automaton.add_word(spelling.normal, spelling)
        self._is_empty = len(self._automaton) == 0
        if not self._is_empty:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Hit]:
        """Return the first place of each skill in a text, in reading order.

        Whole words only, the longest spelling at each place. An ambiguous one counts with a capital
        and near an unambiguous one of the same family.
        """
        if self._is_empty:
            return []
        folded = _Folded(text)
        matches = _apart(self._matches(folded.compact))
        clear = [match for match in matches if not match[2].is_ambiguous]
        first: dict[int, Hit] = {}
        for start, end, spelling in matches:
            place = folded.place(start, end)
            if spelling.is_ambiguous and not (
                text[place[0]].isupper() and _has_neighbour(start, end, spelling.family, clear)
            ):
                continue
            first.setdefault(spelling.skill_id, Hit(spelling.skill_id, *place))
        return list(first.values())

    def _matches(self, compact: str) -> Iterator[tuple[int, int, Spelling]]:
        for last, spelling in self._automaton.iter(compact):
            start, end = last - len(spelling.normal) + 1, last + 1
            if (start == 0 or compact[start - 1] in _PARTS) and _ends(compact, end):
                yield start, end, spelling


class _Folded:
    """A text in the form of normalised spellings, that knows where each letter came from."""

    def __init__(self, text: str) -> None:
        letters = [_fold(letter) for letter in text]
        wide = "".join(letters)
        self._origins = None
        if len(wide) != len(text):
            self._origins = [0, *accumulate(map(len, letters))]
        words = list(re.finditer(r"[^ ]+", wide))
        self.compact = " ".join(word[0] for word in words)
        self._starts = [word.start() for word in words]
        self._compact_starts = [0, *accumulate(len(word[0]) + 1 for word in words)]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the compact form stands in the text."""
        return self._origin(start), self._origin(end - 1) + 1

    def _origin(self, at: int) -> int:
        word = bisect_right(self._compact_starts, at) - 1
        wide = self._starts[word] + at - self._compact_starts[word]
        return wide if self._origins is None else bisect_right(self._origins, wide) - 1


@lru_cache(maxsize=4096)
def _fold(letter: str) -> str:
    """Return a letter without width, case and accents; what parts words becomes a space."""
    plain = unicodedata.normalize("NFKD", letter).casefold()
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    if letter and not plain:
        return ""
    return "".join(part if part.isalnum() or part in _KEPT else " " for part in plain)


def _ends(compact: str, end: int) -> bool:
    """Does a word end here? A full stop at the end of a sentence does not belong to it."""
    rest = compact[end : end + 2]
    return not rest or rest[0] in _PARTS or (rest[0] == "." and rest[1:] in {"", " "})


def _apart(matches: Iterable[tuple[int, int, Spelling]]) -> list[tuple[int, int, Spelling]]:
    """Of matches that overlap keep the longest, in reading order."""
    kept: list[tuple[int, int, Spelling]] = []
    for match in sorted(matches, key=lambda m: (m[0], -m[1])):
        if kept and match[0] < kept[-1][1]:
            continue
        kept.append(match)
    return kept


def _has_neighbour(
    start: int, end: int, family: str, clear: list[tuple[int, int, Spelling]]
) -> bool:
    return bool(family) and any(
        spelling.family == family and max(other_start - end, start - other_end) <= NEAR
        for other_start, other_end, spelling in clear
    )

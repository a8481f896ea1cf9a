"""Notes hygiene: which words of a note say more about the person than about their work (P-26).

A hint, never a block: the colleague decides. Pure: no database, and nothing keeps the text.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from candidates.hygiene_words import HARMLESS, WORDS

ADVICE = {
    "health": (
        "health",
        "Write what it means for the work, in their words: “available from May”.",
    ),
    "pregnancy": (
        "pregnancy or parental leave",
        "It must not count. If dates matter, write the dates: “can start in September”.",
    ),
    "religion": (
        "religion",
        "It must not count. If hours matter, write the hours they asked for.",
    ),
    "age": (
        "age",
        "Write what they have done and can do: “twelve years with high voltage”.",
    ),
    "family": (
        "family",
        "Write what they asked for: “prefers day shifts”, “cannot move before summer”.",
    ),
    "ethnicity": (
        "origin or ethnicity",
        "It must not count. A right to work or a language the job needs may be written as such.",
    ),
}
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "ـ": "", "’": "'", "‘": "'"})
_PREFIX = "[وف]?(?:ال|لل|[بلك](?:ال)?)?"


@dataclass(frozen=True)
class Hint:
    """`word` as it stands in the text; `kind`: a key of ADVICE."""

    kind: str
    word: str

    @property
    def about(self) -> str:
        return ADVICE[self.kind][0]

    @property
    def advice(self) -> str:
        return ADVICE[self.kind][1]


def hints(text: str) -> list[Hint]:
    """Return what may be said better, in the order of the text; each word once."""
    folded, origin = _fold(text)
    folded = _harmless().sub(lambda match: " " * len(match.group()), folded)
    found = sorted(
        (match.start(), match.end(), kind)
        for kind, pattern in _patterns().items()
        for match in pattern.finditer(folded)
    )
    words = [
        Hint(kind, text[origin[start] : origin[end - 1] + 1])
        for start, end, kind in found
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in found)
    ]
    return list({(hint.kind, hint.word.casefold()): hint for hint in reversed(words)}.values())[
        ::-1
    ]


def kinds(text: str) -> str:
    """Return what the hints are about, for the audit trail: never a word of the text."""
    return ", ".join(sorted({hint.kind for hint in hints(text)}))


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text without case and accents, and for each letter of it its place in `text`."""
    letters: list[str] = []
    origin: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter).casefold().translate(_SAME):
            if not unicodedata.combining(part):
                letters.append(part)
                origin.append(place)
    return "".join(letters), origin


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {kind: _compile(words) for kind, words in WORDS.items()}


@cache
def _harmless() -> re.Pattern[str]:
    return _compile(HARMLESS)


def _compile(words: str) -> re.Pattern[str]:
    lines = [line for line in words.splitlines() if line]
    # The longest first, so that “single mother” is one hint and not two.
    each = sorted((_as_pattern(line) for line in lines), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def _as_pattern(line: str) -> str:
    escaped = re.escape(_fold(line)[0])
    for mark, meaning in ((r"\*", r"\w*"), (r"\#", r"\d+"), (r"\ ", r"\s+")):
        escaped = escaped.replace(mark, meaning)
    return f"{_PREFIX}{escaped}" if _ARABIC.search(line) else escaped

"""What a reader sees, and apart from it what only software would read."""

import re
import unicodedata
from dataclasses import dataclass, field

MOST_TEXT = 300_000  # letters; a CV of thirty full pages has about 100,000
MOST_HIDDEN = 200  # passages
HIDDEN_LENGTH = 2_000

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Characters without a body: they part or join nothing a reader sees, or turn the line around.
_BODILESS = re.compile("[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]")
_JOINERS = re.compile("(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")  # a second alphabet that no font shows
_MANY_LINES = re.compile(r"\n[ \t]*\n\s*\n")
_LIGATURES = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]")


class Refused(Exception):  # noqa: N818  # it is an answer
    """This file is not read. `code` says why; `reader` has the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Reading:
    """The text of a file as it grows: pages parted by form feeds, hidden passages by place."""

    text: list[str] = field(default_factory=list)
    length: int = 0
    hidden: list[tuple[int, str]] = field(default_factory=list)
    pages: int | None = None
    holds: set[str] = field(default_factory=set)  # what the original has besides text
    tail: str = ""

    @property
    def is_full(self) -> bool:
        return self.length >= MOST_TEXT

    def add(self, words: str, *, hidden: bool = False) -> None:
        """Add what comes next in reading order."""
        words = _MANY_LINES.sub("\n\n", words.replace("\r\n", "\n").replace("\r", "\n"))
        for tags in _TAGS.findall(words):
            self._hide("".join(chr(ord(char) - 0xE0000) for char in tags))
        words = _tidy(words)
        if hidden:
            self._hide(words)
        elif not self.is_full:
            self._show(words)

    def line_end(self) -> None:
        self._hide("\n")
        if self.tail and not self.tail.endswith(("\n", "\f")):
            self._show("\n")

    def page_end(self) -> None:
        if self.tail and not self.tail.endswith("\f"):
            self._show("\f")

    def _show(self, words: str) -> None:
        words = words[: MOST_TEXT - self.length]
        if words:
            self.text.append(words)
            self.length += len(words)
            self.tail = (self.tail + words)[-2:]

    def _hide(self, words: str) -> None:
        words = words[:HIDDEN_LENGTH]
        follows = bool(self.hidden) and self.hidden[-1][0] == self.length
        if not words.strip() and not follows:
            return
        if follows:
            before = self.hidden[-1][1]
            self.hidden[-1] = (self.length, f"{before}{words}"[:HIDDEN_LENGTH])
        elif len(self.hidden) < MOST_HIDDEN:
            self.hidden.append((self.length, words))

    def as_json(self) -> dict[str, object]:
        return {
            "text": "".join(self.text),
            "hidden": [[place, " ".join(words.split())] for place, words in self.hidden],
            "pages": self.pages,
            "holds": sorted(self.holds),
        }


def _tidy(words: str) -> str:
    """Return words without what cannot be seen or stored; ligatures as letters, the rest in NFC."""
    words = _TAGS.sub("", words)
    words = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), words)
    words = _JOINERS.sub("", _BODILESS.sub("", _CONTROLS.sub("", words)))
    return unicodedata.normalize("NFC", words)

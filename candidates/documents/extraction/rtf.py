"""The text of an RTF: what a reader sees, without pictures, objects and field codes.

Code pages, fonts and special characters are striprtf's business. Before it sees the file, one pass
over it takes out what is no text, bounds its depth, and puts what a reader does not see between two
marks. Marks of a group are balanced, so a group that striprtf drops takes none of them along.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from striprtf.striprtf import rtf_to_text

from candidates.documents.extraction.text import Reading, Refused

MOST_DEPTH = 200
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-fA-F]{2}|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.DOTALL,
)
# No code page has these two, and a file that names them by number is not given them.
_HIDE, _SHOW = "\ufdd0", "\ufdd1"
_NOTHING = "\\pard "  # parts words as a control word does, and prints nothing
_DROPPED = {
    "pict", "nonshppict", "objdata", "objclass", "objname", "fldinst", "datastore", "themedata",
    "colorschememapping", "fontemb", "fontfile", "info", "template", "annotation", "atnid",
    "atnauthor", "userprops", "bkmkstart", "bkmkend",
}  # fmt: skip
_SHOWN = {
    "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
    "footnote", "shp", "shpinst", "shptxt",
}  # fmt: skip
_OBJECTS = {"object", "objdata", "objemb", "objlink", "objocx"}
_FILLS = {"highlight", "cb", "chcbpat", "cbpat"}
_FETCHES = re.compile(r"INCLUDEPICTURE|INCLUDETEXT|\bLINK\b|\bDDE", re.IGNORECASE)
_TINY = 5  # half points
_PALE = 0xF0  # of each colour


def read(content: bytes) -> Reading:
    """Return the text. Raises Refused."""
    if b"%PDF-" in content[:1024] or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("two_formats")
    if not re.match(rb"\{\\rtf\d*[\\{ \r\n]", content):
        raise Refused("broken")
    reading = Reading()
    marked = "".join(_Pass(content.decode("latin-1"), reading).tokens())
    try:
        text: str = rtf_to_text(marked, errors="replace")  # type: ignore[no-untyped-call]  # no types
    except (ValueError, OverflowError, LookupError, TypeError):
        raise Refused("broken") from None
    is_hidden = False
    for part in re.split(f"([{_HIDE}{_SHOW}\f])", text):
        if part == "\f":
            reading.page_end()
        elif part in {_HIDE, _SHOW}:
            is_hidden = part == _HIDE
        else:
            reading.add(part, hidden=is_hidden)
    return reading


@dataclass
class _Look:
    """What a group says about its text. A group inside begins with the same."""

    vanishes: bool = False
    deleted: bool = False
    colour: int = 0
    size: int = 24
    fills: dict[str, int] = field(default_factory=dict)
    place: str = ""  # the destination, where its words matter


class _Pass:
    """One walk through the tokens of a file."""

    def __init__(self, text: str, reading: Reading) -> None:
        self.text, self.reading = text, reading
        self.look = _Look()
        self.stack: list[tuple[_Look, bool]] = []
        self.is_hidden = self.has_star = False
        self.colours: list[list[int]] = [[]]

    def tokens(self) -> Iterator[str]:
        """Give what striprtf shall see. Raises Refused: no program nests that deep."""
        at = 0
        while found := _TOKEN.match(self.text, at):
            word, number, _, brace, _ = found.groups()
            skipped = max(int(number or 0), 0) if word == "bin" else 0  # bytes that are no RTF
            at = found.end() + skipped
            if brace == "{":
                yield self._open()
            elif brace and self.stack:
                yield self._close()
            elif word != "bin":
                yield self._inside(found)
            if not self.stack:
                return

    def _inside(self, found: re.Match[str]) -> str:
        word, number, symbol, _, words = found.groups()
        if word:
            return self._word(found[0], word, None if number is None else int(number))
        if words is not None:
            return self._words(words)
        if symbol == "*":
            self.has_star = True
            return ""
        return "" if self.look.place in _DROPPED else found[0]

    def _open(self) -> str:
        if len(self.stack) == MOST_DEPTH:
            raise Refused("stopped")
        self.stack.append((self.look, self.is_hidden))
        self.look = replace(self.look, fills=dict(self.look.fills))
        return "{"

    def _close(self) -> str:
        self.look, was_hidden = self.stack.pop()
        mark = self._mark(was_hidden)
        return f"{mark}}}{mark}"  # twice: inside, it may be dropped with the rest of the group

    def _word(self, token: str, word: str, number: int | None) -> str:
        star, self.has_star = "\\*" if self.has_star else "", False
        if word in _OBJECTS:
            self.reading.holds.add("objects")
        if word == "template":
            self.reading.holds.add("outside")
        if self.look.place in _DROPPED:
            return ""
        if word in _DROPPED or word == "colortbl":
            self.look.place = word
            return "" if word in _DROPPED else star + token
        if word in _SHOWN:
            return _NOTHING
        if word == "page":
            return f"{_NOTHING}\f"
        if word in {"cell", "nestcell"}:
            return "\\tab "
        if word == "u" and chr((number or 0) % 0x10000) in {_HIDE, _SHOW}:
            return _NOTHING
        self._note(word, number)
        return star + token + self._mark(self._unseen())

    def _words(self, words: str) -> str:
        if self.look.place == "fldinst" and _FETCHES.search(words):
            self.reading.holds.add("outside")
        if self.look.place == "colortbl":
            self.colours += [[] for _ in range(words.count(";"))]
        if self.look.place in _DROPPED:
            return ""
        return "".join(f"\\'{ord(c):02x}" if c > "\x7f" else c for c in words)

    def _note(self, word: str, number: int | None) -> None:
        """Take in what a control word says about being seen."""
        look = self.look
        if look.place == "colortbl" and word in {"red", "green", "blue"}:
            self.colours[-1].append(number or 0)
        elif word in {"v", "webhidden"}:
            look.vanishes = number != 0
        elif word == "deleted":
            look.deleted = number != 0
        elif word == "cf":
            look.colour = number or 0
        elif word == "fs":
            look.size = 24 if number is None else number
        elif word in _FILLS:
            look.fills[word] = number or 0
        elif word == "plain":
            fills = {"cbpat": look.fills.get("cbpat", 0)}
            self.look = _Look(fills=fills, place=look.place)
        elif word == "pard":
            look.fills.pop("cbpat", None)

    def _unseen(self) -> bool:
        look = self.look
        is_filled = any(fill and not self._is_pale(fill) for fill in look.fills.values())
        is_pale = self._is_pale(look.colour) and not is_filled
        return look.vanishes or look.deleted or look.size < _TINY or is_pale

    def _is_pale(self, number: int) -> bool:
        shades = self.colours[number] if 0 <= number < len(self.colours) else []
        return len(shades) == 3 and min(shades) >= _PALE

    def _mark(self, is_hidden: bool) -> str:  # noqa: FBT001  # private, said in one word
        if is_hidden == self.is_hidden:
            return ""
        self.is_hidden = is_hidden
        return _HIDE if is_hidden else _SHOW

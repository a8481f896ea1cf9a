"""The text of a DOCX: what a reader sees, without deletions, field codes and comments.

Macros, embedded objects and everything that is outside of the file are never touched.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from candidates.documents.extraction.packages import Package
from candidates.documents.extraction.text import Reading, Refused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_SKIPPED = frozenset(
    [
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "fldData",
        "Fallback",
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "tcPr",
        "trPr",
        "commentReference",
    ]
)
_OFF = {"0", "false", "off"}
_NO_FILL = {"", "auto", "FFFFFF"}
_TINY = 5  # half points
_PALE = 0xF0  # of each colour


def read(content: bytes) -> Reading:
    """Return the text. Raises Refused."""
    package = Package(content)
    main = _main_part(package)
    reading = Reading()
    if any(b'TargetMode="External"' in package.bytes(n) for n in package.names if "_rels/" in n):
        reading.holds.add("outside")
    if any("/embeddings/" in name or name.endswith(".bin") for name in package.names):
        reading.holds.add("objects")
    styles = _Styles(package.xml("word/styles.xml"))
    parts = sorted(name for name in package.names if re.match(r"word/header\d*\.xml$", name))
    parts += [main]
    parts += sorted(name for name in package.names if re.match(r"word/footer\d*\.xml$", name))
    for name in parts:
        tree = package.xml(name)
        if tree is None:
            raise Refused("not_what_it_says")
        _Walk(reading, styles).walk(tree, {}, shaded=False)
        reading.line_end()
    return reading


def _main_part(package: Package) -> str:
    """Return the name of the part with the text. Raises Refused: this is no DOCX, or has macros."""
    types = package.xml("[Content_Types].xml")
    if types is None:
        raise Refused("not_what_it_says")
    kinds = {part.get("PartName", ""): part.get("ContentType", "") for part in types}
    if any("macroEnabled" in kind for kind in kinds.values()) or any(
        name.lower().endswith("vbaproject.bin") for name in package.names
    ):
        raise Refused("macros")
    for name, kind in kinds.items():
        if kind == _MAIN:
            return name.lstrip("/")
    raise Refused("not_what_it_says")


class _Styles:
    """What each style says about being seen, with what it is based on."""

    def __init__(self, tree: Element | None) -> None:
        self._own: dict[str, tuple[str, dict[str, Any]]] = {}
        self._shaded: set[str] = set()
        self.default: dict[str, Any] = {}
        for style in tree.iter(f"{W}style") if tree is not None else ():
            key = style.get(f"{W}styleId", "")
            based = style.find(f"{W}basedOn")
            parent = based.get(f"{W}val", "") if based is not None else ""
            self._own[key] = (parent, _look(style.find(f"{W}rPr")))
            if any(_is_filled(shade) for shade in style.iter(f"{W}shd")):
                self._shaded.add(key)
        if tree is not None:
            self.default = _look(tree.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))

    def look(self, key: str | None) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        while key and key in self._own and key not in seen:
            seen.add(key)
            key, own = self._own[key]
            found.append(own)
        return {name: value for own in reversed(found) for name, value in own.items()}

    def is_shaded(self, key: str | None) -> bool:
        return key in self._shaded


class _Walk:
    """One walk through a part, in reading order."""

    def __init__(self, reading: Reading, styles: _Styles) -> None:
        self.reading, self.styles = reading, styles

    def walk(self, element: Element, look: dict[str, Any], *, shaded: bool) -> None:
        for child in element:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if tag in _SKIPPED:
                continue
            if tag == "r":
                self.run(child, look, shaded=shaded)
            elif tag == "p":
                self.paragraph(child, shaded=shaded)
            elif tag in {"tbl", "tc", "wsp", "shape", "rect"}:
                self.walk(child, look, shaded=shaded or self.fills(child, tag))
                if tag == "tc":
                    self.reading.line_end()
            elif self.reading.is_full:
                return
            else:
                self.walk(child, look, shaded=shaded)

    def paragraph(self, element: Element, *, shaded: bool) -> None:
        own = element.find(f"{W}pPr")
        style = _value(own, "pStyle")
        shades = own.iterfind(f"{W}shd") if own is not None else ()
        filled = shaded or self.styles.is_shaded(style) or any(map(_is_filled, shades))
        self.walk(element, {**self.styles.default, **self.styles.look(style)}, shaded=filled)
        self.reading.line_end()

    def run(self, element: Element, look: dict[str, Any], *, shaded: bool) -> None:
        own = element.find(f"{W}rPr")
        style = _value(own, "rStyle")
        look = {**look, **self.styles.look(style), **_look(own)}
        shades = own.iterfind(f"{W}shd") if own is not None else ()
        filled = shaded or _value(own, "highlight") is not None or any(map(_is_filled, shades))
        hidden = _is_unseen(look, shaded=filled)
        for words in self.words(element, look, shaded=shaded):
            if words == "\f" and not hidden:
                self.reading.page_end()
            elif words != "\f":
                self.reading.add(words, hidden=hidden)

    def words(self, element: Element, look: dict[str, Any], *, shaded: bool) -> Iterator[str]:
        for child in element:
            tag = child.tag.rpartition("}")[2]
            if tag == "t":
                yield child.text or ""
            elif tag == "tab":
                yield "\t"
            elif tag == "lastRenderedPageBreak":
                yield "\f"
            elif tag in {"br", "cr"}:
                yield "\f" if child.get(f"{W}type") == "page" else "\n"
            elif tag == "noBreakHyphen":
                yield "-"
            elif tag in {"drawing", "pict", "AlternateContent", "object"}:
                self.walk(child, look, shaded=shaded)

    def fills(self, element: Element, tag: str) -> bool:
        """Does a table, a cell or a shape paint what lies behind its text?"""
        if tag == "tbl":
            return self.styles.is_shaded(_value(element.find(f"{W}tblPr"), "tblStyle"))
        if tag == "tc":
            own = element.find(f"{W}tcPr")
            return own is not None and any(map(_is_filled, own.iterfind(f"{W}shd")))
        if tag == "wsp":
            own_properties = next((e for e in element if e.tag.endswith("}spPr")), None)
            painted = ("}solidFill", "}gradFill", "}blipFill", "}pattFill")
            return own_properties is not None and any(
                e.tag.endswith(painted) for e in own_properties
            )
        return element.get("fillcolor", "white").lower() not in {"white", "#ffffff", "#fff"}


def _value(properties: Element | None, name: str) -> str | None:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return found.get(f"{W}val", "") if found is not None else None


def _look(properties: Element | None) -> dict[str, Any]:
    """Return what run properties say about being seen; what they do not say is left out."""
    look: dict[str, Any] = {}
    for name in ("vanish", "webHidden"):
        if (value := _value(properties, name)) is not None:
            look[name] = value not in _OFF
    if (colour := _value(properties, "color")) is not None:
        look["pale"] = _is_pale(colour)
    if (size := _value(properties, "sz")) is not None:
        look["tiny"] = size.isdigit() and int(size) < _TINY
    return look


def _is_unseen(look: dict[str, Any], *, shaded: bool) -> bool:
    vanishes = look.get("vanish") or look.get("webHidden") or look.get("tiny")
    return bool(vanishes or (look.get("pale") and not shaded))


def _is_pale(colour: str) -> bool:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", colour):
        return False
    return all(int(colour[at : at + 2], 16) >= _PALE for at in (0, 2, 4))


def _is_filled(shade: Element) -> bool:
    fill = shade.get(f"{W}fill", "").upper()
    return fill not in _NO_FILL and not _is_pale(fill)

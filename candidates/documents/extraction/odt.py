"""The text of an ODT: what a reader sees, without deletions, notes to oneself and scripts."""

import re
from typing import Any
from xml.etree.ElementTree import Element

from candidates.documents.extraction.packages import Package
from candidates.documents.extraction.text import Reading, Refused

_MIMETYPE = b"application/vnd.oasis.opendocument.text"
_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
TEXT, STYLE, OFFICE = f"{_NS}text:1.0}}", f"{_NS}style:1.0}}", f"{_NS}office:1.0}}"
FO, DRAW, TABLE = f"{_NS}xsl-fo-compatible:1.0}}", f"{_NS}drawing:1.0}}", f"{_NS}table:1.0}}"
_SKIPPED = frozenset(
    [
        "tracked-changes",
        "annotation",
        "annotation-end",
        "deletion",
        "script",
        "sequence-decls",
        "scripts",
        "font-face-decls",
        "automatic-styles",
        "forms",
        "event-listeners",
    ]
)
_TINY = 2.5  # points
_PALE = 0xF0


def read(content: bytes) -> Reading:
    """Return the text. Raises Refused."""
    package = Package(content)
    if package.bytes("mimetype").strip() != _MIMETYPE:
        raise Refused("not_what_it_says")
    if b"encryption-data" in package.bytes("META-INF/manifest.xml"):
        raise Refused("password")
    tree = package.xml("content.xml")
    if tree is None:
        raise Refused("not_what_it_says")
    reading = Reading()
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.names):
        reading.holds.add("macros")
    if any(name.startswith(("Object ", "ObjectReplacements/")) for name in package.names):
        reading.holds.add("objects")
    looks = _looks([package.xml("styles.xml"), tree])
    body = tree.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Refused("not_what_it_says")
    _walk(reading, looks, body, {})
    return reading


def _walk(
    reading: Reading, looks: dict[str, dict[str, Any]], element: Element, look: dict[str, Any]
) -> None:
    tag = element.tag.rpartition("}")[2]
    if tag in _SKIPPED or reading.is_full:
        return
    look = _seen(element, tag, look, looks)
    unseen = bool(look.get("none") or look.get("tiny") or (look.get("pale") and not _filled(look)))
    if tag == "soft-page-break":
        reading.page_end()
    elif tag == "hidden-text":
        reading.add(element.get(f"{TEXT}string-value", ""), hidden=True)
    reading.add(_space(element, tag), hidden=unseen)
    reading.add(element.text or "" if _holds_words(tag) else "", hidden=unseen)
    for child in element:
        if isinstance(child.tag, str):
            _walk(reading, looks, child, look)
        reading.add(child.tail or "" if _holds_words(tag) else "", hidden=unseen)
    if tag in {"p", "h"}:
        reading.line_end()


def _seen(
    element: Element, tag: str, look: dict[str, Any], looks: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return how text is seen from this element on."""
    for attribute in (f"{TEXT}style-name", f"{TABLE}style-name", f"{DRAW}style-name"):
        if name := element.get(attribute):
            look = {**look, **looks.get(name, {})}
    if element.get(f"{TEXT}display") in {"none", "condition"} or tag.startswith("hidden-"):
        look = {**look, "none": True}
    return look


def _space(element: Element, tag: str) -> str:
    if tag == "s":
        count = element.get(f"{TEXT}c", "1")
        return " " * (min(int(count), 80) if count.isdigit() else 1)
    return {"tab": "\t", "line-break": "\n"}.get(tag, "")


def _holds_words(tag: str) -> bool:
    """White space between the tags of tables and sections is no text."""
    return tag not in {"text", "section", "table", "table-row", "table-cell", "list", "list-item",
                       "frame", "text-box", "index-body", "table-header-rows"}  # fmt: skip


def _filled(look: dict[str, Any]) -> bool:
    return bool(look.get("filled"))


def _looks(trees: list[Element | None]) -> dict[str, dict[str, Any]]:
    """Return for each style what it says about being seen, with what its parents say."""
    own: dict[str, tuple[str, dict[str, Any]]] = {}
    for tree in trees:
        for style in tree.iter(f"{STYLE}style") if tree is not None else ():
            name = style.get(f"{STYLE}name", "")
            own[name] = (style.get(f"{STYLE}parent-style-name", ""), _look(style))
    return {name: _inherited(own, name) for name in own}


def _inherited(own: dict[str, tuple[str, dict[str, Any]]], name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    while name in own and name not in seen:
        seen.add(name)
        name, look = own[name]
        found.append(look)
    return {key: value for look in reversed(found) for key, value in look.items()}


def _look(style: Element) -> dict[str, Any]:
    look: dict[str, Any] = {}
    for properties in style:
        if properties.get(f"{TEXT}display") is not None:
            look["none"] = properties.get(f"{TEXT}display") == "none"
        if (colour := properties.get(f"{FO}color")) is not None:
            look["pale"] = _is_pale(colour)
        if (size := properties.get(f"{FO}font-size", "")).endswith("pt"):
            look["tiny"] = _points(size) < _TINY
        behind = properties.get(f"{FO}background-color") or properties.get(f"{DRAW}fill-color")
        if behind and properties.get(f"{DRAW}fill") != "none":
            look["filled"] = behind != "transparent" and not _is_pale(behind)
    return look


def _points(size: str) -> float:
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,4})?)pt", size)
    return float(found[1]) if found else 12.0


def _is_pale(colour: str) -> bool:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        return False
    return all(int(colour[at : at + 2], 16) >= _PALE for at in (1, 3, 5))

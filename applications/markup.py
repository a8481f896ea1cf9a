"""The little language of job descriptions: paragraphs, headings, lists, and bold words. Pure.

Nothing of the text reaches the page unescaped; the tags are those written here, so there is no
other tag, attribute or address to allow. Markup that came with a text is shown as it was typed.
"""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

_BLANK = re.compile(r"\n[ \t]*\n+")
_POINT = re.compile(r"^\s*[-*•]\s+(.*)$")
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+(.*)$")
_HEADING = re.compile(r"^\s*#{1,4}\s+(.*)$")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")


def to_html(text: str, *, top: int = 2) -> SafeString:
    """Return a text as HTML. top: the level of its headings."""
    blocks = _BLANK.split(text.replace("\r\n", "\n").strip())
    html = "\n".join(part for block in blocks for part in _block(block, top))
    return mark_safe(html)  # noqa: S308  (every piece was escaped by `_inline`)


def to_text(text: str) -> str:
    """Return a text in one line without its marks: for descriptions of pages."""
    lines = []
    for line in text.splitlines():
        found = _POINT.match(line) or _NUMBERED.match(line) or _HEADING.match(line)
        lines.append(_BOLD.sub(r"\1", found[1] if found else line).strip())
    return " ".join(line for line in lines if line)


def _block(block: str, top: int) -> list[str]:
    """Return the parts of one block: runs of list points, headings, and paragraphs."""
    parts: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        kind, words = _kind(line)
        if not words:
            continue
        if kind == "heading" or not parts or parts[-1][0] != kind:
            parts.append((kind, []))
        parts[-1][1].append(_inline(words))
    return [_written(kind, lines, top) for kind, lines in parts]


def _kind(line: str) -> tuple[str, str]:
    for kind, pattern in (("ul", _POINT), ("ol", _NUMBERED), ("heading", _HEADING)):
        if found := pattern.match(line):
            return kind, found[1].strip()
    return "p", line.strip()


def _written(kind: str, lines: list[str], top: int) -> str:
    if kind == "heading":
        return f"<h{top}>{lines[0]}</h{top}>"
    if kind == "p":
        return f"<p>{'<br>'.join(lines)}</p>"
    points = "".join(f"<li>{line}</li>" for line in lines)
    return f"<{kind}>{points}</{kind}>"


def _inline(words: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(words))

"""The formatted part of a text: an allow-list of plain markup, cleaned, and held to the plain text.

No colour, no size, no image and no script can stand in it, so it stays readable in dark mode and
harmless in every mail program. The plain part is written by a person; both must say the same: the
same fields and the same links (A-13).
"""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

import nh3

TAGS: Final = frozenset(
    {"p", "br", "strong", "em", "b", "i", "ul", "ol", "li", "a", "h2", "h3", "blockquote"}
)
# Of these the text inside goes too.
_GONE: Final = frozenset({"script", "style", "title", "template", "iframe", "noscript"})
# Fields that are addresses: the only ones that a link may be made of.
ADDRESSES: Final = frozenset({"job.url", "answer.url"})

_FIELD = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_STAND_IN = re.compile(r"perennialfield(\d+)x")
_HREF = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
_NAME = re.compile(r"\{\{\s*([\w.]+)")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


def clean(html: str) -> str:
    """Return only what is allowed of a piece of HTML; the words of what is not stay as words.

    Fields stay as they are written, in links too. Cleaning twice changes nothing more.
    """
    fields: list[str] = []

    def stand_in(found: re.Match[str]) -> str:
        fields.append(unescape(found[0]))
        return f"perennialfield{len(fields) - 1}x"

    without = _STAND_IN.sub("", html.replace("\r\n", "\n"))
    cleaned = nh3.clean(
        _FIELD.sub(stand_in, without),
        tags=set(TAGS),
        clean_content_tags=set(_GONE),
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
    )
    return _STAND_IN.sub(lambda found: fields[int(found[1])], cleaned).strip()


def problems(html: str, text: str, own_hosts: tuple[str, str]) -> list[str]:
    """Return what keeps the formatted part from being sent beside its plain text, as sentences."""
    if not html:
        return []
    found = []
    base, domain = own_hosts
    links = [unescape(link) for link in _HREF.findall(html)]
    for link in links:
        if name := _NAME.match(link):
            if name[1] not in ADDRESSES:
                found.append(f"“{name[1]}” is no address: a link cannot be made of it.")
        elif not _is_ours(link, base, domain):
            found.append(f"The link to {link} leads elsewhere. Links lead to our own pages only.")
    written, formatted = set(_NAME.findall(text)), set(_NAME.findall(html))
    found += [
        f"The plain text holds “{name}”, the formatted one does not."
        for name in sorted(written - formatted)
    ]
    found += [
        f"The formatted text holds “{name}”, the plain one does not."
        for name in sorted(formatted - written)
    ]
    in_text = set(_URL.findall(text))
    found += [
        f"The plain text does not hold the link to {link}."
        for link in sorted(set(links) - in_text)
        if not _NAME.match(link) and _is_ours(link, base, domain)
    ]
    return found


def _is_ours(link: str, base: str, domain: str) -> bool:
    parts = urlsplit(link)
    host = parts.hostname or ""
    if parts.scheme == "http":
        return bool(host) and host == base
    return parts.scheme == "https" and (host in {base, domain} or host.endswith(f".{domain}"))

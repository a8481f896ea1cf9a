"""Plain text, in whatever encoding."""

import codecs

from candidates.documents.extraction.text import Reading, Refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes) -> Reading:
    """Return the text. Raises Refused: it is not text."""
    reading = Reading(pages=None)
    reading.add(_decoded(content))
    return reading


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                raise Refused("not_what_it_says") from None
    if b"\x00" in content:
        raise Refused("not_what_it_says")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(content)


def _guessed(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000]).best()
    if best is None:
        raise Refused("not_what_it_says")
    return content.decode(best.encoding, errors="replace")

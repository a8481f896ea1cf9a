"""DOCX and ODT are archives of XML. Nothing is unpacked before its list of contents is sane."""

import io
import re
import stat
import struct
import zipfile
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from candidates.documents.extraction.text import Refused

MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL = 64 * 1024  # an entry up to this size may shrink as it likes
_LOCAL_HEADER = 30
_END_OF_DIRECTORY = b"PK\x05\x06"
_ARCHIVE = re.compile(
    r"\.(zip|jar|docx|docm|xlsx|xlsm|xlsb|pptx|pptm|odt|ods|odp|7z|rar|gz|bz2|xz|tar|cab|iso)$"
)


class Package:
    """An archive whose list of contents was checked (ASVS 5.2.3). Reads one part at a time."""

    def __init__(self, content: bytes) -> None:
        if b"%PDF-" in content[:1024]:
            raise Refused("two_formats")
        _check_count(content)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise Refused("broken") from None
        self._entries = {entry.filename: entry for entry in self._archive.infolist()}
        _check(self._archive.infolist(), len(content))

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def bytes(self, name: str) -> bytes:
        """Return one part, or nothing where there is none. Never more than it declares."""
        if name not in self._entries:
            return b""
        try:
            return self._archive.read(name)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as problem:
            raise Refused("broken") from problem
        except RuntimeError:  # how zipfile says that it wants a password
            raise Refused("password") from None

    def xml(self, name: str) -> Element | None:
        """Return the tree of one part. Entities and DTDs are refused, whatever they say."""
        content = self.bytes(name)
        if not content:
            return None
        try:
            tree: Any = fromstring(content, forbid_dtd=True)
        except DefusedXmlException:
            raise Refused("entities") from None
        except (ParseError, ValueError, LookupError):
            raise Refused("broken") from None
        return tree  # type: ignore[no-any-return]  # defusedxml has no types


def _check_count(content: bytes) -> None:
    """Look at the number of entries before a list of them is built."""
    end = content.rfind(_END_OF_DIRECTORY, max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise Refused("broken")
    (entries,) = struct.unpack_from("<H", content, end + 10)
    if entries > MOST_ENTRIES:
        raise Refused("bomb")


def _check(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused("bomb")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size:
        raise Refused("bomb")
    if any(_is_squeezed(entry) for entry in entries) or _overlap(entries):
        raise Refused("bomb")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Refused("strange_names")
    for entry in entries:
        if _leads_out(entry):
            raise Refused("strange_names")
        if _ARCHIVE.search(entry.filename.lower()):
            raise Refused("nested")
        if entry.flag_bits & 0x1:
            raise Refused("password")


def _is_squeezed(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Do two entries share bytes? Then a small file unpacks to a large one many times over."""
    spans = sorted(
        (
            entry.header_offset,
            entry.header_offset + _LOCAL_HEADER + len(entry.filename) + entry.compress_size,
        )
        for entry in entries
    )
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    """Is it named outside the archive, or a link?"""
    name = entry.orig_filename.replace("\\", "/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or name.startswith("/") or ":" in name or ".." in name.split("/")

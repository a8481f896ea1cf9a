"""From an uploaded file to records. Hostile until shown otherwise; never read whole into memory.

Raises ValidationError with a sentence that says what to do; nothing else leaves this module.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes
from django.core.exceptions import ValidationError

from candidates.imports import quotes

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 500_000
MOST_COLUMNS = 100
MOST_LETTERS = 10_000  # in one cell
DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 256 * 1024
_BLOCK = 1024 * 1024

_MAGIC = {
    b"PK\x03\x04": "This is a workbook, not a CSV file. Choose “Save as” and then CSV.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook. In Excel choose “Save as” and then CSV.",
    b"%PDF": "This is a PDF. Export the list as CSV instead.",
    b"\x89PNG": "This is a picture. Export the list as CSV instead.",
    b"\xff\xd8\xff": "This is a picture. Export the list as CSV instead.",
    b"\x1f\x8b": "This file is compressed. Unpack it and import what is inside.",
}
_ENCODING_NAMES = {"utf-8-sig": "UTF-8", "iso8859_2": "ISO 8859-2"}
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Shape:
    """How a file is written, and its header."""

    encoding: str
    delimiter: str
    columns: list[str]
    sha256: str
    size: int


@dataclass(frozen=True)
class Record:
    """One record. `number` is the line it starts on, the header being line 1.

    problem: why it cannot be read, as a sentence; its cells are then the bare text of the line.
    """

    number: int
    cells: list[str]
    problem: str = ""


def shape_of(file: BinaryIO) -> Shape:
    """Find out how a file is written. Reads it once in blocks and its beginning a few times.

    Raises ValidationError: it is empty, too large, not a text, without a header, or too wide.
    """
    sha256, size = _measure(file)
    file.seek(0)
    head = file.read(_SAMPLE)
    for magic, advice in _MAGIC.items():
        if head.startswith(magic):
            raise ValidationError(advice, code="not_csv")
    encoding = _encoding(file, head)
    text = _sample(head, encoding)
    if not text.strip():
        raise ValidationError("This file is empty.", code="empty")
    delimiter = _delimiter(text)
    file.seek(0)
    header = _header(file, encoding, delimiter)
    return Shape(encoding, delimiter, header, sha256, size)


def encoding_name(encoding: str) -> str:
    """Return the name that people know an encoding by, for Python's name of it."""
    if encoding.startswith("cp125"):
        return f"Windows-{encoding.removeprefix('cp')}"
    return _ENCODING_NAMES.get(encoding, encoding.upper())


def records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield the records after the header; lines without any text are left out.

    Lines that ran together over a quotation mark come one by one, each with its `problem`.

    Raises ValidationError: a cell is too long, there are too many records, or too many lines whose
    quotation marks do not match.
    """
    file.seek(0)
    lines = _lines_of(file, encoding)
    reader = csv.reader(lines, delimiter=delimiter)
    width = usual = len(_named(reader))
    count = broken = opened_on = 0
    while True:
        start = lines.begin()
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if len(lines.taken) == 1:
                raise ValidationError(_why(error, start), code="malformed") from error
            cells = None
        except UnicodeError as error:
            raise ValidationError(
                f"Line {lines.number + 1} has letters that do not belong to a"
                f" {encoding_name(encoding)} file."
                " Save the file as UTF-8 and try again.",
                code="encoding",
            ) from error
        if cells is not None and not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise ValidationError(
                f"This file has more than {MOST_ROWS:,} people. Cut it in parts and import each.",
                code="too_many_rows",
            )
        if _is_whole(lines.taken, cells, delimiter, width, usual if opened_on else 0):
            opened_on, usual = 0, len(cells or [])
            yield Record(start, cells or [])
            continue
        opened_on = opened_on or start
        broken += 1
        if broken > quotes.MOST_BROKEN:
            raise ValidationError(
                f"More than {quotes.MOST_BROKEN:,} lines of this file have quotation marks that do"
                f" not match, the first of the last on line {opened_on}. Export the list once more,"
                " as CSV.",
                code="malformed",
            )
        told = lines.keep_first().rstrip("\r\n").split(delimiter, width - 1)
        yield Record(start, told, quotes.problem(start, opened_on))


def _is_whole(
    taken: list[str], cells: list[str] | None, delimiter: str, width: int, usual: int
) -> bool:
    """Say whether these lines are one record. width: of the header.

    usual: after a broken line, how wide the last whole record was; then only a perfect line is one.
    """
    if cells is None:
        return False
    if usual:
        return len(taken) == 1 and quotes.stands_alone(taken[0], delimiter, {width, usual})
    return len(taken) == 1 or not quotes.runs_together(taken, cells, delimiter, width)


def open_path(path: Path) -> BinaryIO:
    """Open a file for the command line.

    Raises ValidationError: it is not there, or not a file.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise ValidationError(f"{path} cannot be read: {error.strerror}.", code="gone") from error


def _measure(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(_BLOCK):
        size += len(block)
        if size > MOST_BYTES:
            raise ValidationError(
                f"This file is larger than {MOST_BYTES // 1024 // 1024} MB, which is the most one"
                " import takes. Cut it in parts and import each.",
                code="too_large",
            )
        digest.update(block)
    if not size:
        raise ValidationError("This file is empty.", code="empty")
    return digest.hexdigest(), size


def _encoding(file: BinaryIO, head: bytes) -> str:
    for bom, name in _BOMS.items():
        if head.startswith(bom):
            return name
    if b"\x00" in head:
        raise ValidationError(
            "This is not a text file. Export the list as CSV and import that.", code="binary"
        )
    if _is_utf8(file):
        return "utf-8"
    best = from_bytes(head, cp_isolation=["cp1252", "cp1250", "cp1251", "iso8859_2"]).best()
    name = best.encoding if best else "cp1252"
    # Western files differ from the central European guess in a handful of letters; when both
    # decode, the Western reading is the likelier one for a file that names no language.
    return "cp1252" if name in {"cp1250", "iso8859_2"} and _decodes(head, "cp1252") else name


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _sample(head: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError as error:
        raise ValidationError(
            "The letters of this file cannot be read. Save it as UTF-8 and try again.",
            code="encoding",
        ) from error
    controls = sum(1 for letter in text if ord(letter) < 32 and letter not in "\t\r\n")
    if controls > 2 + len(text) / 100:  # a stray form feed is no binary file
        raise ValidationError(
            "This is not a text file. Export the list as CSV and import that.", code="binary"
        )
    return text


def _delimiter(text: str) -> str:
    """Return the delimiter under which the first records agree on the most columns."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = []
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                widths.append(len(cells))
                if len(widths) == 50:
                    break
        except csv.Error:
            return (0, 0)
        common = max(set(widths), key=widths.count)
        return (widths.count(common) / len(widths) if common > 1 else 0, common)

    return max(DELIMITERS, key=score)


def _lines_of(file: BinaryIO, encoding: str) -> quotes.Lines:
    csv.field_size_limit(MOST_LETTERS)
    lines = codecs.getreader(encoding)(file)
    return quotes.Lines(line.replace("\x00", "") for line in _lines(lines))


def _lines(stream: codecs.StreamReader) -> Iterator[str]:
    """Yield lines that end in newline characters only.

    `StreamReader` iterates by `splitlines`, which also breaks at form feeds and the like, in the
    middle of a cell.
    """
    rest = ""
    while block := stream.read(_BLOCK):
        rest += block
        *whole, rest = rest.split("\n")
        for line in whole:
            yield f"{line}\n"
    if rest:
        yield rest


def _header(file: BinaryIO, encoding: str, delimiter: str) -> list[str]:
    lines = _lines_of(file, encoding)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = _named(reader)
        if quotes.never_closed(lines.taken, delimiter):
            raise ValidationError(
                "A quotation mark in the header is opened and not closed, so the first people ran"
                " into it. Close it or take it out, and upload the file again.",
                code="malformed",
            )
        has_rows = _has_rows(lines, reader)
    except StopIteration:
        raise ValidationError("This file is empty.", code="empty") from None
    except csv.Error as error:
        raise ValidationError(_why(error, 1), code="malformed") from error
    if len(header) > MOST_COLUMNS:
        raise ValidationError(
            f"This file has {len(header)} columns; an import takes {MOST_COLUMNS} at the most."
            " Take out the columns you do not need.",
            code="too_wide",
        )
    if not has_rows:
        raise ValidationError(
            "This file has a header but nobody in it. The first line must name the columns; the"
            " people follow from the second line on.",
            code="no_rows",
        )
    return [cell.strip()[:200] for cell in header]


def _named(reader: Iterator[list[str]]) -> list[str]:
    """Return the first record with any text: the header."""
    return next(cells for cells in reader if any(cell.strip() for cell in cells))


def _has_rows(lines: quotes.Lines, reader: Iterator[list[str]]) -> bool:
    """Say whether one of the first records after the header has any text.

    Lines that ran together are some, however long: `records` refuses them one by one.
    """
    for _ in range(20):
        start = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return False
        except csv.Error as error:
            if len(lines.taken) > 1:
                return True
            raise ValidationError(_why(error, start), code="malformed") from error
        if any(cell.strip() for cell in cells):
            return True
    return False


def _why(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return (
            f"On line {line} a cell is longer than {MOST_LETTERS:,} letters. Shorten it, or leave"
            " its column out, and try again."
        )
    return f"Line {line} cannot be read as CSV ({error}). Look at its quotation marks."

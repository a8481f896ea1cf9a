"""Spreadsheets that leave the house: no cell of theirs is taken for a formula (X-23)."""

import csv
from collections.abc import Iterable, Iterator

# What makes a spreadsheet compute, in the plain and in the full-width form that some turn into it.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_INVISIBLE = " \u00a0\u200b\u200c\u200d\u2060\ufeff"  # before it, and thrown away when it is read


def safe_cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula (ASVS 1.2.10).

    An apostrophe goes in front; a tab would not do (CVE-2021-41270). NUL is left out: it ends the
    cell in some programs, and what follows would begin a new one.
    """
    text = "" if value is None else str(value)
    dangerous = text.startswith("\0") or text.lstrip(_INVISIBLE).startswith(_STARTS)
    text = text.replace("\0", "")
    return f"'{text}" if dangerous else text


class _Echo:
    """A file that hands each written line back, so that lines stream."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file: every field quoted and harmless, in UTF-8 with its mark."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])

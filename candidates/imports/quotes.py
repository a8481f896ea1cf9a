"""Quotation marks that are opened and not closed: they make one record of several lines.

A CSV reader takes that for a cell with line breaks and says nothing. So whatever spans lines is
looked at: only what reads well, and did not swallow whole lines, is taken for one record.
"""

import csv
from collections.abc import Iterator

MOST_BROKEN = 1000  # lines refused for their quotation marks, before the whole file is
NARROW = 3  # columns; with fewer, text with delimiters is too easily taken for whole lines


class Lines:
    """Lines that a reader takes one after the other, and can be given back.

    `taken` are those since `begin`, `number` counts the last one taken from 1.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: list[str] = []
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def begin(self) -> int:
        """Forget what was taken. Returns the number of the line that comes next."""
        self.taken.clear()
        return self.number + 1

    def keep_first(self) -> str:
        """Give all but the first of the taken lines back, and return that one."""
        first, *rest = self.taken
        self._back += reversed(rest)
        self.number -= len(rest)
        return first


def runs_together(taken: list[str], cells: list[str], delimiter: str, width: int) -> bool:
    """Say whether a record of several lines is really several records.

    It is when a quotation mark is never closed, when text follows a closed one, when the record
    lacks cells and a cell with a line break has delimiters in it, or when each line has as many as
    a whole record.
    """
    if _strict(taken, delimiter) is None:
        return True
    if len(cells) < width and any("\n" in cell and delimiter in cell for cell in cells):
        return True
    return width >= NARROW and all(line.count(delimiter) == width - 1 for line in taken)


def never_closed(taken: list[str], delimiter: str) -> bool:
    """Say whether the last of these lines leaves a quotation mark open, or text follows one."""
    lines = [line for line in taken if line.strip()]
    return _strict(lines, delimiter) is None


def stands_alone(line: str, delimiter: str, widths: set[int]) -> bool:
    """Say whether a line is beyond doubt a record by itself: well written, and wide enough."""
    record = _strict([line], delimiter)
    return record is not None and len(record) in widths


def problem(number: int, opened_on: int) -> str:
    """Say what is wrong with a line, and what to do."""
    if number == opened_on:
        return (
            "A quotation mark is opened on this line and not closed, so it and what follows ran"
            " together. Close it or take it out, and import this line again."
        )
    return (
        f"This line ran together with line {opened_on}, where a quotation mark is opened and not"
        " closed. Mend that line, and import both again."
    )


def _strict(lines: list[str], delimiter: str) -> list[str] | None:
    """Return the cells of the one record that these lines are; None if they are not."""
    try:
        records = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None

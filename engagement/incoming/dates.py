"""Until which day somebody is away, from their words in English, French or German. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from candidates.months import NAMES, NUMBER

_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|e|\.)?\s+(?:of\s+)?({NAMES})\.?(?:,?\s+(\d{{4}}))?\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b({NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}}))?", re.IGNORECASE
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?!\d)")
_BACK = re.compile(
    r"(?:back|return(?:ing)?|available again|retour|reviens|reprends|zur[üu]ck|wieder(?: da)?"
    r"|\bab)\W+(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
_BACK_AFTER = re.compile(r"^\W*(?:\w+\W+){0,2}(?:zur[üu]ck|wieder|back)\b", re.IGNORECASE)
_LOOKED_AT = 3_000  # letters: the day stands at the beginning
_FURTHEST = timedelta(days=366)


def back_on(text: str, today: date) -> date | None:
    """Return the first day on which they can be written to again, or None where no day is named.

    Where two readings are possible (04/05), or several days are named, the later one counts: to
    wait too long does less harm. "Until Friday the 8th" is the 9th, "back on the 8th" is the 8th.
    """
    found = [
        day if _is_back(text, start, end) else day + timedelta(days=1)
        for start, end, day in _days(text[:_LOOKED_AT], today)
    ]
    return max((day for day in found if day > today), default=None)


def _is_back(text: str, start: int, end: int) -> bool:
    """Whether the words around a day say that they are there again on it."""
    before, after = text[max(0, start - 60) : start], text[end : end + 40]
    return bool(_BACK.search(before) or _BACK_AFTER.match(after))


def later_day(text: str, today: date) -> date | None:
    """Return the latest day that a text names within the next year: when to come back to them."""
    return max((day for _, _, day in _days(text[:_LOOKED_AT], today)), default=None)


def _days(text: str, today: date) -> Iterator[tuple[int, int, date]]:
    for found in _ISO.finditer(text):
        yield from _one(found, [_made(int(found[1]), int(found[2]), int(found[3]))], today)
    for found in _DAY_FIRST.finditer(text):
        yield from _one(found, [_of(found[3], NUMBER[found[2].lower()], found[1], today)], today)
    for found in _MONTH_FIRST.finditer(text):
        yield from _one(found, [_of(found[3], NUMBER[found[1].lower()], found[2], today)], today)
    for found in _NUMERIC.finditer(text):
        if found[2] == "-" and not found[4]:
            continue  # a range of numbers, not a day
        year = f"20{found[4]}" if found[4] and len(found[4]) == 2 else found[4]
        readings = [_of(year, int(found[3]), found[1], today)]
        if found[2] == "/":
            readings.append(_of(year, int(found[1]), found[3], today))
        yield from _one(found, readings, today)


def _one(
    found: re.Match[str], readings: list[date | None], today: date
) -> Iterator[tuple[int, int, date]]:
    possible = [day for day in readings if day and today <= day <= today + _FURTHEST]
    if possible:
        yield found.start(), found.end(), max(possible)


def _of(year: str | None, month: int, day: str, today: date) -> date | None:
    """Return the day; without a year, the next one of that name."""
    if year:
        return _made(int(year), month, int(day))
    this = _made(today.year, month, int(day))
    return this if this is None or this >= today else _made(today.year + 1, month, int(day))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

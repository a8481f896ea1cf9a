"""Whether somebody's own words, or a date of birth, say that they are a minor (C-32).

Only the words that say so are kept, never a date or an age: nothing here asks anybody's age. It
errs towards "yes": then job emails stop and a person looks.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from candidates.months import NAMES, NUMBER

OF_AGE: Final = 18
_YOUNGEST: Final = 10  # what is less is hours, years of work or the age of a child of theirs
_LOOKED_AT: Final = 20_000  # letters
_END: Final = r"(?=\s*(?:[.,;!)\n]|$|and\b|but\b|so\b|und\b|aber\b))"
_AGE: Final = re.compile(
    rf"\bI(?:['’]m| am)(?: only| just| still)? (\d{{2}})(?:[ -]years?[ -]old| years? of age|{_END})"
    r"|\bj(?:['’]ai| ?e n['’]ai)(?: seulement| juste| que)? (\d{2}) ans\b(?! d['’e])"
    rf"|\bich bin(?: erst| noch)? (\d{{2}})(?: jahre? alt|{_END})"
    r"|عمري(?: هو)? (\d{2})",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"\bI(?:['’]m| am)(?: still)? (?:a minor|under[ -]?age|under (?:18|eighteen))\b"
    r"|\bje suis(?: encore)? mineure?\b|\bich bin(?: noch)? minderj[äa]hrig\b|(?:أنا|انا) قاصر",
    re.IGNORECASE,
)
_BORN: Final = re.compile(
    r"(?:\bdate of birth|\bbirth ?date|\bd\.?o\.?b\b\.?|\bborn(?: on)?|\bdate de naissance"
    r"|\bnée? le|\bgeburtsdatum|\bgeboren(?: am)?|تاريخ الميلاد|تاريخ الولادة)\s*[:–-]?\s*"
    r"(?P<day>[^\n]{6,24})",
    re.IGNORECASE,
)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC: Final = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})(?!\d)")
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s+({NAMES})\.?,?\s+(\d{{4}})(?!\d)", re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(
    rf"({NAMES})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.IGNORECASE
)


def words_of_a_minor(text: str, today: date) -> str:
    """Return the words that say that whoever wrote the text is a minor, or "".

    Of a date of birth those before it: the date itself stays where it was. Where it can be read in
    two ways, the younger one counts.
    """
    text = text[:_LOOKED_AT]
    if found := _WORDS.search(text):
        return _one_line(found[0])
    for found in _AGE.finditer(text):
        if _is_minor(next(int(group) for group in found.groups() if group)):
            return _one_line(found[0])
    for found in _BORN.finditer(text):
        if any(_is_minor(_age(born, today)) for born in _days(found["day"])):
            return _one_line(found[0][: found.start("day") - found.start()])
    return ""


def _is_minor(age: int) -> bool:
    return _YOUNGEST <= age < OF_AGE


def _days(words: str) -> Iterator[date]:
    if iso := _ISO.match(words):
        yield from _made(int(iso[1]), int(iso[2]), int(iso[3]))
    elif named := _DAY_FIRST.match(words):
        yield from _made(int(named[3]), NUMBER[named[2].lower()], int(named[1]))
    elif named := _MONTH_FIRST.match(words):
        yield from _made(int(named[3]), NUMBER[named[1].lower()], int(named[2]))
    elif numeric := _NUMERIC.match(words):
        year, one, other = int(numeric[3]), int(numeric[1]), int(numeric[2])
        yield from _made(year, other, one)
        yield from _made(year, one, other)


def _made(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _one_line(words: str) -> str:
    return " ".join(words.split()).rstrip(" :–-")[:80]

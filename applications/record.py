"""What we say in public of how we treat people who apply: figures that anybody may recompute.

The same views as the pages of colleagues, for the whole house. Of each measure only quarters count
whose last application is ripe, so that a figure does not move once it is said, but by people who
are erased. Nothing is said while the setting is off, or while a quarter has too few cases.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import Organisation
from applications.measures import after_interview, closure, first_answer, words
from applications.measures.counting import quarters_of
from applications.measures.shapes import Measure, Quarter
from applications.reports import this_quarter

QUARTERS = 4
KEPT = 3600  # seconds
_RIPE_AFTER: Final = {
    first_answer.MEASURE: first_answer.HORIZON,
    closure.MEASURE: closure.HORIZON,
    after_interview.MEASURE: after_interview.LATE,
}


@dataclass(frozen=True)
class Past:
    """One quarter: its first and last day, how many cases, and each public figure.

    A figure: None where too few say it, Infinity where it lies beyond what the measure looks at.
    """

    start: date
    end: date
    cases: int
    figures: dict[str, float | None]


@dataclass(frozen=True)
class Record:
    """The full quarters of each public measure, the newest first."""

    first_answer: list[Past]
    closure: list[Past]
    after_interview: list[Past]

    @property
    def newest(self) -> Past:
        return self.first_answer[0]


def shown(organisation: Organisation, at: datetime) -> Record | None:
    """Return what the careers site says; None: nothing, by choice or because there are too few."""
    return _counted(at) if organisation.shows_record else None


def response(organisation: Organisation, at: datetime) -> Past | None:
    """Return how soon people had a first answer in the newest full quarter (M-R5).

    None: the organisation does not say so to whoever applied, or too few people did.
    """
    found = _counted(at) if organisation.shows_response else None
    return found.newest if found else None


def _counted(at: datetime) -> Record | None:
    """Return the record, kept for an hour. Without Redis it is counted each time."""
    key = f"our-record:{this_quarter(at)}:{at.date()}"
    try:
        found: Record | str | None = cache.get(key)
        if found is None:
            found = record(at) or ""
            cache.set(key, found, KEPT)
    except RedisError:
        found = record(at)
    return found if isinstance(found, Record) else None


def record(at: datetime) -> Record | None:
    """Count the record anew. None: too few people applied in the newest full quarter."""
    first, *others = (_past(measure, at) for measure in _RIPE_AFTER)
    if first[0].figures["p50"] is None:
        return None
    return Record(first, *others)


def newest_start(measure: Measure, at: datetime) -> date:
    """Return the newest quarter all of whose cases are ripe."""
    start = words.quarter_before(this_quarter(at))
    while _end(start) + timedelta(days=_RIPE_AFTER[measure] + 1) >= timezone.localdate(at):
        start = words.quarter_before(start)
    return start


def _past(measure: Measure, at: datetime) -> list[Past]:
    newest = newest_start(measure, at)
    starts = [words.quarter_before(newest, steps) for steps in reversed(range(QUARTERS))]
    return [_quarter(measure, quarter) for quarter in reversed(quarters_of(measure, starts, at))]


def _quarter(measure: Measure, quarter: Quarter) -> Past:
    if quarter.start is None:
        raise ValueError(f"{measure.code} has no quarters")
    figures: dict[str, float | None] = {}
    for key, value in quarter.values.items():
        number = value.number
        if (
            number is not None
            and measure.figure(key).kind == "time"
            and words.is_beyond(measure, number, measure.figure(key).unit)
        ):
            number = float("inf")
        figures[key] = number
    return Past(quarter.start, _end(quarter.start), quarter.cases, figures)


def _end(start: date) -> date:
    return (start.replace(day=28) + timedelta(days=70)).replace(day=1) - timedelta(days=1)

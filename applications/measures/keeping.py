"""Figures that were counted lately, so that a page answers at once whatever there is to count.

A task counts those of the whole house every half hour; whoever sees some jobs only has theirs
counted on the first look. Without Redis everything is counted each time.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from redis.exceptions import RedisError

from applications.measures.counting import quarters_of
from applications.measures.shapes import Measure, Quarter

KEPT = 7200  # seconds


@dataclass(frozen=True)
class Counted:
    quarters: list[Quarter]
    at: datetime


def counted_lately(
    measure: Measure, starts: list[date], at: datetime, jobs: Collection[int] | None
) -> Counted:
    """Return the figures of these quarters as they were counted last, else count them now."""
    try:
        found: Counted | None = cache.get(_key(measure, starts, jobs))
    except RedisError:
        found = None
    return found or count(measure, starts, at, jobs)


def count(
    measure: Measure, starts: list[date], at: datetime, jobs: Collection[int] | None
) -> Counted:
    """Count the figures of these quarters, and keep them."""
    counted = Counted(quarters_of(measure, starts, at, jobs), at)
    try:
        cache.set(_key(measure, starts, jobs), counted, KEPT)
    except RedisError:
        return counted
    return counted


def count_all(measures: Iterable[Measure], starts: list[date], at: datetime) -> int:
    """Count these measures for the whole house. Returns how many."""
    counted = [count(measure, starts, at, None) for measure in measures]
    return len(counted)


def _key(measure: Measure, starts: list[date], jobs: Collection[int] | None) -> str:
    """Name the figures by all that they depend on: a measure that changed has other ones."""
    whose = "all" if jobs is None else sorted(jobs)
    said = repr((measure.view, measure.sql, measure.figures, starts, whose))
    return f"measure:{hashlib.sha256(said.encode()).hexdigest()}"

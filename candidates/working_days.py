"""Working days: Monday to Friday, but for the public holidays of a place (A-23). Pure.

The calendar is a package with a version in the lock file. What is reckoned with it is kept as a
date where it was named, so a calendar that learns something new moves no day that somebody was
told, and no report about the past.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays


@dataclass(frozen=True)
class Place:
    """A country by its two letters and, where one is known, a region by its name or its code.

    What nobody knows, or the calendar does not, has no holidays but the weekend; of a region that
    the calendar does not know those of the country count.
    """

    country: str = ""
    region: str = ""


NOWHERE: Final = Place()


def is_working_day(day: date, place: Place = NOWHERE) -> bool:
    return day.weekday() < 5 and not is_holiday(day, place)


def is_holiday(day: date, place: Place) -> bool:
    return day in holidays_of(place, day.year)


def working_day_from(day: date, place: Place = NOWHERE) -> date:
    """Return the day itself if people work on it, else the next one on which they do."""
    while not is_working_day(day, place):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, days: int, place: Place = NOWHERE) -> date:
    """Return the working day so many working days later; for none, the day itself."""
    for _ in range(days):
        day = working_day_from(day + timedelta(days=1), place)
    return day


@lru_cache(maxsize=4096)
def holidays_of(place: Place, year: int) -> frozenset[date]:
    """Return the public holidays of a year, those that were moved to a weekday included."""
    try:
        known = holidays.country_holidays(place.country.upper())
    except NotImplementedError:  # no country, or one that the calendar does not know
        return frozenset()
    region = place.region.strip().casefold()
    names = {code.casefold(): code for code in known.subdivisions}
    names |= {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    of_place = holidays.country_holidays(
        place.country.upper(), subdiv=names.get(region), years=year
    )
    return frozenset(of_place)

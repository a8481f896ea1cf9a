"""A moment on two clocks: the reader's and the other party's (A-20). Pure: no database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from accounts import languages


class NoSuchTimeError(ValueError):
    """The clock skips this time, in spring."""


class TwiceError(ValueError):
    """The clock shows this time twice, in autumn."""


def moment_of(typed: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clock in `zone` shows `typed`, in UTC.

    typed: without a zone. Raises NoSuchTimeError or TwiceError: the clock never shows it, or does
    so twice. Nobody is invited to a guess.
    """
    first, second = (typed.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != typed:
        raise NoSuchTimeError
    if first.utcoffset() != second.utcoffset():
        raise TwiceError
    return first.astimezone(UTC)


def town_of(zone: ZoneInfo) -> str:
    """Return the town that names a zone: “Warsaw” for Europe/Warsaw."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def on_both(at: datetime, here: ZoneInfo, there: ZoneInfo, *, mine: str = "") -> str:
    """Return the time here, and there where the clock shows another: “15:30 your time, 16:30 in
    Warsaw”. The day there is named where it is another day."""
    one, other = at.astimezone(here), at.astimezone(there)
    if one.utcoffset() == other.utcoffset():
        return f"{one:%H:%M}"
    mine = mine or gettext("your time")
    town = gettext("in {town}").format(town=town_of(there))
    day = ""
    if one.date() != other.date():
        said = languages.weekday_in_words(other, with_year=False)
        day = " " + gettext("on {day}").format(day=said)
    return f"{one:%H:%M} {mine}, {other:%H:%M} {town}{day}"


def day_and_both(at: datetime, here: ZoneInfo, there: ZoneInfo, *, mine: str = "") -> str:
    """The same, after the day as it is here."""
    day = languages.weekday_in_words(at.astimezone(here))
    return f"{day}, {on_both(at, here, there, mine=mine)}"

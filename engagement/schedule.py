"""When an email may go out: working days, by day, in the person's own zone. Pure: no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from candidates import working_days
from candidates.working_days import NOWHERE, Place


@dataclass(frozen=True)
class SendWindow:
    """Local wall-clock hours, `opens` included and `closes` not, on `weekdays` (0 = Monday)."""

    opens: time = time(8)
    closes: time = time(18)
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})


OFFICE_HOURS = SendWindow()
# A week, the two days that a gap may swallow, and the longest public holidays of the world.
LONGEST_PAUSE = 31


@lru_cache(maxsize=1024)
def zone_of(*names: str) -> ZoneInfo:
    """Return the first of the names that is a time zone; UTC when none is."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # empty, mistyped, or a path
            continue
    return ZoneInfo("UTC")


def is_quiet(
    at: datetime, zone: ZoneInfo, place: Place = NOWHERE, window: SendWindow = OFFICE_HOURS
) -> bool:
    """Say whether a job email would disturb: night, evening, weekend or public holiday where the
    person lives."""
    local = at.astimezone(zone)
    is_day = window.opens <= local.time() < window.closes
    is_on = local.weekday() in window.weekdays
    return not (is_day and is_on) or working_days.is_holiday(local.date(), place)


def next_send_time(
    earliest: datetime, zone: ZoneInfo, place: Place = NOWHERE, window: SendWindow = OFFICE_HOURS
) -> datetime:
    """Return the first moment from `earliest` on that falls in the recipient's window.

    earliest: aware, any zone. zone and place: of the candidate, not of the sender. Returns an aware
    datetime in UTC. A window that falls in a spring gap opens when the gap ends. Raises ValueError
    if the window has no weekday.
    """
    if not window.weekdays:
        raise ValueError("A send window needs a weekday.")
    if not is_quiet(earliest, zone, place, window):
        return earliest.astimezone(UTC)
    day = earliest.astimezone(zone).date()
    for ahead in range(LONGEST_PAUSE):
        opening = _moment(day + timedelta(days=ahead), window.opens, zone)
        if opening >= earliest and not is_quiet(opening, zone, place, window):
            return opening
    raise ValueError("This window never opens.")


def add_working_days(at: datetime, days: int, zone: ZoneInfo, place: Place = NOWHERE) -> datetime:
    """Return the same wall-clock time `days` working days later, in UTC.

    place: whose public holidays do not count.
    """
    local = at.astimezone(zone)
    day = working_days.add_working_days(local.date(), days, place)
    return _moment(day, local.time().replace(fold=0), zone)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    return _moment(local_date(at, zone) + timedelta(days=1), time(0), zone)


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the instant when the clock shows `wall`: the first of two, the gap's end if none."""
    local = datetime.combine(day, wall, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    before, after = local.replace(fold=1).astimezone(UTC), instant
    new_offset = zone.utcoffset(after.astimezone(zone))
    while after - before > timedelta(seconds=1):  # the clock jumps somewhere between the two
        middle = before + (after - before) / 2
        if zone.utcoffset(middle.astimezone(zone)) == new_offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)

"""Hours and working days in zones that change their clocks."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from candidates.working_days import Place
from engagement.schedule import SendWindow, add_working_days, is_quiet, next_send_time, zone_of

LONDON = ZoneInfo("Europe/London")
ALL_DAYS = frozenset(range(7))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("earliest", "sent"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),  # inside
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 18:00", "2026-11-24 08:00"),
        ("2026-11-27 18:00", "2026-11-30 08:00"),  # over a weekend
        ("2027-03-28 12:00", "2027-03-29 07:00"),  # the clocks went forward on Sunday
    ],
)
def test_next_send_time_is_on_a_weekday_by_day(earliest, sent):
    assert next_send_time(utc(earliest), LONDON) == utc(sent)


@pytest.mark.parametrize(
    ("earliest", "sent"),
    [
        ("2026-12-24 17:59", "2026-12-24 17:59"),
        ("2026-12-24 18:00", "2026-12-29 08:00"),  # Christmas, a weekend, Boxing Day moved
        ("2026-12-28 10:00", "2026-12-29 08:00"),
    ],
)
def test_a_public_holiday_of_the_place_is_no_day_to_write(earliest, sent):
    assert next_send_time(utc(earliest), LONDON, Place("GB", "England")) == utc(sent)


def test_a_holiday_of_elsewhere_is_a_day_like_any_other():
    assert next_send_time(utc("2026-12-28 10:00"), LONDON) == utc("2026-12-28 10:00")
    assert not is_quiet(utc("2026-12-28 10:00"), LONDON, Place("US"))
    assert is_quiet(utc("2026-12-28 10:00"), LONDON, Place("GB", "England"))


def test_a_window_that_falls_in_the_spring_gap_opens_when_the_gap_ends():
    window = SendWindow(opens=time(1, 30), closes=time(5), weekdays=ALL_DAYS)

    assert next_send_time(utc("2027-03-28 00:10"), LONDON, window=window) == utc("2027-03-28 01:00")


def test_an_hour_that_comes_twice_opens_the_first_time():
    window = SendWindow(opens=time(1, 30), closes=time(5), weekdays=ALL_DAYS)

    assert next_send_time(utc("2026-10-24 23:00"), LONDON, window=window) == utc("2026-10-25 00:30")


def test_working_days_skip_the_weekend_and_keep_the_hour_of_the_clock():
    assert add_working_days(utc("2027-03-26 09:00"), 1, LONDON) == utc("2027-03-29 08:00")


def test_working_days_skip_the_holidays_of_the_place():
    at = utc("2026-12-24 09:00")

    assert add_working_days(at, 2, LONDON, Place("GB", "England")) == utc("2026-12-30 09:00")
    assert add_working_days(at, 2, LONDON) == utc("2026-12-28 09:00")


def test_a_window_without_a_weekday_is_refused():
    with pytest.raises(ValueError, match="needs a weekday"):
        next_send_time(utc("2026-11-23 10:00"), LONDON, window=SendWindow(weekdays=frozenset()))


def test_an_unknown_zone_gives_way_to_the_next():
    assert zone_of("", "Mars/Base", "../etc", "Europe/London") == LONDON
    assert is_quiet(utc("2026-11-23 18:00"), LONDON)

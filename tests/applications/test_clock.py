"""A moment on two clocks (A-20), where a clock is put forward and back (A-22)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications import clock

LONDON, WARSAW = ZoneInfo("Europe/London"), ZoneInfo("Europe/Warsaw")
AUCKLAND, TORONTO = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Toronto")


def test_the_readers_clock_comes_first_and_the_other_beside_it():
    at = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)

    assert clock.on_both(at, LONDON, WARSAW) == "15:30 your time, 16:30 in Warsaw"
    assert clock.on_both(at, WARSAW, LONDON) == "16:30 your time, 15:30 in London"
    assert clock.on_both(at, LONDON, LONDON) == "15:30"


def test_another_day_there_is_named():
    at = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)

    assert clock.day_and_both(at, LONDON, AUCKLAND) == (
        "Monday 23 November 2026, 15:30 your time, 04:30 in Auckland on Tuesday 24 November"
    )


def test_two_clocks_that_agree_today_and_not_after_the_change():
    """London goes back on 25 October, New York a week later."""
    before = datetime(2026, 10, 24, 14, tzinfo=UTC)
    between = datetime(2026, 10, 28, 14, tzinfo=UTC)

    assert clock.on_both(before, LONDON, TORONTO) == "15:00 your time, 10:00 in Toronto"
    assert clock.on_both(between, LONDON, TORONTO) == "14:00 your time, 10:00 in Toronto"


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        (LONDON, datetime.fromisoformat("2026-03-29T01:30")),
        (TORONTO, datetime.fromisoformat("2026-03-08T02:00")),
    ],
)
def test_an_hour_that_the_clock_skips_is_no_time(zone, typed):
    with pytest.raises(clock.NoSuchTimeError):
        clock.moment_of(typed, zone)


@pytest.mark.parametrize(
    ("zone", "typed"),
    [
        (LONDON, datetime.fromisoformat("2026-10-25T01:30")),
        (WARSAW, datetime.fromisoformat("2026-10-25T02:00")),
    ],
)
def test_an_hour_that_comes_twice_is_no_time_either(zone, typed):
    with pytest.raises(clock.TwiceError):
        clock.moment_of(typed, zone)


def test_the_hours_around_a_change_are_ordinary():
    assert clock.moment_of(datetime.fromisoformat("2026-03-29T02:00"), LONDON) == datetime(
        2026, 3, 29, 1, 0, tzinfo=UTC
    )
    assert clock.moment_of(datetime.fromisoformat("2026-10-25T02:00"), LONDON) == datetime(
        2026, 10, 25, 2, 0, tzinfo=UTC
    )


@given(
    st.datetimes(
        min_value=datetime.fromisoformat("2024-01-01"),
        max_value=datetime.fromisoformat("2030-01-01"),
    ),
    st.sampled_from([LONDON, WARSAW, AUCKLAND, TORONTO, ZoneInfo("Asia/Amman")]),
)
def test_what_is_typed_is_what_the_clock_there_shows(typed, zone):
    try:
        moment = clock.moment_of(typed, zone)
    except (clock.NoSuchTimeError, clock.TwiceError):
        return

    assert moment.astimezone(zone).replace(tzinfo=None) == typed

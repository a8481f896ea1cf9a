"""Working days: weekends, public holidays of countries and regions, places nobody knows."""

from datetime import date, timedelta

import pytest

from candidates.working_days import Place, add_working_days, is_working_day, working_day_from

GERMANY, BRITAIN = Place("DE"), Place("GB", "England")


@pytest.mark.parametrize(
    ("day", "place", "is_free"),
    [
        (date(2026, 12, 25), BRITAIN, True),
        (date(2026, 12, 28), BRITAIN, True),  # Boxing Day is a Saturday, so the Monday is free
        (date(2026, 12, 28), GERMANY, False),
        (date(2026, 11, 30), Place("GB", "Scotland"), True),  # Saint Andrew's
        (date(2026, 11, 30), BRITAIN, False),
        (date(2026, 5, 18), Place("CA", "Ontario"), True),
        (date(2026, 5, 18), Place("ca", " on "), True),  # as people type it
        (date(2026, 1, 6), Place("DE", "Bayern"), True),
        (date(2026, 1, 6), Place("DE", "Atlantis"), False),  # only what the whole country has
        (date(2026, 10, 3), GERMANY, True),
        (date(2026, 12, 25), Place(), False),
        (date(2026, 12, 25), Place("XX"), False),
        (date(2026, 11, 28), Place(), True),  # a Saturday
    ],
)
def test_free_days_are_those_of_the_place(day, place, is_free):
    assert is_working_day(day, place) is not is_free


@pytest.mark.parametrize(
    ("day", "days", "there"),
    [
        (date(2026, 12, 24), 0, date(2026, 12, 24)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 24), 3, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over the end of a year
    ],
)
def test_working_days_later_pass_over_the_holidays_of_the_place(day, days, there):
    assert add_working_days(day, days, BRITAIN) == there


def test_a_day_on_which_people_work_is_its_own_and_any_other_moves_on():
    assert working_day_from(date(2026, 12, 24), BRITAIN) == date(2026, 12, 24)
    assert working_day_from(date(2026, 12, 25), BRITAIN) == date(2026, 12, 29)


@pytest.mark.parametrize("place", [BRITAIN, GERMANY, Place("JP"), Place("AE"), Place("NP")])
def test_every_place_works_again_within_two_weeks(place):
    for ahead in range(730):
        day = date(2026, 1, 1) + timedelta(days=ahead)

        assert working_day_from(day, place) - day < timedelta(days=14)

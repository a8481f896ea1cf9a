"""The public holidays of our offices: what is past stays, what is to come follows the calendar."""

from datetime import UTC, date, datetime

import pytest

from applications.actions.office_holidays import write_holidays
from applications.measures import first_answer
from applications.models import OfficeHoliday
from tests.applications.measures.figures import answered_after, of
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory

pytestmark = pytest.mark.django_db
AT = datetime(2025, 7, 1, 12, tzinfo=UTC)


def days(year, office):
    return [holiday.day for holiday in office.holidays.filter(day__year=year)]


def test_they_are_written_from_the_first_application_to_the_end_of_next_year():
    office = OfficeFactory(country="PL", time_zone="Europe/Warsaw")
    ApplicationFactory(applied_at=datetime(2024, 5, 1, 9, tzinfo=UTC))

    written = write_holidays(AT)

    assert written == OfficeHoliday.objects.filter(office=office).count()
    years = office.holidays.values_list("day__year", flat=True)
    assert sorted(set(years)) == [2024, 2025, 2026]
    assert date(2025, 1, 6) in days(2025, office)
    assert write_holidays(AT) == 0


def test_only_what_is_to_come_follows_the_calendar_and_the_place():
    office = OfficeFactory(country="GB", region="England")
    write_holidays(AT)
    was_then, is_planned = date(2025, 6, 30), date(2025, 9, 2)
    for day in (was_then, is_planned):
        OfficeHoliday.objects.create(office=office, day=day)
    office.region = "Scotland"
    office.save()

    write_holidays(AT)

    in_2025 = days(2025, office)
    assert was_then in in_2025
    assert is_planned not in in_2025
    assert date(2025, 4, 21) in in_2025  # Easter Monday, which is none in Scotland, but was there
    assert date(2025, 12, 1) in in_2025  # St Andrew's Day, moved to a Monday
    assert date(2026, 4, 6) not in days(2026, office)


def test_a_country_that_the_calendar_does_not_know_has_none():
    OfficeFactory(country="XX")

    assert write_holidays(AT) == 0


@pytest.mark.parametrize(
    ("answered", "hours"),
    [
        (datetime(2025, 1, 7, 9, tzinfo=UTC), 2.0),  # the Tuesday after Epiphany, at ten there
        (datetime(2025, 1, 6, 11, tzinfo=UTC), 1.0),  # on the holiday itself
        (datetime(2025, 1, 3, 15, 30, tzinfo=UTC), 0.5),  # before it
    ],
)
def test_nobody_works_on_them(answered, hours):
    """Applied on a Friday at four in Warsaw; the Monday is a holiday."""
    job = JobFactory()
    job.offices.add(OfficeFactory(country="PL", time_zone="Europe/Warsaw"))
    applied = datetime(2025, 1, 3, 15, tzinfo=UTC)
    wait = (answered - applied).total_seconds() / 86400
    answered_after([wait] * 10, applied_at=applied, job=job)
    write_holidays(AT)

    assert of(first_answer.MEASURE).number("worked_p50") == pytest.approx(hours)

"""About when a campaign is done: an estimate by the number of a day, worked out by hand."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from engagement import pace
from engagement.listing import InLine
from tests.factories.accounts import OrganisationFactory
from tests.factories.engagement import CampaignFactory

MONDAY, FRIDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("people", "waits", "most", "start", "ends"),
    [
        (10, [0], 10, MONDAY, MONDAY),
        (11, [0], 10, MONDAY, date(2026, 11, 24)),
        (30, [0], 10, date(2026, 11, 26), date(2026, 11, 30)),  # over a weekend
        (1, [0], 200, SATURDAY, date(2026, 11, 30)),
        (10, [0, 3], 10, MONDAY, date(2026, 11, 26)),
        # 20 people, 10 a day, a second message a day later: 10 first, 10 second, and again.
        (20, [0, 1], 10, MONDAY, date(2026, 11, 26)),
    ],
)
def test_the_last_day_is_that_of_the_sum_by_hand(people, waits, most, start, ends):
    assert pace.last_day(people, waits, most, start) == ends


@pytest.mark.parametrize(
    ("hour", "day"), [(16, MONDAY), (17, date(2026, 11, 24)), (23, date(2026, 11, 24))]
)
def test_a_late_start_counts_for_the_next_day_of_the_sender(hour, day):
    now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)

    assert pace.first_day(ZoneInfo("UTC"), now) == day


@pytest.mark.django_db
def test_the_stricter_number_sets_the_pace_and_too_far_is_said_so(settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 200
    OrganisationFactory(campaign_emails_per_day=50)
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    campaign = CampaignFactory(sender__time_zone="UTC")

    assert pace.pace_of(campaign, 100, [0], now) == pace.Pace(50, date(2026, 11, 24))
    campaign.daily_ceiling = 1
    assert pace.pace_of(campaign, 501, [0], now) == pace.Pace(1, is_far=True)
    assert pace.pace_of(campaign, 0, [0], now) == pace.Pace(1)


def in_line(another_day, ceiling=None):
    return InLine(0, another_day, datetime(2026, 11, 27, 8, tzinfo=UTC), True, True, ceiling, 200)


@pytest.mark.parametrize(
    ("line", "due", "ends"),
    [
        (None, None, None),
        (None, datetime(2026, 11, 26, 12, tzinfo=UTC), date(2026, 11, 26)),
        (in_line(10, 14), datetime(2026, 11, 27, 8, tzinfo=UTC), FRIDAY),
        (in_line(15, 14), datetime(2026, 11, 27, 8, tzinfo=UTC), date(2026, 11, 30)),
        (in_line(15, 14), datetime(2026, 12, 4, 8, tzinfo=UTC), date(2026, 12, 4)),
    ],
)
def test_the_last_that_waits_goes_by_the_line(line, due, ends):
    assert pace.last_of_waiting(line, due, ZoneInfo("UTC")) == ends

"""M-20, against figures worked out by hand."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from applications.measures import rights
from applications.measures.words import said
from candidates.actions.erasure import erase_candidate
from candidates.models import PrivacyRequest
from tests.applications.measures.figures import APPLIED, NEVER, numbers, of
from tests.factories.accounts import OrganisationFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db
FOREVER = math.inf


def asked(*days, due=30, received=APPLIED, **facts):
    """Make a request for each number of days, closed then; NEVER: open."""
    made = []
    for wait in days:
        due_on = received.date() + timedelta(days=due)
        facts |= {"received_at": received, "due_on": due_on}
        if wait is not NEVER:
            facts |= {"closed": True, "closed_at": received + timedelta(days=wait)}
        made.append(PrivacyRequestFactory(**facts))
    return made


def test_copies_and_deletions_of_a_quarter():
    """Copies after 1, 1, 2, 2 and 20 days; deletions after 7, 7, 8, 8 and 12, seven to think."""
    asked(1, 1, 2, 2, 20)
    asked(7, 7, 8, 8, 12, erasure=True)

    found = of(rights.MEASURE)

    assert numbers(found) == {
        "p90": 5.0, "access": 20.0, "erasure": 5.0, "whole": 12.0, "late": 0.0,
    }  # fmt: skip
    assert rights.MEASURE.finding(found, None) == (
        "Nine of ten requests about data were done within 5 days, none late"
    )


def test_nobody_was_ever_answered():
    asked(*[NEVER] * 5)

    found = of(rights.MEASURE)

    assert (found.number("p90"), found.number("late")) == (FOREVER, 5.0)
    assert said(rights.MEASURE, "p90", found.values["p90"]) == "more than 28 days"
    assert rights.MEASURE.finding(found, None) == "5 requests were not answered in time"


def test_nobody_asked():
    found = of(rights.MEASURE)

    assert set(numbers(found).values()) == {None}


def test_below_five_only_what_is_late_is_said():
    asked(1, 1, 1, 31)

    found = of(rights.MEASURE)

    assert (found.number("p90"), found.number("late")) == (None, 1.0)
    assert said(rights.MEASURE, "late", found.values["late"]) == "1 request"


def test_days_on_which_the_clock_stood_still_are_not_ours():
    asked(*[12] * 5, days_paused=10)

    assert of(rights.MEASURE).number("p90") == 2.0


def test_what_is_on_hold_or_taken_back_is_set_aside():
    asked(*[1] * 5)
    asked(3, outcome=PrivacyRequest.Outcome.TAKEN_BACK)
    asked(NEVER, erasure=True, state=PrivacyRequest.State.RESTRICTED)
    asked(1, kind=PrivacyRequest.Kind.COMPLAINT)

    found = of(rights.MEASURE)

    assert (found.cases, found.set_aside, found.number("late")) == (5, 2, 0.0)


def test_a_paused_one_is_not_late():
    asked(NEVER, paused_at=APPLIED, pause_reason="Which address was it?")

    assert of(rights.MEASURE).number("late") == 0.0


@pytest.mark.parametrize(("zone", "late"), [("Pacific/Kiritimati", 1.0), ("Etc/UTC", 0.0)])
def test_a_day_is_over_where_the_organisation_is(zone, late):
    """Closed at 15:00Z on the day it was due: on Kiritimati that is the day after."""
    OrganisationFactory(time_zone=zone)
    received = datetime(2025, 2, 3, 15, tzinfo=UTC)
    asked(30, received=received)

    assert of(rights.MEASURE).number("late") == late


def test_the_clock_going_forward_moves_nothing():
    OrganisationFactory(time_zone="Europe/London")
    asked(*[2] * 5, received=datetime(2025, 3, 29, 20, tzinfo=UTC))

    assert of(rights.MEASURE).number("p90") == 2.0


def test_it_counts_after_twenty_eight_days():
    asked(1)

    assert of(rights.MEASURE, APPLIED + timedelta(days=27)).cases == 0
    assert of(rights.MEASURE, APPLIED + timedelta(days=28)).cases == 1


def test_erasing_people_moves_no_figure(recruiter):
    made = asked(1, 2, 3, 4, 30, 40)
    before = numbers(of(rights.MEASURE))

    for request in made[::2]:
        erase_candidate(request.candidate, by=recruiter)

    assert numbers(of(rights.MEASURE)) == before

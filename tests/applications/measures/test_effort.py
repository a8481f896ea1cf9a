"""M-22, against figures worked out by hand."""

from datetime import timedelta

import pytest

from applications.measures import effort
from applications.measures.words import said
from tests.applications.measures.figures import APPLIED, numbers, of
from tests.factories.applications import ApplicationFactory
from tests.factories.interviews import InterviewFactory, RescheduleFactory

pytestmark = pytest.mark.django_db
CLOSED = APPLIED + timedelta(days=30)
NOTHING = {"accepted": None, "per_hire": None, "hours": None, "moves": None}


def closed(count, **facts):
    facts = {"applied_at": APPLIED, "closed_at": CLOSED, **facts}
    return [ApplicationFactory(**facts) for _ in range(count)]


def interviews(application, *minutes, **facts):
    facts = {"state": "held", "starts_at": APPLIED, **facts}
    return [InterviewFactory(application=application, minutes=each, **facts) for each in minutes]


def test_how_many_offers_were_accepted():
    """Ten took it, three declined, two withdrew with an offer; others never had one."""
    closed(10, hired=True)
    closed(3, outcome="offer_declined")
    closed(2, withdrawn=True, furthest=5)
    closed(4, withdrawn=True, furthest=4)
    closed(1, rejected=True, furthest=5)

    found = of(effort.MEASURE)

    assert (found.number("accepted"), found.values["accepted"].n) == (1000 / 15, 15)
    assert effort.MEASURE.finding(found, None) == "66.7 % of our offers were accepted"


def test_interviews_of_everybody_for_each_hire():
    """Ten hires with two each, and five others with three each: 35 for ten."""
    for application in closed(10, hired=True):
        interviews(application, 30, 60)
    for application in closed(5, rejected=True):
        interviews(application, 30, 60, 60)

    found = of(effort.MEASURE)

    assert found.number("per_hire") == 3.5
    value = found.values["per_hire"]
    assert (said(effort.MEASURE, "per_hire", value), value.n) == ("3.5 interviews", 10)


def test_hours_of_nine_in_ten():
    """Eight spent an hour, one two and a half, one seven; one had no interview at all."""
    made = closed(11, rejected=True)
    for application in made[:8]:
        interviews(application, 60)
    interviews(made[8], 90, 60)
    interviews(made[9], 420)

    found = of(effort.MEASURE)

    assert (found.number("hours"), found.values["hours"].n) == (2.5, 10)
    assert said(effort.MEASURE, "hours", found.values["hours"]) == "2.5 hours"


def test_what_did_not_take_place_costs_nothing():
    made = closed(10, rejected=True)
    for application in made:
        interviews(application, 60)
        interviews(application, 600, state="no_show")
        interviews(application, 600, cancelled=True, state="cancelled")
    interviews(made[0], 30, state="scheduled")

    assert of(effort.MEASURE).values["hours"].n == 10
    assert of(effort.MEASURE).number("hours") == 1.0


def test_of_those_that_were_moved_how_many_on_our_wish():
    """Of ten applications nine had one moved by us and one by us and three by the person."""
    made = closed(11, rejected=True)
    for application in made[:10]:
        (interview,) = interviews(application, 60)
        RescheduleFactory(interview=interview, side="us")
    for _ in range(3):
        RescheduleFactory(interview=interview, side="candidate")

    found = of(effort.MEASURE)

    assert (found.number("moves"), found.values["moves"].n) == (1000 / 13, 10)
    assert said(effort.MEASURE, "moves", found.values["moves"]) == "76.9 %"


def test_what_is_open_does_not_count_and_of_nothing_nothing_is_said():
    ApplicationFactory(applied_at=APPLIED)

    assert (of(effort.MEASURE).cases, numbers(of(effort.MEASURE))) == (0, NOTHING)


def test_nobody_was_hired():
    for application in closed(10, rejected=True):
        interviews(application, 60)

    assert numbers(of(effort.MEASURE)) == NOTHING | {"hours": 1.0}

"""M-02 and M-05a, against figures worked out by hand."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from applications.measures.counting import quarters_of
from applications.measures.first_answer import HORIZON, MEASURE
from applications.measures.words import said
from candidates.models import Import
from tests.applications.measures.figures import (
    APPLIED,
    AT,
    NEVER,
    START,
    answered_after,
    numbers,
    of,
)
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, LetterFactory, ToldFactory
from tests.factories.interviews import InterviewFactory

pytestmark = pytest.mark.django_db
FOREVER = math.inf


def shown(quarter):
    """Return the figures in days: those in working hours are in `test_told_and_heard`."""
    return {key: quarter.number(key) for key in ("p50", "p90", "silent")}


def test_the_worked_example_of_the_design():
    """n = 10, answered after 1, 1, 2, 3, 4, 9 days, four never: P50 is 4 days, P90 beyond 30."""
    answered_after([1, 1, 2, 3, 4, 9, NEVER, NEVER, NEVER, NEVER])

    found = of(MEASURE)

    assert shown(found) == {"p50": 4.0, "p90": FOREVER, "silent": 40.0}
    assert (found.cases, found.set_aside) == (10, 0)
    assert said(MEASURE, "p50", found.values["p50"]) == "4 days"
    assert said(MEASURE, "p90", found.values["p90"]) == "more than 30 days"
    assert said(MEASURE, "silent", found.values["silent"]) == "40 %"


def test_nobody_applied():
    found = of(MEASURE)

    assert set(numbers(found).values()) == {None}
    assert said(MEASURE, "p50", found.values["p50"]) == "none"


@pytest.mark.parametrize(("cases", "p50", "words"), [(1, None, "too few"), (9, None, "too few"),
                                                     (10, 2.0, "2 days")])  # fmt: skip
def test_below_ten_nothing_is_said(cases, p50, words):
    answered_after([2] * cases)

    found = of(MEASURE)

    assert (found.number("p50"), said(MEASURE, "p50", found.values["p50"])) == (p50, words)


def test_ties_are_one_value():
    answered_after([3] * 8 + [5] * 2)

    assert shown(of(MEASURE)) == {"p50": 3.0, "p90": 5.0, "silent": 0.0}


def test_nobody_was_ever_answered():
    answered_after([NEVER] * 10)

    assert shown(of(MEASURE)) == {"p50": FOREVER, "p90": FOREVER, "silent": 100.0}
    assert MEASURE.finding(of(MEASURE), None) == "More than half had no answer within 30 days"


def test_an_answer_after_the_horizon_is_silence():
    answered_after([HORIZON] * 9 + [HORIZON + 0.01])

    assert of(MEASURE).number("silent") == 10.0


def test_the_clock_going_forward_moves_nothing():
    """Applied the evening before London changes to summer time, answered 24 hours later."""
    OrganisationFactory(time_zone="Europe/London")
    answered_after([1] * 10, applied_at=datetime(2025, 3, 29, 20, tzinfo=UTC))

    assert of(MEASURE).number("p50") == 1.0


def test_a_quarter_begins_where_the_organisation_is():
    """Half past one in the night of 1 April in Helsinki is still March in London."""
    moment = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)
    answered_after([1] * 10, applied_at=moment)

    OrganisationFactory(time_zone="Europe/Helsinki")

    both = quarters_of(MEASURE, [START, date(2025, 4, 1)], AT)
    assert [quarter.cases for quarter in both] == [0, 10]


def test_who_applied_less_than_the_horizon_ago_does_not_count_yet():
    answered_after([1] * 10)

    ripe = APPLIED + timedelta(days=HORIZON)

    assert of(MEASURE, ripe - timedelta(seconds=1)).cases == 0
    assert of(MEASURE, ripe).cases == 10


def test_whoever_withdrew_before_an_answer_is_set_aside():
    answered_after([1] * 10)
    job = JobFactory()
    early, late = APPLIED + timedelta(days=5), APPLIED + timedelta(days=31)
    ApplicationFactory(job=job, applied_at=APPLIED, withdrawn=True, closed_at=early)
    ApplicationFactory(job=job, applied_at=APPLIED, withdrawn=True, closed_at=late)

    found = of(MEASURE)

    assert (found.cases, found.set_aside) == (11, 1)
    assert found.number("silent") == 100 / 11


def test_what_is_an_answer():
    job = JobFactory()
    then = APPLIED + timedelta(days=2)

    def applied(**facts):
        return ApplicationFactory(job=job, applied_at=APPLIED, **facts)

    LetterFactory(application=applied(), kind="invitation", sent_at=then)
    ToldFactory(application=applied(), how="elsewhere", at=then)
    InterviewFactory(application=applied(), state="held", starts_at=then)
    applied(hired=True, closed_at=then)
    LetterFactory(application=applied(), kind="receipt", sent_at=then)
    LetterFactory(application=applied(), kind="closing", sent_at=then)
    LetterFactory(application=applied(), sent_at=None)
    ToldFactory(application=applied(), how="no_address", at=then)
    ToldFactory(application=applied(), at=then, taken_back_at=then)
    InterviewFactory(application=applied(), state="no_show", starts_at=then)

    assert of(MEASURE).number("silent") == 60.0
    assert numbers(of(MEASURE))["p50"] == FOREVER


def test_whom_the_measure_leaves_out(recruiter):
    job = JobFactory()
    facts = {"job": job, "applied_at": APPLIED}
    run = Import.objects.create(
        file_name="old.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",", by=recruiter
    )
    ApplicationFactory(**facts, imported_by=run)
    ApplicationFactory(**facts, closed_at=APPLIED, outcome="duplicate")
    ToldFactory(application=ApplicationFactory(**facts), how="mistake")

    found = of(MEASURE)

    assert (found.cases, found.set_aside) == (0, 0)


def test_only_some_jobs_count_for_whoever_sees_only_some():
    mine = JobFactory()
    answered_after([1] * 10, job=mine)
    answered_after([NEVER] * 10)

    assert of(MEASURE).number("silent") == 50.0
    assert of(MEASURE, jobs=[mine.pk]).number("silent") == 0.0
    assert of(MEASURE, jobs=[]).cases == 0


def test_the_finding_says_how_it_changed():
    answered_after([5] * 10, applied_at=datetime(2024, 12, 3, tzinfo=UTC))
    answered_after([4] * 10)

    before, now = quarters_of(MEASURE, [date(2024, 10, 1), START], AT)

    assert MEASURE.finding(now, before) == (
        "Half of those who applied had an answer within 4 days,"
        " 1 day sooner than in the quarter before"
    )

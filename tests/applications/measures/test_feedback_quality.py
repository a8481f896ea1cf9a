"""M-10, against figures worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.measures import feedback_quality
from applications.measures.words import said
from candidates.actions.erasure import erase_candidate
from tests.applications.measures.figures import numbers, of
from tests.factories.applications import FeedbackRatingFactory

pytestmark = pytest.mark.django_db
MEASURE = feedback_quality.MEASURE
MONTH = date(2025, 2, 1)
CLOSED = datetime(2025, 4, 1, tzinfo=UTC) + timedelta(days=21)


def rated(count, **facts):
    return [FeedbackRatingFactory(rated=True, sent_month=MONTH, **facts) for _ in range(count)]


def unrated(count, **facts):
    return [FeedbackRatingFactory(sent_month=MONTH, **facts) for _ in range(count)]


def test_the_mean_of_ten_letters():
    """Four with 4 points, three with 3, two with 2, one with none: 29 points of ten letters."""
    rated(4)
    rated(3, specific=False)
    rated(2, specific=False, usable=False)
    rated(1, specific=False, usable=False, job_related=False, respectful=False)

    found = of(MEASURE)

    assert numbers(found) == {"mean": 2.9, "useful": None, "rated": 100.0}
    assert said(MEASURE, "mean", found.values["mean"]) == "2.9 of 4"
    assert MEASURE.finding(found, None) == (
        "Letters of feedback get 2.9 of 4 points from colleagues who read them"
    )


def test_what_was_drawn_and_not_rated_is_not_in_the_mean():
    rated(5)
    unrated(15)

    assert numbers(of(MEASURE)) == {"mean": 4.0, "useful": None, "rated": 25.0}


def test_how_useful_its_readers_find_it():
    """Of eight readers five say 4 or 5; whether a letter was drawn makes no difference."""
    for useful in (5, 5, 4, 4, 4, 3, 2, 1):
        unrated(1, useful=useful, is_sampled=False)
    unrated(2)

    found = of(MEASURE)

    assert (found.number("useful"), found.values["useful"].n) == (62.5, 8)


@pytest.mark.parametrize(("answers", "shown"), [(4, None), (5, 100.0)])
def test_below_five_readers_nothing_is_said(answers, shown):
    unrated(answers, useful=5)

    assert of(MEASURE).number("useful") == shown


def test_nobody_rated_and_nobody_wrote():
    assert numbers(of(MEASURE)) == {"mean": None, "useful": None, "rated": None}

    unrated(12)

    assert numbers(of(MEASURE)) == {"mean": None, "useful": None, "rated": 0.0}


def test_nothing_moves_from_day_to_day():
    rated(5)

    assert of(MEASURE, CLOSED - timedelta(seconds=1)).cases == 0
    assert of(MEASURE, CLOSED).cases == 5


def test_erasing_people_moves_no_figure(recruiter):
    made = rated(6, useful=5) + rated(6, useful=1, specific=False)
    before = numbers(of(MEASURE))
    for rating in made[::3]:
        application = rating.letter.application
        application.outcome, application.closed_at = "withdrawn", datetime.now(UTC)
        application.save()

        erase_candidate(application.candidate, by=recruiter)

    assert numbers(of(MEASURE)) == before

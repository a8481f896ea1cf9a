"""Erasing people moves no share that was said before, and no percentile beyond its span (M-R2)."""

from datetime import timedelta

import pytest

from applications.measures import (
    after_interview,
    closure,
    decision_told,
    effort,
    feedback,
    first_answer,
    promises_kept,
    receipt,
)
from applications.models import ErasedApplication
from candidates.actions.erasure import erase_candidate
from tests.applications.measures.figures import APPLIED, NEVER, answered_after, numbers, of
from tests.factories.applications import ApplicationFactory, LetterFactory, PromiseFactory
from tests.factories.interviews import InterviewFactory, RescheduleFactory

pytestmark = pytest.mark.django_db
MEASURES = (
    first_answer.MEASURE,
    closure.MEASURE,
    after_interview.MEASURE,
    promises_kept.MEASURE,
    decision_told.MEASURE,
    receipt.MEASURE,
    feedback.MEASURE,
    effort.MEASURE,
)


def company():
    """Forty applications of all kinds, every third of an interviewed person; promises besides."""
    made = answered_after([1, 2, 3, 6, 13, 20, 29, 31, 50, 100] * 3, furthest=3)
    made += answered_after([NEVER] * 6)
    for days in (10, 40):
        withdrawn = APPLIED + timedelta(days=days)
        made.append(ApplicationFactory(applied_at=APPLIED, withdrawn=True, closed_at=withdrawn))
    made.append(ApplicationFactory(applied_at=APPLIED, hired=True, closed_at=APPLIED))
    for application in made[::3]:
        talk = InterviewFactory(application=application, state="held", starts_at=APPLIED)
        RescheduleFactory(interview=talk, side="us")
        LetterFactory(application=application, kind="receipt", sent_at=APPLIED)
    told = made[33]
    LetterFactory(application=told, kind="later", sent_at=APPLIED + timedelta(days=44))
    for number, application in enumerate(made[:12]):
        PromiseFactory(
            candidate=application.candidate, state="kept" if number % 3 else "broken",
            due_at=APPLIED,
        )  # fmt: skip
    return made


def test_erasing_a_third_of_the_people_moves_nothing_that_was_said(recruiter):
    made = company()
    before = [of(measure) for measure in MEASURES]

    closed = [application for application in made if application.closed_at]
    for application in closed[::3]:
        erase_candidate(application.candidate, by=recruiter)

    after = [of(measure) for measure in MEASURES]
    assert ErasedApplication.objects.filter(is_measured=True).count() == 11
    assert [(one.cases, one.set_aside) for one in after] == [
        (one.cases, one.set_aside) for one in before
    ]
    shares = ("silent", "ghosted", "kept", "broken", "slow", "sent", "asked", "accepted", "moves")
    exact = [one for one in before if numbers(one).get("hours")]
    assert [numbers(one) for one in after if numbers(one).get("hours")] == [
        numbers(one) for one in exact
    ]
    assert [share_of(one, shares) for one in after] == [share_of(one, shares) for one in before]


def share_of(quarter, keys):
    return {key: number for key, number in numbers(quarter).items() if key in keys}


def test_what_is_left_of_a_time_is_the_end_of_its_span(recruiter):
    """Answered after 8 days: “within 14” is left. Never answered stays never."""
    (answered,) = answered_after([8])
    silent = ApplicationFactory(applied_at=APPLIED, untold=True)

    for application in (answered, silent):
        erase_candidate(application.candidate, by=recruiter)

    rows = ErasedApplication.objects.order_by("pk").values_list("answered_within", "told_within")
    assert list(rows) == [(14, 14), (None, None)]


def test_an_application_that_no_measure_counts_leaves_nothing_to_count(recruiter):
    slip = ApplicationFactory(applied_at=APPLIED, closed_at=APPLIED, outcome="duplicate")

    erase_candidate(slip.candidate, by=recruiter)

    assert ErasedApplication.objects.get().is_measured is False
    assert of(first_answer.MEASURE).cases == 0

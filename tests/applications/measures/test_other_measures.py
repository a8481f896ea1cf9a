"""M-04, M-05b, M-06 and M-07, against figures worked out by hand."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from applications.measures import (
    EXPERIENCE,
    PIPELINE,
    RIGHTS,
    after_interview,
    closure,
    hear_by,
    promises_kept,
)
from applications.measures.counting import quarters_of
from tests.applications.measures.figures import APPLIED, AT, NEVER, answered_after, numbers, of
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    PromiseFactory,
    ToldFactory,
)
from tests.factories.interviews import InterviewFactory
from tests.schema_of_views import definition, definition_of

pytestmark = pytest.mark.django_db
FOREVER = math.inf


@pytest.mark.parametrize(
    "measure", [*EXPERIENCE, *PIPELINE, *RIGHTS], ids=lambda measure: measure.view
)
def test_the_view_in_the_database_is_the_one_that_is_declared(measure):
    assert definition(measure.view) == definition_of(measure.sql)


class TestClosure:
    def test_whoever_is_not_told_waits_without_end(self):
        """Told after 2, 2, 8 and 20 days; one open, one turned down and told by nobody."""
        answered_after([2] * 4 + [8] * 2 + [20] * 2 + [NEVER])
        untold = APPLIED + timedelta(days=3)
        ApplicationFactory(applied_at=APPLIED, untold=True, closed_at=untold)

        found = of(closure.MEASURE)

        assert numbers(found) == {"p50": 8.0, "p90": FOREVER, "early": FOREVER, "late": None}
        assert closure.MEASURE.finding(found, None) == (
            "Half of those who applied knew how it ended within 8 days"
        )

    def test_who_was_interviewed_is_counted_apart(self):
        answered_after([5] * 10)
        answered_after([40] * 10, furthest=3)

        assert numbers(of(closure.MEASURE)) == {
            "p50": 5.0, "p90": 40.0, "early": 5.0, "late": 40.0,
        }  # fmt: skip

    def test_what_tells_the_end(self):
        facts = {"job": JobFactory(), "applied_at": APPLIED}
        then = APPLIED + timedelta(days=6)
        rejected = facts | {"rejected": True, "closed_at": APPLIED + timedelta(days=1)}
        ApplicationFactory(**facts, hired=True, closed_at=then)
        ApplicationFactory(**facts, outcome="offer_declined", closed_at=then)
        LetterFactory(application=ApplicationFactory(**rejected), sent_at=then)
        ToldFactory(application=ApplicationFactory(**rejected), at=then)
        ToldFactory(application=ApplicationFactory(**rejected), how="elsewhere", at=then)
        LetterFactory(application=ApplicationFactory(**rejected), kind="invitation", sent_at=then)
        ToldFactory(application=ApplicationFactory(**rejected), about="date", at=then)
        ToldFactory(application=ApplicationFactory(**rejected), how="no_address", at=then)
        reopened = ApplicationFactory(**facts)
        LetterFactory(application=reopened, sent_at=then)
        ApplicationFactory(**facts, withdrawn=True, closed_at=then)
        answered_after([6] * 5)

        found = of(closure.MEASURE)

        assert (found.cases, found.set_aside) == (14, 1)
        assert found.number("p50") == 6.0
        assert found.number("p90") == FOREVER

    def test_it_counts_after_ninety_days(self):
        answered_after([1] * 10)

        assert of(closure.MEASURE, APPLIED + timedelta(days=89)).cases == 0
        assert of(closure.MEASURE, APPLIED + timedelta(days=90)).cases == 10


def interviewed(*, on=APPLIED, **application):
    made = ApplicationFactory(applied_at=APPLIED - timedelta(days=9), furthest=3, **application)
    InterviewFactory(application=made, state="held", starts_at=on)
    return made


class TestAfterAnInterview:
    def test_silence_at_fourteen_and_at_forty_five_days(self):
        for wait in (1, 2, 3, 14, 14.01, 20, 44, 45.01, NEVER, NEVER):
            application = interviewed()
            if wait is not NEVER:
                LetterFactory(application=application, sent_at=APPLIED + timedelta(days=wait))

        found = of(after_interview.MEASURE)

        assert numbers(found) == {"silent": 60.0, "ghosted": 30.0}

    def test_each_figure_waits_for_its_own_days(self):
        for _ in range(10):
            interviewed()

        assert of(after_interview.MEASURE, APPLIED + timedelta(days=13)).cases == 0
        after = of(after_interview.MEASURE, APPLIED + timedelta(days=14))
        assert numbers(after) == {"silent": 100.0, "ghosted": None}
        later = of(after_interview.MEASURE, APPLIED + timedelta(days=45))
        assert numbers(later) == {"silent": 100.0, "ghosted": 100.0}

    def test_whoever_withdrew_in_between_is_no_case_of_the_second_figure(self):
        """Of eleven one withdrew on the twentieth day: silence at 14 days, no case at 45."""
        for _ in range(10):
            LetterFactory(application=interviewed(), sent_at=APPLIED + timedelta(days=1))
        interviewed(withdrawn=True, closed_at=APPLIED + timedelta(days=20))

        found = of(after_interview.MEASURE)

        assert numbers(found) == {"silent": 100 / 11, "ghosted": 0.0}
        assert [found.values[key].n for key in ("silent", "ghosted")] == [11, 10]

    def test_what_is_news_after_an_interview(self):
        then, before = APPLIED + timedelta(days=3), APPLIED - timedelta(days=1)
        LetterFactory(application=interviewed(), kind="later", sent_at=then)
        ToldFactory(application=interviewed(), about="date", at=then)
        interviewed(hired=True, closed_at=then)
        LetterFactory(application=interviewed(), kind="feedback", sent_at=then)
        LetterFactory(application=interviewed(), sent_at=before)
        ToldFactory(application=interviewed(), how="no_address", at=then)
        second = interviewed()
        LetterFactory(application=second, kind="later", sent_at=then)
        InterviewFactory(application=second, starts_at=then + timedelta(days=1))
        for _ in range(3):
            interviewed()
        interviewed(withdrawn=True, closed_at=then)

        found = of(after_interview.MEASURE)

        assert (found.cases, found.set_aside) == (10, 1)
        assert found.number("silent") == 70.0

    def test_an_interview_that_did_not_take_place_starts_nothing(self):
        for state in ("no_show", "missed"):
            InterviewFactory(state=state, starts_at=APPLIED)
        InterviewFactory(cancelled=True, starts_at=APPLIED)

        assert of(after_interview.MEASURE).cases == 0

    def test_the_finding(self):
        for _ in range(10):
            LetterFactory(application=interviewed(), sent_at=APPLIED + timedelta(days=1))

        assert after_interview.MEASURE.finding(of(after_interview.MEASURE), None) == (
            "Everybody who was interviewed heard from us within 14 days"
        )


class TestHearByDates:
    def test_coverage_of_those_who_wait_now(self):
        today = timezone.now().date()
        job = JobFactory()
        for day in [today + timedelta(days=9)] * 7 + [today - timedelta(days=3)] * 2 + [None]:
            ApplicationFactory(job=job, hear_by=day)
        ApplicationFactory(job=job, rejected=True, hear_by=None)

        (found,) = quarters_of(hear_by.MEASURE, [], timezone.now())

        assert numbers(found) == {"covered": 70.0, "late": 20.0, "none": 10.0}
        assert hear_by.MEASURE.finding(found, None) == (
            "70 % of those who wait know by when they will hear"
        )

    @pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
    def test_a_day_is_over_where_the_person_is(self, zone):
        from zoneinfo import ZoneInfo

        there = timezone.now().astimezone(ZoneInfo(zone)).date()
        job = JobFactory()
        for day in [there] * 5 + [there - timedelta(days=1)] * 5:
            ApplicationFactory(job=job, hear_by=day, candidate__time_zone=zone)

        (found,) = quarters_of(hear_by.MEASURE, [], timezone.now())

        assert numbers(found) == {"covered": 50.0, "late": 50.0, "none": 0.0}

    def test_nobody_waits(self):
        (found,) = quarters_of(hear_by.MEASURE, [], timezone.now())

        assert (found.cases, numbers(found)) == (
            0, {"covered": None, "late": None, "none": None},
        )  # fmt: skip


class TestPromises:
    def test_how_many_of_those_that_fell_due_were_kept(self):
        due = datetime(2025, 3, 1, tzinfo=UTC)
        for state in ["kept"] * 9 + ["broken"] * 3:
            PromiseFactory(state=state, due_at=due)
        for state in ("released", "due"):
            PromiseFactory(state=state, due_at=due)
        PromiseFactory(state="lapsed")

        found = of(promises_kept.MEASURE)

        assert (found.cases, numbers(found)) == (12, {"kept": 75.0, "broken": 25.0})
        assert promises_kept.MEASURE.finding(found, None) == (
            "75 % of the promises that fell due were kept"
        )

    def test_none_fell_due(self):
        assert numbers(of(promises_kept.MEASURE, AT)) == {"kept": None, "broken": None}

"""M-08, M-11 and M-12, against figures worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.measures.words import said
from candidates.actions.erasure import erase_candidate
from engagement.measures import answering, cnps, relationship
from tests.applications.measures.figures import APPLIED, numbers, of
from tests.factories.engagement import SurveyFactory

pytestmark = pytest.mark.django_db
END = datetime(2025, 4, 1, tzinfo=UTC)  # of the quarter of APPLIED


def answered(*recommend, **facts):
    """Make a survey for each number, asked in the quarter and answered the day after."""
    then = APPLIED + timedelta(days=1)
    facts = {"planned_at": APPLIED, "sent_at": APPLIED, "answered_at": then, **facts}
    return [SurveyFactory(answered=True, recommend=number, **facts) for number in recommend]


class TestScore:
    def test_the_worked_example_of_the_design(self):
        """28 promoters, 12 passives, 60 detractors of 100: -32, and 95 % from -49 to -15."""
        answered(*[9] * 14, *[10] * 14, *[7] * 6, *[8] * 6, *[0] * 30, *[6] * 30)

        found = of(cnps.MEASURE)

        told = {key: said(cnps.MEASURE, key, value) for key, value in found.values.items()}
        assert told == {
            "cnps": "−32", "low": "−49", "high": "−15",
            "hired": "none", "left": "none", "early": "−32", "late": "none",
            "response": "100 %",
        }  # fmt: skip
        assert cnps.MEASURE.finding(found, None) == (
            "Recommending us to others scores −32, most likely between −49 and −15"
        )

    def test_nobody_answered(self):
        SurveyFactory.create_batch(10, sent_at=APPLIED)

        said = {key: value for key, value in numbers(of(cnps.MEASURE)).items() if value is not None}
        assert said == {"response": 0.0}

    @pytest.mark.parametrize(("answers", "shown"), [(1, None), (4, None), (5, 100.0)])
    def test_below_five_answers_nothing_is_said(self, answers, shown):
        answered(*[9] * answers)

        assert of(cnps.MEASURE).number("cnps") == shown

    def test_all_say_the_same(self):
        answered(*[3] * 7)

        found = numbers(of(cnps.MEASURE))

        assert (found["cnps"], found["low"], found["high"]) == (-100.0, -100.0, -100.0)

    def test_a_question_that_was_left_out_is_no_answer_to_it(self):
        answered(*[9] * 5)
        answered(*[None] * 5, knew=2)

        assert numbers(of(cnps.MEASURE))["cnps"] == 100.0
        assert numbers(of(cnps.MEASURE))["response"] == 50.0

    def test_where_one_group_is_too_small_neither_is_shown(self):
        """Of eleven answers two are of the other group: the total less the one would tell it."""
        answered(*[9] * 9)
        late = answered(0, 0, outcome="late")

        hidden = numbers(of(cnps.MEASURE))
        answered(0, 0, 0, outcome="late")
        shown = numbers(of(cnps.MEASURE))

        assert len(late) == 2
        assert (hidden["early"], hidden["late"]) == (None, None)
        assert hidden["cnps"] == pytest.approx(100 * 7 / 11)
        assert (shown["early"], shown["late"]) == (100.0, -100.0)

    def test_each_outcome_has_its_score_and_the_share_that_answered(self):
        """Hired 5 of 5 at 9; withdrew 3 of 6 at 9 and 3 at 0; early 2, 2 and 4; late all 3."""
        answered(*[9] * 5, outcome="hired")
        answered(9, 9, 9, 0, 0, 0, outcome="left")
        answered(9, 9, 7, 7, 0, 0, 0, 0)
        answered(*[3] * 6, outcome="late")
        SurveyFactory.create_batch(14, sent_at=APPLIED, outcome="late")
        SurveyFactory.create_batch(5, sent_at=APPLIED, outcome="hired")

        found = numbers(of(cnps.MEASURE))

        assert {key: found[key] for key in ("hired", "left", "early", "late")} == {
            "hired": 100.0, "left": 0.0, "early": -25.0, "late": -100.0,
        }  # fmt: skip
        who = of(answering.MEASURE)
        assert (who.number("hired"), who.number("late")) == (50.0, 30.0)
        assert who.number("left") is None  # fewer than ten were asked
        assert answering.MEASURE.finding(who, None) == (
            "56.8 % of those whom we asked how it was answered"
        )

    @pytest.mark.parametrize(
        ("sizes", "shown"),
        [
            ({"hired": 5, "left": 5, "early": 5, "late": 5}, {"hired", "left", "early", "late"}),
            ({"hired": 4, "left": 5, "early": 6, "late": 7}, {"early", "late"}),
            ({"hired": 1, "left": 1, "early": 9, "late": 7}, {"early"}),
            ({"hired": 3, "left": 3, "early": 9, "late": 7}, {"early", "late"}),
            ({"hired": 0, "left": 4, "early": 9, "late": 0}, set()),
            ({"hired": 1, "left": 1, "early": 1, "late": 1}, set()),
            ({"hired": 0, "left": 0, "early": 6, "late": 0}, {"early"}),
        ],
    )
    def test_no_small_group_can_be_worked_out_of_the_total(self, sizes, shown):
        for outcome, size in sizes.items():
            answered(*[9] * size, outcome=outcome)

        found = of(cnps.MEASURE)

        assert {key for key in sizes if found.number(key) is not None} == shown
        if found.number("cnps") is not None and len(shown) < sum(map(bool, sizes.values())):
            hidden = [size for key, size in sizes.items() if size and key not in shown]
            assert len(hidden) >= 2
            assert sum(hidden) >= 5

    def test_nothing_moves_from_day_to_day(self):
        """A quarter is said once its last survey is closed, so no day tells what somebody said."""
        answered(*[9] * 5)
        closed = END + timedelta(days=21)

        assert of(cnps.MEASURE, closed - timedelta(seconds=1)).cases == 0
        assert of(cnps.MEASURE, closed).cases == 5

    def test_erasing_people_moves_no_figure(self, recruiter):
        made = answered(*[9] * 6, *[2] * 6)
        before = numbers(of(cnps.MEASURE)), numbers(of(relationship.MEASURE))

        for survey in made[::3]:
            erase_candidate(survey.candidate, by=recruiter)

        assert (numbers(of(cnps.MEASURE)), numbers(of(relationship.MEASURE))) == before


class TestRelationship:
    def test_of_ten_answers(self):
        answered(*[5] * 2, relationship="negative", knew=1)
        answered(*[5] * 5, relationship="neutral", knew=4)
        answered(*[5] * 3, relationship="great", knew=5, outcome="late")
        answered(5, relationship="", knew=None)

        found = of(relationship.MEASURE)

        assert numbers(found) == {
            "resentment": 20.0, "hired": None, "left": None, "early": None, "late": None,
            "knew": 80.0,
        }  # fmt: skip
        assert relationship.MEASURE.finding(found, None) == (
            "20 % of those who answered turned away from us"
        )

    def test_nobody_turned_away(self):
        answered(*[9] * 5)

        assert relationship.MEASURE.finding(of(relationship.MEASURE), None) == (
            "Nobody who answered turned away from us"
        )

    def test_without_answers_nothing_is_said(self):
        SurveyFactory.create_batch(10, sent_at=APPLIED)

        assert (of(relationship.MEASURE).cases, of(relationship.MEASURE).number("knew")) == (
            0,
            None,
        )

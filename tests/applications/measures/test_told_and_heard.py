"""M-01, M-03 and M-09, and M-02 in working hours, against figures worked out by hand."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from applications.measures import decision_told, feedback, first_answer, receipt
from applications.measures.words import said
from candidates.models import Import
from tests.applications.measures.figures import (
    APPLIED,
    NEVER,
    answered_after,
    numbers,
    of,
)
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    OfficeFactory,
    ToldFactory,
)

pytestmark = pytest.mark.django_db
FOREVER = math.inf
DECIDED = APPLIED + timedelta(days=4)


def rejected(**facts):
    facts = {"applied_at": APPLIED, "rejected": True, "closed_at": DECIDED, **facts}
    return ApplicationFactory(**facts)


def told_after(hours, **facts):
    """Turn somebody down for each number of hours, by a letter that left then; NEVER: by none."""
    facts.setdefault("job", JobFactory())
    for wait in hours:
        made = rejected(**facts)
        sent = None if wait is NEVER else made.closed_at + timedelta(hours=wait)
        LetterFactory(application=made, sent_at=sent)


class TestDecidedButNotTold:
    def test_of_ten_decisions(self):
        """Told after 0, 2, 2, 16, 16, 20, 47, 48 and 64 hours; of one nobody was told."""
        told_after([0, 2, 2, 16, 16, 20, 47, 48, 64, NEVER])

        found = of(decision_told.MEASURE)

        assert numbers(found) == {"p90": 64.0, "p50": 16.0, "silent": 10.0}
        assert decision_told.MEASURE.finding(found, None) == (
            "Nine of ten who were turned down knew it within 64 hours of the decision"
        )

    def test_nobody_was_ever_told(self):
        told_after([NEVER] * 10)

        found = of(decision_told.MEASURE)

        assert numbers(found) == {"p90": FOREVER, "p50": FOREVER, "silent": 100.0}
        value = found.values["p50"]
        assert said(decision_told.MEASURE, "p50", value) == "more than 168 hours"
        assert decision_told.MEASURE.finding(found, None) == (
            "100 % of those who were turned down were not told within 7 days"
        )

    def test_nobody_was_turned_down(self):
        assert numbers(of(decision_told.MEASURE)) == {"p90": None, "p50": None, "silent": None}

    def test_below_ten_nothing_is_said(self):
        told_after([1] * 9)

        assert of(decision_told.MEASURE).number("p90") is None

    def test_the_clock_going_forward_moves_nothing(self):
        """Decided the evening before London changes to summer time, told 24 hours later."""
        OrganisationFactory(time_zone="Europe/London")
        told_after([24] * 10, closed_at=datetime(2025, 3, 29, 20, tzinfo=UTC))

        assert of(decision_told.MEASURE).number("p90") == 24.0

    def test_what_tells_a_decision(self, recruiter):
        then = DECIDED + timedelta(hours=3)
        ToldFactory(application=rejected(), at=then)
        ToldFactory(application=rejected(), how="elsewhere", at=then)
        ToldFactory(application=rejected(), at=DECIDED - timedelta(hours=1))
        LetterFactory(application=rejected(), kind="feedback", sent_at=then)
        ToldFactory(application=rejected(), about="date", at=then)
        ToldFactory(application=rejected(), how="no_address", at=then)
        ToldFactory(application=rejected(), at=then, taken_back_at=then)
        told_after([3] * 3)

        found = of(decision_told.MEASURE)

        assert (found.cases, found.number("silent"), found.number("p50")) == (10, 40.0, 3.0)

    def test_only_who_was_turned_down_by_us_counts(self, recruiter):
        run = Import.objects.create(
            file_name="old.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",",
            by=recruiter,
        )  # fmt: skip
        rejected(imported_by=run)
        ToldFactory(application=rejected(), how="mistake")
        ApplicationFactory(applied_at=APPLIED, withdrawn=True, closed_at=DECIDED)
        ApplicationFactory(applied_at=APPLIED, hired=True, closed_at=DECIDED)

        assert of(decision_told.MEASURE).cases == 0

    def test_it_counts_after_seven_days(self):
        told_after([1] * 10)
        ripe = DECIDED + timedelta(days=7)

        assert of(decision_told.MEASURE, ripe - timedelta(seconds=1)).cases == 0
        assert of(decision_told.MEASURE, ripe).cases == 10


def receipts(minutes, **facts):
    facts.setdefault("applied_at", APPLIED)
    for wait in minutes:
        made = ApplicationFactory(**facts)
        sent = None if wait is NEVER else made.applied_at + timedelta(minutes=wait)
        LetterFactory(application=made, kind="receipt", sent_at=sent)


class TestReceipts:
    def test_nineteen_of_twenty(self):
        """Of 20: 15 after a minute, 4 after 3, one after 50. The nineteenth had it after 3."""
        receipts([1] * 15 + [3] * 4 + [50])

        found = of(receipt.MEASURE)

        assert numbers(found) == {"p95": 3.0, "slow": 5.0}
        assert receipt.MEASURE.finding(found, None) == (
            "Nineteen of twenty who applied had a receipt within 3 minutes"
        )

    def test_no_receipt_ever_left(self):
        receipts([NEVER] * 10)

        found = of(receipt.MEASURE)

        assert numbers(found) == {"p95": FOREVER, "slow": 100.0}
        assert said(receipt.MEASURE, "p95", found.values["p95"]) == "more than 60 minutes"
        assert receipt.MEASURE.finding(found, None) == (
            "100 % of those who applied had no receipt within 5 minutes"
        )

    def test_where_no_receipt_is_due_nothing_is_counted(self):
        ApplicationFactory(applied_at=APPLIED)

        assert (of(receipt.MEASURE).cases, of(receipt.MEASURE).number("p95")) == (0, None)

    def test_the_first_of_two_receipts_counts(self):
        receipts([1] * 10)
        for letter in list(ApplicationFactory._meta.model.objects.all()):
            then = APPLIED + timedelta(days=3)
            LetterFactory(application=letter, kind="receipt", sent_at=then)

        assert of(receipt.MEASURE).number("p95") == 1.0

    def test_whoever_withdrew_before_it_is_set_aside(self):
        receipts([1] * 10)
        receipts([NEVER], withdrawn=True, closed_at=APPLIED + timedelta(minutes=9))
        receipts([NEVER], withdrawn=True, closed_at=APPLIED + timedelta(minutes=61))

        found = of(receipt.MEASURE)

        assert (found.cases, found.set_aside, found.number("slow")) == (11, 1, 100 / 11)

    def test_the_hour_that_comes_twice_is_two(self):
        """London sets its clock back at 01:00Z: half past one to half past one is an hour."""
        OrganisationFactory(time_zone="Europe/London")
        receipts([60] * 10, applied_at=datetime(2024, 10, 27, 0, 30, tzinfo=UTC))

        (found,) = quarter(receipt.MEASURE)

        assert found.number("p95") == 60.0


def quarter(measure):
    from datetime import date

    from applications.measures.counting import quarters_of
    from tests.applications.measures.figures import AT

    return quarters_of(measure, [date(2024, 10, 1)], AT)


class TestFeedback:
    def test_of_twelve_who_were_interviewed(self):
        """Three were sent feedback; six asked for it, two of those were sent it."""
        asked = DECIDED + timedelta(days=2)
        made = [rejected(furthest=3, feedback_asked_at=asked) for _ in range(6)]
        made += [rejected(furthest=4) for _ in range(6)]
        for application in (made[0], made[1], made[6]):
            sent = DECIDED + timedelta(days=5)
            LetterFactory(application=application, kind="feedback", sent_at=sent)
        late = DECIDED + timedelta(days=31)
        LetterFactory(application=made[2], kind="feedback", sent_at=late)
        LetterFactory(application=made[3], kind="feedback", sent_at=None)
        LetterFactory(application=made[4], sent_at=DECIDED)

        found = of(feedback.MEASURE)

        assert numbers(found) == {"sent": 25.0, "asked": 50.0, "answered": None}
        assert (found.cases, found.values["answered"].n) == (12, 6)
        assert feedback.MEASURE.finding(found, None) == (
            "25 % of those turned down after an interview were told why"
        )

    def test_of_those_who_asked_how_many_were_sent_it(self):
        asked = DECIDED + timedelta(days=2)
        for number in range(10):
            made = rejected(furthest=3, feedback_asked_at=asked)
            if number < 4:
                LetterFactory(application=made, kind="feedback", sent_at=asked)

        assert numbers(of(feedback.MEASURE)) == {"sent": 40.0, "asked": 100.0, "answered": 40.0}

    def test_nobody_was_sent_any(self):
        for _ in range(10):
            rejected(furthest=3)

        found = of(feedback.MEASURE)

        assert numbers(found) == {"sent": 0.0, "asked": 0.0, "answered": None}
        assert feedback.MEASURE.finding(found, None) == (
            "Nobody who was turned down after an interview was sent feedback"
        )

    def test_whoever_was_not_interviewed_or_left_by_themselves_does_not_count(self):
        rejected(furthest=2)
        ApplicationFactory(applied_at=APPLIED, withdrawn=True, closed_at=DECIDED, furthest=3)
        ApplicationFactory(applied_at=APPLIED, hired=True, closed_at=DECIDED, furthest=6)

        assert (of(feedback.MEASURE).cases, of(feedback.MEASURE).number("sent")) == (0, None)

    def test_it_counts_after_thirty_days(self):
        rejected(furthest=3)

        assert of(feedback.MEASURE, DECIDED + timedelta(days=29)).cases == 0
        assert of(feedback.MEASURE, DECIDED + timedelta(days=30)).cases == 1


class TestWorkingHours:
    @pytest.mark.parametrize(
        ("applied", "answered", "zone", "hours"),
        [
            ("2025-02-03 09:00", "2025-02-03 12:30", "UTC", 3.5),  # a Monday
            ("2025-02-03 07:00", "2025-02-03 20:00", "UTC", 8),
            ("2025-02-07 16:00", "2025-02-10 10:00", "UTC", 2),  # over a weekend
            ("2025-02-08 10:00", "2025-02-09 15:00", "UTC", 0),  # within one
            ("2025-02-05 12:00", "2025-02-19 12:00", "UTC", 80),  # two weeks
            ("2025-03-28 16:00", "2025-03-31 09:00", "Europe/London", 2),  # the clock goes forward
            ("2025-03-09 20:00", "2025-03-10 14:00", "America/Toronto", 1),
            ("2025-02-03 09:00", "2025-03-06 09:00", "UTC", FOREVER),  # after the 30 days
        ],
    )
    def test_hours_between_nine_and_five_where_the_job_is(self, applied, answered, zone, hours):
        applied, answered = (
            datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (applied, answered)
        )
        job = JobFactory()
        job.offices.add(OfficeFactory(name="A", time_zone=zone), OfficeFactory(name="B"))
        wait = (answered - applied) / timedelta(days=1)
        answered_after([wait] * 10, applied_at=applied, job=job)

        assert of(first_answer.MEASURE).number("worked_p50") == hours

    def test_they_are_said_as_such(self):
        answered_after([2] * 9 + [NEVER])

        found = of(first_answer.MEASURE)

        told = [said(first_answer.MEASURE, key, found.values[key])
                for key in ("worked_p50", "worked_p90")]  # fmt: skip
        assert told == ["16 working hours", "16 working hours"]
        answered_after([NEVER] * 5)
        found = of(first_answer.MEASURE)
        value = found.values["worked_p90"]
        assert said(first_answer.MEASURE, "worked_p90", value) == "more than 30 days"

"""Today finds people by short ways: they are those of the definitions, to the hour, everywhere."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from applications import due, duties
from applications.models import Application
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    LetterFactory,
    OfficeFactory,
    StageFactory,
    ToldFactory,
)
from tests.factories.interviews import InterviewFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
# The first and the last on their day, one in between, and one that PostgreSQL does not know.
ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kolkata", "", "Mars/Base"]
STATES = ["held", "held", "scheduled", "proposed", "cancelled", "no_show"]


@pytest.fixture
def jobs(recruiter):
    jobs = [JobFactory(owner=recruiter), JobFactory(owner=UserFactory()), JobFactory(owner=None)]
    jobs[0].offices.add(OfficeFactory(country="CA", region="Ontario"))
    HiringTeamMemberFactory(job=jobs[1], user=recruiter, part="recruiter")
    return jobs


def there(zone, at):
    return at.astimezone(ZoneInfo(zone if zone in ZONES[:4] else "UTC")).date()


def lives(chance, jobs, people):
    """Applications whose interviews, letters and calls fall together in every way."""

    def moment():
        # Near each of the days on which a rule begins or ends, by hours to either side.
        day = chance.choice([0, 2, 11, 14, 15, 30, 31, 40, 44, 45, 46, chance.randrange(60), -3])
        return NOW - timedelta(days=day, hours=chance.randrange(-30, 31), minutes=1)

    stages = {job.pk: StageFactory(job=job) for job in jobs}
    for _ in range(people):
        job, zone = chance.choice(jobs), chance.choice(ZONES)
        application = ApplicationFactory(
            job=job,
            stage=stages[job.pk],
            candidate__time_zone=zone,
            hear_by=chance.choice(
                [None, *(there(zone, NOW) + timedelta(n) for n in (-1, 0, 1, 400))]
            ),
        )
        twice = moment()
        for state in chance.sample(STATES, chance.randrange(1, 4)):
            starts = chance.choice([twice, moment()])
            InterviewFactory(
                application=application,
                state=state,
                starts_at=starts,
                ends_at=starts + timedelta(hours=1),
                cancelled_side="us" if state == "cancelled" else "",
            )
        if chance.random() < 0.2:
            kind = chance.choice(["decision", "later", "receipt"])
            sent = chance.choice([None, twice, moment()])
            LetterFactory(application=application, kind=kind, sent_at=sent)
        if chance.random() < 0.15:
            taken_back = chance.choice([None, NOW])
            ToldFactory(application=application, at=moment(), taken_back_at=taken_back)


@pytest.mark.parametrize("days", [None, 0, 1, 14, 32, 60])
def test_news_after_an_interview_is_owed_to_whom_the_definition_says(recruiter, jobs, days):
    OrganisationFactory(answer_after_interview_days=days)
    lives(random.Random(days), jobs, 60)
    seen = 0

    for hours in (0, 5, 11, 17, 23, 24 * 30, 24 * 60):
        at = NOW + timedelta(hours=hours)
        for whose in ("mine", "all"):
            slow = [row.pk for row in due.interviewed(recruiter, at, whose)]
            fast = list(due.interviewed_fast(recruiter, at, whose))
            assert [row.pk for row in fast] == slow
            clocks = duties.with_clock(Application.objects.filter(pk__in=slow), at)
            marks = {row.pk: duties.clock_of(row).mark for row in clocks}
            said = {row.pk: row.counts_late for row in fast}
            assert said == {key: " past " in mark for key, mark in marks.items()}
            seen += len(fast)
    assert seen > 10  # else it compared nothing with nothing


def test_a_hiring_manager_who_owns_a_job_sees_those_of_the_definition(hiring_manager, jobs):
    for job in jobs[:2]:
        HiringTeamMemberFactory(job=job, user=hiring_manager)
    lives(random.Random(3), jobs, 60)

    slow = [row.pk for row in due.interviewed(hiring_manager, NOW)]

    assert [row.pk for row in due.interviewed_fast(hiring_manager, NOW)] == slow != []


@pytest.mark.parametrize("hour", [0, 3, 10, 11, 12, 13, 18, 23])
def test_the_day_to_hear_is_one_where_the_person_is(recruiter, jobs, hour):
    at = NOW.replace(hour=hour)
    stage = StageFactory(job=jobs[0])
    for zone in ZONES:
        for days in range(-3, 5):
            hear_by = at.date() + timedelta(days=days)
            ApplicationFactory(job=jobs[0], stage=stage, candidate__time_zone=zone, hear_by=hear_by)
    left = {
        row.pk: (row.hear_by - there(row.candidate.time_zone, at)).days
        for row in Application.objects.select_related("candidate")
    }

    def with_days(test):
        return {key for key, days in left.items() if test(days)}

    def keys(found):
        return {row.pk for row in found}

    assert keys(due.unanswered(recruiter, at, late=True)) == with_days(lambda days: days < 0)
    assert keys(due.unanswered(recruiter, at, "mine")) == with_days(lambda days: days == 0)
    assert keys(due.hear_soon(recruiter, at, (1, 1))) == with_days(lambda days: days == 1)
    assert keys(due.hear_soon(recruiter, at, (1, 3))) == with_days(lambda days: 1 <= days <= 3)


def test_what_comes_up_is_late_where_the_person_is(recruiter, jobs):
    HiringTeamMemberFactory(job=jobs[0], user=UserFactory(), part="recruiter")
    stage = StageFactory(job=jobs[0])
    for zone in ZONES:
        for days in (-2, -1, 0, 1):
            hear_by = NOW.date() + timedelta(days=days)
            ApplicationFactory(job=jobs[0], stage=stage, candidate__time_zone=zone, hear_by=hear_by)

    late = {
        row.pk
        for row in Application.objects.select_related("candidate")
        if row.hear_by < there(row.candidate.time_zone, NOW)
    }

    assert {row.pk for row in due.came_up(recruiter, NOW)} == late

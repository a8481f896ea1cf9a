"""Who answers first, and when a late answer comes up to the owner of the job."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from config.today import blocks
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    OfficeFactory,
    StageFactory,
)

pytestmark = pytest.mark.django_db
UP, LATE, UNTOLD = "Came up to you", "People waiting to hear", "Nobody told them"
FRIDAY = date(2026, 11, 20)  # by which she was to hear


@pytest.fixture
def owner():
    return UserFactory(name="Olga Owner")


@pytest.fixture
def first():
    return UserFactory(name="Fay First")


@pytest.fixture
def job(owner, first):
    job = JobFactory(title="Rigger", owner=owner)
    HiringTeamMemberFactory(job=job, user=owner, part="recruiter")  # as whoever makes a job is
    HiringTeamMemberFactory(job=job, user=first, part="recruiter")
    return job


def rows(user, day, whose="mine"):
    """What Today says of people who are late, by block, at noon of a day in November 2026."""
    now = datetime.fromisoformat(f"2026-{day}T12:00+00:00").astimezone(UTC)
    return {
        block.title: [(row.title, row.detail, row.mark) for row in block.rows]
        for block in blocks(user, now, whose=whose)
        if block.title in {UP, LATE, UNTOLD, "They hear by today"}
    }


def ana(job, **fields):
    fields = {"hear_by": FRIDAY, "candidate__time_zone": "UTC"} | fields
    stage = StageFactory(job=job, name="Review")
    return ApplicationFactory(job=job, candidate__name="Ana Horvat", stage=stage, **fields)


def test_a_late_answer_is_the_recruiters_first_and_the_owners_two_working_days_later(
    job, owner, first
):
    ana(job)
    theirs = "Rigger · Review · comes up to Olga Owner after Tue 24 Nov"
    assert list(rows(first, "11-20")) == ["They hear by today"]
    assert rows(owner, "11-20") == {}

    assert rows(first, "11-24") == {LATE: [("Ana Horvat", theirs, "4 days late")]}
    assert rows(owner, "11-24") == {}
    assert list(rows(owner, "11-24", "all")) == [LATE]

    up = ("Ana Horvat", "Rigger · to hear by Fri 20 Nov, Fay First was first", "5 days late")
    assert rows(owner, "11-25") == rows(owner, "11-25", "all") == {UP: [up]}
    still = "Rigger · Review · came up to Olga Owner"
    assert rows(first, "11-25") == {LATE: [("Ana Horvat", still, "5 days late")]}


@pytest.mark.parametrize(
    ("days", "last", "day_before", "day_after"),
    [
        (0, "Fri 20 Nov", "11-20", "11-21"),
        (1, "Mon 23 Nov", "11-23", "11-24"),
        (2, "Tue 24 Nov", "11-24", "11-25"),
        (5, "Fri 27 Nov", "11-27", "11-28"),
    ],
)
def test_the_organisation_says_after_how_many_working_days_it_comes_up(
    job, owner, first, days, last, day_before, day_after
):
    OrganisationFactory(escalation_days=days)
    ana(job)

    assert rows(owner, day_before) == {}
    assert list(rows(owner, day_after)) == list(rows(owner, day_after, "all")) == [UP]
    if days:  # else it comes up before it stands among what is late
        assert f"comes up to Olga Owner after {last}" in rows(first, day_before)[LATE][0][1]


def test_the_working_days_are_those_of_the_office_of_the_job(job, owner):
    job.offices.add(OfficeFactory(country="US", region="New York"))
    ana(job, hear_by=date(2026, 11, 24))

    assert rows(owner, "11-27") == {}  # Thursday was Thanksgiving
    assert list(rows(owner, "11-28")) == [UP]


def test_who_was_told_by_nobody_comes_up_as_well(job, owner, first):
    with time_machine.travel("2026-11-23T12:00Z"):
        ana(job, untold=True, hear_by=None)

    theirs = "Rigger · comes up to Olga Owner after Wed 25 Nov"
    assert rows(first, "11-25")[UNTOLD][0][:2] == ("Ana Horvat", theirs)
    assert rows(owner, "11-25") == {}
    up = ("Ana Horvat", "Rigger · not told since Mon 23 Nov, Fay First was first", "for 3 days")
    assert rows(owner, "11-26") == {UP: [up]}


def test_without_another_recruiter_the_owner_is_first(job, owner, first):
    ana(job)
    first.is_active = False
    first.save()
    HiringTeamMemberFactory(job=job, part="interviewer", user=UserFactory())

    assert rows(owner, "11-21") == {LATE: [("Ana Horvat", "Rigger · Review", "1 day late")]}
    assert UP not in rows(owner, "11-30")


def test_several_who_were_first_are_named_or_counted(job, owner):
    HiringTeamMemberFactory(job=job, user=UserFactory(name="Gus Second"), part="recruiter")
    ana(job)
    assert rows(owner, "11-30")[UP][0][1].endswith("Fay First and Gus Second were first")

    HiringTeamMemberFactory(job=job, user=UserFactory(name="Hal Third"), part="recruiter")
    assert rows(owner, "11-30")[UP][0][1].endswith("Fay First and 2 others were first")


def test_nothing_comes_up_to_whoever_does_not_own_the_job(job, first):
    ana(job)

    assert UP not in rows(UserFactory(), "11-30", "all")
    assert UP not in rows(first, "11-30", "all")


def test_an_owner_who_is_a_hiring_manager_sees_it_without_the_buttons_of_a_recruiter(first):
    manager = UserFactory(hiring_manager=True)
    job = JobFactory(owner=manager)
    HiringTeamMemberFactory(job=job, user=manager)
    HiringTeamMemberFactory(job=job, user=first, part="recruiter")
    ana(job)

    found = {
        block.title: block.rows for block in blocks(manager, datetime(2026, 11, 30, 12, tzinfo=UTC))
    }

    assert [row.actions for row in found[UP]] == [()]


@time_machine.travel("2026-11-30T12:00Z")
def test_what_came_up_cannot_be_put_off(job, owner, signed_in):
    application = ana(job)

    html = signed_in(owner).get(reverse("today")).content.decode()

    assert (UP in html, f"up:{application.public_id}" in html) == (True, False)
    assert "1 thing due today, 1 late." in html

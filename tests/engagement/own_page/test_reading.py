"""What a person reads on their own page: page C, A-20, A-21, C-18, C-19."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from applications.actions import closing, own_wish
from applications.actions.letters import cancel_letter, mark_sent
from applications.actions.moves import move_to_stage
from applications.actions.telling import tell_later
from applications.models import Application, Milestone
from candidates.models import Candidate
from engagement.actions.preferences import reduce
from engagement.choices import Choices, in_words
from tests.engagement.own_page.conftest import DRAFT, States, post, reject, visitor_of, words
from tests.factories.applications import ApplicationFactory, JobFactory, LetterFactory, StageFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def shown(visitor: Client) -> str:
    """The page as plain words."""
    return words(visitor.get("/s/"))


def later(**length: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**length))


@pytest.mark.parametrize("state", States.values)
def test_each_state_is_told_in_its_own_words(visitor, application, job, state):
    stage = job.stages.get(candidate_state=state)
    Application.objects.update(stage=stage)

    text = shown(visitor)

    assert f"Cable Technician {States(state).label} " in text
    assert "You will hear from us by 1 December 2026." in text
    assert "Mina Aldaco mina@larkspur-tidal.example" in text
    assert "Secret" not in text


def test_without_an_application_the_page_says_so(visitor):
    assert "You have no application with us at the moment." in shown(visitor)


@pytest.mark.parametrize(
    ("zone", "late"), [("Pacific/Auckland", True), ("Europe/London", False), ("Etc/GMT+12", False)]
)
def test_a21_a_day_is_over_where_the_person_is(ana, application, zone, late):
    """23 November, 20:00 in Bristol: in Auckland the 24th has come."""
    Candidate.objects.update(time_zone=zone)
    Application.objects.update(hear_by=date(2026, 11, 23))

    with time_machine.travel(datetime(2026, 11, 23, 20, tzinfo=UTC)):
        text = shown(visitor_of(ana))

    assert ("We said 23 November 2026. We are late, and have no new date yet." in text) == late
    assert ("You will hear from us by 23 November 2026." in text) != late


def test_a_missed_day_is_admitted_beside_the_new_one(visitor, application, owner):
    Application.objects.update(hear_by=date(2026, 11, 20))
    application.refresh_from_db()

    tell_later(application, date(2026, 11, 25), by=owner, call="We need until then.")

    assert "We said 20 November 2026. We are late. New date: 25 November 2026." in shown(visitor)


def test_a_day_that_was_put_off_in_time_is_no_missed_one(visitor, application, owner):
    tell_later(application, date(2026, 12, 25), by=owner, call="We need until then.")

    assert "You will hear from us by 25 December 2026." in shown(visitor)


def test_the_first_missed_day_stays_until_they_hear(application, job, ana, owner):
    Application.objects.update(hear_by=date(2026, 11, 20))
    application.refresh_from_db()
    tell_later(application, date(2026, 11, 25), by=owner, call="We need until then.")
    with time_machine.travel(datetime(2026, 11, 27, 9, tzinfo=UTC)):
        text = shown(visitor_of(ana))
        assert "We said 20 November 2026. We are late, and have no new date yet." in text
        move_to_stage(application, job.stages.all()[1], by=owner)
        application.refresh_from_db()
        new = in_words(application.hear_by)
        text = shown(visitor_of(ana))
        assert f"We said 20 November 2026. We are late. New date: {new}." in text
        invitation = LetterFactory(application=application, kind="invitation")
        mark_sent(invitation, timezone.now())
        assert f"You will hear from us by {new}." in shown(visitor_of(ana))


def test_without_a_day_the_page_says_that_it_is_our_fault(visitor, application):
    Application.objects.update(hear_by=None)

    assert "We have not given you a date. We should have: please ask us." in shown(visitor)


def test_the_last_step_by_a_person_is_dated(visitor, application, job, owner):
    assert "Last step by a person None yet" in shown(visitor)

    move_to_stage(application, job.stages.all()[1], by=owner)

    assert "Last step by a person 23 November 2026" in shown(visitor)


def test_a_decision_is_told_by_its_letter_and_not_by_the_page(visitor, application, owner):
    before = shown(visitor)

    letter = reject(application, owner)

    assert shown(visitor) == before
    mark_sent(letter, timezone.now())
    text = shown(visitor)
    assert "Cable Technician Closed We decided not to go on with it. That was on 23 Nov" in text
    assert "You will hear" not in text
    page = visitor.get(f"/s/letter/{letter.public_id}")
    assertContains(page, "We have decided not to go on. Thank you for your time.")


@pytest.mark.parametrize("how", ["waits", "cancelled", "silent", "hired"])
def test_after_four_days_the_page_tells_it_whatever_became_of_the_letter(
    ana, application, owner, how
):
    if how == "hired":
        closing.hire(application, by=owner)
    else:
        letter = reject(application, owner, None if how == "silent" else DRAFT)
    if how == "cancelled":
        cancel_letter(letter, by=owner)

    with later(days=3, hours=23):
        assert " Closed " not in shown(visitor_of(ana))
    with later(days=4, minutes=1):
        text = shown(visitor_of(ana))
        assert " Closed " in text
        assert "Read our letter" not in text


def test_a_letter_that_has_not_left_is_not_to_be_read(visitor, application, owner):
    letter = reject(application, owner)

    assert visitor.get(f"/s/letter/{letter.public_id}").status_code == 404


def test_a_letter_of_somebody_else_is_not_found(application, owner):
    letter = reject(application, owner)
    mark_sent(letter, timezone.now())
    stranger = visitor_of(CandidateFactory())

    assert stranger.get(f"/s/letter/{letter.public_id}").status_code == 404


def test_a_letter_of_an_earlier_decision_does_not_tell_a_later_one(visitor, application, owner):
    letter = reject(application, owner)
    mark_sent(letter, timezone.now())
    Application.objects.update(closed_at=timezone.now() + timedelta(seconds=1))

    assert " Closed " not in shown(visitor)


def test_the_page_of_somebody_in_the_archive_is_for_reading(ana, application, owner):
    mark_sent(reject(application, owner), timezone.now())
    Candidate.objects.update(archived_at=timezone.now(), archive_reason="asked")
    visitor = visitor_of(ana)

    page = visitor.get("/s/")

    assertContains(page, "Your details are set aside")
    assertNotContains(page, "Ask for feedback")
    assert post(visitor, f"/s/feedback/{application.public_id}").status_code == 404


def test_what_colleagues_know_is_not_shown(visitor, application, owner):
    closing.reject(
        application, by=owner, reason="pay", letter=DRAFT, would_hire=True,
    )  # fmt: skip
    mark_sent(application.letters.get(), timezone.now())

    text = shown(visitor)

    for secret in ["Secret", "pay", "hire", "score", "rank"]:
        assert secret not in text


def test_without_an_owner_the_organisation_answers(visitor, application, owner):
    User.objects.filter(pk=owner.pk).update(is_active=False)

    text = shown(visitor)

    assert "Mina" not in text
    assert "Questions? Larkspur Tidal Works letters@larkspur-tidal.example" in text


def test_the_open_ones_stand_first(visitor, ana, application, owner):
    other = ApplicationFactory(candidate=ana, job=JobFactory(title="Diver", owner=owner))
    Application.objects.filter(pk=other.pk).update(applied_at=timezone.now() - timedelta(days=900))
    own_wish.withdraw_themselves(application)

    text = shown(visitor)

    assert text.index("Diver") < text.index("Cable Technician")


def test_a_duplicate_is_not_shown(visitor, ana, application):
    ApplicationFactory(
        candidate=ana, job=application.job, closed_at=timezone.now(), outcome="duplicate"
    )

    assert shown(visitor).count("Cable Technician") == shown(visitor).count("Cable Technician")
    assertContains(visitor.get("/s/"), '<article class="box application"', count=1)


def test_the_page_asks_as_many_questions_for_three_as_for_one(visitor, ana, application):
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            visitor.get("/s/")
        asked.append(len(queries))
        for _ in range(2):
            ApplicationFactory(candidate=ana)

    assert asked[0] == asked[1]
    assert len(visitor.get("/s/").content) < 40_000


def test_milestones_of_a_job_may_be_named_as_it_likes(visitor, application, job):
    """The state is that of the stage's own words, not of its milestone."""
    stage = StageFactory(
        job=job, milestone=Milestone.APPLIED, position=9, candidate_state="deciding"
    )
    Application.objects.update(stage=stage)

    assert "Cable Technician Decision being made" in shown(visitor)


def test_a_pause_is_told_beside_until_when_job_emails_may_come(visitor, ana):
    reduce(ana, Choices(paused_until=date(2027, 2, 26)), channel="link")

    assert "Job emails are paused until 26 February 2027. We email you when" in shown(visitor)

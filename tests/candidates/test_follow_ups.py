"""Coming back to a person on a day: planned, moved, done, and shown when it is due."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions.follow_ups import (
    finish_follow_up,
    move_follow_up,
    plan_follow_up,
    reopen_follow_up,
)
from candidates.forms.follow_ups import FollowUpForm
from candidates.models import FollowUp
from engagement.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23 09:00Z", tick=False):
        yield


def of_person(candidate, name="follow_up_plan"):
    return reverse(f"candidates:{name}", args=[candidate.public_id])


def of(follow_up, name):
    return reverse(f"candidates:follow_up_{name}", args=[follow_up.public_id])


def sentences(candidate):
    return list(candidate.activities.order_by("pk").values_list("text", flat=True))


# ------------------------------------------------------------------ actions


def test_the_day_is_asked_for_and_may_be_said_by_a_button():
    form = FollowUpForm({"text": "Ask about nights"})
    by_button = FollowUpForm({"when": "tomorrow"})

    assert form["on"].field.required  # so the page does not call it optional
    assert form.errors == {"on": ["Choose a day."]}
    assert by_button.is_valid()
    assert by_button.day == MONDAY + timedelta(days=1)


def test_planning_leaves_a_line_and_mails_nobody(recruiter):
    candidate = CandidateFactory()

    made = plan_follow_up(candidate, MONDAY, "  Ask about\nnights ", by=recruiter)

    assert (made.owner, made.on, made.text) == (recruiter, MONDAY, "Ask about nights")
    assert sentences(candidate) == ["Wants to come back to this person on 23 November 2026."]
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == ("follow_up.planned", {"on": ["", "2026-11-23"]})
    assert (len(mail.outbox), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("day", "code"),
    [(MONDAY - timedelta(days=1), "past"), (MONDAY + timedelta(days=1200), "too_far")],
)
def test_a_day_that_makes_no_sense_is_refused(recruiter, day, code):
    for act in (
        lambda: plan_follow_up(CandidateFactory(), day, by=recruiter),
        lambda: move_follow_up(FollowUpFactory(), day, by=recruiter),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == code


def test_a_long_text_is_refused(recruiter):
    with pytest.raises(ValidationError) as refusal:
        plan_follow_up(CandidateFactory(), MONDAY, "x" * 201, by=recruiter)

    assert refusal.value.code == "too_long"


def test_today_is_the_day_where_the_owner_is():
    """In Auckland it is Tuesday already: Monday is past there, and Tuesday is due."""
    kiwi = UserFactory(time_zone="Pacific/Auckland")
    with time_machine.travel("2026-11-23 12:00Z", tick=False):
        with pytest.raises(ValidationError):
            plan_follow_up(CandidateFactory(), MONDAY, by=kiwi)
        due = plan_follow_up(CandidateFactory(), MONDAY + timedelta(days=1), by=kiwi)

        assert list(FollowUp.objects.due(kiwi, timezone.now())) == [due]


def test_moving_says_where_to_and_the_same_day_does_nothing(recruiter):
    follow_up = FollowUpFactory(on=MONDAY)

    move_follow_up(follow_up, MONDAY, by=recruiter)
    move_follow_up(follow_up, date(2026, 12, 1), by=recruiter)

    assert sentences(follow_up.candidate) == ["Moved the follow-up to 1 December 2026."]
    assert AuditEvent.objects.get().changes == {"on": ["2026-11-23", "2026-12-01"]}


def test_done_can_be_taken_back(recruiter):
    follow_up = FollowUpFactory()

    finish_follow_up(follow_up, by=recruiter)
    for act in (
        lambda: finish_follow_up(follow_up, by=recruiter),
        lambda: move_follow_up(follow_up, date(2026, 12, 1), by=recruiter),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "done"
    reopen_follow_up(follow_up, by=recruiter)
    reopen_follow_up(follow_up, by=recruiter)

    follow_up.refresh_from_db()
    assert follow_up.done_at is None
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["follow_up.done", "follow_up.reopened"]


def test_one_that_is_gone_says_so(recruiter):
    follow_up = FollowUpFactory()
    FollowUp.objects.all().delete()

    for act in (finish_follow_up, reopen_follow_up):
        with pytest.raises(ValidationError) as refusal:
            act(follow_up, by=recruiter)
        assert refusal.value.code == "gone"


def test_due_are_ones_own_open_ones_of_people_who_are_here(recruiter):
    due = FollowUpFactory(owner=recruiter, on=MONDAY - timedelta(days=2))
    FollowUpFactory(owner=recruiter, on=MONDAY + timedelta(days=1))
    FollowUpFactory(owner=recruiter, done_at=timezone.now())
    FollowUpFactory(owner=recruiter, candidate__erased=True)
    FollowUpFactory()

    assert list(FollowUp.objects.due(recruiter, timezone.now())) == [due]


# ------------------------------------------------------------------ pages


def test_planning_on_the_page_of_a_person(staff_client, recruiter):
    candidate = CandidateFactory()

    plain = staff_client.post(of_person(candidate), {"text": "Nights?", "when": "tomorrow"})
    part = staff_client.post(of_person(candidate), {"text": "", "on": "2026-12-01"}, headers=HTMX)

    profile = of_person(candidate, "profile")
    assertRedirects(plain, f"{profile}#follow-ups", fetch_redirect_response=False)
    days = list(FollowUp.objects.values_list("on", "owner"))
    assert days == [(date(2026, 11, 24), recruiter.pk), (date(2026, 12, 1), recruiter.pk)]
    assertContains(part, "Tuesday 24 November 2026")
    assertNotContains(part, "<html")


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({}, "Choose a day."),
        ({"on": "yesterday"}, "Enter a valid date."),
        ({"on": "2026-11-22"}, "That day is past."),
        ({"on": "2026-11-24", "text": "x" * 201}, "at most 200 characters"),
    ],
)
def test_a_refused_day_stands_on_the_page(staff_client, sent, text):
    response = staff_client.post(of_person(CandidateFactory()), sent)

    assertContains(response, text, status_code=422)
    assert FollowUp.objects.count() == 0


def test_done_on_the_page_of_a_person_is_offered_back(staff_client, recruiter):
    follow_up = FollowUpFactory(owner=recruiter)

    left = staff_client.post(of(follow_up, "done"))
    page = staff_client.get(left.headers["Location"].partition("#")[0])
    again = staff_client.post(of(follow_up, "done"), headers=HTMX)
    back = staff_client.post(of(follow_up, "reopen"), headers=HTMX)

    assertContains(page, "Followed up.")
    assertContains(page, of(follow_up, "reopen"))
    assertContains(again, "This follow-up is done already, by Rowan Ashdown", status_code=422)
    assertContains(back, "Ask about the night shifts.")


def test_done_and_moved_on_today(staff_client, recruiter):
    first, second = FollowUpFactory.create_batch(2, owner=recruiter)
    page = staff_client.get(reverse("today"))

    done = staff_client.post(of(first, "done"), {"back": "today"})
    moved = staff_client.post(of(second, "move"), {"back": "today", "when": "next_week"})

    assertContains(page, '<input type="hidden" name="when" value="next_week">', html=True, count=2)
    assertRedirects(done, reverse("today"), fetch_redirect_response=False)
    assertRedirects(moved, reverse("today"), fetch_redirect_response=False)
    second.refresh_from_db()
    assert second.on == MONDAY + timedelta(days=7)
    left = staff_client.get(reverse("today"))
    assertContains(left, "Nothing is due")
    assertContains(left, "moved to Monday 30 November.")


def test_a_move_without_a_day_says_so(staff_client, recruiter):
    follow_up = FollowUpFactory(owner=recruiter)

    response = staff_client.post(of(follow_up, "move"), {"on": ""})

    assertContains(response, "Choose a day.", status_code=422)


@pytest.mark.parametrize("name", ["move", "done", "reopen"])
def test_a_follow_up_that_is_not_there_is_not_found(staff_client, name):
    gone = FollowUpFactory(candidate__erased=True)

    assert staff_client.post(of(gone, name)).status_code == 404
    nowhere = reverse(f"candidates:follow_up_{name}", args=[uuid.uuid4()])
    assert staff_client.post(nowhere).status_code == 404
    assert staff_client.post(of_person(CandidateFactory(erased=True))).status_code == 404

"""A late view goes to another hand: who is asked then, and who sees what became of it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from applications.actions.reviews import call_off, pass_on
from applications.models import Review
from tests.factories.accounts import UserFactory
from tests.factories.applications import HiringTeamMemberFactory
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(hiring_manager):
    return ReviewFactory(
        overdue=True, reviewer=hiring_manager, application__candidate__name="Aylin Demir"
    )


@pytest.fixture
def other(late):
    user = UserFactory(hiring_manager=True, name="Otto Brandt")
    HiringTeamMemberFactory(job=late.application.job, user=user)
    return user


def html_of(client, name="reviews", *args):
    return client.get(reverse(f"applications:{name}", args=args)).content.decode()


def pass_button(review):
    return reverse("applications:review_pass_on", args=[review.public_id])


def test_only_a_late_view_is_offered_to_others_in_the_queue(signed_in, hiring_manager, late):
    in_time = ReviewFactory(reviewer=hiring_manager)

    html = html_of(signed_in(hiring_manager))

    assert (pass_button(late) in html, pass_button(in_time) in html) == (True, False)


def test_it_stands_in_the_others_queue_and_the_first_sees_that_it_is_handed_over(
    signed_in, hiring_manager, late, other
):
    first, second = signed_in(hiring_manager), signed_in(other)

    response = first.post(pass_button(late), {"to": str(other.public_id), "words": "You know it."})

    assert response.headers["Location"] == reverse("applications:reviews")
    passed = Review.objects.get(reviewer=other)
    assert (passed.passed_from, passed.due_on) == (late, timezone.localdate())
    theirs, mine = html_of(second), html_of(first)
    assert "passed on by <bdi>Hanne Moreau</bdi>" in theirs
    assert "Nothing waits for you" in mine
    assert "<bdi>Otto Brandt</bdi> is asked since" in mine
    assert "Not answered yet" in mine
    assert "passed on to you by <bdi>Hanne Moreau</bdi>" in html_of(
        second, "review", passed.public_id
    )
    assert "Otto Brandt is asked now" in html_of(first, "review", late.public_id)


@pytest.mark.parametrize("what", ["Answered", "Passed on again", "Called off"])
def test_the_first_sees_what_became_of_it(signed_in, hiring_manager, recruiter, late, other, what):
    passed = pass_on(late, other, by=hiring_manager)
    if what == "Answered":
        Review.objects.filter(pk=passed.pk).update(sent_at=timezone.now(), recommendation="meet")
    elif what == "Called off":
        call_off(passed, by=recruiter)
    else:
        third = UserFactory(hiring_manager=True)
        HiringTeamMemberFactory(job=late.application.job, user=third)
        pass_on(passed, third, by=other)

    assert what in html_of(signed_in(hiring_manager))


def test_after_two_weeks_and_after_the_answer_it_is_gone(signed_in, hiring_manager, late, other):
    client = signed_in(hiring_manager)
    pass_on(late, other, by=hiring_manager)

    with time_machine.travel(timezone.now() + timedelta(days=13)):
        assert "Otto Brandt" in html_of(signed_in(hiring_manager))
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert "Otto Brandt" not in html_of(signed_in(hiring_manager))
    late.application.closed_at, late.application.outcome = timezone.now(), "withdrawn"
    late.application.save()
    assert "Otto Brandt" not in html_of(client)


def test_others_read_nothing_of_what_was_passed_on(signed_in, interviewer, late, other):
    pass_on(late, other, by=late.reviewer)

    assert "Aylin Demir" not in html_of(signed_in(interviewer))


@pytest.mark.parametrize("rows", [1, 3])
def test_what_was_passed_on_costs_the_same_at_any_number(
    signed_in, hiring_manager, django_assert_num_queries, rows
):
    for review in ReviewFactory.create_batch(rows, reviewer=hiring_manager, overdue=True):
        other = UserFactory(hiring_manager=True)
        HiringTeamMemberFactory(job=review.application.job, user=other)
        pass_on(review, other, by=hiring_manager)
    client = signed_in(hiring_manager)

    with django_assert_num_queries(4):  # session, user, waiting, settled lately
        html = html_of(client)

    assert html.count("is asked since") == rows


def test_in_blind_review_what_was_passed_on_names_nobody(signed_in, hiring_manager, late, other):
    job = late.application.job
    job.blind_review = True
    job.save()
    pass_on(late, other, by=hiring_manager)

    html = html_of(signed_in(hiring_manager))

    assert ("Aylin Demir" in html, "Candidate " in html) == (False, True)

"""Whoever got feedback may say how useful it was, for three weeks; nobody reads who said what."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from applications.actions.feedback_ratings import say_useful
from applications.models import FeedbackRating
from candidates.models import Activity
from tests.engagement.own_page.conftest import post, visitor_of
from tests.factories.applications import LetterFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
ASKED = "How useful is this feedback to you?"


@pytest.fixture
def letter(application):
    application.outcome, application.rejection_reason = "rejected", "other"
    application.closed_at = timezone.now() - timedelta(days=9)
    application.save()
    sent = timezone.now() - timedelta(days=2)
    return LetterFactory(application=application, kind="feedback", sent_at=sent)


def page(letter):
    return reverse("engagement:status_letter", args=[letter.public_id])


def test_the_reader_says_it_and_may_change_it(visitor, letter):
    first = post(visitor, page(letter), useful="2")
    second = post(visitor, page(letter), useful="5")

    for response in (first, second):
        assertContains(response, "Thank you, we have your answer")
    kept = FeedbackRating.objects.get()
    assert (kept.useful, kept.is_sampled, str(kept.sent_month)) == (5, False, "2026-11-01")
    assertContains(visitor.get(page(letter)), 'value="5"', count=1)


def test_nobody_reads_that_or_what_somebody_said(visitor, letter):
    post(visitor, page(letter), useful="1")

    assert not Activity.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("useful", ["", "0", "6", "very"])
def test_a_number_from_one_to_five_is_wanted(visitor, letter, useful):
    response = post(visitor, page(letter), useful=useful)

    assert response.status_code == 422
    assert not FeedbackRating.objects.exists()


def test_after_three_weeks_it_is_neither_asked_nor_taken(visitor, letter):
    letter.sent_at = timezone.now() - timedelta(days=21)
    letter.save()

    assertNotContains(visitor.get(page(letter)), ASKED)
    post(visitor, page(letter), useful="5")
    assert not FeedbackRating.objects.exists()
    with pytest.raises(ValidationError) as refusal:
        say_useful(letter, 5)
    assert refusal.value.code == "closed"


def test_of_a_decision_it_is_not_asked(visitor, letter):
    letter.kind = "decision"
    letter.save()

    assertNotContains(visitor.get(page(letter)), ASKED)
    post(visitor, page(letter), useful="5")
    assert not FeedbackRating.objects.exists()


def test_somebody_else_does_not_find_it(letter):
    stranger = visitor_of(CandidateFactory())

    assert stranger.get(page(letter)).status_code == 404
    assert post(stranger, page(letter), useful="5").status_code == 404
    assert not FeedbackRating.objects.exists()


def test_looking_keeps_nothing(visitor, letter):
    assertContains(visitor.get(page(letter)), ASKED)

    assert not FeedbackRating.objects.exists()

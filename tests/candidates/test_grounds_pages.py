"""The page of what somebody agreed to: words, dates, clocks, and what is recorded there."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from candidates.models import Candidate
from tests.candidates.profile_pages import address
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db


def test_the_grounds_show_words_date_channel_and_end(staff_client):
    candidate = CandidateFactory(without_consent=True)
    GroundEventFactory(
        candidate=candidate, wording="Exactly these words", evidence="Folder 3", channel="form"
    )

    response = staff_client.get(address(candidate, "privacy"))

    for text in ("Exactly these words", "Folder 3", "Consent since", "Granted on", "until"):
        assertContains(response, text)
    assertContains(response, "Never asked.", count=4)


def test_recording_an_objection(staff_client):
    candidate = CandidateFactory()

    response = staff_client.post(address(candidate, "objection"), {"scope": "nurture"})

    assertRedirects(response, address(candidate, "privacy"))
    page = staff_client.get(address(candidate, "privacy"))
    assertContains(page, "They objected to job emails on")
    assertContains(page, "Only they themselves can start job emails again.")


def test_recording_a_consent_needs_its_proof(staff_client):
    candidate = CandidateFactory(without_consent=True)
    proof = {
        "wording": "Keep me",
        "evidence": "Folder 3",
        "occurred_on": timezone.localdate().isoformat(),
    }
    for missing in proof:
        partial = {key: value for key, value in proof.items() if key != missing}
        refused = staff_client.post(address(candidate, "grant"), partial)
        assertContains(refused, "This field is required", status_code=422)

    assertRedirects(
        staff_client.post(address(candidate, "grant"), proof), address(candidate, "privacy")
    )
    assert Candidate.objects.contactable().exists()


def test_who_stopped_is_not_started_by_a_form(staff_client):
    candidate = CandidateFactory(unsubscribed=True)
    proof = {"wording": "x", "evidence": "x", "occurred_on": timezone.localdate().isoformat()}

    response = staff_client.post(address(candidate, "grant"), proof)

    assertContains(response, "Only they themselves can start them again.", status_code=422)


def test_the_box_says_both_clocks_in_words(staff_client):
    """P-08"""
    person = CandidateFactory(without_consent=True, country="DE", time_zone="UTC")
    page = reverse("candidates:profile", args=[person.public_id])
    assertContains(staff_client.get(page), "They never agreed to it.")
    assertContains(staff_client.get(page), "There was no decision about them.")

    GroundEventFactory(
        candidate=person,
        occurred_at=datetime(2099, 1, 1, tzinfo=UTC),
        expires_at=datetime(2099, 6, 1, 12, tzinfo=UTC),
    )

    assertContains(staff_client.get(page), "They agreed until 1 June 2099.")
    assertContains(staff_client.get(page), "Germany: at most 1 year after they agreed.")

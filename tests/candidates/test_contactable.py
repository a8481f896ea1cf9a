from datetime import timedelta

import pytest
from django.utils import timezone

from candidates.actions.contact import suppress_address
from candidates.contact import contact_state
from candidates.models import Basis, Candidate, Purpose
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
)

pytestmark = pytest.mark.django_db


def _yes():
    return CandidateFactory()


def _objected():
    candidate = CandidateFactory()
    GroundEventFactory(
        candidate=candidate, purpose=Purpose.NURTURE, objected=True, occurred_at=timezone.now()
    )
    return candidate


def _pool_expired():
    candidate = CandidateFactory(without_consent=True)
    GroundEventFactory(candidate=candidate, purpose=Purpose.POOL, expired=True)
    GroundEventFactory(candidate=candidate, purpose=Purpose.NURTURE)
    return candidate


def _only_pool():
    candidate = CandidateFactory(without_consent=True)
    GroundEventFactory(candidate=candidate, purpose=Purpose.POOL)
    return candidate


def _second_address_suppressed():
    candidate = CandidateFactory()
    EmailAddressFactory(candidate=candidate, suppressed="nurture")
    return candidate


def _interest(country):
    candidate = CandidateFactory(without_consent=True, country=country)
    for purpose in (Purpose.POOL, Purpose.NURTURE):
        GroundEventFactory(candidate=candidate, purpose=purpose, basis=Basis.LEGITIMATE_INTEREST)
    return candidate


def _restored():
    candidate = CandidateFactory(unsubscribed=True)
    GroundEventFactory(
        candidate=candidate,
        purpose=Purpose.NURTURE,
        kind="restored",
        basis="",
        occurred_at=timezone.now(),
    )
    return candidate


def _pause_over():
    candidate = CandidateFactory()
    PreferenceFactory(candidate=candidate, paused_until=timezone.now().date())
    return candidate


@pytest.mark.parametrize(
    ("make", "state", "code"),
    [
        (_yes, "yes", "ok"),
        (lambda: CandidateFactory(without_consent=True), "no", "no_ground"),
        (_only_pool, "no", "no_ground"),
        (_pool_expired, "no", "ground_expired"),
        (lambda: CandidateFactory(unsubscribed=True), "no", "withdrawn"),
        (_objected, "no", "objected"),
        (lambda: CandidateFactory(without_email=True), "no", "no_address"),
        (lambda: CandidateFactory(bounced=True), "no", "bounced"),
        (_second_address_suppressed, "no", "suppressed"),
        (lambda: CandidateFactory(paused=True), "paused", "paused"),
        (_pause_over, "yes", "ok"),
        (_restored, "yes", "ok"),
        (lambda: _interest("US"), "yes", "ok"),
        (lambda: _interest("FR"), "no", "no_consent"),
        (lambda: _interest(""), "no", "no_consent"),
        (lambda: CandidateFactory(erased=True), "no", "no_ground"),
        (lambda: CandidateFactory(merged_into=CandidateFactory()), "no", "gone"),
    ],
)
def test_the_words_and_the_query_give_the_same_answer(make, state, code):
    candidate = make()

    answer = contact_state(candidate)

    assert (answer.state, answer.code) == (state, code)
    contactable = Candidate.objects.contactable().filter(pk=candidate.pk).exists()
    assert contactable == (state == "yes")


def test_a_ground_ends_at_its_moment():
    candidate = CandidateFactory(without_consent=True)
    given = timezone.now() - timedelta(days=30)
    for purpose in (Purpose.POOL, Purpose.NURTURE):
        GroundEventFactory(candidate=candidate, purpose=purpose, occurred_at=given)
    end = given + timedelta(days=365)

    answers = [
        Candidate.objects.contactable(at=at).exists() for at in (end - timedelta(seconds=1), end)
    ]

    assert answers == [True, False]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "", "Not/AZone"])
def test_a_pause_ends_with_the_day_in_the_candidates_zone(zone):
    candidate = CandidateFactory(time_zone=zone)
    PreferenceFactory(candidate=candidate, paused_until="2026-12-01")
    starts = {
        "Pacific/Auckland": "2026-11-30 11:00Z",
        "America/Los_Angeles": "2026-12-01 08:00Z",
        "": "2026-12-01 00:00Z",
        "Not/AZone": "2026-12-01 00:00Z",
    }[zone]
    start = timezone.datetime.fromisoformat(starts)

    answers = [
        Candidate.objects.contactable(at=at).exists()
        for at in (start - timedelta(minutes=1), start)
    ]

    assert answers == [False, True]


def test_a_purpose_asks_only_for_its_own_ground():
    """P-01: turning one purpose off never changes the answer for another."""
    candidate = CandidateFactory(unsubscribed=True)

    answers = {
        purpose: Candidate.objects.contactable(purpose).filter(pk=candidate.pk).exists()
        for purpose in (Purpose.POOL, Purpose.NURTURE, Purpose.APPLICATION)
    }

    assert answers == {Purpose.POOL: True, Purpose.NURTURE: False, Purpose.APPLICATION: False}


def test_suppressing_job_emails_leaves_other_mail_alone(recruiter):
    candidate = CandidateFactory()
    address = candidate.emails.get().address

    suppress_address(address, scope="nurture", reason="objected", by=recruiter)

    answers = {
        purpose: Candidate.objects.contactable(purpose).exists()
        for purpose in (Purpose.POOL, Purpose.NURTURE)
    }
    assert answers == {Purpose.POOL: True, Purpose.NURTURE: False}


def test_the_words_cost_the_same_for_everybody(django_assert_max_num_queries):
    candidate = CandidateFactory(paused=True)
    EmailAddressFactory.create_batch(3, candidate=candidate)

    with django_assert_max_num_queries(7):
        contact_state(candidate)

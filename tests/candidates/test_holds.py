from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.actions.erasure import erase_candidate
from candidates.actions.holds import lift_hold, place_hold, review_hold
from candidates.contact import contact_state
from candidates.models import Candidate, LegalHold
from engagement import arbiter
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, LegalHoldFactory
from tests.factories.engagement import CampaignFactory, MessageFactory

pytestmark = pytest.mark.django_db


def soon(days=90):
    return timezone.localdate() + timedelta(days=days)


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


def place(candidate, by, **facts):
    known = {"matter": "Claim 14/2026", "reason": "They claim.", "review_on": soon()}
    return place_hold(candidate, by=by, **(known | facts))


def test_a_hold_is_placed_with_matter_owner_and_review(privacy_officer):
    candidate = CandidateFactory()

    hold = place(candidate, privacy_officer)

    assert (hold.matter, hold.owner, hold.review_on) == ("Claim 14/2026", privacy_officer, soon())
    assert candidate.activities.get().kind == "hold.placed"
    assert AuditEvent.objects.get().verb == "hold.placed"


def test_a_hold_is_placed_on_an_archived_person(privacy_officer):
    candidate = CandidateFactory(archived=True)

    place(candidate, privacy_officer)

    assert candidate.legal_holds.active().exists()


def test_an_erased_person_cannot_be_held(privacy_officer):
    refused("gone", place, CandidateFactory(erased=True), privacy_officer)


@pytest.mark.parametrize("facts", [{"matter": " "}, {"reason": " "}])
def test_a_hold_needs_a_matter_and_a_reason(facts, privacy_officer):
    refused("no_reason", place, CandidateFactory(), privacy_officer, **facts)


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_hold_is_looked_at_within_a_year(days, privacy_officer):
    refused("bad_review", place, CandidateFactory(), privacy_officer, review_on=soon(days))


def test_one_matter_holds_once(privacy_officer):
    candidate = CandidateFactory()
    place(candidate, privacy_officer)

    refused("held", place, candidate, privacy_officer)

    place(candidate, privacy_officer, matter="Another claim")


def test_a_review_moves_the_day(privacy_officer):
    hold = LegalHoldFactory()

    review_hold(hold, soon(200), by=privacy_officer)

    assert LegalHold.objects.get().review_on == soon(200)
    assert AuditEvent.objects.get().changes == {
        "review_on": [soon().isoformat(), soon(200).isoformat()]
    }


def test_a_review_needs_a_day_within_a_year(privacy_officer):
    refused("bad_review", review_hold, LegalHoldFactory(), soon(-1), by=privacy_officer)


def test_lifting_says_why(privacy_officer):
    hold = lift_hold(LegalHoldFactory(), "Settled.", by=privacy_officer)

    assert not hold.candidate.legal_holds.active().exists()
    assert hold.candidate.activities.get().kind == "hold.lifted"
    assert AuditEvent.objects.get().verb == "hold.lifted"
    refused("lifted", lift_hold, hold, "Again.", by=privacy_officer)
    refused("lifted", review_hold, hold, soon(), by=privacy_officer)


def test_lifting_needs_a_reason(privacy_officer):
    refused("no_reason", lift_hold, LegalHoldFactory(), " ", by=privacy_officer)


def test_a_held_person_gets_no_campaign():
    OrganisationFactory()
    message = MessageFactory()
    now = timezone.now()
    assert "legal_hold" not in arbiter.decide(message, now).reasons

    LegalHoldFactory(candidate=message.candidate)

    assert arbiter.decide(message, now).reason == "legal_hold"
    campaign = CampaignFactory(people=[message.candidate])
    [(_, planned)] = arbiter.decide_many(campaign, Candidate.objects.all(), now)
    assert planned.reason == "legal_hold"
    assert not Candidate.objects.contactable().exists()
    state = contact_state(message.candidate)
    assert (state.state, state.code) == ("no", "legal_hold")


def test_a_lifted_hold_holds_nothing():
    candidate = CandidateFactory()
    LegalHoldFactory(candidate=candidate, lifted_at=timezone.now(), lift_reason="Settled.")

    assert list(Candidate.objects.contactable()) == [candidate]


def test_the_page_shows_who_is_held_and_names_nobody_in_the_archive(signed_in, privacy_officer):
    named = LegalHoldFactory(candidate__name="Tove Lindqvist")
    hidden = LegalHoldFactory(candidate__name="Ottoline Vane", candidate__archived=True)
    LegalHoldFactory(review_on=soon(-2))

    response = signed_in(privacy_officer).get(reverse("candidates:holds"))

    assertContains(response, "Tove Lindqvist")
    assertContains(response, named.matter)
    assertContains(response, hidden.candidate.reference)
    assertNotContains(response, "Ottoline")
    assertContains(response, "Look again</", count=1)


@pytest.mark.parametrize("holds", [1, 3])
def test_the_page_costs_the_same_at_any_size(
    holds, signed_in, privacy_officer, django_assert_num_queries
):
    LegalHoldFactory.create_batch(holds)
    client = signed_in(privacy_officer)

    with django_assert_num_queries(3):  # session, user, holds
        client.get(reverse("candidates:holds"))


def test_a_hold_is_placed_reviewed_and_lifted_by_the_pages(signed_in, privacy_officer):
    candidate = CandidateFactory()
    client = signed_in(privacy_officer)
    new = reverse("candidates:hold_new", args=[candidate.public_id])
    values = {"matter": "Claim 14/2026", "reason": "They claim.", "review_on": soon().isoformat()}

    assert client.post(new, {**values, "review_on": soon(-1).isoformat()}).status_code == 422
    assert client.post(new, values).headers["Location"] == reverse("candidates:holds")
    hold = LegalHold.objects.get()
    review = reverse("candidates:hold_review", args=[hold.public_id])
    lift = reverse("candidates:hold_lift", args=[hold.public_id])
    assert client.post(review, {"review_on": ""}).status_code == 422
    assert client.post(review, {"review_on": soon(120).isoformat()}).status_code == 302
    assert client.post(lift, {"why": ""}).status_code == 422
    assert client.post(lift, {"why": "Settled."}).status_code == 302
    hold.refresh_from_db()
    assert (hold.review_on, hold.lift_reason) == (soon(120), "Settled.")


def test_a_stranger_finds_no_hold(signed_in, privacy_officer):
    client = signed_in(privacy_officer)
    erased = CandidateFactory(erased=True)

    page = client.get(reverse("candidates:hold_new", args=[erased.public_id]))

    assert page.status_code == 404


def test_a_held_person_is_not_erased_and_a_lifted_hold_does_not_stop_it(privacy_officer):
    hold = LegalHoldFactory(candidate__archived=True)

    refused("legal_hold", erase_candidate, hold.candidate, by=privacy_officer)

    lift_hold(hold, "Settled.", by=privacy_officer)
    erase_candidate(hold.candidate, by=privacy_officer)
    assert not Candidate.objects.kept().exists()
    assert not LegalHold.objects.exists()


def test_whoever_a_law_makes_us_keep_is_not_erased(privacy_officer):
    application = ApplicationFactory(rejected=True)
    application.job.offices.add(OfficeFactory(country="US", region="California"))

    refused("must_keep", erase_candidate, application.candidate, by=privacy_officer)

"""What “people you already know” counts as contactable is what the arbiter lets through now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from applications import fit
from applications.matching import known_people
from candidates.models import Candidate
from engagement import arbiter
from engagement.arbiter.rules import RULES
from tests.engagement.test_agrees_with_people import people_of_all_kinds
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, JobSkillFactory
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    LegalHoldFactory,
    PreferenceFactory,
    SkillFactory,
    StopFactory,
)
from tests.factories.engagement import CampaignFactory, MessageFactory, ReplyFactory
from tests.factories.privacy import PrivacyRequestFactory, PrivacyTaskFactory

pytestmark = pytest.mark.django_db


def same_mailbox():
    for tag in ("", "+jobs"):
        address = f"same{tag}@mail.example"
        EmailAddressFactory(
            candidate=CandidateFactory(email=None), address=address, is_primary=True
        )


def written_to(**job):
    MessageFactory(handed=True, enrolment__campaign__job=JobFactory(**job))


def capped(*days, frequency=""):
    person = CandidateFactory()
    now = timezone.now()
    person.gate.job_emails_at = [now - timedelta(days=one) for one in days]
    person.gate.save()
    if frequency:
        PreferenceFactory(candidate=person, frequency=frequency)


def held_back(job):
    """One of everybody whom the arbiter holds back for a reason that no profile knows."""
    LegalHoldFactory()
    PrivacyTaskFactory()
    PrivacyTaskFactory(of_age=True)
    PrivacyRequestFactory(candidate=CandidateFactory(), cooling_off=True)
    PrivacyRequestFactory(candidate=CandidateFactory())
    EmailAddressFactory(candidate=CandidateFactory(), address=UserFactory().email)
    for reason in ("replied", "booked", "called"):
        StopFactory(candidate=CandidateFactory(), reason=reason)
    StopFactory(candidate=CandidateFactory(), at=timezone.now() - timedelta(days=8))
    DuplicateSuggestionFactory()
    DuplicateSuggestionFactory(dismissed=True)
    same_mailbox()
    PreferenceFactory(is_narrowed=True, families=["Turbine"])
    PreferenceFactory(
        is_narrowed=True, families=[job.family], work_modes=[job.work_mode], levels=[3],
        places=["Bristol"],
    )  # fmt: skip
    MessageFactory(handed=True, enrolment__campaign__job=job)
    written_to(title=job.title.upper())
    written_to(requisition="REQ-7")
    written_to(title="Another title")
    written_to(title="A copy of it", copied_from=job)
    capped(3)
    capped(8, 20, 40)
    capped(20)
    capped(20, frequency="monthly")
    tomorrow = timezone.localdate() + timedelta(days=1)
    for holds, until in [
        ("asked_to_stop", None),
        ("not_now", tomorrow),
        ("away", tomorrow),
        ("away", tomorrow - timedelta(days=1)),
    ]:
        ReplyFactory(
            candidate=CandidateFactory(), message=None, holds=holds, holds_until=until, done=True
        )
    ReplyFactory(candidate=CandidateFactory(), message=None)  # waits for our answer
    ApplicationFactory(candidate=CandidateFactory())
    ApplicationFactory(candidate=CandidateFactory(), rejected=True)


@pytest.fixture
def job(monday_morning):
    return JobFactory(requisition="REQ-7", work_mode="on_site")


def everybody_fits(job):
    skill = SkillFactory(name="Cable jointing")
    JobSkillFactory(job=job, skill=skill)
    for person in Candidate.objects.live():
        CandidateSkillFactory(candidate=person, skill=skill)


def test_list_and_count_agree_with_the_arbiter_person_by_person(job):
    people_of_all_kinds()
    held_back(job)
    everybody_fits(job)
    now = timezone.now()
    campaign = CampaignFactory(job=job, with_step=True)

    decisions = dict(arbiter.decide_many(campaign, Candidate.objects.live(), now))
    known = known_people(job, at=now, limit=200)

    told = {one.candidate.pk: one.reason for one in known.people}
    asked = {pk: decisions[pk].reason for pk in told}
    assert told == asked
    assert known.contactable == sum(not reason for reason in asked.values())
    assert {reason.code: reason.count for reason in known.reasons} == {
        code: list(asked.values()).count(code) for code in set(asked.values()) if code
    }
    assert {bar for bar in asked.values() if bar} >= {
        "legal_hold", "minor", "asked_to_delete", "employee", "open_thread", "colleague_wrote",
        "suspected_duplicate", "narrowed", "duplicate_of", "frequency_cap",
        "active_application", "cool_off", "asked_to_stop", "not_now", "away",
    }  # fmt: skip


def test_the_order_is_the_arbiters():
    arbiters = [rule.code for rule in RULES if rule.code in fit.ORDER]

    assert arbiters == list(fit.ORDER)
    assert list(fit.reasons()) == list(fit.ORDER)


def test_a_bar_without_a_place_is_refused():
    with pytest.raises(ValueError, match="has no place"):
        fit.register_bars([fit.Bar("weather", "rain", "It rains.", lambda job, now: "SELECT 1")])


def test_the_page_says_why_in_words(job, staff_client):
    DuplicateSuggestionFactory()
    everybody_fits(job)

    page = staff_client.get(reverse("applications:known_people", args=[job.public_id]))

    assertContains(page, "0 can be contacted, 2 cannot (2 possible duplicate)")
    assertContains(page, "Another record may be the same person. Settle that first.")

"""What the page of a person says and what the arbiter decides must not contradict each other."""

import pytest
from django.utils import timezone

from candidates.models import Basis, Candidate, Purpose
from engagement import arbiter
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
)
from tests.factories.engagement import CampaignFactory
from tests.factories.privacy import PrivacyTaskFactory

pytestmark = pytest.mark.django_db


def people_of_all_kinds():
    for trait in (
        "without_email", "without_consent", "bounced", "unsubscribed", "paused", "erased",
    ):  # fmt: skip
        CandidateFactory(**{trait: True})
    CandidateFactory()
    CandidateFactory(merged_into=CandidateFactory())
    PrivacyTaskFactory()
    PrivacyTaskFactory(of_age=True)
    EmailAddressFactory(candidate=CandidateFactory(), suppressed="nurture")
    EmailAddressFactory(candidate=CandidateFactory(), suppressed="all")
    PreferenceFactory(candidate=CandidateFactory(), paused_until=timezone.now().date())
    for country in ("US", "FR", ""):
        for basis in (Basis.CONSENT, Basis.LEGITIMATE_INTEREST, Basis.SOFT_OPT_IN):
            candidate = CandidateFactory(without_consent=True, country=country)
            for purpose in (Purpose.POOL, Purpose.NURTURE):
                GroundEventFactory(candidate=candidate, purpose=purpose, basis=basis)
    for purpose in (Purpose.POOL, Purpose.NURTURE):
        candidate = CandidateFactory(without_consent=True)
        GroundEventFactory(candidate=candidate, purpose=purpose)
        candidate = CandidateFactory()
        GroundEventFactory(
            candidate=candidate, purpose=purpose, objected=True, occurred_at=timezone.now()
        )
        candidate = CandidateFactory(without_consent=True)
        for both in (Purpose.POOL, Purpose.NURTURE):
            GroundEventFactory(candidate=candidate, purpose=both, expired=both == purpose)


def test_the_arbiter_and_the_people_list_agree(monday_morning):
    people_of_all_kinds()
    campaign = CampaignFactory(with_step=True)
    now = timezone.now()

    decisions = arbiter.decide_many(campaign, Candidate.objects.all(), now)

    allowed = {candidate_id for candidate_id, decision in decisions if decision.allowed}
    contactable = set(Candidate.objects.contactable(at=now).values_list("pk", flat=True))
    assert allowed == contactable
    assert len(allowed) >= 4

"""Two records of one person."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)


@pytest.fixture
def survivor(db):
    return CandidateFactory(name="Li Wen", headline="Data analyst")


@pytest.fixture
def merged(db):
    return CandidateFactory(name="Wen Li", headline="", current_employer="Tidal Works")


def refused(code, action, *args, **kwargs):
    before = AuditEvent.objects.count()
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code
    assert AuditEvent.objects.count() == before


def two_enrolments(survivor, merged, *, sent):
    """Both in one campaign of two steps; `sent` had the first one already."""
    campaign = CampaignFactory(running=True)
    steps = [StepFactory(campaign=campaign, position=n) for n in (1, 2)]
    made = {}
    for person in (survivor, merged):
        is_sent = person == sent
        made[person] = EnrolmentFactory(
            campaign=campaign, candidate=person, next_step=3 if is_sent else 2
        )
        MessageFactory(enrolment=made[person], step=steps[0], handed=is_sent)
        if is_sent:
            MessageFactory(enrolment=made[person], step=steps[1])
    return made[survivor], made[merged]

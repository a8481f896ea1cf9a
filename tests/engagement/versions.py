"""A campaign that runs, and new versions of what it says."""

import pytest
from django.core.exceptions import ValidationError

from engagement import next_versions
from engagement.actions import versions
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

FIRST = "Hello,\n\nthe first words."
SECOND = "Hello,\n\nthe second words."


def running(**values):
    """One that takes people in, unless told otherwise."""
    values = {"takes_in_later": True, "most_a_day": 100, **values}
    campaign = CampaignFactory(running=True, **values)
    StepFactory(campaign=campaign, template_version__text=FIRST)
    return campaign


def written(campaign, by, position=1, text=SECOND, **values):
    return versions.write(campaign, position, subject="A job", text=text, by=by, **values)


def approved(version, by, **values):
    campaign, position = version.step.campaign, version.step.position
    seen = next_versions.fingerprint(version)
    return versions.approve(campaign, position, by=by, seen=seen, **values)


def sent_first(campaign):
    """Somebody whose first message was sent."""
    enrolment = EnrolmentFactory(campaign=campaign)
    first = campaign.steps.get(position=1)
    MessageFactory(enrolment=enrolment, handed=True, step=first)
    return enrolment


def pinned(campaign, position):
    """Return the number of the version in the message of a step, by enrolment."""
    found = campaign.messages.filter(step__position=position)
    return dict(found.values_list("enrolment", "step_version__number"))


def code_of(refused, *args, **values):
    with pytest.raises(ValidationError) as refusal:
        refused(*args, **values)
    return refusal.value.code

"""Job emails that left."""

from tests.applications.measures.figures import APPLIED
from tests.factories.engagement import EnrolmentFactory, MessageFactory


def email(campaign, *, at=APPLIED, **facts):
    """Give a job email of the campaign to somebody, handed over at a moment."""
    if "candidate" in facts:
        facts["enrolment"] = EnrolmentFactory(campaign=campaign, candidate=facts.pop("candidate"))
    else:
        facts["enrolment"] = EnrolmentFactory(campaign=campaign)
    state = facts.pop("state", "delivered")
    return MessageFactory(handed=True, **facts, handed_at=at, armed_at=at, state=state)

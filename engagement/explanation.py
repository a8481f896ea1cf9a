"""Why somebody got a message, for their own eyes: from the stored match and nothing else (P-36).

No other candidate, no score, no colleague's note and no colleague's name.
"""

from dataclasses import dataclass

from django.utils.translation import gettext

from applications import matching
from engagement.choices import in_words
from engagement.models import Message


@dataclass(frozen=True)
class Explanation:
    """What the page says. `facts`: what we know of them that fits, in words."""

    job: str
    sent_on: str
    facts: list[str]
    without_facts: str
    approver: str


def of(message: Message) -> Explanation:
    match = message.enrolment.match if message.enrolment else None
    sent = message.armed_at or message.created_at
    return Explanation(
        job=message.job.title if message.job else "",
        sent_on=in_words(sent.date()),
        facts=matching.criteria_for_candidate(match) if match else [],
        without_facts=gettext("A person chose you by hand for this email. No facts were compared."),
        approver=_approver(message),
    )


def _approver(message: Message) -> str:
    """Name the role that approved the list, not the person."""
    campaign = message.campaign
    if campaign is None or campaign.approved_by is None:
        return gettext("A person chose whom to write to.")
    role = campaign.approved_by.title or gettext("recruiter")
    said = gettext(
        "A person (their work here: {role}) looked at the list and approved whom to write to."
    )
    return said.format(role=role)

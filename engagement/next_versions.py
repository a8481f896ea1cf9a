"""The version of a message that waits for its approval: whom it reaches, what stands in its way."""

import hashlib
import json
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts import languages
from engagement import audiences, rendering
from engagement.models import Campaign, Enrolment, Step, StepVersion


@dataclass(frozen=True)
class Reach:
    """Whom a new version can reach: people inside, by id, and whoever comes in from now on."""

    inside: list[int]
    takes_in: bool

    @property
    def is_nobody(self) -> bool:
        return not self.inside and not self.takes_in


def of(step: Step) -> StepVersion | None:
    """Return the version of a step that somebody wrote and nobody approved."""
    related = step.versions.waiting().select_related(
        "template_version", "by", "approver", "asked_by"
    )
    return related.prefetch_related("translations").first()


def is_possible(campaign: Campaign) -> bool:
    """Say whether its hold is over and it is not: before, the approval itself is taken back."""
    started = campaign.starts_at is not None and campaign.starts_at <= timezone.now()
    return campaign.state in {Campaign.State.RUNNING, Campaign.State.PAUSED} and started


def reach(campaign: Campaign, step: Step) -> Reach:
    """Return whom a version can reach: nobody who has a message of this step, planned or sent."""
    going_on = campaign.enrolments.filter(
        state=Enrolment.State.ACTIVE, next_step__lte=step.position
    )
    return Reach(
        inside=list(going_on.order_by("candidate").values_list("candidate", flat=True)),
        takes_in=not audiences.is_rule_over(campaign, timezone.now()),
    )


def problems(campaign: Campaign, step: Step, version: StepVersion, whom: Reach) -> list[str]:
    """Return whatever stands in the way of an approval, in whole sentences."""
    found = [
        f"{languages.IN_ENGLISH.get(said.language, said.language)}: {problem}"
        for said in version.all_languages
        for problem in rendering.version_problems(said)
    ]
    steps = rendering.steps_of(campaign)
    if rendering.lacks_answer_link(steps, {step.position: version}):
        found.append(
            "A later message is for those who want to hear more, and no message before it would"
            " hold {{ answer.url }}, where they say so."
        )
    if whom.is_nobody:
        found.append(
            "Nobody would get it: everybody in this campaign has an email of this message, and"
            " nobody comes in any more."
        )
    return found


def missing(campaign: Campaign, step: Step, version: StepVersion) -> int:
    """Count the people inside who would come to it and for whom a field is empty."""
    condition = rendering.missing_sql(rendering.fields_of([version]), campaign)
    to_get = f"""
SELECT count(*) FROM engagement_enrolment n JOIN candidates_candidate c ON c.id = n.candidate_id
 WHERE n.campaign_id = %s AND n.state = 'active' AND n.next_step <= %s AND ({condition})
"""  # noqa: S608  (made of the names of our fields alone)
    with connection.cursor() as cursor:
        cursor.execute(to_get, [campaign.pk, step.position])
        return int(cursor.fetchone()[0])


def fingerprint(version: StepVersion) -> str:
    """What an approval is for: these texts. Another hash voids it."""
    said = [version.pk, *sorted(said.pk for said in version.all_languages)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()

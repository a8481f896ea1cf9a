"""The version of a message that waits for its approval: whom it reaches, what stands in its way."""

import hashlib
import json
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import languages
from engagement import audiences, rendering
from engagement.models import Campaign, Enrolment, Message, Step, StepVersion


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
    """Return whom a version can reach: nobody to whom this message was sent already."""
    planned = waiting_emails(campaign, step).filter(enrolment=OuterRef("pk"))
    inside = campaign.enrolments.filter(
        Q(next_step__lte=step.position) | Exists(planned), state=Enrolment.State.ACTIVE
    )
    return Reach(
        inside=list(inside.order_by("candidate").values_list("candidate", flat=True)),
        takes_in=not audiences.is_rule_over(campaign, timezone.now()),
    )


def waiting_emails(campaign: Campaign, step: Step) -> QuerySet[Message]:
    """Return the emails of a step that are planned, and that no worker has in hand."""
    return campaign.messages.filter(step=step, state__in=[Message.State.PLANNED, Message.State.DUE])


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
            "Nobody would get it: this message was sent to everybody in the campaign, and nobody"
            " comes in any more."
        )
    return found


def missing(campaign: Campaign, version: StepVersion, people: list[int]) -> int:
    """Count those of the people for whom a field is empty that the version needs."""
    condition = rendering.missing_sql(rendering.fields_of([version]), campaign)
    counting = f"SELECT count(*) FROM candidates_candidate c WHERE c.id = ANY(%s) AND ({condition})"  # noqa: S608  (made of the names of our fields alone)
    with connection.cursor() as cursor:
        cursor.execute(counting, [people])
        return int(cursor.fetchone()[0])


def fingerprint(version: StepVersion) -> str:
    """What an approval is for: these texts. Another hash voids it."""
    said = [version.pk, *sorted(said.pk for said in version.all_languages)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()

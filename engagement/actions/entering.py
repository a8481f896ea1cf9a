"""How people come into a campaign: one enrolment, one decision and the first message for each.

Called inside the transaction of an approval or of a later look, with the campaign locked. The
database knows one enrolment of a person in a campaign, and one message of an enrolment's step.
"""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Organisation
from applications import matching
from applications.models import Match
from candidates.models import Candidate
from engagement import arbiter, schedule
from engagement.actions import enrolments
from engagement.models import Campaign, Decision, Enrolment, Message

BATCH = 2000


def enter(
    campaign: Campaign, people: list[int], *, at: datetime, earliest: datetime, state: str
) -> list[Message]:
    """Write an enrolment and the first message of each of these people.

    earliest: the first moment that a message may go. state: of the messages.
    """
    first = campaign.steps.order_by("position")[0]
    matches: dict[int, int] = {}
    if campaign.job:
        matching.store_matches(campaign.job, people, at=at)
        found = Match.objects.filter(job=campaign.job, candidate__in=people)
        matches = dict(found.values_list("candidate_id", "pk"))
    rows = Enrolment.objects.bulk_create(
        (
            Enrolment(
                campaign=campaign,
                candidate_id=candidate,
                match_id=matches.get(candidate),
                next_step=2,
                enrolled_at=at,
            )
            for candidate in people
        ),
        batch_size=BATCH,
    )
    zones = dict(Candidate.objects.filter(pk__in=people).values_list("pk", "time_zone"))
    fallback = arbiter.fallback_zone(campaign.job, Organisation.current())
    due: dict[str, datetime] = {
        zone: schedule.next_send_time(earliest, schedule.zone_of(zone, fallback))
        for zone in set(zones.values())
    }
    return [
        enrolments.next_message(row, first, due[zones[row.candidate_id]], state=state)
        for row in rows
    ]


def write_down(
    campaign: Campaign, decisions: Iterable[tuple[int, arbiter.Decision]], at: datetime
) -> None:
    """Keep what the arbiter said of each when they were considered."""
    Decision.objects.bulk_create(
        (
            Decision(
                candidate_id=candidate,
                campaign=campaign,
                phase=Decision.Phase.PLANNING,
                at=at,
                allowed=decision.allowed,
                reasons=list(decision.reasons),
            )
            for candidate, decision in decisions
        ),
        batch_size=BATCH,
    )

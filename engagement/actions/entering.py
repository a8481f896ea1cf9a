"""How people come into a campaign: one enrolment, one decision and the first message for each.

Called inside the transaction of an approval or of a later look, with the campaign locked. The
database knows one enrolment of a person in a campaign, and one message of an enrolment's step.
"""

from collections.abc import Iterable
from datetime import datetime

from accounts.models import Organisation
from applications import matching
from applications.models import Match
from candidates.imports.bulk import copy_in, new_uuids
from candidates.models import Candidate
from candidates.working_days import Place
from engagement import arbiter, schedule
from engagement.actions import enrolments
from engagement.models import Campaign, Decision, Enrolment, Message

_ENROLMENT = ("campaign_id", "candidate_id", "match_id", "next_step", "enrolled_at")
_DECISION = ("candidate_id", "campaign_id", "phase", "at", "allowed", "reasons")
_MESSAGE = ("dedupe_key", "purpose", "candidate_id", "campaign_id", "enrolment_id", "step_id",
            "step_version_id", "job_id", "sender_id", "due_at", "not_after", "public_id",
            "is_first_batch", "state", "created_at")  # fmt: skip


def enter(
    campaign: Campaign,
    people: list[int],
    *,
    at: datetime,
    earliest: datetime,
    state: str,
    first_batch: int = 0,
) -> None:
    """Write an enrolment and the first message of each of these people.

    earliest: the first moment that a message may go. state: of the messages. first_batch: so many
    are marked, of those that are due first.
    """
    first = campaign.steps.prefetch_related("versions").order_by("position")[:1].get()
    matches: dict[int, int] = {}
    if campaign.job:
        matching.store_matches(campaign.job, people, at=at)
        found = Match.objects.filter(job=campaign.job, candidate__in=people)
        matches = dict(found.values_list("candidate_id", "pk"))
    keys = copy_in(
        Enrolment,
        _ENROLMENT,
        ((campaign.pk, person, matches.get(person), 2, at) for person in people),
    )
    fallback = arbiter.fallback_zone(campaign.job, Organisation.current())
    homes = {
        pk: (zone, Place(country, region))
        for pk, zone, country, region in Candidate.objects.filter(pk__in=people).values_list(
            "pk", "time_zone", "country", "region"
        )
    }
    due: dict[tuple[str, Place], datetime] = {
        (zone, place): schedule.next_send_time(earliest, schedule.zone_of(zone, fallback), place)
        for zone, place in set(homes.values())
    }
    rows = [
        enrolments.message_row(campaign, first, key, person, due[homes[person]])
        for key, person in zip(keys, people, strict=True)
    ]
    rows.sort(key=lambda row: row["due_at"])
    copy_in(
        Message,
        _MESSAGE,
        (
            (*row.values(), public_id, number < first_batch, state, at)
            for number, (row, public_id) in enumerate(zip(rows, new_uuids(len(rows)), strict=True))
        ),
    )


def write_down(
    campaign: Campaign, decisions: Iterable[tuple[int, arbiter.Decision]], at: datetime
) -> None:
    """Keep what the arbiter said of each when they were considered."""
    copy_in(
        Decision,
        _DECISION,
        (
            (person, campaign.pk, Decision.Phase.PLANNING.value, at, decision.allowed,
             list(decision.reasons))
            for person, decision in decisions
        ),
    )  # fmt: skip

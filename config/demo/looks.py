"""Whom the approver of a campaign looked at first, each for a minute or so."""

from collections.abc import Sequence
from datetime import timedelta

from candidates.models import Candidate
from config.demo.streams import Streams
from engagement.models import Campaign

LOOKED_AT = 6  # people whose profiles the approver opened


def openings(
    streams: Streams, campaign: Campaign, people: Sequence[Candidate]
) -> list[dict[str, object]]:
    """Return when the approver opened the first of these, the last just before they approved."""
    random, opened = streams.of("looks", campaign.name), list[dict[str, object]]()
    at = campaign.approved_at or campaign.created_at
    for person in people[:LOOKED_AT]:
        at -= timedelta(seconds=random.randrange(15, 150))
        about = {"colleague": campaign.approved_by_id, "person": person.pk}
        opened.insert(0, {**about, "at": at.isoformat()})
    return opened

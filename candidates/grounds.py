"""Reading grounds: what allows us to keep a person and to write to them, purpose by purpose."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from candidates.models import Candidate, GroundEvent, Purpose
from candidates.models.grounds import DECIDING, GIVING


@dataclass(frozen=True)
class PurposeState:
    """One purpose: does it stand now, and everything that was ever said about it."""

    purpose: Purpose
    is_in_force: bool
    sentence: str
    events: list[GroundEvent]


def purposes_of(candidate: Candidate, at: datetime | None = None) -> list[PurposeState]:
    """Return each purpose with its events, newest first. One query."""
    at = at or timezone.now()
    events = list(GroundEvent.objects.filter(candidate=candidate))
    return [
        _state(purpose, [event for event in events if event.purpose == purpose], at)
        for purpose in Purpose
    ]


def _state(purpose: Purpose, events: list[GroundEvent], at: datetime) -> PurposeState:
    latest = next((event for event in events if event.kind in DECIDING), None)
    if latest is None:
        sentence = "Never asked." if not events else "Nothing that allows it."
        return PurposeState(purpose, is_in_force=False, sentence=sentence, events=events)
    day = f"{timezone.localtime(latest.occurred_at):%-d %B %Y}"
    if latest.kind not in GIVING:
        sentence = f"{latest.get_kind_display()} on {day}."
        return PurposeState(purpose, is_in_force=False, sentence=sentence, events=events)
    basis = latest.get_basis_display()
    if latest.expires_at is None:
        sentence = f"{basis} since {day}, without an end."
        return PurposeState(purpose, is_in_force=True, sentence=sentence, events=events)
    end = f"{timezone.localtime(latest.expires_at):%-d %B %Y}"
    if latest.expires_at <= at:
        sentence = f"{basis} of {day} ended on {end}."
        return PurposeState(purpose, is_in_force=False, sentence=sentence, events=events)
    sentence = f"{basis} since {day}, until {end}."
    return PurposeState(purpose, is_in_force=True, sentence=sentence, events=events)

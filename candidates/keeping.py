"""What makes us keep a record although somebody wants it gone (C-27)."""

from candidates import policies
from candidates.clock_words import said
from candidates.clocks import clock_of
from candidates.erasing import Obstacle
from candidates.models import Candidate


def legal_hold(candidate: Candidate) -> Obstacle | None:
    """GDPR Art. 17(3)(e): legal claims."""
    if not candidate.legal_holds.active().exists():
        return None
    return Obstacle(
        "legal_hold",
        "A legal matter needs the record. Lift the hold first, or let it rest in the archive.",
    )


def minimum(candidate: Candidate) -> Obstacle | None:
    """GDPR Art. 17(3)(b): a law that makes us keep the record, for how long."""
    clock = clock_of(candidate)
    if clock.keep_ends is None or clock.today > clock.keep_ends:
        return None
    law = policies.in_force()[clock.keep_law]
    return Obstacle(
        "must_keep",
        f"We must keep the record until {said(clock.keep_ends)} ({law.name}). Until then it can"
        " rest in the restricted archive: in no search, and without any email.",
    )

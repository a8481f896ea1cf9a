"""Keeping why somebody is not asked something that no campaign asks."""

from datetime import datetime

from engagement import arbiter
from engagement.models import Decision


def remember_refusals(
    barred: dict[int, arbiter.Decision], at: datetime, *, since: datetime
) -> None:
    """Write a decision for each candidate id, but for what was written in the same words since."""
    said = Decision.objects.filter(
        candidate__in=list(barred),
        campaign=None,
        message=None,
        phase=Decision.Phase.PLANNING,
        at__gte=since,
    ).values_list("candidate", "reasons")
    known = {(candidate, tuple(reasons)) for candidate, reasons in said}
    Decision.objects.bulk_create(
        Decision(
            candidate_id=candidate,
            phase=Decision.Phase.PLANNING,
            at=at,
            allowed=False,
            reasons=list(decision.reasons),
        )
        for candidate, decision in barred.items()
        if (candidate, decision.reasons) not in known
    )

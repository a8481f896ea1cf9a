"""What an edit changed: who came into the audience of a draft, who fell out of it, and why."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engagement import arbiter, planning
from engagement.models import Campaign

SHOWN = 12
# Above it the list is not kept by itself with each edit: a colleague takes it with a button.
BY_ITSELF = 5000

LEFT_OUT = "A colleague left them out by hand."
NOT_FOUND = (
    "The campaign is no longer for them: its rule does not find them, or they are not picked."
)


@dataclass(frozen=True)
class Difference:
    """`came`, `fell`: candidate ids. `why_came`, `why_fell`: (sentence, how many), most first."""

    since: datetime
    came: list[int] = field(default_factory=list)
    fell: list[int] = field(default_factory=list)
    why_came: list[tuple[str, int]] = field(default_factory=list)
    why_fell: list[tuple[str, int]] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.came or self.fell)


def kept(plan: planning.Plan) -> dict[str, Any]:
    """Return what a comparison needs of a dry run, for a JSON column."""
    return {
        "at": plan.at.isoformat(),
        "get": plan.will_get_ids,
        "not": {
            str(candidate): decision.reason
            for candidate, decision in plan.decisions
            if not decision.allowed
        },
    }


def difference(campaign: Campaign, plan: planning.Plan) -> Difference | None:
    """Compare a dry run with the one that was kept. None: none was."""
    audience = getattr(campaign, "audience", None)
    before = audience.compared_with if audience else None
    if not before:
        return None
    had, has = set(before["get"]), set(plan.will_get_ids)
    left_out = set(audience.left_out) if audience else set()
    reasons: dict[int, str] = {}
    for candidate in has - had:
        code = before["not"].get(str(candidate))
        was = arbiter.REASONS.get(code or "", "")
        reasons[candidate] = f"No longer: {was}" if was else "The campaign is for them by now."
    for candidate in had - has:
        decision = plan.decision_of(candidate)
        if decision:
            reasons[candidate] = arbiter.REASONS[decision.reason]
        else:
            reasons[candidate] = LEFT_OUT if candidate in left_out else NOT_FOUND
    return Difference(
        since=datetime.fromisoformat(before["at"]),
        came=sorted(has - had),
        fell=sorted(had - has),
        why_came=Counter(reasons[one] for one in has - had).most_common(),
        why_fell=Counter(reasons[one] for one in had - has).most_common(),
        reasons=reasons,
    )

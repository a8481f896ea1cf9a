"""What two records of one person have that cannot simply lie side by side.

The strictest state wins: whoever stopped, objected, paused or narrowed on either record did so as
a person, and we took them for two. Rows come and go as columns in JSON, the way the database
prints them.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from candidates.models import DuplicateSuggestion, GroundEvent, GroundState, Preference

Columns = dict[str, Any]
_REFUSALS = (GroundEvent.Kind.OBJECTED, GroundEvent.Kind.WITHDRAWN)  # the strictest first
WHO = "merge"


def stricter_preference(ours: Columns | None, theirs: Columns | None) -> Columns:
    """Return the choice that both records have in common: fewer, later, narrower."""
    ours, theirs = ours or theirs or {}, theirs or ours or {}
    both = {
        **ours,
        "frequency": max((ours["frequency"], theirs["frequency"]), key=_FREQUENCIES.index),
        "paused_until": max(
            filter(None, (ours["paused_until"], theirs["paused_until"])), default=None
        ),
    }
    if theirs["is_narrowed"] and not ours["is_narrowed"]:
        both |= {name: theirs[name] for name in ("is_narrowed", *_LISTS)}
    elif theirs["is_narrowed"]:
        both |= {name: _in_both(ours[name], theirs[name]) for name in _LISTS}
    if both != ours:
        both["version"] = ours["version"] + 1
    return both


_FREQUENCIES = [Preference.Frequency.WEEKLY.value, Preference.Frequency.MONTHLY.value]
_LISTS = ("families", "places", "work_modes", "levels")


def _in_both(ours: list[Any], theirs: list[Any]) -> list[Any]:
    """Return what both lists want; "any" wants everything."""
    if "any" in ours:
        return theirs
    wanted = {_folded(one) for one in theirs}
    return [one for one in ours if "any" in theirs or _folded(one) in wanted]


def _folded(one: Any) -> Any:
    return one.casefold() if isinstance(one, str) else one


def both_gates(ours: Columns | None, theirs: Columns | None) -> Columns:
    """Return a gate that counts the job emails of both, so that the cap is one for one person."""
    ours, theirs = ours or theirs or {}, theirs or ours or {}
    return {**ours, "job_emails_at": sorted(ours["job_emails_at"] + theirs["job_emails_at"])}


def move_emails(survivor: int, merged: int, at: datetime) -> None:
    """Move the addresses. The survivor keeps its primary one; if it has none, theirs becomes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
UPDATE candidates_emailaddress e
   SET candidate_id = %(survivor)s,
       is_primary = e.is_primary AND NOT EXISTS (
           SELECT 1 FROM candidates_emailaddress o
            WHERE o.candidate_id = %(survivor)s AND o.is_primary)
 WHERE e.candidate_id = %(merged)s""",
            {"survivor": survivor, "merged": merged},
        )


def move_grounds(survivor: int, merged: int, at: datetime) -> None:
    """Move the events, and let a refusal that stood on either record stand on what they become.

    Side by side the later event would decide, and a consent given to one record would undo the
    objection made to the other; or taking back the one stop would take back both. So the refusal is
    said once more, last.
    """
    refused: dict[str, list[str]] = {}
    for state in GroundState.objects.filter(candidate__in=[survivor, merged], kind__in=_REFUSALS):
        refused.setdefault(state.purpose, []).append(state.kind)
    GroundEvent.objects.filter(candidate=merged).update(candidate=survivor)
    now = dict(GroundState.objects.filter(candidate=survivor).values_list("purpose", "kind"))
    GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate_id=survivor,
            purpose=purpose,
            kind=min(kinds, key=_REFUSALS.index),
            occurred_at=at,
            channel=GroundEvent.Channel.STAFF,
            evidence="Said to one of two records that became one.",
            actor=WHO,
        )
        for purpose, kinds in sorted(refused.items())
        if kinds != [now[purpose]]
    )


def move_suggestions(survivor: int, merged: int, at: datetime) -> None:
    """Settle the pair itself, and let what was said of the merged record hold for the survivor.

    Of a pair that both have, what somebody dismissed wins: it is still two people. The other row
    stays with the merged record.
    """
    both = DuplicateSuggestion.objects.of_pair(survivor, merged)
    both.update(state=DuplicateSuggestion.State.MERGED, settled_at=at)
    known = {
        row.other_id if row.one_id == survivor else row.one_id: row
        for row in DuplicateSuggestion.objects.filter(Q(one=survivor) | Q(other=survivor))
    }
    theirs = DuplicateSuggestion.objects.filter(Q(one=merged) | Q(other=merged))
    for row in theirs.order_by("pk"):
        third = row.other_id if row.one_id == merged else row.one_id
        if third == survivor:
            continue
        if (ours := known.get(third)) is None:
            row.one_id, row.other_id = min(survivor, third), max(survivor, third)
            row.save(update_fields=["one", "other"])
        elif row.state == DuplicateSuggestion.State.DISMISSED and ours.state == "open":
            ours.state, ours.why_not = row.state, row.why_not
            ours.settled_at, ours.settled_by_id = row.settled_at, row.settled_by_id
            ours.save(update_fields=["state", "why_not", "settled_at", "settled_by"])

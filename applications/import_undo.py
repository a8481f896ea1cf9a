"""Taking an import back: what it added goes, what it filled is emptied, where nobody went on.

People somebody has worked on since are kept as they are, and the page says who they are.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from applications.history import PastApplications
from candidates.imports.bulk import write_over
from candidates.imports.people import FACTS, NOTHING
from candidates.models import (
    Activity,
    Candidate,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Import,
    ImportRow,
    Link,
    Phone,
)
from candidates.models.people import CandidateQuerySet

KEPT = "Kept: somebody has worked on this person since the import."
_DONE = [ImportRow.State.CREATED, ImportRow.State.JOINED]
_PARTS: tuple[tuple[str, Any], ...] = (
    ("emails", EmailAddress),
    ("phones", Phone),
    ("links", Link),
    ("skills", CandidateSkill),
    ("grounds", GroundEvent),
    ("activities", Activity),
)


@dataclass(frozen=True)
class Kept:
    """Somebody whom the undo left alone, and what was done last about them since the import."""

    candidate: Candidate
    since: Activity | None


def take_back(run: Import, most: int) -> int:
    """Take back what the last rows did. Returns how many rows were looked at; 0: none is left.

    Runs in the caller's transaction.
    """
    rows = list(
        run.rows.filter(state__in=_DONE, undo_checked_at=None)
        .defer("cells", "cleaned")
        .order_by("-number")[:most]
    )
    touched = _touched(run, {row.candidate_id for row in rows if row.candidate_id})
    undone = [row for row in rows if row.candidate_id not in touched]
    here = [row for row in undone if row.candidate_id]  # the others were erased since
    PastApplications.take_back(here)
    created = {row.candidate_id or 0 for row in here if row.did.get("created")}
    joined = [row for row in here if row.candidate_id not in created]
    for key, model in _PARTS:
        ids = [pk for row in joined for pk in row.did.get(key, [])]
        model.objects.filter(pk__in=ids).delete()
    _restore_facts(joined)
    Candidate.objects.filter(pk__in=created).delete()
    now = timezone.now().isoformat()
    done, left = ImportRow.State.UNDONE, {row.pk for row in rows} - {row.pk for row in undone}
    write_over(
        ImportRow,
        ("state", "errors", "undo_checked_at"),
        [
            {"id": row.pk, "undo_checked_at": now}
            | (
                {"state": row.state, "errors": [KEPT]}
                if row.pk in left
                else {"state": done, "errors": []}
            )
            for row in rows
        ],
    )
    return len(rows)


def kept(run: Import) -> CandidateQuerySet:
    """Return the people whom the undo left alone because somebody has worked on them since."""
    rows = run.rows.filter(state__in=_DONE, undo_checked_at__isnull=False)
    return Candidate.objects.filter(pk__in=rows.values("candidate"))


def first_kept(run: Import, user: User, most: int) -> list[Kept]:
    """Return the first of them whom this user may see, each with what was done about them last."""
    people = list(kept(run).visible_to(user)[:most])
    latest = (
        Activity.objects.filter(candidate=OuterRef("pk"))
        .exclude(data__contains=_own(run))
        .order_by("-pk")
        .values("pk")[:1]
    )
    done = Candidate.objects.filter(pk__in=[one.pk for one in people]).annotate(
        last=Subquery(latest)
    )
    since = {
        last.candidate_id: last for last in Activity.objects.filter(pk__in=done.values("last"))
    }
    return [Kept(one, since.get(one.pk)) for one in people]


def _own(run: Import) -> dict[str, str]:
    return {"import": str(run.public_id)}


def _touched(run: Import, ids: set[int]) -> set[int]:
    """Return those of these people whom somebody has worked on since this import."""
    first_own = (
        Activity.objects.filter(candidate=OuterRef("candidate"), data__contains=_own(run))
        .order_by("pk")
        .values("pk")[:1]
    )
    return set(
        Activity.objects.filter(candidate__in=ids, pk__gt=Subquery(first_own))
        .exclude(data__contains=_own(run))
        .values_list("candidate_id", flat=True)
    )


def _restore_facts(rows: list[ImportRow]) -> None:
    """Empty what these rows filled, where it still stands so, and set back the last contact.

    rows: last first, so that of two lines about one person the earlier one has the last word.
    """
    changed = [row for row in rows if "filled" in row.did or "last_contact" in row.did]
    people = (
        Candidate.objects.select_for_update(of=("self",))
        .order_by("pk")
        .in_bulk({row.candidate_id for row in changed})
    )
    for row in changed:
        person = people[row.candidate_id or 0]
        for fact, value in row.did.get("filled", {}).items():
            if getattr(person, fact) == value:
                setattr(person, fact, NOTHING[fact])
        person.version -= "filled" in row.did
        if "last_contact" in row.did:
            person.last_contact_at = row.did["last_contact"]
    write_over(
        Candidate,
        (*FACTS, "version", "last_contact_at"),
        [
            {fact: getattr(person, fact) for fact in FACTS}
            | {"id": person.pk, "version": person.version}
            | {"last_contact_at": person.last_contact_at and str(person.last_contact_at)}
            for person in people.values()
        ],
    )

"""Keeping many people out of job emails."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.permissions import Permission
from candidates.actions.suppressing import keep_out, take_back
from candidates.bulk.kinds import BulkKind, Effect, persons
from candidates.models import Candidate, EmailAddress, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import GONE, Outcome, done, left


class Suppress(BulkKind):
    key = "suppress"
    label = "Stop job emails to them"
    icon = "mail-x"
    explains = (
        "None of their addresses gets a job email any more, whoever has it later. Letters about"
        " their own applications still go out."
    )
    warns = (
        "Job emails that wait for them do not leave. Use this for people who told you that they"
        " want none, or whom you must not write to. Only you can take it back, and for a week only."
    )
    doing = "Stopping job emails"
    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 200  # each holds a gate until the chunk commits: a fraction of a second

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Stop job emails to {persons(total)}"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        addresses = EmailAddress.objects.filter(candidate=OuterRef("pk"), released_at=None)
        total = people.count()
        reachable = people.filter(Exists(addresses)).count()
        open_ = people.filter(Exists(addresses.filter(suppressed=""))).count()
        writable = people.contactable().count()
        return [
            Effect(
                writable, "may be sent job emails now, and will get none any more", is_change=True
            ),
            Effect(
                open_ - writable, "get none now, and will get none later either", is_change=True
            ),
            Effect(reachable - open_, "are suppressed already"),
            Effect(total - reachable, "have no email address"),
        ]

    def apply_many(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        found = keep_out([person.pk for person in people], by=work.by)
        return {
            pk: done(**did) if isinstance(did, dict) else left(" ".join(did.messages))
            for pk, did in found.items()
        }

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        found = take_back({person.pk: item.did for item, person in rows if person}, by=work.by)
        return {
            item.pk: GONE
            if person is None
            else " ".join(refusal.messages)
            if (refusal := found[person.pk])
            else ""
            for item, person in rows
        }

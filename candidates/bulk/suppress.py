"""Keeping many people out of job emails."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.permissions import Permission
from candidates.actions.suppressing import keep_out, take_back
from candidates.bulk.kinds import BulkKind, Effect, persons
from candidates.models import Candidate, EmailAddress, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import Outcome, done


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
    chunk = 25  # each holds a gate until the chunk commits

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

    def apply_one(self, work: Work, person: Candidate) -> Outcome:
        return done(**keep_out(person, by=work.by))

    def undo_one(self, work: Work, item: WorkItem, person: Candidate) -> str:
        take_back(person, item.did, by=work.by)
        return ""

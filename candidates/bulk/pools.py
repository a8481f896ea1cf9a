"""Taking many people into a talent pool, and out of it."""

from abc import abstractmethod
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.permissions import Permission
from candidates.actions import pools as actions
from candidates.bulk.kinds import BulkForm, BulkKind, Effect, persons
from candidates.models import Candidate, PoolMembership, TalentPool, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import Outcome, done, left

State = PoolMembership.State
_CHANGED = "Somebody said otherwise since."
_CLOSED = "This pool was closed since."


class PoolForm(BulkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"] = forms.ModelChoiceField(
            TalentPool.objects.visible_to(self.by).open(),
            to_field_name="public_id",
            empty_label="Choose a pool",
        )


class _OfPool(BulkKind):
    """What both have in common: one pool, locked, and rows that know whether they are still so."""

    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 500
    form_class = PoolForm

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        return {"pool": cleaned["pool"].pk}

    def apply(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        pool = TalentPool.objects.locked(work.values["pool"])  # nobody comes or goes meanwhile
        ids = [person.pk for person in people]
        before = {row.candidate_id: row for row in pool.memberships.filter(candidate__in=ids)}
        try:
            changed = self.change(pool, Candidate.objects.filter(pk__in=ids), work.by)
        except ValidationError:
            return {pk: left(_CLOSED) for pk in ids}
        return {pk: done(before=actions.facts_of(before.get(pk))) for pk in changed} | {
            pk: left(self.same) for pk in ids if pk not in changed
        }

    same = ""

    @abstractmethod
    def change(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        """Do it for these people. Returns the ids of those for whom it changed something."""

    @abstractmethod
    def reverse(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        """Take it back for these people. Returns the ids of those for whom it could be."""

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        pool = TalentPool.objects.locked(work.values["pool"])
        ids = [person.pk for _, person in rows if person]
        since = work.created_at
        mine = pool.memberships.filter(candidate__in=ids, by=work.by, **self.still(since))
        still = set(mine.values_list("candidate", flat=True))
        try:
            back = set(self.reverse(pool, Candidate.objects.filter(pk__in=still), work.by))
        except ValidationError:
            return {item.pk: _CLOSED for item, _ in rows}
        actions.restore(
            pool,
            {
                item.candidate_id: item.did["before"]
                for item, _ in rows
                if item.candidate_id in back
            },
        )
        return {item.pk: "" if item.candidate_id in back else _CHANGED for item, _ in rows}

    @abstractmethod
    def still(self, since: Any) -> dict[str, Any]:
        """Return the condition on a membership that nothing changed since the work."""


class AddToPool(_OfPool):
    key = "pool"
    label = "Add to a talent pool"
    icon = "layers"
    explains = "Being in a pool allows nothing by itself: nobody is written to."
    doing = "Adding them to the pool"
    same = "They were in this pool already."

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Add {persons(total)} to the pool “{cleaned['pool']}”"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        rows = cleaned["pool"].memberships
        members = people.filter(pk__in=rows.members().values("candidate")).count()
        waiting = people.filter(pk__in=rows.proposed().values("candidate")).count()
        out = people.filter(pk__in=rows.filter(kept_out=True).values("candidate")).count()
        new = people.count() - members - waiting - out
        return [
            Effect(new, "will join", is_change=True),
            Effect(waiting, "will join; they wait for approval now", is_change=True),
            Effect(out, "will join, though they were taken out or declined", is_change=True),
            Effect(members, "are in this pool already"),
        ]

    def change(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        return actions.add_people(pool, people, by=by, how=PoolMembership.How.BULK)

    def reverse(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        return actions.remove_people(pool, people, by=by, reason="The bulk action was undone.")

    def still(self, since: Any) -> dict[str, Any]:
        return {"state": State.MEMBER, "how": PoolMembership.How.BULK, "at__gte": since}


class TakeFromPool(_OfPool):
    key = "unpool"
    label = "Take out of a talent pool"
    icon = "layers-2"
    explains = "The search of a living pool does not bring them back."
    doing = "Taking them out of the pool"
    same = "They were not in this pool."

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Take {persons(total)} out of the pool “{cleaned['pool']}”"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        rows = cleaned["pool"].memberships.members()
        members = people.filter(pk__in=rows.values("candidate")).count()
        return [
            Effect(members, "will leave", is_change=True),
            Effect(people.count() - members, "are not in this pool"),
        ]

    def change(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        return actions.remove_people(pool, people, by=by)

    def reverse(self, pool: TalentPool, people: CandidateQuerySet, by: User) -> list[int]:
        return actions.add_people(pool, people, by=by)

    def still(self, since: Any) -> dict[str, Any]:
        return {"state": State.LEFT, "kept_out": True, "left_at__gte": since}

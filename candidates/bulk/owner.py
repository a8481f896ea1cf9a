"""Saying who looks after many people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.models import Role, User
from accounts.permissions import Permission
from candidates.actions.people import hand_over
from candidates.bulk.kinds import BulkForm, BulkKind, Effect, persons
from candidates.models import Candidate, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import GONE, Outcome, done, left

NOBODY = "nobody"
_SO_ALREADY = "That was so already."


class OwnerForm(BulkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {
            str(colleague.public_id): colleague
            for colleague in User.objects.active().with_role(Role.RECRUITER)
        }
        self.fields["owner"] = forms.ChoiceField(
            label="Looked after by",
            choices=[
                ("", "Choose a colleague"),
                *((key, colleague.name) for key, colleague in self.colleagues.items()),
                (NOBODY, "Nobody"),
            ],
        )

    def clean_owner(self) -> User | None:
        return self.colleagues.get(self.cleaned_data["owner"])


class ChangeOwner(BulkKind):
    key = "owner"
    label = "Say who looks after them"
    icon = "user-check"
    explains = "One colleague, or nobody any more."
    doing = "Changing who looks after them"
    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 500
    form_class = OwnerForm

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        owner = cleaned["owner"]
        return (
            f"Hand {persons(total)} to {owner}" if owner else f"Nobody looks after {persons(total)}"
        )

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        owner = cleaned["owner"]
        same = people.filter(owner=owner).count()
        theirs = people.exclude(Q(owner=owner) | Q(owner=None)).count()
        free = people.count() - same - theirs
        changed = f"will be looked after by {owner}" if owner else "will be looked after by nobody"
        effects = [
            Effect(free, f"{changed}; nobody does so now", is_change=True),
            Effect(theirs, f"{changed}; a colleague does so now", is_change=True),
            Effect(same, "stay as they are: that is so already"),
        ]
        return [effect for effect in effects if effect.count or not effect.is_change]

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        return {"owner": cleaned["owner"].pk if cleaned["owner"] else None}

    def apply_many(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        owner = User.objects.filter(pk=work.values["owner"]).first()
        ids = [person.pk for person in people]
        try:
            before = hand_over(ids, owner, by=work.by)
        except ValidationError as refusal:
            return {pk: left(" ".join(refusal.messages)) for pk in ids}
        return {pk: done(before=before[pk]) if pk in before else left(_SO_ALREADY) for pk in ids}

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        """Hand them back to whoever it was, in as many steps as there were colleagues."""
        locked = Candidate.objects.locked_many([person.pk for _, person in rows if person])
        reasons = {item.pk: GONE for item, _ in rows}
        back: dict[int | None, list[int]] = {}
        for item, _ in rows:
            if (person := locked.get(item.candidate_id)) is None:
                continue
            if person.owner_id != work.values["owner"]:
                reasons[item.pk] = "Somebody said otherwise since."
                continue
            reasons[item.pk] = ""
            back.setdefault(item.did["before"], []).append(person.pk)
        owners = User.objects.in_bulk([key for key in back if key])
        for key, people in back.items():
            try:
                hand_over(people, owners[key] if key else None, by=work.by)
            except ValidationError as refusal:
                why = " ".join(refusal.messages)
                reasons |= {item.pk: why for item, _ in rows if item.candidate_id in people}
        return reasons

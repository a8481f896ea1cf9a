"""Saying who looks after many people."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import Role, User
from accounts.permissions import Permission
from candidates.actions.people import set_owner
from candidates.bulk.kinds import BulkForm, BulkKind, Effect, persons
from candidates.models import Candidate, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import Outcome, done, left

NOBODY = "nobody"


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

    def apply_one(self, work: Work, person: Candidate) -> Outcome:
        person = Candidate.objects.locked(person.pk)
        before = person.owner_id
        if before == work.values["owner"]:
            return left("That was so already.")
        owner = User.objects.filter(pk=work.values["owner"]).first()
        set_owner(person, owner, by=work.by)
        return done(before=before)

    def undo_one(self, work: Work, item: WorkItem, person: Candidate) -> str:
        person = Candidate.objects.locked(person.pk)
        if person.owner_id != work.values["owner"]:
            return "Somebody said otherwise since."
        set_owner(person, User.objects.filter(pk=item.did["before"]).first(), by=work.by)
        return ""

"""Giving a tag to many people, and taking it off them."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import Permission
from candidates.actions import tags as actions
from candidates.bulk.kinds import BulkForm, BulkKind, Effect, persons
from candidates.models import Candidate, CandidateTag, Tag, Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import Outcome, done, left

_CHANGED = "The tag was changed by hand since."
_DELETED = "The tag was deleted since."


class TagForm(BulkForm):
    tag = forms.CharField(
        max_length=60,
        help_text="One there is, or a new one.",
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )

    @property
    def suggestions(self) -> tuple[str, list[str]]:
        """The id and the lines of the list that the field offers."""
        return "known-tags", list(Tag.objects.values_list("name", flat=True)[:500])


class UntagForm(BulkForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = CandidateTag.objects.filter(candidate__in=self.people).values("tag")
        self.fields["tag"] = forms.ModelChoiceField(
            Tag.objects.filter(pk__in=held),
            to_field_name="public_id",
            empty_label="Choose a tag",
            help_text="Tags that at least one of these people has.",
        )


class GiveTag(BulkKind):
    key = "tag"
    label = "Give a tag"
    icon = "tag"
    explains = "Those who have it already stay as they are."
    doing = "Giving the tag"
    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 500
    form_class = TagForm

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Tag {persons(total)} “{cleaned['tag']}”"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        total = people.count()
        tag = Tag.objects.called(cleaned["tag"]).first()
        have = people.filter(tags__tag=tag).count() if tag else 0
        effects = [
            Effect(total - have, f"will get the tag “{tag or cleaned['tag']}”", is_change=True)
        ]
        if tag is None:
            effects[0] = Effect(total, f"will get the new tag “{cleaned['tag']}”", is_change=True)
        return [*effects, Effect(have, "already have this tag")]

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        return {"tag": actions.name_tag(cleaned["tag"], by=by).pk}

    def apply(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        tag = Tag.objects.locked(work.values["tag"])  # nobody gives or takes it meanwhile
        if tag is None:
            return {person.pk: left(_DELETED) for person in people}
        chosen = Candidate.objects.filter(pk__in=[person.pk for person in people])
        rows = CandidateTag.objects.filter(tag=tag, candidate__in=chosen)
        had = set(rows.values_list("candidate", flat=True))
        actions.tag_people(chosen, tag, by=work.by)
        made = dict(rows.exclude(candidate__in=had).values_list("candidate", "pk"))
        outcomes = {pk: left("They had this tag already.") for pk in had}
        return outcomes | {pk: done(row=row) for pk, row in made.items()}

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        tag = Tag.objects.locked(work.values["tag"])
        if tag is None:
            return {item.pk: _DELETED for item, _ in rows}
        made = [item.did["row"] for item, _ in rows]
        still = set(CandidateTag.objects.filter(pk__in=made).values_list("pk", flat=True))
        ids = [item.candidate_id for item, person in rows if person and item.did["row"] in still]
        actions.untag_people(Candidate.objects.filter(pk__in=ids), tag, by=work.by)
        return {item.pk: "" if item.candidate_id in ids else _CHANGED for item, _ in rows}


class TakeTag(BulkKind):
    key = "untag"
    label = "Take a tag off"
    icon = "tags"
    explains = "The tag itself stays, for others and for later."
    doing = "Taking the tag off"
    permission = Permission.EDIT_PEOPLE
    can_undo = True
    chunk = 500
    form_class = UntagForm

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Take the tag “{cleaned['tag']}” off {persons(total)}"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        total, have = people.count(), people.filter(tags__tag=cleaned["tag"]).count()
        return [
            Effect(have, f"will lose the tag “{cleaned['tag']}”", is_change=True),
            Effect(total - have, "do not have this tag"),
        ]

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        return {"tag": cleaned["tag"].pk}

    def apply(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        tag = Tag.objects.locked(work.values["tag"])
        if tag is None:
            return {person.pk: left(_DELETED) for person in people}
        chosen = Candidate.objects.filter(pk__in=[person.pk for person in people])
        rows = CandidateTag.objects.filter(tag=tag, candidate__in=chosen)
        had = set(rows.values_list("candidate", flat=True))
        actions.untag_people(chosen, tag, by=work.by)
        return {
            person.pk: done() if person.pk in had else left("They did not have this tag.")
            for person in people
        }

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        tag = Tag.objects.locked(work.values["tag"])
        if tag is None:
            return {item.pk: _DELETED for item, _ in rows}
        people = Candidate.objects.filter(pk__in=[person.pk for _, person in rows if person])
        have = CandidateTag.objects.filter(tag=tag, candidate__in=people)
        again = set(have.values_list("candidate", flat=True))
        actions.tag_people(people, tag, by=work.by)
        ids = {person.pk for _, person in rows if person} - again
        return {item.pk: "" if item.candidate_id in ids else _CHANGED for item, _ in rows}

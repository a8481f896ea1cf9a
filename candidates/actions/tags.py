"""Tags on people, one or many at a time, and what becomes of a tag itself.

Each locks the tag first and then the people, in the order of their keys.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.identity import tidy_name
from candidates.models import Candidate, CandidateTag, Tag
from candidates.models.people import CandidateQuerySet


@transaction.atomic
def name_tag(name: str, *, by: User) -> Tag:
    """Return the tag of that name, and make it if there is none.

    Raises ValidationError: nothing is left of the name, or it is too long.
    """
    name = _checked(name)
    tag = Tag.objects.called(name).first()
    if tag is None:
        made = Tag(name=name)
        Tag.objects.bulk_create([made], ignore_conflicts=True)
        tag = Tag.objects.called(name).get()  # ours, or the one a colleague made this moment
        if tag.public_id == made.public_id:
            audit.record(by, "tag.created", tag, name=["", name])
    return tag


@transaction.atomic
def tag_people(people: CandidateQuerySet, tag: Tag, *, by: User) -> int:
    """Give everybody in `people` a tag, in one go. Returns how many did not have it yet.

    people: a queryset, visible to `by`, of a size that one transaction can hold (thousands). Who
    is erased or merged meanwhile is left out. One line on each timeline, one audit entry in all.

    Raises ValidationError: the tag was deleted meanwhile.
    """
    tag = _locked(tag)
    ids = _locked_people(people)
    have = set(
        CandidateTag.objects.filter(tag=tag, candidate__in=ids).values_list("candidate", flat=True)
    )
    new = [pk for pk in ids if pk not in have]
    if not new:
        return 0
    CandidateTag.objects.bulk_create(
        (CandidateTag(candidate_id=pk, tag=tag) for pk in new), batch_size=2000
    )
    timeline.remember_many(new, "candidate.tagged", f"Tagged “{tag}”.", by=by)
    _audit(by, "tag.given", tag, new, people=["", str(len(new))])
    return len(new)


@transaction.atomic
def untag_people(people: CandidateQuerySet, tag: Tag, *, by: User) -> int:
    """Take a tag off everybody in `people` who has it. Returns how many had it.

    Raises ValidationError: the tag was deleted meanwhile.
    """
    tag = _locked(tag)
    ids = _locked_people(people.filter(tags__tag=tag))
    if not ids:
        return 0
    CandidateTag.objects.filter(tag=tag, candidate__in=ids).delete()
    timeline.remember_many(ids, "candidate.untagged", f"The tag “{tag}” was removed.", by=by)
    _audit(by, "tag.taken", tag, ids, people=[str(len(ids)), ""])
    return len(ids)


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: User, was: str = "") -> Tag:
    """Call a tag something else, for everybody who has it.

    was: what the form called it; empty: whatever it is called now.

    Raises ValidationError: not a name, another tag has it (`taken`), the tag is gone, or somebody
    else renamed it meanwhile (`conflict`).
    """
    tag = _locked(tag)
    name = _checked(name)
    if was and tag.name not in (was, name):
        raise ValidationError(
            f"Somebody else renamed this tag to “{tag.name}” meanwhile. Press the button again to"
            " call it what you typed.",
            code="conflict",
        )
    if Tag.objects.called(name).exclude(pk=tag.pk).exists():
        raise ValidationError(
            "There is a tag of that name already. Merge this one into it instead.", code="taken"
        )
    if tag.name == name:
        return tag
    before, tag.name = tag.name, name
    tag.save(update_fields=["name"])
    audit.record(by, "tag.renamed", tag, name=[before, name])
    return tag


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, by: User) -> int:
    """Give everybody who has `tag` the tag `into` instead. Returns how many had not both.

    Raises ValidationError: the two are one, or one of them is gone.
    """
    if tag.pk == into.pk:
        raise ValidationError("Choose another tag to merge this one into.", code="same")
    for one in sorted((tag, into), key=lambda each: each.pk):
        _locked(one)
    ids = _locked_people(Candidate.objects.filter(tags__tag=tag))
    have = CandidateTag.objects.filter(tag=into).values("candidate")
    moved = CandidateTag.objects.filter(tag=tag).exclude(candidate__in=have).update(tag=into)
    text = f"The tag “{tag}” became “{into}”."
    timeline.remember_many(ids, "candidate.tag_merged", text, by=by)
    audit.record(by, "tag.merged", tag, name=[tag.name, into.name], people=["", str(len(ids))])
    tag.delete()
    return moved


@transaction.atomic
def delete_tag(tag: Tag, *, by: User) -> int:
    """Delete a tag and take it off everybody. Returns how many people had it.

    Raises ValidationError: it is gone already.
    """
    tag = _locked(tag)
    ids = _locked_people(Candidate.objects.filter(tags__tag=tag))
    text = f"The tag “{tag}” was removed: it is no longer used."
    timeline.remember_many(ids, "candidate.untagged", text, by=by)
    audit.record(by, "tag.deleted", tag, name=[tag.name, ""], people=[str(len(ids)), ""])
    tag.delete()
    return len(ids)


def _checked(name: str) -> str:
    name = tidy_name(name)
    if not name or len(name) > 60:
        raise ValidationError("A tag is one to sixty letters.", code="not_a_tag")
    return name


def _locked(tag: Tag) -> Tag:
    locked = Tag.objects.locked(tag.pk)
    if locked is None:
        raise ValidationError("This tag was deleted meanwhile.", code="gone")
    return locked


def _locked_people(people: CandidateQuerySet) -> list[int]:
    """Lock the live ones among `people` and return their keys."""
    chosen = Candidate.objects.live().filter(pk__in=people.order_by().values("pk"))
    rows = chosen.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(rows.values_list("pk", flat=True))


def _audit(by: User, verb: str, tag: Tag, ids: Iterable[int], **changes: list[str]) -> None:
    """Write the one entry; about a single person it also says whom."""
    ids = list(ids)
    only = {"person": ["", str(ids[0])]} if len(ids) == 1 else {}
    audit.record(by, verb, tag, name=["", tag.name], **changes, **only)

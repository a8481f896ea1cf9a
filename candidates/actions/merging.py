"""Making one person of two records, and taking them apart again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import merging, timeline
from candidates.models import Candidate, EmailAddress, Merge
from candidates.signals import candidate_merged, candidate_unmerged

# What is chosen of two records as one thing: a name to choose it by, and its columns.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "call_name": ("call_name",),
    "headline": ("headline",),
    "current_title": ("current_title",),
    "current_employer": ("current_employer",),
    "place": ("city", "region", "country", "latitude", "longitude"),
    "time_zone": ("time_zone",),
    "language": ("language",),
    "seniority": ("seniority",),
    "years": ("years",),
    "remote_preference": ("remote_preference",),
    "salary_expectation": ("salary_expectation", "salary_currency"),
    "source": ("source",),
    "owner": ("owner_id",),
}
PRIMARY_EMAIL = "primary_email"  # which of two addresses we write to


@transaction.atomic
def merge_people(
    survivor: Candidate,
    merged: Candidate,
    *,
    by: User,
    take: Collection[str] = (),
    at: datetime | None = None,
) -> Merge:
    """Make one person of two records. Everything moves to the survivor; nothing is lost.

    take: keys of `CHOICES`, or PRIMARY_EMAIL, for which the merged record is right. What the
    survivor lacks is taken from it in any case. Of grounds and choices the stricter wins.

    Both gates are held from the start, so after the commit nothing can be armed for the merged
    record. A receiver on a floor above may refuse.

    Raises ValidationError: it is one record, or one of them is no longer here.
    """
    if survivor.pk == merged.pk:
        raise ValidationError("Choose two different records.", code="same_record")
    people = [survivor.pk, merged.pk]
    merging.lock(people)
    survivor, merged = (Candidate.objects.locked(pk) for pk in people)
    now = at or timezone.now()
    before = merging.read(people)
    candidate_merged.send(Candidate, survivor=survivor, merged=merged, at=now)
    had_email = survivor.emails.filter(is_primary=True).values_list("pk", flat=True).first()
    preferred = merged.emails.filter(is_primary=True).values_list("pk", flat=True).first()
    merging.move_rows(survivor.pk, merged.pk, now)
    if PRIMARY_EMAIL in take and had_email and preferred:
        EmailAddress.objects.filter(pk=had_email).update(is_primary=False)
        EmailAddress.objects.filter(pk=preferred).update(is_primary=True)
    _take_columns(survivor, merged, take)
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
    timeline.remember(
        survivor,
        "candidate.merged",
        "Two records of this person were made one.",
        by=by,
        at=now,
        merged=str(merged.public_id),
    )
    changes = merging.differences(before, merging.read(people))
    merge = Merge.objects.create(
        survivor=survivor,
        merged=merged,
        by=by,
        at=now,
        changes=[change.as_json() for change in changes],
    )
    audit.record(by, "candidate.merged", survivor, merged=["", str(merged.pk)])
    return merge


@transaction.atomic
def unmerge_people(merge: Merge, *, by: User) -> Merge:
    """Take two records apart again: each gets back what it had. See `candidates.merging`.

    The one trace is a line on both timelines. Taking them apart twice does it once.

    Raises ValidationError: it was too long ago, a later merge stands on this one, or the survivor
    is no longer here.
    """
    merge = Merge.objects.locked(merge.pk)
    if merge.undone_at is not None:
        return merge
    now = timezone.now()
    if not merge.can_be_undone:
        raise ValidationError(
            f"This merge is older than {Merge.UNDO_DAYS} days, so it can no longer be undone.",
            code="too_late",
        )
    people = [merge.survivor_id, merge.merged_id]
    merging.lock(people)
    survivor = Candidate.objects.locked(merge.survivor_id)
    later = Merge.objects.in_force().filter(survivor=survivor, pk__gt=merge.pk)
    if later.exists():
        raise ValidationError("Undo the later merge of this person first.", code="later_merge")
    merging.put_back(merge)
    survivor, merged = (Candidate.objects.locked(pk) for pk in people)
    candidate_unmerged.send(Candidate, survivor=survivor, merged=merged, at=now)
    merge.undone_at, merge.undone_by, merge.changes = now, by, []
    merge.save(update_fields=["undone_at", "undone_by", "changes"])
    day = f"{timezone.localtime(merge.at):%-d %B %Y}"
    for person, other in ((survivor, merged), (merged, survivor)):
        timeline.remember(
            person,
            "candidate.unmerged",
            f"Was merged with another record on {day}; that was undone.",
            by=by,
            unmerged=str(other.public_id),
        )
    audit.record(by, "candidate.unmerged", survivor, merged=[str(merged.pk), ""])
    return merge


def forget_changes(at: datetime) -> int:
    """Empty what was kept for undoing merges that can no longer be undone. Returns how many."""
    old = Merge.objects.filter(at__lte=at - timedelta(days=Merge.UNDO_DAYS)).exclude(changes=[])
    return old.update(changes=[])


def _take_columns(survivor: Candidate, merged: Candidate, take: Collection[str]) -> None:
    changed = []
    for key, columns in CHOICES.items():
        is_missing = all(getattr(survivor, column) in ("", None) for column in columns)
        if key not in take and not is_missing:
            continue
        for column in columns:
            if getattr(survivor, column) != getattr(merged, column):
                setattr(survivor, column, getattr(merged, column))
                changed.append(column.removesuffix("_id"))
    contacts = [at for at in (survivor.last_contact_at, merged.last_contact_at) if at]
    if contacts and max(contacts) != survivor.last_contact_at:
        survivor.last_contact_at = max(contacts)
        changed.append("last_contact_at")
    if changed:
        survivor.version += 1
        survivor.save(update_fields=[*changed, "version"])

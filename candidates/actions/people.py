"""Adding a person, changing what is known about them, and who looks after them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.actions.addresses import attach_email
from candidates.actions.grounds import Evidence, append_grants, append_notice
from candidates.identity import tidy_name
from candidates.models import Candidate, Purpose

CHANGEABLE = frozenset(
    {
        "name",
        "call_name",
        "headline",
        "current_title",
        "current_employer",
        "city",
        "region",
        "country",
        "time_zone",
        "language",
        "seniority",
        "years",
        "remote_preference",
        "salary_expectation",
        "salary_currency",
        "source",
    }
)


def label_of(field: str) -> str:
    """Return the words of a field, as forms and the timeline show them."""
    return str(getattr(Candidate._meta.get_field(field), "verbose_name", field))


@transaction.atomic
def create_candidate(
    *,
    by: User,
    name: str,
    email: str = "",
    consent: Evidence | None = None,
    notice: Evidence | None = None,
    **fields: Any,
) -> Candidate:
    """Add a person by hand. Without `consent` nobody may write job emails to them.

    consent: the proof that they agreed to be kept and written to. notice: that they were told we
    keep them (GDPR Art. 14), which allows no mail.

    Raises ValidationError: no name, or a person with that address is here (`known_email`, the
    person in its params), or the proof is not one.
    """
    name = tidy_name(name)
    if not name:
        raise ValidationError("A person needs a name.", code="no_name")
    if unknown := set(fields) - CHANGEABLE - {"owner"}:
        raise TypeError(f"Not a field of a person: {', '.join(sorted(unknown))}")
    candidate = Candidate.objects.create(name=name, **fields)
    if email:
        attach_email(candidate, email, is_primary=True)
    if consent:
        append_grants(candidate, [Purpose.POOL, Purpose.NURTURE], consent, by=by)
    if notice:
        append_notice(candidate, notice, by=by)
    source = f" Source: {candidate.source}." if candidate.source else ""
    timeline.remember(candidate, "candidate.created", f"Added by hand.{source}", by=by)
    audit.record(by, "candidate.created", candidate)
    return candidate


@transaction.atomic
def change_candidate(candidate: Candidate, *, by: User, version: int, **values: Any) -> Candidate:
    """Change what is known about a person.

    version: the one that the form was made from.

    Raises ValidationError: the name is empty, or somebody else saved meanwhile (`conflict`).
    """
    candidate = Candidate.objects.locked(candidate.pk)
    if candidate.version != version:
        raise ValidationError(
            "Somebody else saved this person meanwhile. Compare, then save again.", code="conflict"
        )
    if "name" in values:
        values["name"] = tidy_name(values["name"])
        if not values["name"]:
            raise ValidationError("A person needs a name.", code="no_name")
    if unknown := set(values) - CHANGEABLE:
        raise TypeError(f"Not a field of a person: {', '.join(sorted(unknown))}")
    changed = [field for field, value in values.items() if getattr(candidate, field) != value]
    if not changed:
        return candidate
    for field in changed:
        setattr(candidate, field, values[field])
    candidate.version += 1
    candidate.save(update_fields=[*changed, "version"])
    labels = ", ".join(label_of(field) for field in changed)
    timeline.remember(candidate, "candidate.changed", f"Changed {labels}.", by=by)
    audit.record(by, "candidate.changed", candidate, fields=["", labels])
    return candidate


@transaction.atomic
def set_owner(
    candidate: Candidate, owner: User | None, *, by: User, was: User | str | None = "anybody"
) -> Candidate:
    """Say which colleague looks after a person, or that nobody does.

    was: who it was when the form was made; "anybody" if that does not matter.

    Raises ValidationError: the colleague's account is closed, or somebody else said so meanwhile
    (`conflict`).
    """
    candidate = Candidate.objects.locked(candidate.pk)
    if was != "anybody" and candidate.owner not in (was, owner):
        raise ValidationError(
            "Somebody else saved this person meanwhile. Compare, then save again.", code="conflict"
        )
    if owner and not owner.is_active:
        raise ValidationError("The account of this colleague is closed.", code="inactive_owner")
    if candidate.owner_id != (owner.pk if owner else None):
        _hand_over([candidate], owner, by)
        candidate.owner = owner
    return candidate


@transaction.atomic
def hand_over(people: Iterable[int], owner: User | None, *, by: User) -> dict[int, int | None]:
    """Say which colleague looks after many people, in some statements for all of them.

    people: keys of candidates. Returns the key of who did before, by candidate, of those for whom
    that is a change.

    Raises ValidationError: the colleague's account is closed.
    """
    if owner and not owner.is_active:
        raise ValidationError("The account of this colleague is closed.", code="inactive_owner")
    key = owner.pk if owner else None
    locked = Candidate.objects.locked_many(people).values()
    changed = [candidate for candidate in locked if candidate.owner_id != key]
    before = {candidate.pk: candidate.owner_id for candidate in changed}
    _hand_over(changed, owner, by)
    return before


def _hand_over(people: list[Candidate], owner: User | None, by: User) -> None:
    """Write it down for people who are locked, and for whom it is a change."""
    Candidate.objects.filter(pk__in=[candidate.pk for candidate in people]).update(owner=owner)
    text = f"{owner} looks after this person now." if owner else "Nobody looks after them now."
    timeline.remember_many([one.pk for one in people], "candidate.owner", text, by=by)
    emails = dict(
        User.objects.filter(pk__in={one.owner_id for one in people}).values_list("pk", "email")
    )
    for key in sorted({one.owner_id for one in people}, key=str):
        audit.record_many(
            by,
            "candidate.owner_changed",
            [one for one in people if one.owner_id == key],
            owner=[emails[key] if key else "", owner.email if owner else ""],
        )

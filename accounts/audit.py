"""The audit trail: for people. The log is for machines; neither replaces the other."""

from collections.abc import Sequence

from django.db import connection, models, transaction
from django.utils import timezone

from accounts import together
from accounts.models import AuditEvent, User


def record(by: User | str, verb: str, subject: models.Model, **changes: list[str]) -> None:
    """Write one audit entry inside the caller's transaction.

    by: the user, or the name of the task that acted. changes: field to [before, after], both as
    display text, without names of candidates and without message text.
    """
    record_many(by, verb, [subject], **changes)


def record_many(
    by: User | str, verb: str, subjects: Sequence[models.Model], **changes: list[str]
) -> None:
    """Write one audit entry for each subject, in one statement or with others (`together`)."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry must commit together with the change it describes.")
    entries = [
        AuditEvent(
            actor=by.email if isinstance(by, User) else by,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            changes=changes,
        )
        for subject in subjects
    ]
    together.add(entries)


def last_change(subject: models.Model | None, *verbs: str) -> str:
    """Return who changed a record last, and when, for somebody whose page is older than that.

    Such as “by Mina Okafor on 26 November 2026 at 14:02”, in the zone of whoever reads it.
    verbs: only changes of these names count. None: a record that is gone, so nobody knows.
    """
    if subject is None:
        return "by somebody else"
    known = AuditEvent.objects.filter(
        subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
    ).exclude(verb__startswith="read.")
    last = (known.filter(verb__in=verbs) if verbs else known).first()
    if last is None:
        return "by somebody else"
    name = User.objects.filter(email=last.actor).values_list("name", flat=True).first()
    return f"by {name or last.actor} on {timezone.localtime(last.at):%-d %B %Y at %H:%M}"


def read(by: User, what: str, subject: models.Model, **facts: str) -> None:
    """Write down that somebody looked at something that nobody looks at without a reason (X-11).

    The one thing that a GET may leave behind: it changes nothing that anybody works with.
    what: such as "privacy_page". facts: what was shown or why, without names, addresses or text.
    """
    with transaction.atomic():
        record(by, f"read.{what}", subject, **{name: ["", fact] for name, fact in facts.items()})

"""The restricted archive: people whom a law makes us keep and nothing lets us use (P-13)."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.models import (
    Activity,
    ArchiveReading,
    ArchiveReason,
    Candidate,
    ContactGate,
    GroundEvent,
    Stop,
)

Need = Callable[[Candidate], str]
_needs: list[Need] = []


def register_need(need: Need) -> None:
    """Let a floor above say why a person is needed in use: a sentence, or "" when they are not."""
    if need not in _needs:
        _needs.append(need)


def needs_of(candidate: Candidate) -> list[str]:
    """Return why a person is needed in use, a sentence for each reason."""
    return [sentence for need in _needs if (sentence := need(candidate))]


@transaction.atomic
def archive_candidate(candidate: Candidate, reason: str, *, by: User | str) -> Candidate:
    """Take a person out of use and keep them where only a privacy officer may look.

    Raises ValidationError: no such reason, they are in the archive already, or somebody is still
    considering them for a job.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    if reason not in ArchiveReason.values:
        raise ValidationError("Say why they go into the archive.", code="no_reason")
    if candidate.archived_at:
        raise ValidationError("They are in the restricted archive already.", code="archived")
    for sentence in needs_of(candidate):
        raise ValidationError(sentence, code="in_use")
    now = timezone.now()
    candidate.archived_at, candidate.archive_reason = now, reason
    candidate.save(update_fields=["archived_at", "archive_reason"])
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.ARCHIVED, at=now)
    why = ArchiveReason(reason).label
    _remember(candidate, "candidate.archived", f"Went into the restricted archive. {why}.", by)
    audit.record(by, "candidate.archived", candidate, reason=["", reason])
    return candidate


@transaction.atomic
def restore_candidate(candidate: Candidate, why: str, *, by: User | str) -> Candidate:
    """Bring a person back into use, because something allows it again.

    Raises ValidationError: they are not in the archive, no reason, or they asked us to delete their
    details or do not want to be kept: then only they themselves can come back; or nobody told them
    yet that we keep them (`not_told`).
    """
    candidate = Candidate.objects.locked_kept(candidate.pk)
    if candidate.archived_at is None:
        raise ValidationError("They are not in the restricted archive.", code="not_archived")
    if not why.strip():
        raise ValidationError("Say what allows us to use their details again.", code="no_reason")
    if isinstance(by, User) and candidate.archive_reason in {
        ArchiveReason.ASKED,
        ArchiveReason.REFUSED,
    }:
        raise ValidationError(
            "They do not want to be kept. Only they themselves can come back.", code="refused"
        )
    before = candidate.archive_reason
    told = candidate.ground_events.filter(kind=GroundEvent.Kind.NOTICE_GIVEN)
    if before == ArchiveReason.NO_NOTICE and isinstance(by, User) and not told.exists():
        raise ValidationError(
            "Nobody has told them that we keep them. Tell them first, or delete the record.",
            code="not_told",
        )
    candidate.archived_at, candidate.archive_reason = None, ""
    candidate.save(update_fields=["archived_at", "archive_reason"])
    text = f"Came back from the restricted archive. {why.strip()}"
    _remember(candidate, "candidate.restored", text, by)
    audit.record(by, "candidate.restored", candidate, reason=[before, ""])
    return candidate


@transaction.atomic
def open_archived(candidate: Candidate, reason: str, *, by: User) -> ArchiveReading:
    """Open a person in the archive: write down who reads them and why, first.

    Raises ValidationError: no reason, or they are not in the archive (any more).
    """
    candidate = Candidate.objects.locked_kept(candidate.pk)
    if candidate.archived_at is None:
        raise ValidationError("They are not in the restricted archive.", code="not_archived")
    reason = reason.strip()
    if not reason:
        raise ValidationError("Say why you open this record.", code="no_reason")
    reading = ArchiveReading.objects.create(candidate=candidate, by=by, reason=reason)
    audit.record(by, "candidate.archive_read", candidate, reading=["", str(reading.pk)])
    return reading


def may_read(candidate: Candidate, user: User, at: datetime) -> bool:
    """Whether the user said why, in the last hour."""
    return ArchiveReading.objects.lets_in(user, candidate, at).exists()


def _remember(candidate: Candidate, kind: str, text: str, by: User | str) -> None:
    timeline.remember(candidate, kind, text, by=by, group=Activity.Group.CONSENT)

"""What allows us to keep a person and to write to them: appended, never edited."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.actions.archive import archive_candidate, needs_of
from candidates.actions.contact import suppress_person
from candidates.models import (
    Activity,
    ArchiveReason,
    Basis,
    Candidate,
    ContactGate,
    GroundEvent,
    GroundState,
    Purpose,
    Stop,
    Suppression,
)
from candidates.models.grounds import GIVING

# Grounds that an objection ends at once: nothing else keeps the profile (GDPR Art. 21).
_WITHOUT_ASKING = (Basis.LEGITIMATE_INTEREST, Basis.SOFT_OPT_IN)
_REFUSALS = (GroundEvent.Kind.WITHDRAWN, GroundEvent.Kind.OBJECTED)


@dataclass(frozen=True)
class Evidence:
    """The proof of a ground: the words they saw, when, until when, and where the proof is kept."""

    wording: str
    evidence: str
    occurred_at: datetime
    expires_at: datetime | None = None
    language: str = ""


@transaction.atomic
def record_grant(
    candidate: Candidate, purposes: list[str], proof: Evidence, *, by: User
) -> list[GroundEvent]:
    """Record a consent that a person gave elsewhere, with its proof.

    Raises ValidationError: words, place or a past date of the proof are missing; it has run out
    already; or they stopped or objected before: then only they themselves can start it again.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    refused = GroundState.objects.filter(candidate=candidate, kind__in=_REFUSALS)
    if refused.exists() or candidate.emails.exclude(suppressed="").exists():
        raise ValidationError(
            "They stopped job emails or objected. Only they themselves can start them again.",
            code="refused_before",
        )
    events = append_grants(candidate, purposes, proof, by=by)
    audit.record(by, "candidate.consent_recorded", candidate, purposes=["", ", ".join(purposes)])
    return events


@transaction.atomic
def record_notice(candidate: Candidate, proof: Evidence, *, by: User) -> GroundEvent:
    """Record that a person was told that we keep them (GDPR Art. 14). It allows no mail.

    They may be in the restricted archive because nobody told them.

    Raises ValidationError: the place or a past date of the proof is missing.
    """
    candidate = Candidate.objects.locked_kept(candidate.pk)
    event = append_notice(candidate, proof, by=by)
    audit.record(by, "candidate.notice_recorded", candidate)
    return event


@transaction.atomic
def record_objection(
    candidate: Candidate,
    *,
    by: User | str,
    also_pool: bool = False,
    evidence: str = "",
    channel: str = GroundEvent.Channel.STAFF,
    heard: str = "Recorded by staff.",
) -> None:
    """Record that a person objects to job emails, or to being kept as well. Needs no reason.

    Their addresses enter the suppression memory and mail that waits does not leave. Whoever is kept
    without having been asked is out of every search with it, unless a job considers them (P-04).
    Recording it twice does nothing more. by: a colleague, or the name of the task that heard of it;
    heard: how, as a sentence.
    """
    ContactGate.objects.lock_mailboxes([candidate.pk])
    candidate = Candidate.objects.locked(candidate.pk)
    objected = set(
        GroundState.objects.filter(candidate=candidate, kind=GroundEvent.Kind.OBJECTED).values_list(
            "purpose", flat=True
        )
    )
    kept_on = GroundState.objects.filter(candidate=candidate, purpose=Purpose.POOL).first()
    without_asking = bool(kept_on and kept_on.kind in GIVING and kept_on.basis in _WITHOUT_ASKING)
    also_pool = also_pool or without_asking
    wanted = [Purpose.NURTURE, *([Purpose.POOL] if also_pool else [])]
    new = [purpose for purpose in wanted if purpose not in objected]
    if not new:
        return
    now = timezone.now()
    GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.OBJECTED,
            occurred_at=now,
            channel=channel,
            evidence=evidence,
            actor=by.email if isinstance(by, User) else by,
        )
        for purpose in new
    )
    Stop.objects.create(candidate=candidate, reason=Stop.Reason.OBJECTED, at=now)
    suppress_person(
        candidate,
        scope=Suppression.Scope.NURTURE,
        reason=Suppression.Reason.OBJECTED,
        by=by,
    )
    what = "job emails and to being kept for other jobs" if also_pool else "job emails"
    timeline.remember(
        candidate,
        "ground.objected",
        f"Objected to {what}. {heard}",
        by=by,
        group=Activity.Group.CONSENT,
    )
    audit.record(by, "candidate.objected", candidate, purposes=["", ", ".join(new)])
    if without_asking and not needs_of(candidate):
        archive_candidate(candidate, ArchiveReason.REFUSED, by=by)


def append_grants(
    candidate: Candidate, purposes: list[str], proof: Evidence, *, by: User
) -> list[GroundEvent]:
    """Append the events of a consent. For actions that hold the lock and say the rest."""
    _refuse_weak(proof, needs_wording=True)
    events = GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.GRANTED,
            basis=Basis.CONSENT,
            jurisdiction=candidate.country,
            occurred_at=proof.occurred_at,
            expires_at=proof.expires_at,
            channel=GroundEvent.Channel.STAFF,
            language=proof.language,
            wording=proof.wording.strip(),
            evidence=proof.evidence.strip(),
            actor=by.email,
        )
        for purpose in purposes
    )
    labels = " and ".join(Purpose(purpose).label.lower() for purpose in purposes)
    until = f" until {proof.expires_at:%-d %B %Y}" if proof.expires_at else ""
    timeline.remember(
        candidate,
        "ground.granted",
        f"Agreed: {labels}{until}. Recorded by staff.",
        by=by,
        group=Activity.Group.CONSENT,
        at=proof.occurred_at,
    )
    return events


def append_notice(candidate: Candidate, proof: Evidence, *, by: User) -> GroundEvent:
    """Append that a notice was given. For actions that hold the lock and say the rest."""
    _refuse_weak(proof, needs_wording=False)
    event = GroundEvent.objects.create(
        candidate=candidate,
        purpose=Purpose.POOL,
        kind=GroundEvent.Kind.NOTICE_GIVEN,
        jurisdiction=candidate.country,
        occurred_at=proof.occurred_at,
        channel=GroundEvent.Channel.STAFF,
        wording=proof.wording.strip(),
        evidence=proof.evidence.strip(),
        actor=by.email,
    )
    timeline.remember(
        candidate,
        "ground.notice_given",
        "Was told that we keep their details. Recorded by staff.",
        by=by,
        group=Activity.Group.CONSENT,
        at=proof.occurred_at,
    )
    return event


def _refuse_weak(proof: Evidence, *, needs_wording: bool) -> None:
    now = timezone.now()
    if needs_wording and not proof.wording.strip():
        raise ValidationError("Give the exact words that they agreed to.", code="no_wording")
    if not proof.evidence.strip():
        raise ValidationError("Say where the proof is kept.", code="no_evidence")
    if proof.occurred_at > now:
        raise ValidationError("That date is still to come.", code="in_future")
    if proof.expires_at and proof.expires_at <= now:
        raise ValidationError("That consent has run out already.", code="expired")

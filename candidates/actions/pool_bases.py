"""Keeping a profile on another ground than consent, where somebody answers for it (P-04, P-43)."""

from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import policies, timeline
from candidates.clocks import clock_of
from candidates.models import (
    Activity,
    Basis,
    Candidate,
    ContactGate,
    GroundEvent,
    GroundState,
    PoolBasis,
    Purpose,
)
from candidates.models.grounds import GIVING

_INTEREST = PoolBasis.Kind.LEGITIMATE_INTEREST


@dataclass(frozen=True)
class Grounds:
    """What is written down about a basis. Which of it is needed depends on the kind."""

    purpose: str = ""
    necessity: str = ""
    balance: str = ""
    reviewer: str = ""
    review_on: date | None = None
    notice_version: str = ""
    months: int = PoolBasis.MOST_MONTHS
    sale_context: str = ""
    similar_product: str = ""
    opt_out: str = ""


_NEEDED = {
    _INTEREST: {
        "purpose": "what the interest is",
        "necessity": "why nothing milder would do",
        "balance": "why theirs does not weigh more",
        "reviewer": "who reviewed it",
        "review_on": "when it is reviewed again",
        "notice_version": "the version of the notice",
    },
    PoolBasis.Kind.SOFT_OPT_IN: {
        "sale_context": "what they bought",
        "similar_product": "what is similar about a job",
        "opt_out": "the way out that they were shown",
    },
}


@transaction.atomic
def set_pool_basis(
    code: str, kind: str, grounds: Grounds, *, by: User, version: str | None = None
) -> PoolBasis:
    """Let a row of the policy pack keep profiles on another ground than consent.

    version: the one that the form was made from, empty where there was none; None: any.

    Raises ValidationError: no such row or kind; something of the assessment, or of the sale, is
    missing (`not_assessed`, `no_sale`); it is to be reviewed in the past; beyond six months; or
    somebody else saved something else meanwhile (`conflict`).
    """
    if code not in policies.BY_CODE or kind not in PoolBasis.Kind.values:
        raise ValidationError("There is no such row or ground.", code="unknown")
    values = {one.name: getattr(grounds, one.name) for one in fields(grounds)}
    values = {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}
    missing = [words for name, words in _NEEDED[PoolBasis.Kind(kind)].items() if not values[name]]
    if missing:
        is_interest = kind == _INTEREST
        what = "an assessment" if is_interest else "a sale"
        raise ValidationError(
            f"This ground needs {what}. Say also {'; '.join(missing)}.",
            code="not_assessed" if is_interest else "no_sale",
        )
    if kind == _INTEREST and values["review_on"] <= timezone.localdate():
        raise ValidationError("It must be reviewed on a day to come.", code="in_past")
    if not 1 <= values["months"] <= PoolBasis.MOST_MONTHS:
        raise ValidationError("This ground ends within six months.", code="too_long")
    before = _unchanged(code, version)
    row, _ = PoolBasis.objects.update_or_create(
        code=code, defaults={**values, "kind": kind, "by": by.email, "at": timezone.now()}
    )
    was = before.get_kind_display() if before else "Consent alone"
    audit.record(by, "policy.basis_set", row, basis=[was, row.get_kind_display()])
    return row


@transaction.atomic
def end_pool_basis(code: str, *, by: User, version: str | None = None) -> None:
    """Go back to consent alone: nobody is added on the other ground any more.

    version: as for `set_pool_basis`.

    Raises ValidationError: consent alone counts already, or somebody else saved something else
    meanwhile (`conflict`).
    """
    row = _unchanged(code, version)
    if row is None:
        raise ValidationError("Consent alone counts here already.", code="unchanged")
    audit.record(by, "policy.basis_ended", row, basis=[row.get_kind_display(), "Consent alone"])
    row.delete()


def _unchanged(code: str, version: str | None) -> PoolBasis | None:
    row = PoolBasis.objects.select_for_update().filter(code=code).first()
    if version not in (None, row.version if row else ""):
        raise ValidationError("Somebody else changed this ground meanwhile.", code="conflict")
    return row


def basis_for(candidate: Candidate) -> PoolBasis | None:
    """Return what else may carry keeping this person, by where they live. One query."""
    code = policies.code_of(candidate.country, candidate.region)
    return PoolBasis.objects.filter(code=code).first()


@transaction.atomic
def keep_on_basis(candidate: Candidate, *, by: User, sale: str = "") -> list[GroundEvent]:
    """Keep a person on the ground that the policy of their place allows beside consent.

    sale: what they bought and when, for a soft opt-in, which also allows job emails.

    Raises ValidationError: only consent counts there, or the review is overdue; they refused or
    said yes before; they were not told (`not_told`); or they know us by an application (`applied`),
    or no sale is named.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    row = basis_for(candidate)
    if row is None:
        raise ValidationError("Where they live only their consent counts.", code="no_basis")
    states = GroundState.objects.filter(candidate=candidate)
    purposes = [Purpose.POOL]
    if row.kind == PoolBasis.Kind.SOFT_OPT_IN:
        purposes.append(Purpose.NURTURE)
    for state in states.filter(purpose__in=[Purpose.POOL, Purpose.NURTURE]):
        if state.kind not in (*GIVING, GroundEvent.Kind.EXPIRED):
            raise ValidationError(
                "They stopped or objected. Only they themselves can start again.",
                code="refused_before",
            )
    if row.kind == _INTEREST:
        wording, proof = _told(candidate, row), "The notice they were given"
    else:
        wording, proof = row.opt_out, _sold(candidate, sale)
    return _grant(candidate, row, purposes, wording, proof, by=by)


def _told(candidate: Candidate, row: PoolBasis) -> str:
    if row.review_on is not None and row.review_on < timezone.localdate():
        raise ValidationError(
            "The assessment of this ground is overdue for review.", code="review_overdue"
        )
    told = candidate.ground_events.filter(kind=GroundEvent.Kind.NOTICE_GIVEN).first()
    if told is None:
        raise ValidationError("Tell them first that you keep them.", code="not_told")
    return told.wording or f"Notice {row.notice_version}: {told.evidence}"


def _sold(candidate: Candidate, sale: str) -> str:
    clock = clock_of(candidate)
    if clock.is_needed or clock.evidence_ends or clock.keep_ends:
        raise ValidationError(
            "They know us by an application, and an application is no sale. Ask for their consent.",
            code="applied",
        )
    if not sale.strip():
        raise ValidationError("Say what they bought, and when.", code="no_sale")
    return sale.strip()


def _grant(
    candidate: Candidate,
    row: PoolBasis,
    purposes: list[Purpose],
    wording: str,
    proof: str,
    *,
    by: User,
) -> list[GroundEvent]:
    now = timezone.now()
    expires_at = policies.Span(months=row.months).after(now)
    events = GroundEvent.objects.bulk_create(
        GroundEvent(
            candidate=candidate,
            purpose=purpose,
            kind=GroundEvent.Kind.GRANTED,
            basis=Basis(row.kind),
            jurisdiction=candidate.country,
            occurred_at=now,
            expires_at=expires_at,
            channel=GroundEvent.Channel.STAFF,
            notice_version=row.notice_version,
            wording=wording,
            evidence=proof[:500],
            actor=by.email,
        )
        for purpose in purposes
    )
    timeline.remember(
        candidate,
        "ground.granted",
        f"Kept until {expires_at:%-d %B %Y} without their consent:"
        f" {row.get_kind_display().lower()}. They may object at any time.",
        by=by,
        group=Activity.Group.CONSENT,
    )
    audit.record(by, "candidate.kept_on_basis", candidate, basis=["", row.get_kind_display()])
    return events

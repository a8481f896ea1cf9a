"""Keeping a record from being deleted because of a legal matter, looking again, and letting go."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.models import Activity, Candidate, ContactGate, LegalHold

LONGEST = timedelta(days=366)  # nobody may forget a hold for longer than a year


@transaction.atomic
def place_hold(
    candidate: Candidate, *, matter: str, reason: str, review_on: date, by: User
) -> LegalHold:
    """Keep a person, in use or archived, from being deleted. Job emails to them stop.

    Raises ValidationError: no matter or reason, a review that is past or more than a year away, or
    the matter holds them already.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    matter, reason = matter.strip(), reason.strip()
    if not matter or not reason:
        raise ValidationError("Name the matter and say why it needs the record.", code="no_reason")
    _refuse_review(review_on)
    if candidate.legal_holds.active().filter(matter=matter).exists():
        raise ValidationError("This matter holds them already.", code="held")
    hold = LegalHold.objects.create(
        candidate=candidate, matter=matter, reason=reason, owner=by, review_on=review_on
    )
    _remember(candidate, "hold.placed", "Is kept for a legal matter and is not deleted.", by)
    audit.record(by, "hold.placed", hold, review_on=["", review_on.isoformat()])
    return hold


@transaction.atomic
def review_hold(hold: LegalHold, review_on: date, *, by: User) -> LegalHold:
    """Say that a hold is still needed, and when to look again.

    Raises ValidationError: it is lifted, or a review that is past or more than a year away.
    """
    hold = LegalHold.objects.locked(hold.pk)
    _refuse_lifted(hold)
    _refuse_review(review_on)
    before, hold.review_on = hold.review_on, review_on
    hold.save(update_fields=["review_on"])
    audit.record(by, "hold.reviewed", hold, review_on=[before.isoformat(), review_on.isoformat()])
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, why: str, *, by: User) -> LegalHold:
    """Let go of a hold: what was due meanwhile is planned by the next retention run.

    Raises ValidationError: it is lifted already, or no reason.
    """
    hold = LegalHold.objects.locked(hold.pk)
    _refuse_lifted(hold)
    if not why.strip():
        raise ValidationError("Say why the record is no longer needed.", code="no_reason")
    hold.lifted_at, hold.lift_reason = timezone.now(), why.strip()
    hold.save(update_fields=["lifted_at", "lift_reason"])
    _remember(hold.candidate, "hold.lifted", "Is no longer kept for a legal matter.", by)
    audit.record(by, "hold.lifted", hold)
    return hold


def _refuse_lifted(hold: LegalHold) -> None:
    if hold.lifted_at:
        raise ValidationError("This hold is lifted already.", code="lifted")


def _refuse_review(review_on: date) -> None:
    today = timezone.localdate()
    if not today < review_on <= today + LONGEST:
        raise ValidationError("Look again within a year, and after today.", code="bad_review")


def _remember(candidate: Candidate, kind: str, text: str, by: User) -> None:
    timeline.remember(candidate, kind, text, by=by, group=Activity.Group.CONSENT)

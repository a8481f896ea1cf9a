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
    the matter holds them already (`held`).
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    matter, reason = matter.strip(), reason.strip()
    if not matter or not reason:
        raise ValidationError("Name the matter and say why it needs the record.", code="no_reason")
    _refuse_review(review_on)
    if there := candidate.legal_holds.active().filter(matter=matter).first():
        who = audit.last_change(there, "hold.placed")
        raise ValidationError(f"This matter holds them already: placed {who}.", code="held")
    hold = LegalHold.objects.create(
        candidate=candidate, matter=matter, reason=reason, owner=by, review_on=review_on
    )
    _remember(candidate, "hold.placed", "Is kept for a legal matter and is not deleted.", by)
    audit.record(by, "hold.placed", hold, review_on=["", review_on.isoformat()])
    return hold


@transaction.atomic
def review_hold(
    hold: LegalHold, review_on: date, *, by: User, was: date | None = None
) -> LegalHold:
    """Say that a hold is still needed, and when to look again.

    was: the day to look again that the form was made from; None: whatever it is now.

    Raises ValidationError: it is lifted, a review that is past or more than a year away, or
    somebody else chose yet another day meanwhile (`conflict`).
    """
    hold = LegalHold.objects.locked(hold.pk)
    _refuse_lifted(hold)
    _refuse_review(review_on)
    if hold.review_on != review_on:
        _refuse_reviewed(hold, was, "set yours")
    before, hold.review_on = hold.review_on, review_on
    hold.save(update_fields=["review_on"])
    audit.record(by, "hold.reviewed", hold, review_on=[before.isoformat(), review_on.isoformat()])
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, why: str, *, by: User, was: date | None = None) -> LegalHold:
    """Let go of a hold: what was due meanwhile is planned by the next retention run.

    was: the day to look again that the form was made from; None: whatever it is now.

    Raises ValidationError: it is lifted already, no reason, or somebody else said meanwhile that it
    is still needed (`conflict`).
    """
    hold = LegalHold.objects.locked(hold.pk)
    _refuse_lifted(hold)
    if not why.strip():
        raise ValidationError("Say why the record is no longer needed.", code="no_reason")
    _refuse_reviewed(hold, was, "lift it all the same")
    hold.lifted_at, hold.lift_reason = timezone.now(), why.strip()
    hold.save(update_fields=["lifted_at", "lift_reason"])
    _remember(hold.candidate, "hold.lifted", "Is no longer kept for a legal matter.", by)
    audit.record(by, "hold.lifted", hold)
    return hold


def _refuse_lifted(hold: LegalHold) -> None:
    if hold.lifted_at:
        who = audit.last_change(hold, "hold.lifted")
        raise ValidationError(f"This hold is lifted already, {who}.", code="lifted")


def _refuse_reviewed(hold: LegalHold, was: date | None, to_do: str) -> None:
    """Refuse whoever has not seen that a colleague looked at the hold meanwhile."""
    if was not in (None, hold.review_on):
        who = audit.last_change(hold, "hold.reviewed")
        raise ValidationError(
            f"Said meanwhile to be still needed, {who}: look again on {hold.review_on:%-d %B %Y}."
            f" Press the button again to {to_do}.",
            code="conflict",
        )


def _refuse_review(review_on: date) -> None:
    today = timezone.localdate()
    if not today < review_on <= today + LONGEST:
        raise ValidationError("Look again within a year, and after today.", code="bad_review")


def _remember(candidate: Candidate, kind: str, text: str, by: User) -> None:
    timeline.remember(candidate, kind, text, by=by, group=Activity.Group.CONSENT)

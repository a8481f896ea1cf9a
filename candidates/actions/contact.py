"""What stops mail to a person: a logged call or reply, and the suppression of their addresses.

Each takes the gate first, so that after its commit nothing that waits can be armed.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import suppression, timeline
from candidates.identity import broad_email
from candidates.models import Activity, Candidate, ContactGate, EmailAddress, Stop, Suppression


@transaction.atomic
def log_contact(
    candidate: Candidate,
    kind: str,
    summary: str,
    *,
    by: User,
    at: datetime | None = None,
) -> Activity:
    """Log a call with a person or a reply of theirs. Job emails that wait do not leave.

    kind: "called" or "replied".

    Raises ValidationError: another kind, or a time that is still to come.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    now = timezone.now()
    at = at or now
    if kind not in {Stop.Reason.CALLED, Stop.Reason.REPLIED}:
        raise ValidationError("Log a call or a reply.", code="unknown_kind")
    if at > now:
        raise ValidationError("That time is still to come.", code="in_future")
    Stop.objects.create(candidate=candidate, reason=kind, at=now, by=by)
    touch(candidate, at)
    what = "Logged a call." if kind == Stop.Reason.CALLED else "Logged a reply."
    summary = summary.strip()
    activity = timeline.remember(
        candidate,
        f"contact.{kind}",
        f"{what} {summary}".strip(),
        by=by,
        group=Activity.Group.MAIL,
        at=at,
    )
    audit.record(by, f"candidate.{kind}", candidate)
    return activity


@transaction.atomic
def suppress_address(address: str, *, scope: str, reason: str, by: User | str) -> None:
    """Remember that nobody may write to an address, whoever has it now or later.

    Works without a person: the address may be nobody's. The wider scope and the firmer reason win.
    """
    held = EmailAddress.objects.filter(broad=broad_email(address), released_at=None)
    for candidate_id in sorted(set(held.values_list("candidate_id", flat=True))):
        ContactGate.objects.locked(candidate_id)
    row, is_new = Suppression.objects.get_or_create(
        digest=suppression.digest(address),
        scope=scope,
        defaults={"key_version": suppression.newest_version(), "reason": reason},
    )
    if not is_new and row.reason == Suppression.Reason.BOUNCED != reason:
        row.reason = reason
        row.save(update_fields=["reason"])
    if reason == Suppression.Reason.BOUNCED:
        held.filter(bounced_at=None).update(bounced_at=timezone.now())
    elif scope == Suppression.Scope.ALL:
        held.update(suppressed=scope)
    else:
        held.filter(suppressed="").update(suppressed=scope)
    if is_new:
        audit.record(by, "address.suppressed", row, scope=["", scope], reason=["", reason])


@transaction.atomic
def suppress_person(candidate: Candidate, *, scope: str, reason: str, by: User | str) -> None:
    """Suppress every address of a person."""
    ContactGate.objects.lock_mailboxes([candidate.pk])
    candidate = Candidate.objects.locked(candidate.pk)
    for address in candidate.emails.filter(released_at=None).values_list("address", flat=True):
        suppress_address(address, scope=scope, reason=reason, by=by)
    timeline.remember(
        candidate,
        "contact.suppressed",
        f"No {'job ' if scope == Suppression.Scope.NURTURE else ''}email goes to their addresses"
        " any more.",
        by=by,
        group=Activity.Group.CONSENT,
    )


def touch(candidate: Candidate, at: datetime) -> None:
    """Move the last contact forward, never back. For actions that hold the lock."""
    older = Q(last_contact_at=None) | Q(last_contact_at__lt=at)
    Candidate.objects.filter(older, pk=candidate.pk).update(last_contact_at=at)

"""A person changes the address that we write to, having proved that the new mailbox is theirs."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from candidates import timeline
from candidates.actions.addresses import attach_email
from candidates.actions.opting_in import ACTOR
from candidates.identity import canonical_email
from candidates.models import Activity, Candidate, ContactGate, EmailAddress


def holder_of(address: str, candidate: Candidate) -> Candidate | None:
    """Return the other record that has this address, if there is one."""
    held = EmailAddress.objects.select_related("candidate").filter(
        canonical=canonical_email(address), released_at=None
    )
    other = held.exclude(candidate=candidate).first()
    return other.candidate if other else None


@transaction.atomic
def write_there(candidate: Candidate, address: str) -> str:
    """Write to this address from now on. The one before stays with the person.

    A refusal that is remembered for the new address comes with it: the strictest counts (C-11).

    Returns the address before, or "" where there was none. Raises ValidationError: another record
    has the address (see `attach_email`), or they are gone.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    primary = candidate.emails.filter(is_primary=True, released_at=None).first()
    former = primary.address if primary else ""
    held = candidate.emails.filter(canonical=canonical_email(address), released_at=None).first()
    if primary and primary == held:
        raise ValidationError("That is the address that we write to.", code="same_address")
    candidate.emails.filter(is_primary=True).update(is_primary=False)
    email = held or attach_email(candidate, address, is_primary=True)
    email.is_primary, email.bounced_at = True, None  # a code that went there was typed in
    email.save(update_fields=["is_primary", "bounced_at"])
    _record(candidate, "address_changed", "Gave us another email address, and proved that.")
    return former


@transaction.atomic
def write_as_before(candidate: Candidate, former: str, address: str) -> None:
    """Take a change back: write to the former address, and let go of the new one.

    Raises ValidationError: the former address is no longer theirs.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked_kept(candidate.pk)
    before = candidate.emails.filter(canonical=canonical_email(former), released_at=None).first()
    if before is None:
        raise ValidationError("That address is no longer with us.", code="gone")
    candidate.emails.filter(is_primary=True).update(is_primary=False)
    before.is_primary = True
    before.save(update_fields=["is_primary"])
    _let_go(candidate, address)
    _record(candidate, "address_restored", "Took the change of the email address back.")


@transaction.atomic
def let_go(candidate: Candidate, address: str) -> None:
    """Delete a former address, unless we write to it again or a refusal hangs on it."""
    ContactGate.objects.locked(candidate.pk)
    if _let_go(candidate, address):
        _record(candidate, "address_left", "Deleted the email address that they had before.")


def _let_go(candidate: Candidate, address: str) -> bool:
    held = candidate.emails.filter(canonical=canonical_email(address), released_at=None)
    gone, _ = held.filter(is_primary=False, suppressed="").delete()
    return bool(gone)


def _record(candidate: Candidate, what: str, text: str) -> None:
    group = Activity.Group.CONSENT
    timeline.remember(candidate, f"candidate.{what}", text, by=ACTOR, group=group)
    audit.record(ACTOR, f"candidate.{what}", candidate)

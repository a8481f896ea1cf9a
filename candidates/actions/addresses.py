"""A person's email addresses, phone numbers and links."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import suppression, timeline
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.models import Candidate, ContactGate, EmailAddress, Link, Phone, Stop

_is_web_address = URLValidator(schemes=["http", "https"], message="That is not a web address.")


def attach_email(candidate: Candidate, address: str, *, is_primary: bool) -> EmailAddress:
    """Write the row of a new address, with what the suppression memory knows of it.

    For actions, inside their transaction. Raises ValidationError: not an address, or somebody has
    it already (`known_email`; the person is in `params["candidate"]`), or somebody whom we may keep
    but not use (`archived`).
    """
    address = address.strip()
    validate_email(address)
    canonical = canonical_email(address)
    known, bounced = suppression.remembered([address])
    try:
        with transaction.atomic():
            return EmailAddress.objects.create(
                candidate=candidate,
                address=address,
                canonical=canonical,
                is_primary=is_primary,
                suppressed=known.get(address, ""),
                bounced_at=timezone.now() if address in bounced else None,
            )
    except IntegrityError:
        holder = EmailAddress.objects.select_related("candidate").filter(
            canonical=canonical, released_at=None
        )
        if (held := holder.first()) is None:
            raise
        if held.candidate.archived_at:
            raise ValidationError(
                "We may not use what we hold under this email address. Ask a privacy officer.",
                code="archived",
            ) from None
        raise ValidationError(
            "This email address belongs to somebody who is here already.",
            code="known_email",
            params={"candidate": held.candidate},
        ) from None


@transaction.atomic
def add_email(candidate: Candidate, address: str, *, by: User) -> EmailAddress:
    """Add an address; the first one becomes the primary one.

    Raises ValidationError: not an address, or somebody has it already.
    """
    ContactGate.objects.locked(candidate.pk)
    candidate = Candidate.objects.locked(candidate.pk)
    is_first = not candidate.emails.filter(is_primary=True).exists()
    email = attach_email(candidate, address, is_primary=is_first)
    _record(candidate, "email_added", "Added an email address.", by)
    return email


@transaction.atomic
def remove_email(email: EmailAddress, *, by: User) -> None:
    """Remove an address. If it was the primary one, the oldest other becomes it.

    A refusal recorded for the address stays in the suppression memory, and so that a refusal cannot
    be shed by removing the address, an address that is suppressed is kept.

    Raises ValidationError: the address is suppressed.
    """
    ContactGate.objects.locked(email.candidate_id)
    candidate = Candidate.objects.locked(email.candidate_id)
    email = candidate.emails.get(pk=email.pk)
    if email.suppressed:
        raise ValidationError(
            "Mail to this address was refused. It stays, so that the refusal stays.",
            code="suppressed",
        )
    email.delete()
    heir = candidate.emails.filter(released_at=None).order_by("pk").first()
    if email.is_primary and heir:
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    _record(candidate, "email_removed", "Removed an email address.", by)


@transaction.atomic
def make_primary(email: EmailAddress, *, by: User) -> EmailAddress:
    """Choose the address that we write to. Choosing it again does nothing."""
    ContactGate.objects.locked(email.candidate_id)
    candidate = Candidate.objects.locked(email.candidate_id)
    email = candidate.emails.get(pk=email.pk)
    if email.is_primary:
        return email
    candidate.emails.filter(is_primary=True).update(is_primary=False)
    email.is_primary = True
    email.save(update_fields=["is_primary"])
    _record(candidate, "email_primary", "Changed the email address that we write to.", by)
    return email


@transaction.atomic
def mark_bounced(email: EmailAddress, *, by: User | str) -> EmailAddress:
    """Remember that an address does not exist; what is on its way to it must not leave."""
    ContactGate.objects.locked(email.candidate_id)
    email = EmailAddress.objects.select_for_update().get(pk=email.pk)
    if email.bounced_at:
        return email
    email.bounced_at = timezone.now()
    email.save(update_fields=["bounced_at"])
    Stop.objects.create(candidate_id=email.candidate_id, reason=Stop.Reason.BOUNCED)
    _record(email.candidate, "email_bounced", "Mail to an address came back for good.", by)
    return email


@transaction.atomic
def add_phone(candidate: Candidate, number: str, *, by: User | str) -> Phone:
    """Add a phone number.

    Raises ValidationError: it has too few digits, or they have it already.
    """
    return attach_phone(Candidate.objects.locked(candidate.pk), number, by=by)


def attach_phone(candidate: Candidate, number: str, *, by: User | str) -> Phone:
    """Add a phone number as `add_phone` does. For actions that hold the lock of the person."""
    canonical = canonical_phone(number, candidate.country)
    if len(canonical.lstrip("+")) < 5:
        raise ValidationError("That is not a phone number.", code="not_a_phone")
    if candidate.phones.filter(canonical=canonical).exists():
        raise ValidationError("This number is here already.", code="known_phone")
    phone = Phone.objects.create(candidate=candidate, canonical=canonical, number=number.strip())
    _record(candidate, "phone_added", "Added a phone number.", by)
    return phone


@transaction.atomic
def remove_phone(phone: Phone, *, by: User) -> None:
    candidate = Candidate.objects.locked(phone.candidate_id)
    phone.delete()
    _record(candidate, "phone_removed", "Removed a phone number.", by)


@transaction.atomic
def add_link(candidate: Candidate, url: str, *, by: User | str) -> Link:
    """Add a web page about the person. We never fetch it.

    Raises ValidationError: not a web address, or they have it already.
    """
    return attach_link(Candidate.objects.locked(candidate.pk), url, by=by)


def attach_link(candidate: Candidate, url: str, *, by: User | str) -> Link:
    """Add a web page as `add_link` does. For actions that hold the lock of the person."""
    url = url.strip()
    url = url if "://" in url else f"https://{url}"
    _is_web_address(url)
    canonical = canonical_link(url)
    if candidate.links.filter(canonical=canonical).exists():
        raise ValidationError("This link is here already.", code="known_link")
    link = Link.objects.create(candidate=candidate, canonical=canonical, url=url)
    _record(candidate, "link_added", "Added a link.", by)
    return link


@transaction.atomic
def remove_link(link: Link, *, by: User) -> None:
    candidate = Candidate.objects.locked(link.candidate_id)
    link.delete()
    _record(candidate, "link_removed", "Removed a link.", by)


def _record(candidate: Candidate, what: str, text: str, by: User | str) -> None:
    timeline.remember(candidate, f"candidate.{what}", text, by=by)
    audit.record(by, f"candidate.{what}", candidate)

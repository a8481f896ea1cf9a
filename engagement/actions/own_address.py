"""A person gives us another address of theirs, on their own page (C-23, C-24).

Whether somebody else has that address is never said: the code goes there all the same, and what
comes of a shared one is for colleagues to settle.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import languages
from accounts.models import Organisation
from candidates.actions import own_addresses, requests
from candidates.actions.pairs import PROVED_BOTH, name_pair
from candidates.identity import canonical_email
from candidates.models import Candidate, ContactGate, PrivacyRequest
from engagement import codes, links
from engagement.actions import messages
from engagement.actions.access import ACTOR
from engagement.choices import in_words, masked
from engagement.models import AccessCode, AddressChange, Message
from engagement.recipients import greeting, speaking_to, zone_of


@languages.recorded_in_english
@transaction.atomic
def ask_change(candidate: Candidate, address: str) -> AddressChange:
    """Send a code to another address that somebody says is theirs.

    Raises ValidationError: it is the one that we write to.
    """
    address = address.strip()
    if candidate.emails.filter(
        canonical=canonical_email(address), is_primary=True, released_at=None
    ).exists():
        raise ValidationError("That is the address that we write to already.", code="same_address")
    change = AddressChange.objects.create(candidate=candidate, address=address)
    organisation = Organisation.current()
    with speaking_to(candidate):
        subject = codes.subject_for_address(organisation)
        text = codes.text_for_address(organisation.name)
    Message.objects.create(
        dedupe_key=codes.dedupe_key(change),
        purpose=Message.Purpose.CODE,
        candidate=candidate,
        to_address=address,
        subject=subject[:300],
        text=text,
        priority=0,
        due_at=change.asked_at,
        not_after=change.ends_at,
    )
    return change


@languages.recorded_in_english
@transaction.atomic
def prove(change_id: UUID, candidate: Candidate, typed: str) -> AddressChange | None:
    """Take the code: from now on we write to the new address.

    Returns None: the code is wrong, late or used, or was tried too often.

    Where another record has that address, colleagues are asked to look at both (C-24).
    """
    rows = AddressChange.objects.select_for_update(of=("self",))
    change = rows.filter(public_id=change_id, candidate=candidate).first()
    now = timezone.now()
    if change is None or change.changed_at or change.attempts >= change.MOST_ATTEMPTS:
        return None
    change.attempts += 1
    change.save(update_fields=["attempts"])
    if not codes.is_code_of(change.public_id, typed) or now >= change.ends_at:
        return None
    take_effect(change, now)
    return change


def take_effect(change: AddressChange, now: datetime) -> None:
    """Write to the new address, which is proved, and tell the former one. In a transaction."""
    candidate = change.candidate
    other = own_addresses.holder_of(change.address, candidate)
    if other:
        _have_settled(candidate, other)
        change.is_shared = True
    else:
        change.former = own_addresses.write_there(candidate, change.address)
    change.changed_at = now
    change.save(update_fields=["changed_at", "is_shared", "former"])
    if change.former:
        _tell_former(change)


@languages.recorded_in_english
@transaction.atomic
def undo(candidate: Candidate, change_id: UUID) -> AddressChange:
    """Take a change back from the former address. Whoever came in meanwhile is out.

    Raises ValidationError: it is too late, or it was taken back already.
    """
    ContactGate.objects.locked(candidate.pk)
    rows = AddressChange.objects.select_for_update(of=("self",))
    change = rows.get(public_id=change_id, candidate=candidate, changed_at__isnull=False)
    now = timezone.now()
    if change.undone_at:
        return change
    if now > change.at + timedelta(days=AddressChange.UNDO_DAYS) or change.former_left_at:
        raise ValidationError("That is too late: it was possible for seven days.", code="too_late")
    own_addresses.write_as_before(candidate, change.former, change.address)
    AccessCode.objects.filter(candidate=candidate, ended_at=None).update(ended_at=now)
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    return change


def settle(now: datetime) -> int:
    """Delete the former addresses whose changes cannot be taken back any more. Returns how many."""
    due = AddressChange.objects.settled(now).select_related("candidate").order_by("pk")
    settled = 0
    for found in due:
        with transaction.atomic():
            ContactGate.objects.locked(found.candidate_id)
            change = AddressChange.objects.select_for_update(of=("self",)).get(pk=found.pk)
            if change.undone_at or change.former_left_at:
                continue
            if change.former:
                own_addresses.let_go(found.candidate, change.former)
            change.former_left_at = now
            change.save(update_fields=["former_left_at"])
        settled += 1
    return settled


def said_of(change: AddressChange) -> str:
    """Say to the person what the change was. The addresses are masked: the page may be seen."""
    return f"We write to {masked(change.address)} instead of {masked(change.former)}."


def _have_settled(candidate: Candidate, other: Candidate) -> None:
    """Propose to colleagues that the two are one person; of an archived one, ask an officer."""
    if other.archived_at is None:
        name_pair(candidate, other, by=ACTOR, reason=PROVED_BOTH)
        return
    asked = candidate.privacy_requests.open().filter(kind=PrivacyRequest.Kind.RECTIFICATION)
    if asked.exists():
        return
    requests.receive_request(
        candidate,
        PrivacyRequest.Kind.RECTIFICATION,
        how=PrivacyRequest.How.PAGE,
        by=ACTOR,
        details="They proved another address of theirs. A record in the restricted archive has it.",
        identity=PrivacyRequest.Identity.KNOWN_ADDRESS,
    )


def _tell_former(change: AddressChange) -> None:
    candidate = change.candidate
    zone = zone_of(candidate)
    until = change.at + timedelta(days=AddressChange.UNDO_DAYS)
    link = links.url(links.Purpose.UNDO, candidate.public_id, change.public_id)
    with speaking_to(candidate):
        subject = gettext("{name} writes to another address of yours from now on").format(
            name=Organisation.current().name
        )
        told = gettext(
            "On {day} you gave us another email address. This is the last email to the one that you"
            " had before. We delete it on {until}."
        ).format(
            day=in_words(change.at.astimezone(zone).date()),
            until=in_words(until.astimezone(zone).date()),
        )
        back = gettext(
            "Was it not you, or did you change your mind? Until then you can take it back:"
        )
        text = f"{greeting(candidate)}\n\n{told}\n\n{back}\n{link}\n"
    messages.notify(
        candidate,
        key=f"address:{change.public_id}",
        subject=subject,
        text=text,
        to_address=change.former,
    )

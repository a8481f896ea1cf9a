"""Somebody cannot read the mailbox that we write to any more, so no code reaches them (C-25).

Whoever asks gets the same answer, and the same work is done meanwhile: a row is left, and a worker
looks later whom it is about (X-30). Two colleagues decide, and the new mailbox says yes itself. The
former address hears of it as of every change, with seven days to take it back.
"""

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, languages
from accounts.models import Organisation, User
from candidates import timeline
from candidates.actions import requests
from candidates.identity import canonical_email
from candidates.models import Activity, Candidate, ContactGate, EmailAddress, PrivacyRequest
from engagement import links
from engagement.actions import messages, own_address
from engagement.actions.access import ACTOR
from engagement.choices import in_words
from engagement.models import AddressChange, AddressClaim
from engagement.recipients import speaking_to, zone_of

State = AddressClaim.State
CHUNK = 100
_MOST_WAITING = 3  # of one person: more is somebody who tries


def claim(form_id: uuid.UUID, *, former: str, address: str, name: str, facts: str) -> None:
    """Leave word that somebody cannot read a mailbox any more. The same form says it once."""
    try:
        with transaction.atomic():
            AddressClaim.objects.create(
                public_id=form_id,
                former=former.strip(),
                address=address.strip(),
                name=name.strip(),
                facts=facts.strip(),
            )
    except IntegrityError:
        return


def look_up(now: datetime) -> int:
    """Find out whom the claims are about. Of what is about nobody nothing is kept.

    Returns how many are for colleagues to check.
    """
    found = 0
    while True:
        with transaction.atomic():
            waiting = list(
                AddressClaim.objects.to_look_up().select_for_update(of=("self",), skip_locked=True)[
                    :CHUNK
                ]
            )
            for one in waiting:
                found += _look_up(one, now)
        if len(waiting) < CHUNK:
            return found


@transaction.atomic
def check(asked: AddressClaim, text: str, *, by: User) -> AddressClaim:
    """Say that what they wrote agrees with what we know. A second colleague has to agree.

    Raises ValidationError: nothing says what was compared, or it is not to be checked any more.
    """
    asked = _locked(asked, State.OPEN)
    asked.checked_text = _said(text)
    asked.state, asked.checked_by, asked.checked_at = State.CHECKED, by, timezone.now()
    asked.save(update_fields=["state", "checked_by", "checked_at", "checked_text"])
    audit.record(by, "address_claim.checked", asked)
    return asked


@transaction.atomic
def approve(asked: AddressClaim, text: str, *, by: User) -> AddressClaim:
    """Agree, as the second colleague. The new mailbox is asked whether it is theirs.

    Raises ValidationError: they checked it themselves, nothing says why, or it does not wait.
    """
    asked = _locked(asked, State.CHECKED)
    if asked.checked_by == by:
        raise ValidationError("You checked it. Another colleague has to agree.", code="same_person")
    asked.settled_text = _said(text)
    asked.state, asked.settled_by, asked.settled_at = State.APPROVED, by, timezone.now()
    asked.facts = ""
    asked.save(update_fields=["state", "settled_by", "settled_at", "settled_text", "facts"])
    _ask_new_mailbox(asked)
    _remember(asked, "Two colleagues agreed that we may ask at another address of theirs.", by)
    audit.record(by, "address_claim.approved", asked)
    return asked


@transaction.atomic
def refuse(asked: AddressClaim, text: str, *, by: User) -> AddressClaim:
    """Say that it does not agree with what we know. Nobody is told: that would tell too much.

    Raises ValidationError: nothing says why, or it does not wait any more.
    """
    asked = _locked(asked, State.OPEN, State.CHECKED)
    asked.settled_text = _said(text)
    asked.state, asked.settled_by, asked.settled_at = State.REFUSED, by, timezone.now()
    asked.facts = ""
    asked.save(update_fields=["state", "settled_by", "settled_at", "settled_text", "facts"])
    _remember(asked, "Somebody gave another address for them. It was refused.", by)
    audit.record(by, "address_claim.refused", asked)
    return asked


@languages.recorded_in_english
@transaction.atomic
def confirm(claim_id: uuid.UUID, candidate: Candidate) -> AddressClaim | None:
    """Write to the new mailbox from now on: whoever reads it says that it is theirs. Twice is once.

    Returns None: it was never approved, or is over.
    """
    ContactGate.objects.locked(candidate.pk)
    rows = AddressClaim.objects.select_for_update(of=("self",))
    asked = rows.filter(public_id=claim_id, candidate=candidate).first()
    now = timezone.now()
    if asked is None or candidate.archived_at or not is_open(asked, now):
        return None
    if asked.state == State.CONFIRMED:
        return asked
    change = AddressChange.objects.create(
        candidate=candidate, address=asked.address, asked_at=asked.asked_at
    )
    own_address.take_effect(change, now)
    asked.state, asked.confirmed_at = State.CONFIRMED, now
    asked.save(update_fields=["state", "confirmed_at"])
    audit.record(ACTOR, "address_claim.confirmed", asked)
    return asked


def is_open(asked: AddressClaim, now: datetime) -> bool:
    """Say whether the link still leads somewhere: to the question, or to what was answered."""
    if asked.state == State.CONFIRMED:
        return True
    return asked.state == State.APPROVED and now < asked.ends_at


def forget(now: datetime) -> int:
    """Delete what is older than thirty days, decided or not. Returns how many."""
    old = AddressClaim.objects.filter(asked_at__lt=now - AddressClaim.FORGET_AFTER)
    return old.delete()[0]


def _look_up(asked: AddressClaim, now: datetime) -> bool:
    held = EmailAddress.objects.filter(
        canonical=canonical_email(asked.former), released_at=None, candidate__merged_into=None
    ).select_related("candidate")
    email = held.first()
    person = email.candidate if email else None
    if person is None or person.erased_at:
        asked.delete()
        return False
    if person.archived_at:
        _ask_officer(person, asked)
        asked.delete()
        return False
    if AddressClaim.objects.waiting().filter(candidate=person).count() >= _MOST_WAITING:
        asked.delete()
        return False
    asked.candidate, asked.looked_up_at = person, now
    asked.save(update_fields=["candidate", "looked_up_at"])
    _remember(asked, "Somebody says that they are them and cannot read their mailbox.", ACTOR)
    audit.record(ACTOR, "address_claim.received", asked)
    return True


def _ask_officer(person: Candidate, asked: AddressClaim) -> None:
    """Of somebody in the restricted archive no recruiter learns: it is a request like others."""
    asked_before = person.privacy_requests.open().filter(kind=PrivacyRequest.Kind.RECTIFICATION)
    if not asked_before.exists():
        requests.receive_request(
            person,
            PrivacyRequest.Kind.RECTIFICATION,
            how=PrivacyRequest.How.PAGE,
            by=ACTOR,
            details="Somebody says that they cannot read their mailbox any more, and gave another"
            f" address. Nothing is proved. It is {asked.address}. They wrote: {asked.facts}"[:2000],
        )


def _locked(asked: AddressClaim, *states: str) -> AddressClaim:
    if asked.candidate_id:
        ContactGate.objects.locked(asked.candidate_id)
    asked = AddressClaim.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if asked.state not in states:
        raise ValidationError("A colleague has decided this meanwhile.", code="decided")
    return asked


def _said(text: str) -> str:
    if not text.strip():
        raise ValidationError("Say in words what you compared, or why not.", code="no_words")
    return text.strip()


def _ask_new_mailbox(asked: AddressClaim) -> None:
    """Write to the new address. The email names nobody: the address may be mistyped."""
    candidate = asked.candidate
    assert candidate is not None  # noqa: S101  (it was looked up)
    until = in_words(asked.ends_at.astimezone(zone_of(candidate)).date())
    link = links.url(links.Purpose.NEW_ADDRESS, candidate.public_id, asked.public_id)
    with speaking_to(candidate):
        name = Organisation.current().name
        subject = gettext("Is this your address? {name} asks").format(name=name)
        text = "\n\n".join(
            [
                gettext("Hello,"),
                gettext(
                    "Somebody, probably you, told {name} that they cannot read their former mailbox"
                    " any more, and gave this address. We checked what they told us."
                ).format(name=name),
                gettext("Open this page by {day} and say that it is yours:").format(day=until)
                + f"\n{link}",
                gettext("Was it not you? Then do nothing: nothing changes."),
            ]
        )
    messages.notify(
        candidate,
        key=f"claim:{asked.public_id}",
        subject=subject,
        text=text,
        to_address=asked.address,
    )


def _remember(asked: AddressClaim, text: str, by: User | str) -> None:
    assert asked.candidate is not None  # noqa: S101  (nothing is remembered of strangers)
    timeline.remember(
        asked.candidate, "candidate.address_claim", text, by=by, group=Activity.Group.CONSENT
    )

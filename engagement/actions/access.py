"""Coming to one's own page: a code is asked for, sent, and typed in, by whoever has the mailbox.

Asking does the same work whatever the address is: a row is left, and a worker looks it up later.
So neither the answer nor its time tells whether we know somebody (X-30).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation
from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress
from engagement import codes
from engagement.models import AccessCode, Message
from engagement.recipients import person_behind, speaking_to

ACTOR = "The candidate"
CHUNK = 100


@languages.recorded_in_english
def ask(address: str) -> AccessCode:
    """Leave word that a code is wanted for an address."""
    return AccessCode.objects.create(address=canonical_email(address))


@languages.recorded_in_english
def ask_for(candidate: Candidate) -> AccessCode:
    """The same, for the person whom a link names. It goes to the address that we write to."""
    return AccessCode.objects.create(candidate=candidate)


def send_codes(now: datetime | None = None) -> int:
    """Look up the addresses that codes were asked for, and leave an email to those we know.

    Returns emails left. An address is forgotten once it was looked up.
    """
    left = 0
    while True:
        with transaction.atomic():
            asked = list(
                AccessCode.objects.to_send()
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("candidate")[:CHUNK]
            )
            for access in asked:
                left += _send(access, now or timezone.now())
        if len(asked) < CHUNK:
            return left


@languages.recorded_in_english
@transaction.atomic
def enter(access_id: UUID, typed: str) -> AccessCode | None:
    """Let somebody in who typed the code. None: wrong, too late, used, or tried too often.

    Each attempt counts, also where there is no code to be found.
    """
    access = _locked(access_id)
    now = timezone.now()
    if access is None or access.used_at or access.attempts >= access.MOST_ATTEMPTS:
        return None
    access.attempts += 1
    access.save(update_fields=["attempts"])
    is_right = codes.is_code_of(access.public_id, typed)
    if not is_right or now >= access.ends_at or access.candidate is None:
        return None
    return _use(access, now)


@languages.recorded_in_english
@transaction.atomic
def enter_by_link(access_id: UUID) -> AccessCode | None:
    """Let somebody in who pressed the button behind the link. None: it was used, or is gone."""
    access = _locked(access_id)
    if access is None or access.used_at or access.candidate is None:
        return None
    return _use(access, timezone.now())


@transaction.atomic
def leave(access_id: UUID) -> None:
    """End a visit. Nothing that the browser still has opens the page again."""
    access = _locked(access_id)
    if access and access.ended_at is None:
        access.ended_at = timezone.now()
        access.save(update_fields=["ended_at"])


def forget(now: datetime) -> int:
    """Delete rows that are a day old. Returns how many."""
    return AccessCode.objects.filter(asked_at__lt=now - AccessCode.FORGET_AFTER).delete()[0]


def people_of(access: AccessCode) -> list[Candidate]:
    """Return everybody whose emails go to the mailbox that the code went to, the owner first.

    A mailbox is one whatever stands after a plus sign, as everywhere (`EmailAddress.broad`).
    """
    owner = person_behind(access.candidate.public_id) if access.candidate else None
    if owner is None:
        return []
    mine = EmailAddress.objects.filter(candidate=owner, is_primary=True, released_at=None)
    others = EmailAddress.objects.filter(
        broad__in=mine.values("broad"),
        is_primary=True,
        released_at=None,
        candidate__in=Candidate.objects.kept(),
    ).exclude(candidate=owner)
    return [owner, *Candidate.objects.filter(pk__in=others.values("candidate")).order_by("pk")]


def _send(access: AccessCode, now: datetime) -> int:
    candidate = access.candidate or _owner_of(access.address)
    access.candidate, access.looked_up_at, access.address = candidate, now, ""
    access.save(update_fields=["candidate", "looked_up_at", "address"])
    if candidate is None or now >= access.ends_at:
        return 0
    organisation = Organisation.current()
    with speaking_to(candidate, organisation):
        subject, text = codes.subject_of(organisation), codes.text_of(candidate)
    Message.objects.create(
        dedupe_key=codes.dedupe_key(access),
        purpose=Message.Purpose.CODE,
        candidate=candidate,
        subject=subject[:300],
        text=text,
        priority=0,
        due_at=now,
        not_after=access.ends_at,
    )
    return 1


def _owner_of(address: str) -> Candidate | None:
    held = EmailAddress.objects.filter(canonical=address, released_at=None)
    return Candidate.objects.kept().filter(emails__in=held).first()


def _locked(access_id: UUID) -> AccessCode | None:
    rows = AccessCode.objects.select_for_update(of=("self",)).select_related("candidate")
    return rows.filter(public_id=access_id).first()


def _use(access: AccessCode, now: datetime) -> AccessCode:
    access.used_at = now
    access.save(update_fields=["used_at"])
    audit.record(ACTOR, "candidate.came_in", access.candidate or access)
    return access

"""Whose answer it is, and to what: by its thread, by the address it went to, by who sent it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.models import Organisation, User
from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress
from engagement.incoming.reader import Mail
from engagement.models import Message, Reply
from engagement.recipients import person_behind
from engagement.return_address import message_id_in

_LATELY = timedelta(days=90)
_RELATED = ("candidate", "campaign", "job", "sender", "letter")


@dataclass(frozen=True)
class Found:
    """The person and the message, as far as they are known, and by what.

    is_for_nobody: it answers a message to somebody whom we have forgotten since, or it is one of
    our own that came around.
    """

    candidate: Candidate | None = None
    message: Message | None = None
    matched_by: str = ""
    is_known_address: bool = False
    is_for_nobody: bool = False


def find(mail: Mail) -> Found:
    """Return whose answer it is. The thread comes first: people answer from other addresses.

    What a colleague sends is nobody's answer, whatever thread it stands in: a colleague says whose
    words were passed on.
    """
    address = canonical_email(mail.sender.address)
    if address in _own_addresses():
        return Found(is_for_nobody=True)
    if User.objects.filter(email__iexact=address).exists():
        return Found()
    holder = holder_of(mail.sender.address)
    by_thread = _in_thread(mail)
    by_token = None if by_thread else _by_token(mail)
    if message := by_thread or by_token:
        person = person_behind(message.candidate.public_id)
        how = Reply.Match.MESSAGE if by_thread else Reply.Match.TOKEN
        if person is None:
            return Found(is_for_nobody=True)
        return Found(person, message, how, is_known_address=person == holder)
    if holder:
        return Found(holder, last_to(holder), Reply.Match.ADDRESS, is_known_address=True)
    return Found()


def _own_addresses() -> set[str]:
    organisation = Organisation.current()
    own = (organisation.letters_from, organisation.job_emails_from, settings.REPLIES_TO)
    return {canonical_email(one) for one in own if one}


def holder_of(address: str) -> Candidate | None:
    """Return the person in use, or in the archive, who has this address."""
    if not address:
        return None
    held = EmailAddress.objects.filter(canonical=canonical_email(address), released_at=None)
    found = held.select_related("candidate").order_by("candidate_id").first()
    return person_behind(found.candidate.public_id) if found else None


def last_to(candidate: Candidate) -> Message | None:
    """Return the last email to a person that they may be answering."""
    lately = candidate.messages.filter(armed_at__gt=timezone.now() - _LATELY)
    kinds = [Message.Purpose.NURTURE, Message.Purpose.LETTER, Message.Purpose.PERSONAL]
    return lately.filter(purpose__in=kinds).select_related(*_RELATED).order_by("-armed_at").first()


def message_named(said: str) -> Message | None:
    """Return the message with this public id."""
    public_id = message_id_of(said)
    if public_id is None:
        return None
    return Message.objects.filter(public_id=public_id).select_related(*_RELATED).first()


def message_id_of(said: str) -> UUID | None:
    """Return our id in a Message-ID of ours, or in a bare one; None: it is none."""
    try:
        return UUID(said.strip("<> ").partition("@")[0])
    except ValueError:
        return None


def _in_thread(mail: Mail) -> Message | None:
    """Return the last message of ours that it refers to."""
    named = [mail.in_reply_to, *reversed(mail.references)]
    ids = [public_id for said in named if (public_id := message_id_of(said))]
    found = {
        message.public_id: message
        for message in Message.objects.filter(public_id__in=ids).select_related(*_RELATED)
    }
    return next((found[public_id] for public_id in ids if public_id in found), None)


def _by_token(mail: Mail) -> Message | None:
    for address in mail.recipients:
        if public_id := message_id_in(address):
            return message_named(str(public_id))
    return None

"""What a colleague writes first, to one person, and takes back before it leaves."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.models import Candidate, ContactGate, Stop
from engagement import arbiter, rendering
from engagement.actions import messages
from engagement.models import Decision, Message

HOLD_SECONDS: Final = 60
LIVES_DAYS: Final = 2
MOST_SUBJECT: Final = 200
MOST_TEXT: Final = 20_000


@transaction.atomic
def write(candidate: Candidate, subject: str, text: str, *, by: User, key: UUID) -> Message:
    """Write to somebody who did not write first. It leaves in a minute, if the arbiter still lets
    it then, and can be taken back until that.

    key: of the form it was typed into. The same form sent twice is one email.

    Raises ValidationError: there is no subject or no text, too much was written, or the arbiter
    says no; its reason is the code.
    """
    ContactGate.objects.locked(candidate.pk)
    person = Candidate.objects.locked(candidate.pk)
    dedupe_key = f"personal:{person.public_id.hex}:{key.hex}"
    if before := Message.objects.filter(dedupe_key=dedupe_key).first():
        return before
    subject, text = rendering.one_line(subject).strip(), text.strip().replace("\r\n", "\n")
    if not subject or not text:
        raise ValidationError("Write a subject and a text first.", code="empty")
    if len(subject) > MOST_SUBJECT or len(text) > MOST_TEXT:
        raise ValidationError(
            f"A subject has {MOST_SUBJECT} letters at most, and a text {MOST_TEXT:,}.",
            code="too_long",
        )
    now = timezone.now()
    decision = arbiter.decide_personal(person, by, now)
    if not decision.allowed:
        raise ValidationError(
            f"This cannot be sent. {arbiter.REASONS[decision.reason]}", code=decision.reason
        )
    message = Message.objects.create(
        dedupe_key=dedupe_key,
        purpose=Message.Purpose.PERSONAL,
        candidate=person,
        sender=by,
        subject=subject,
        text=text,
        priority=1,
        created_at=now,
        due_at=now + timedelta(seconds=HOLD_SECONDS),
        not_after=now + timedelta(days=LIVES_DAYS),
    )
    Decision.objects.create(
        candidate=person, message=message, phase=Decision.Phase.PLANNING, at=now, allowed=True
    )
    # A colleague is in touch: campaigns, and other colleagues, hold back for a while.
    Stop.objects.create(candidate=person, reason=Stop.Reason.CALLED, at=now, by=by)
    audit.record(by, "person.written_to", message)
    return message


@transaction.atomic
def take_back(message: Message, *, by: User) -> Message:
    """Keep back what has not left.

    Raises ValidationError: it has left, or is leaving.
    """
    ContactGate.objects.locked(message.candidate_id)
    message = messages.keep_back_unsent(message)
    audit.record(by, "person.email_taken_back", message)
    return message

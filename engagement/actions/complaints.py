"""Telling somebody who complained that we have it, and what came of it (P-22)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import Organisation, User
from candidates.actions import complaints
from candidates.actions.requests import close_request
from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress, PrivacyRequest
from engagement.actions import messages
from engagement.choices import in_words
from engagement.recipients import greeting, speaking_to

CHUNK = 100
# To be filled in; what stands in brackets keeps the letter from leaving.
SUBJECT = "Your complaint about how we use your data"
_LETTER = """Hello {name},

On {received} you complained about how we use your data. We looked into it.

What we found:
[what happened, in plain words]

What we do about it:
[what changes, and from when]

If you do not agree, reply to this email, and somebody else looks at it. You can also complain to the data protection authority where you live; in the United Kingdom that is the Information Commissioner’s Office (ico.org.uk).

{officer}
{organisation}
"""  # noqa: E501  (one paragraph is one line of the email)


def acknowledge(now: datetime) -> int:
    """Look up who complained, and tell those we know that we have it. Returns how many."""
    acknowledged = 0
    while True:
        with transaction.atomic():
            found = list(
                PrivacyRequest.objects.to_acknowledge()
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("candidate")[:CHUNK]
            )
            for request in found:
                _acknowledge(request)
        acknowledged += len(found)
        if len(found) < CHUNK:
            return acknowledged


def letter_of(request: PrivacyRequest, by: User) -> str:
    """Return the outcome letter with what is known filled in."""
    candidate = request.candidate
    return _LETTER.format(
        name=candidate.call_name or candidate.name if candidate else "",
        received=in_words(request.received_at.date()),
        officer=by.name,
        organisation=Organisation.current().name,
    )


@transaction.atomic
def answer(
    request: PrivacyRequest, *, outcome: str, words: str, subject: str, letter: str, by: User
) -> PrivacyRequest:
    """Send the outcome letter at once, and close the complaint.

    words: what the register keeps, which names nobody.

    Raises ValidationError: a gap in the letter, or see `close_request`.
    """
    complaints.refuse_gaps(f"{subject}\n{letter}")
    closed = close_request(request, outcome, words, by=by)
    if closed.candidate:
        messages.notify(
            closed.candidate,
            key=f"outcome:{closed.public_id}",
            subject=subject,
            text=letter,
        )
    return closed


def _acknowledge(request: PrivacyRequest) -> None:
    candidate = request.candidate
    if candidate is None and (owner := _owner_of(request.reply_to)):
        candidate = complaints.recognise(request, owner).candidate
    if candidate:
        organisation = Organisation.current()
        with speaking_to(candidate):
            subject = gettext("{name} has your complaint").format(name=organisation.name)
            text = _acknowledgement(request, candidate, organisation)
        messages.notify(candidate, key=f"complaint:{request.public_id}", subject=subject, text=text)
    complaints.mark_acknowledged(request)


def _acknowledgement(
    request: PrivacyRequest, candidate: Candidate, organisation: Organisation
) -> str:
    came = gettext(
        "We have your complaint about how we use your data. It came on {day}, under the number"
        " {number}."
    )
    next_step = gettext(
        "A person looks into it. You hear what we found and what we do about it by {day}. You can"
        " add to it by replying to this email."
    )
    return "\n\n".join(
        [
            greeting(candidate),
            came.format(day=in_words(request.received_at.date()), number=request.number),
            next_step.format(day=in_words(request.due_on)),
            gettext(
                "Was it not you? Then somebody typed your address. Reply to this email and say so."
            ),
            organisation.name,
        ]
    )


def _owner_of(address: str) -> Candidate | None:
    held = EmailAddress.objects.filter(canonical=canonical_email(address), released_at=None)
    return Candidate.objects.kept().filter(emails__in=held).first()

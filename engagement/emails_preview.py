"""How a text looks to somebody: a real person's facts, the longest name, or right to left.

A preview is written to an invented record with the same facts, so the links in it lead to nobody:
a colleague who presses them stops no person's mail.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import Organisation, User
from applications.models import Job
from candidates import invented
from candidates.models import Candidate
from engagement import emails, planning, rendering
from engagement.models import Campaign, Message, TemplateVersion

LONGEST, RIGHT_TO_LEFT = "longest", "rtl"
INVENTED = (LONGEST, RIGHT_TO_LEFT)
OFFERED = 12


@dataclass(frozen=True)
class Preview:
    subject: str = ""
    text: str = ""
    html: str = ""
    trouble: str = ""


def readers(campaign: Campaign, named: str = "") -> list[tuple[str, str]]:
    """Return (value, label) of those the text can be previewed as: three queries at most.

    named: a part of the name of those who are wanted.
    """
    people = planning.people_considered(campaign).order_by("name", "pk")
    if named:
        people = people.filter(name__icontains=named)
    people = people[:OFFERED]
    return [
        (LONGEST, "The longest name"),
        (RIGHT_TO_LEFT, "A name written right to left"),
        *((str(person.public_id), person.name) for person in people),
    ]


def reader_of(campaign: Campaign, wanted: str) -> Candidate:
    """Return an invented copy of whoever was asked for; falls back to the longest name."""
    considered = planning.people_considered(campaign)
    if wanted == RIGHT_TO_LEFT:
        return invented.right_to_left()
    chosen = _id(wanted)
    real = considered.filter(public_id=chosen).first() if chosen else None
    real = real or considered.order_by(Length("name").desc(), "pk").first()
    if real is None:
        return invented.longest()
    return Candidate(
        name=real.name, call_name=real.call_name, city=real.city, language=real.language
    )


def preview(version: TemplateVersion, job: Job | None, sender: User, reader: Candidate) -> Preview:
    """Put the email together as it would leave. Trouble is a sentence, never an error."""
    try:
        whole = emails.JobEmails(version, job, sender, Organisation.current())
        person = person_of(reader, "you@mail.example")
        now = timezone.now()
        email = whole.compose(Message(candidate=reader, job=job, created_at=now), person, now)
    except rendering.MergeError as error:
        return Preview(trouble=f"There is nothing to fill in for “{error.field}” for this person.")
    return Preview(email.subject, email.text, email.html)


def person_of(reader: Candidate, address: str) -> emails.Person:
    return emails.Person(
        reader,
        address,
        why="(When it is sent, this says why this person gets it, from their own record.)",
        kept="(When it is sent, this says until when we keep their details.)",
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

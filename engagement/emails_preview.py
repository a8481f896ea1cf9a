"""How a text looks to somebody: a real person's facts, the longest name, or right to left.

A preview is written to an invented record with the same facts, so the links in it lead to nobody:
a colleague who presses them stops no person's mail.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.db.models.functions import Length
from django.utils import timezone

from accounts import languages
from accounts.models import Organisation, User
from applications import matching
from applications.explaining import explain, sentences_for_candidate
from applications.models import Job
from candidates import invented
from candidates.models import Candidate, GroundState, Purpose
from engagement import arbiter, emails, footers, planning, rendering, schedule
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


def real_reader(campaign: Campaign, wanted: str) -> Candidate | None:
    """Return the person of the campaign who was asked for by their page, if any."""
    chosen = _id(wanted)
    return planning.people_considered(campaign).filter(public_id=chosen).first() if chosen else None


def preview(
    version: TemplateVersion,
    job: Job | None,
    sender: User,
    reader: Candidate,
    real: Candidate | None = None,
) -> Preview:
    """Put the email together as it would leave. Trouble is a sentence, never an error.

    real: whose own reasons stand in it. Without, a sentence says that they will stand there.
    """
    try:
        now, organisation = timezone.now(), Organisation.current()
        whole = emails.JobEmails(version, job, sender, organisation)
        person = person_of(reader, "you@mail.example")
        if real:
            why, kept = _said_to(real, job, version.language, organisation, now)
            person = replace(person, why=why, kept=kept)
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


def _said_to(
    person: Candidate, job: Job | None, language: str, organisation: Organisation, now: datetime
) -> tuple[str, str]:
    """Return why they would get it now, with the facts that fit, and until when we keep them."""
    zone = schedule.zone_of(person.time_zone, arbiter.fallback_zone(job, organisation))
    wanted = [Purpose.NURTURE, Purpose.POOL]
    grounds = {
        one.purpose: one for one in GroundState.objects.filter(candidate=person, purpose__in=wanted)
    }
    nurture, pool = grounds.get(Purpose.NURTURE), grounds.get(Purpose.POOL)
    asked_on = schedule.local_date(nurture.occurred_at, zone) if nurture else None
    until = schedule.local_date(pool.expires_at, zone) if pool and pool.expires_at else None
    basis = nurture.basis if nurture else ""
    facts: list[str] = []
    if job:
        with languages.speaking(language):
            facts = _facts(job, person, now)
    said = [
        footers.why(language, asked_on, basis, organisation.name),
        *map(rendering.one_line, facts),
    ]
    return " ".join(filter(None, said)), footers.kept(language, until)


def _facts(job: Job, person: Candidate, now: datetime) -> list[str]:
    """Return what fits today, as the stored match would say it. Nothing is stored."""
    found = matching.inputs_of(matching.criteria_of(job), [person.pk], now.astimezone(UTC).date())
    inputs = found.get(person.pk)
    return sentences_for_candidate(inputs, explain(inputs).criteria) if inputs else []


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

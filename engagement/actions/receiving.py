"""What follows from an answer the moment it is known: whose it is, what stops, what waits.

An answer of a person ends the campaigns they are in, in the same transaction. An answer of a
program does not: while somebody is away, what waits for them waits on. The gate is locked first.
"""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from candidates import timeline
from candidates.actions import privacy_tasks
from candidates.actions.contact import touch
from candidates.models import Activity, Candidate, ContactGate, Stop
from candidates.working_days import Place
from engagement import arbiter, planning, schedule
from engagement.actions import attachments, enrolments
from engagement.actions.merging import give_back_claimed
from engagement.incoming import recognising
from engagement.incoming.reader import Mail
from engagement.incoming.recognising import Seen
from engagement.incoming.threading import Found
from engagement.models import Incoming, Message, Reply
from engagement.naming import about, links_of

_ENGINE = "Perennial"
AWAY_DAYS = 7  # where no day is named
SHOWN = 300
Kind = Reply.Kind


def take_in(incoming: Incoming, mail: Mail, seen: Seen, found: Found, now: datetime) -> Reply:
    """Keep an answer and do what follows from it, inside the transaction.

    found: whose it is; of a stranger nothing follows, and a colleague may say who it is.
    """
    person = found.candidate
    if person:
        ContactGate.objects.locked(person.pk)
    reply = Reply(
        candidate=person,
        message=found.message,
        campaign=found.message.campaign if found.message else None,
        owner=_whose_turn(found),
        matched_by=found.matched_by,
        is_known_address=found.is_known_address,
        their_id=mail.message_id,
        thread=[*mail.references, mail.message_id][-20:] if mail.message_id else mail.references,
        name=mail.sender.name,
        address=mail.sender.address,
        to=mail.recipients[0] if mail.recipients else "",
        subject=mail.subject,
        text=seen.text,
        quoted=seen.quoted,
        files=[file.as_json() for file in mail.files],
        is_cut=mail.is_cut,
        at=incoming.received_at,
        kind=Kind(seen.kind),
        reasons=[reason[:200] for reason in seen.reasons],
        suggestion=seen.suggestion,
        back_on=seen.back_on,
        is_open=seen.kind == recognising.REPLY,
    )
    if seen.kind == recognising.AWAY and person:
        reply.holds = Reply.Holds.AWAY
        reply.holds_until = seen.back_on or timezone.localdate(now) + timedelta(days=AWAY_DAYS)
    reply.save()
    if person:
        follow(reply, now)
    return reply


def follow(reply: Reply, now: datetime) -> None:
    """Do what follows from an answer of a known person. The caller holds their gate."""
    person = reply.candidate
    assert person is not None  # noqa: S101  (the caller's business)
    if reply.kind == Kind.REPLY:
        _stop(reply, person, now)
    elif reply.kind == Kind.AWAY and reply.holds_until:
        _wait(person, reply.holds_until, now)
        day = f"{reply.holds_until:%-d %B %Y}"
        why = "" if reply.back_on else " They named no day."
        said = f"Their mail program says that they are away. Campaigns wait until {day}.{why}"
        _remember(reply, person, "away", said)
    else:
        _remember(reply, person, "automatic", f"A program answered {_what(reply)}.")


def _stop(reply: Reply, person: Candidate, now: datetime) -> None:
    """A person answered: a colleague's turn. Nothing of a campaign leaves any more (at once)."""
    Stop.objects.create(candidate=person, reason=Stop.Reason.REPLIED, at=now, carried_at=now)
    enrolments.end_for([person.pk], "replied", at=now)
    Reply.objects.filter(candidate=person, holds=Reply.Holds.AWAY).update(holds="")
    if reply.suggestion == Reply.Intent.STOP and not reply.intent:
        reply.holds = Reply.Holds.STOP
        reply.save(update_fields=["holds"])
    if person.archived_at:
        privacy_tasks.note_writing(person, by=_ENGINE)
    privacy_tasks.note_words(
        person, reply.text, timezone.localdate(now), where="They wrote in an answer", by=_ENGINE
    )
    touch(person, min(reply.at, now))
    text = f"Replied to {_what(reply)}: “{excerpt(reply)}”" if reply.text else "Replied."
    _remember(reply, person, "received", text)
    audit.record(_ENGINE, "reply.received", reply)


def _wait(person: Candidate, until: date, now: datetime) -> None:
    """Let what waits for a person wait on until a day where they live."""
    give_back_claimed([person.pk])
    organisation, place = Organisation.current(), Place(person.country, person.region)
    pending = Message.objects.pending().filter(candidate=person, purpose=Message.Purpose.NURTURE)
    for message in pending.select_related("job").select_for_update(of=("self",)).order_by("pk"):
        zone = schedule.zone_of(person.time_zone, arbiter.fallback_zone(message.job, organisation))
        opens = datetime.combine(until, time.min, tzinfo=zone)
        due_at = schedule.next_send_time(max(opens, now), zone, place)
        if due_at > message.due_at:
            message.due_at = due_at
            message.not_after = due_at + timedelta(days=planning.LIVES_DAYS)
            message.save(update_fields=["due_at", "not_after"])


def _whose_turn(found: Found) -> User | None:
    """Return the colleague who wrote what is answered, else the one who looks after the person."""
    sender = found.message.sender if found.message else None
    owner = found.candidate.owner if found.candidate else None
    return next((one for one in (sender, owner) if one and one.is_active), None)


def _what(reply: Reply) -> str:
    return about(reply.message) if reply.message else "us"


def excerpt(reply: Reply, most: int = SHOWN) -> str:
    """Return the beginning of an answer on one line."""
    text = " ".join(reply.text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _remember(reply: Reply, person: Candidate, what: str, text: str) -> None:
    links = links_of(reply.message) if reply.message else {}
    timeline.remember(
        person,
        f"reply.{what}",
        text,
        by=_ENGINE if reply.kind != Kind.REPLY else "The candidate",
        group=Activity.Group.MAIL,
        at=reply.at,
        **{**links, "reply": str(reply.public_id)},
    )


@transaction.atomic
def say_who(reply: Reply, person: Candidate, *, by: User) -> Reply:
    """Say which person wrote what a stranger's address sent. Everything follows from it then, and
    the files that came with it are theirs.

    Raises ValidationError: they are not in use, or somebody said so already or deleted the email.
    """
    ContactGate.objects.locked(person.pk)
    person = Candidate.objects.locked(person.pk)
    found = Reply.objects.select_for_update(of=("self",)).filter(pk=reply.pk).first()
    if found is None:
        raise ValidationError("Somebody has deleted this email meanwhile.", code="gone")
    reply = found
    if reply.candidate_id:
        raise ValidationError("Somebody said already who wrote this.", code="known")
    reply.candidate, reply.matched_by = person, Reply.Match.COLLEAGUE
    reply.owner = reply.owner or by
    reply.save()
    attachments.give(reply, person)
    follow(reply, timezone.now())
    audit.record(by, "reply.matched", reply)
    return reply

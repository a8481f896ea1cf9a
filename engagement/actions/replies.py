"""What colleagues do about answers: answer, say what is meant, come back on a day, hand over.

Each locks the person's gate first, like everything that stops or starts an email to them.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from candidates import timeline
from candidates.actions.contact import suppress_address
from candidates.actions.follow_ups import plan_follow_up
from candidates.models import Activity, Candidate, ContactGate, GroundEvent, Stop, Suppression
from engagement import arbiter
from engagement.actions import messages, preferences, receiving
from engagement.choices import Choices
from engagement.models import Message, Reply

Intent, Holds = Reply.Intent, Reply.Holds

MOST_TEXT = 20_000
TAKE_BACK_SECONDS = 20  # an answer leaves after that, so that it can be taken back
LIVES_DAYS = 2


@transaction.atomic
def answer(reply: Reply, text: str, *, by: User) -> Message:
    """Answer in the same thread. It leaves in a moment, if the arbiter lets it, and can be taken
    back until then. Their answer counts as answered.

    Raises ValidationError: nothing was written, too much was, nobody knows who wrote, or the
    arbiter says no.
    """
    reply = _locked(reply)
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise ValidationError("Write something first.", code="empty")
    if len(text) > MOST_TEXT:
        raise ValidationError(
            f"This is longer than {MOST_TEXT:,} letters. Shorten it, or send a file another way.",
            code="too_long",
        )
    person = _person(reply)
    now = timezone.now()
    message = Message.objects.create(
        dedupe_key=f"answer:{reply.public_id}:{reply.answers.count() + 1}",
        purpose=Message.Purpose.PERSONAL,
        candidate=person,
        answers=reply,
        campaign=None,
        job=reply.message.job if reply.message else None,
        sender=by,
        subject=_answering(reply.subject),
        text=text,
        priority=1,
        due_at=now + timedelta(seconds=TAKE_BACK_SECONDS),
        not_after=now + timedelta(days=LIVES_DAYS),
    )
    decision = arbiter.decide(message, now)
    if not decision.allowed:
        raise ValidationError(
            f"This cannot be sent. {arbiter.REASONS[decision.reason]}", code=decision.reason
        )
    # A colleague is in touch: campaigns of others hold back for a while.
    Stop.objects.create(candidate=person, reason=Stop.Reason.CALLED, at=now, by=by)
    _close(reply, by)
    audit.record(by, "reply.answered", reply)
    return message


@transaction.atomic
def take_back(message: Message, *, by: User) -> Reply:
    """Keep an answer back that has not left. Their answer waits for one again.

    Raises ValidationError: it has left, or is leaving.
    """
    ContactGate.objects.locked(message.candidate_id)
    message = messages.keep_back_unsent(message)
    reply = Reply.objects.select_for_update(of=("self",)).get(answers=message)
    _open(reply)
    audit.record(by, "reply.answer_taken_back", reply)
    return reply


@transaction.atomic
def mark(reply: Reply, intent: str, *, by: User, on: date | None = None) -> Reply:
    """Say what they mean. What they want happens with it.

    stop: job emails stop, as by their own link. not_now: job emails wait until `on`, and it stands
    on the Today page of `by` that day. wrong_person: no job email goes to that address any more.
    Anything else lets go what waited because they may have asked to stop.

    Raises ValidationError: not now, and no day; or nobody knows who wrote.
    """
    reply = _locked(reply)
    person = _person(reply)
    before = reply.intent
    if intent == Intent.NOT_NOW:
        _not_now(reply, person, on, by)
    else:
        reply.holds, reply.holds_until = "", None
    reply.intent = intent
    reply.save(update_fields=["intent", "holds", "holds_until"])
    if intent == Intent.STOP:
        preferences.reduce(person, Choices(stopped=True), channel=GroundEvent.Channel.MAIL)
    elif intent == Intent.WRONG_PERSON:
        suppress_address(
            _written_to(reply),
            scope=Suppression.Scope.NURTURE,
            reason=Suppression.Reason.STAFF,
            by=by,
        )
    if intent in {Intent.STOP, Intent.NOT_NOW, Intent.WRONG_PERSON}:
        _close(reply, by)
    label = str(Intent(intent).label)
    _remember(reply, person, "marked", f"Their answer means: {label.lower()}.", by)
    audit.record(by, "reply.marked", reply, intent=[before, intent])
    return reply


@transaction.atomic
def did_not_ask_to_stop(reply: Reply, *, by: User) -> Reply:
    """Say that they did not ask to stop. Job emails no longer wait because of it."""
    reply = _locked(reply)
    if reply.holds != Holds.STOP:
        return reply
    reply.holds = reply.suggestion = ""
    reply.save(update_fields=["holds", "suggestion"])
    _remember(reply, _person(reply), "marked", "They did not ask to stop job emails.", by)
    audit.record(by, "reply.not_a_stop", reply)
    return reply


@transaction.atomic
def is_a_reply(reply: Reply, *, by: User) -> Reply:
    """Say of what was taken for a program's answer that a person wrote it.

    Campaigns end for them as with every reply. Of a reply it changes nothing.
    """
    reply = _locked(reply)
    if reply.kind == Reply.Kind.REPLY:
        return reply
    reply.kind, reply.holds, reply.holds_until = Reply.Kind.REPLY, "", None
    reply.reasons = [f"{by.name} said that a person wrote this."]
    reply.is_open, reply.done_at, reply.done_by = True, None, None
    reply.save()
    if reply.candidate:
        receiving.follow(reply, timezone.now())
    audit.record(by, "reply.recognised", reply)
    return reply


@transaction.atomic
def close(reply: Reply, *, by: User) -> Reply:
    """Say that nothing is to be answered. Twice does it once."""
    reply = _locked(reply)
    if reply.is_open:
        _close(reply, by)
        audit.record(by, "reply.closed", reply)
    return reply


@transaction.atomic
def reopen(reply: Reply, *, by: User) -> Reply:
    """Let it wait for an answer again. Of a program's answer nothing is to be answered."""
    reply = _locked(reply)
    if reply.is_open or reply.kind != Reply.Kind.REPLY:
        return reply
    _open(reply)
    audit.record(by, "reply.reopened", reply)
    return reply


@transaction.atomic
def hand_over(reply: Reply, to: User, *, by: User) -> Reply:
    """Let a colleague answer. It stands on their Today page instead.

    Raises ValidationError: the colleague has left or may not answer.
    """
    reply = _locked(reply)
    if not (to.is_active and may(to, Permission.EDIT_PEOPLE)):
        raise ValidationError("They cannot answer candidates. Choose a recruiter.", code="cannot")
    if reply.owner_id == to.pk:
        return reply
    before = reply.owner.name if reply.owner else ""
    reply.owner = to
    reply.save(update_fields=["owner"])
    if reply.candidate:
        said = f"Handed the answer over to {to.name}."
        _remember(reply, reply.candidate, "handed_over", said, by)
    audit.record(by, "reply.handed_over", reply, owner=[before, to.name])
    return reply


@transaction.atomic
def discard(reply: Reply, *, by: User) -> None:
    """Delete what a stranger sent and nobody wants.

    Raises ValidationError: we know who wrote it.
    """
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if reply.candidate_id:
        raise ValidationError("This belongs to somebody here: it stays with them.", code="known")
    audit.record(by, "reply.discarded", reply)
    reply.delete()


def _locked(reply: Reply) -> Reply:
    """Lock the gates of the mailbox, then the row; a merge may move it in between."""
    if reply.candidate_id:
        ContactGate.objects.lock_mailboxes([reply.candidate_id])
    found = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if found.candidate_id and found.candidate_id != reply.candidate_id:
        raise ValidationError("This changed meanwhile. Open it again.", code="changed")
    return found


def _person(reply: Reply) -> Candidate:
    if reply.candidate_id is None:
        raise ValidationError("Say first who wrote this.", code="stranger")
    return Candidate.objects.locked(reply.candidate_id)


def _not_now(reply: Reply, person: Candidate, on: date | None, by: User) -> None:
    if on is None:
        raise ValidationError("Choose the day on which to ask again.", code="no_day")
    plan_follow_up(person, on, "They asked to be written to again now.", by=by)
    reply.holds, reply.holds_until = Holds.NOT_NOW, on


def _written_to(reply: Reply) -> str:
    return (reply.message.address if reply.message else "") or reply.address


def _close(reply: Reply, by: User) -> None:
    reply.is_open, reply.done_at, reply.done_by = False, timezone.now(), by
    reply.save(update_fields=["is_open", "done_at", "done_by"])


def _open(reply: Reply) -> None:
    reply.is_open, reply.done_at, reply.done_by = True, None, None
    reply.save(update_fields=["is_open", "done_at", "done_by"])


def _answering(subject: str) -> str:
    start = subject.strip() or "Your message"
    return start if start.lower().startswith("re:") else f"Re: {start}"[:300]


def _remember(reply: Reply, person: Candidate, what: str, text: str, by: User) -> None:
    timeline.remember(
        person,
        f"reply.{what}",
        text,
        by=by,
        group=Activity.Group.MAIL,
        reply=str(reply.public_id),
    )

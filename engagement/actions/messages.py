"""What people and the engine do to single messages, apart from sending them."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import BigIntegerField, Count, Value
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.actions import letters
from applications.actions.lock_order import lock_people
from applications.models import Letter
from candidates import timeline
from candidates.actions import extensions
from candidates.models import Activity, Candidate, ContactGate, GroundEvent, Purpose
from engagement import telling
from engagement.models import Campaign, Message, Survey
from engagement.models.surveys import REMINDER

_ENGINE = "Perennial"
CHUNK = 500
TAKEN_BACK = "taken_back"  # a code of the arbiter


class Progress(TypedDict):
    """Where the messages of a campaign stand. `reasons`: why messages were kept back; `texts`: the
    states by step and version, None for the step's own words."""

    total: int
    settled: int
    states: dict[str, int]
    texts: dict[tuple[int, int | None], dict[str, int]]
    reasons: dict[str, int]


_WAITING = frozenset(
    {
        Message.State.PLANNED,
        Message.State.DUE,
        Message.State.CLAIMED,
        Message.State.ARMED,
    }
)


def progress(campaign: Campaign) -> Progress:
    """Count a campaign's messages by state and by reason, in one query.

    Those to people who were erased since count as well: erasing somebody moves no total (M-R2).
    Only of what each version of a step said (`texts`) they are not among the numbers.
    """
    here = campaign.messages.order_by().values_list("state", "reason", "step", "step_version")
    gone = campaign.erased_messages.order_by().values_list("state", "reason")
    nobody = Value(None, output_field=BigIntegerField())
    rows = here.annotate(n=Count("pk")).union(
        gone.annotate(step=nobody, step_version=nobody, n=Count("pk")), all=True
    )
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    texts: dict[tuple[int, int | None], dict[str, int]] = {}
    for state, reason, step, step_version, count in rows:
        states[state] = states.get(state, 0) + count
        if step:
            of_text = texts.setdefault((step, step_version), {})
            of_text[state] = of_text.get(state, 0) + count
        if reason and state not in _WAITING:
            reasons[reason] = reasons.get(reason, 0) + count
    total = sum(states.values())
    return {
        "total": total,
        "settled": total - sum(states.get(state, 0) for state in _WAITING),
        "states": states,
        "texts": texts,
        "reasons": dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    }


@transaction.atomic
def settle_uncertain(message: Message, *, arrived: bool, by: User) -> Message:
    """Say of a message of which nobody knew whether it left: it arrived, or send it again.

    Sending again asks the arbiter again. The first try no longer counts against the caps.

    Raises ValidationError: it is not uncertain.
    """
    ContactGate.objects.locked(message.candidate_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.state != Message.State.UNCERTAIN:
        raise ValidationError("Somebody has settled this message already.", code="not_uncertain")
    now = timezone.now()
    if arrived:
        message.state, message.settled_at = Message.State.HANDED, now
        message.handed_at = message.handed_at or message.armed_at
    else:
        uncount([message])
        message.state, message.due_at, message.attempts = Message.State.DUE, now, 0
        message.not_after = now + timedelta(days=7)
        message.armed_at = message.settled_at = None
    message.reason = ""
    message.lease = message.lease_until = None
    message.save()
    if arrived:
        say_it_left(message, now)
    said = "It arrived." if arrived else "It is sent again."
    timeline.remember(
        message.candidate,
        "message.settled",
        f"Settled an email of which nobody knew whether it left. {said}",
        by=by,
        group=Activity.Group.MAIL,
        message=str(message.public_id),
    )
    audit.record(by, "message.settled", message, state=["uncertain", message.state])
    return message


def keep_back_unsent(message: Message) -> Message:
    """Keep back what a colleague wrote and takes back. The caller holds the person's gate.

    Raises ValidationError: it has left, or is leaving.
    """
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if message.state != Message.State.DUE or message.attempts:
        raise ValidationError("It is too late: it has left.", code="left")
    message.state, message.reason = Message.State.WITHHELD, TAKEN_BACK
    message.settled_at = timezone.now()
    message.save(update_fields=["state", "reason", "settled_at"])
    return message


def say_it_left(message: Message, now: datetime) -> None:
    """Tell whatever waits for the message that it left, when that is only learnt afterwards."""
    if message.notice:
        _note_told(message, now)
    if message.letter:
        letters.mark_sent(message.letter, now)
    if message.extension_id:
        extensions.mark_sent(message.extension_id, message.armed_at or now)
    if message.survey_id:
        unsent = Survey.objects.filter(pk=message.survey_id, sent_at=None)
        unsent.update(sent_at=message.armed_at or now)


def forget_survey(message: Message) -> None:
    """The question came back: it counts as not asked. Whoever answered it had it all the same, and
    so had whom only the reminder did not reach."""
    if message.survey_id and not message.dedupe_key.endswith(REMINDER):
        Survey.objects.filter(pk=message.survey_id, answered_at=None).update(sent_at=None)


def _note_told(message: Message, now: datetime) -> None:
    """Write down that the message told a person we keep them, as delivery does when it knows."""
    told = GroundEvent.objects.filter(
        candidate=message.candidate_id, kind=GroundEvent.Kind.NOTICE_GIVEN
    )
    if told.exists():
        return
    GroundEvent.objects.create(
        candidate_id=message.candidate_id,
        purpose=Purpose.POOL,
        kind=GroundEvent.Kind.NOTICE_GIVEN,
        jurisdiction=message.candidate.country,
        occurred_at=message.handed_at or now,
        channel=GroundEvent.Channel.MAIL,
        notice_version=telling.VERSION,
        language=message.notice_language,
        wording=message.notice,
        evidence=f"Message {message.public_id}",
        actor=_ENGINE,
    )


@transaction.atomic
def notify(
    candidate: Candidate, *, key: str, subject: str, text: str, to_address: str = ""
) -> Message:
    """Leave a notice about somebody's own choices, to go at once. The same key leaves one only.

    For confirmations: it passes where job emails do not. to_address: where it goes, if not to the
    address that we write to.
    """
    message, _ = Message.objects.get_or_create(
        dedupe_key=f"notice:{key}",
        defaults={
            "purpose": Message.Purpose.NOTICE,
            "candidate": candidate,
            "to_address": to_address,
            "subject": subject[:300],
            "text": text,
            "priority": 2,
            "due_at": timezone.now(),
            "not_after": timezone.now() + timedelta(days=2),
        },
    )
    return message


def carry_letters(now: datetime | None = None) -> int:
    """Turn letters whose time has come into messages, each once. Returns letters carried."""
    now = now or timezone.now()
    carried = 0
    while True:
        with transaction.atomic():
            waiting = Letter.objects.due(now).exclude(messages__isnull=False)
            # A message locks its person, and whoever closes an application comes from there.
            people = list(waiting.values_list("application__candidate", flat=True)[:CHUNK])
            lock_people(people)
            due = list(
                waiting.filter(application__candidate__in=people)
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("application")[:CHUNK]
            )
            Message.objects.bulk_create(
                (
                    Message(
                        dedupe_key=f"letter:{letter.pk}",
                        purpose=Message.Purpose.LETTER,
                        candidate_id=letter.application.candidate_id,
                        letter=letter,
                        job_id=letter.application.job_id,
                        sender_id=letter.by_id,
                        subject=letter.subject,
                        text=letter.text,
                        priority=1,
                        due_at=now,
                    )
                    for letter in due
                ),
                ignore_conflicts=True,
            )
        carried += len(due)
        if len(due) < CHUNK:
            return carried


def uncount(messages: list[Message]) -> None:
    """Take arming times that came to nothing off the caps. The caller holds the gates."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE candidates_contactgate SET job_emails_at = array_remove(job_emails_at, %s)"
            " WHERE candidate_id = %s",
            [(m.armed_at, m.candidate_id) for m in messages if m.armed_at],
        )

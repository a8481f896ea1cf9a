"""How an enrolment goes on and how it ends. Whoever ends one holds the person's gate.

The gate is locked first, then messages, then enrolments: the order that sending uses as well.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Organisation
from candidates.models import ContactGate, Preference, Stop
from candidates.working_days import Place
from engagement import arbiter, planning, schedule
from engagement.models import Campaign, Enrolment, Message, Step

_ENGINE = "Perennial"
CHUNK = 500

_KEEP_BACK = """
WITH pending AS (
    SELECT m.id FROM engagement_message m
     WHERE m.purpose = 'nurture' AND m.state IN ('planned', 'due', 'claimed') AND {which}
     ORDER BY m.id FOR UPDATE {busy}
), kept AS (
    UPDATE engagement_message m
       SET state = %(state)s, reason = %(reason)s, settled_at = %(at)s,
           lease = NULL, lease_until = NULL
      FROM pending WHERE m.id = pending.id
    RETURNING m.id, m.public_id, m.candidate_id, m.campaign_id, m.job_id
), remembered AS (
    INSERT INTO engagement_decision
           (candidate_id, campaign_id, message_id, phase, at, allowed, reasons)
    SELECT candidate_id, campaign_id, id, 'sending', %(at)s, false, ARRAY[%(reason)s]::varchar[]
      FROM kept
)
INSERT INTO candidates_activity (candidate_id, "group", kind, at, actor, text, data)
SELECT kept.candidate_id, 'mail', 'message.' || %(state)s, %(at)s, %(actor)s,
       'Not sent: the email ' || coalesce('about ' || j.title, 'of “' || k.name || '”') || '. '
           || %(sentence)s,
       jsonb_strip_nulls(jsonb_build_object('message', kept.public_id, 'job', j.public_id,
                                            'campaign', k.public_id, 'reason', %(reason)s))
  FROM kept LEFT JOIN applications_job j ON j.id = kept.job_id
            JOIN engagement_campaign k ON k.id = kept.campaign_id
"""


def end_for(candidate_ids: Iterable[int], reason: str, *, at: datetime | None = None) -> int:
    """End all enrolments of these people and keep back their job emails, inside the transaction.

    For whatever stops mail on this floor: it calls this in the transaction of its own change. The
    gates are locked here, in order. reason: a code of the arbiter. Returns messages kept back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A stop must commit together with what it ends.")
    at = at or timezone.now()
    ids = sorted(set(candidate_ids))
    list(ContactGate.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))
    kept = keep_back("m.candidate_id = ANY(%(ids)s)", {"ids": ids}, reason, at=at)
    Enrolment.objects.filter(candidate__in=ids, state=Enrolment.State.ACTIVE).update(
        state=Enrolment.State.ENDED, end_reason=reason, ended_at=at
    )
    return kept


def keep_back(
    which: str,
    params: dict[str, Any],
    reason: str,
    *,
    at: datetime,
    actor: str = _ENGINE,
    state: str = Message.State.WITHHELD,
    skip_busy: bool = False,
) -> int:
    """Withhold pending job emails, with a decision and a line on each timeline.

    which: an SQL condition on messages `m`. skip_busy: leave those that a worker has in hand this
    moment, where the arbiter will refuse them anyway.
    """
    sql = _KEEP_BACK.format(which=which, busy="SKIP LOCKED" if skip_busy else "")
    values: dict[str, Any] = {
        "state": state,
        "reason": reason,
        "at": at,
        "actor": actor,
        "sentence": arbiter.REASONS[reason],
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, **values})
        return int(cursor.rowcount)


def carry_stops(now: datetime | None = None) -> int:
    """Carry out the stops that other floors left: end enrolments, keep back messages.

    The arbiter refuses from the stop's commit on, whether or not it was carried; this only says so
    on the messages. Returns stops carried.
    """
    now = now or timezone.now()
    carried = 0
    while True:
        with transaction.atomic():
            stops = list(
                Stop.objects.select_for_update(skip_locked=True)
                .filter(carried_at=None)
                .order_by("pk")[:CHUNK]
            )
            by_reason: dict[str, set[int]] = {}
            first: dict[int, str] = {}
            for stop in stops:  # the first stop of a person names the reason
                code = first.setdefault(stop.candidate_id, arbiter.CODE_OF_STOP[stop.reason])
                by_reason.setdefault(code, set()).add(stop.candidate_id)
            _lock_gates(first)
            for code, candidates in by_reason.items():
                _end_older(candidates, code, stops, now)
            Stop.objects.filter(pk__in=[stop.pk for stop in stops]).update(carried_at=now)
        carried += len(stops)
        if len(stops) < CHUNK:
            return carried


def _lock_gates(candidate_ids: Iterable[int]) -> None:
    ids = sorted(candidate_ids)
    list(ContactGate.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))


def _end_older(candidates: set[int], code: str, stops: list[Stop], now: datetime) -> None:
    """End the enrolments that began before the person's stop; a later one is a new beginning."""
    latest: dict[int, datetime] = {}
    for stop in stops:
        if stop.candidate_id in candidates:
            latest[stop.candidate_id] = max(stop.at, latest.get(stop.candidate_id, stop.at))
    active = Enrolment.objects.filter(candidate__in=candidates, state=Enrolment.State.ACTIVE)
    ended = [e.pk for e in active if e.enrolled_at <= latest[e.candidate_id]]
    if not ended:
        return
    keep_back("m.enrolment_id = ANY(%(ended)s)", {"ended": ended}, code, at=now)
    Enrolment.objects.filter(pk__in=ended).update(
        state=Enrolment.State.ENDED, end_reason=code, ended_at=now
    )


# The state of the last step's message, and what follows from it. An uncertain message counts as
# sent: it may have arrived, and the next step is another email.
_WENT_OUT = [Message.State.HANDED, Message.State.DELIVERED, Message.State.UNCERTAIN]
_CAME_TO_NOTHING = [
    Message.State.WITHHELD,
    Message.State.EXPIRED,
    Message.State.FAILED,
    Message.State.BOUNCED,
    Message.State.COMPLAINED,
    Message.State.DIVERTED,
]


def advance(now: datetime | None = None) -> int:
    """Plan the next step of everybody whose last one went out; end and finish the others.

    Returns enrolments moved.
    """
    now = now or timezone.now()
    moved = 0
    while True:
        with transaction.atomic():
            last = Message.objects.filter(
                enrolment=OuterRef("pk"),
                step__position=OuterRef("next_step") - 1,
                state__in=[*_WENT_OUT, *_CAME_TO_NOTHING],
            )
            enrolments = list(
                Enrolment.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(Exists(last), state=Enrolment.State.ACTIVE, campaign__state="running")
                .select_related("campaign__job", "candidate__gate", "candidate__preference")
                .order_by("pk")[:CHUNK]
            )
            _advance(enrolments, now)
        moved += len(enrolments)
        if len(enrolments) < CHUNK:
            return moved


def _advance(enrolments: list[Enrolment], now: datetime) -> None:
    last_messages = {
        (message.enrolment_id, message.step.position): message
        for message in Message.objects.filter(enrolment__in=enrolments).select_related("step")
        if message.step
    }
    steps = {
        (step.campaign_id, step.position): step
        for step in Step.objects.filter(
            campaign__in={e.campaign_id for e in enrolments}
        ).prefetch_related("versions")
    }
    organisation = Organisation.current()
    fallbacks: dict[int, str] = {}
    planned: list[Message] = []
    for enrolment in enrolments:
        message = last_messages[enrolment.pk, enrolment.next_step - 1]
        step = steps.get((enrolment.campaign_id, enrolment.next_step))
        if message.state in _CAME_TO_NOTHING and message.reason != "step_condition":
            enrolment.state = Enrolment.State.ENDED
            enrolment.end_reason, enrolment.ended_at = message.reason or message.state, now
        elif step is None:
            enrolment.state, enrolment.ended_at = Enrolment.State.DONE, now
        else:
            campaign = enrolment.campaign
            if campaign.pk not in fallbacks:
                fallbacks[campaign.pk] = arbiter.fallback_zone(campaign.job, organisation)
            due_at = _next_due(enrolment, message, step, fallbacks[campaign.pk], now)
            planned.append(next_message(enrolment, step, due_at, state=Message.State.DUE))
            enrolment.next_step += 1
    Message.objects.bulk_create(planned, ignore_conflicts=True)
    Enrolment.objects.bulk_update(
        enrolments, ["state", "end_reason", "ended_at", "next_step"], batch_size=CHUNK
    )


def _next_due(
    enrolment: Enrolment, last: Message, step: Step, fallback: str, now: datetime
) -> datetime:
    candidate = enrolment.candidate
    preference: Preference | None = getattr(candidate, "preference", None)
    frequency = preference.frequency if preference else Preference.Frequency.WEEKLY
    frees_at = planning.cap_frees_at(
        candidate.gate.job_emails_at, frequency, now, enrolment.campaign
    )
    zone = schedule.zone_of(candidate.time_zone, fallback)
    last_at = last.handed_at or last.armed_at or last.settled_at or now
    place = Place(candidate.country, candidate.region)
    return planning.due_of_next_step(last_at, step.wait_days, zone, frees_at, place)


def next_message(enrolment: Enrolment, step: Step, due_at: datetime, *, state: str) -> Message:
    """Return the unsaved message of one step of one enrolment."""
    campaign, person = enrolment.campaign, enrolment.candidate_id
    return Message(**message_row(campaign, step, enrolment.pk, person, due_at), state=state)


def message_row(
    campaign: Campaign, step: Step, enrolment: int, candidate: int, due_at: datetime
) -> dict[str, Any]:
    """Return the columns of the message of one step of one enrolment. Its key makes it the only
    one."""
    return {
        "dedupe_key": f"enrolment:{enrolment}:{step.position}",
        "purpose": Message.Purpose.NURTURE.value,
        "candidate_id": candidate,
        "campaign_id": campaign.pk,
        "enrolment_id": enrolment,
        "step_id": step.pk,
        "step_version_id": step.version_of(enrolment),
        "job_id": campaign.job_id,
        "sender_id": campaign.sender_id,
        "due_at": due_at,
        "not_after": due_at + timedelta(days=planning.LIVES_DAYS),
    }

"""Asking people, before it ends, whether we may keep them longer (P-10). Silence is never a yes.

Each is asked a month and a week before the last day of keeping. That nobody is asked twice for the
same day and step is a constraint of the database: two workers at the same moment, a worker that
dies and a run that is repeated all leave one row and one message. What a merge kept back was not
asked: the person is asked anew, once.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Organisation
from candidates import clocks, policies
from candidates.clocks import Clock
from candidates.models import Candidate, ExtensionRequest, GroundState, Purpose
from candidates.models.extensions import FIRST, LAST
from candidates.working_days import Place
from engagement import arbiter, schedule
from engagement.actions.merging import MERGED
from engagement.actions.refusing import remember_refusals
from engagement.choices import months_later
from engagement.extension_words import language_for
from engagement.models import Decision, Message

CHUNK: Final = 1000
# A run that was missed is made good for a while; and nobody is asked on the last day of all.
_WINDOWS: Final = ((FIRST, FIRST // 2), (LAST, 2))
_APART: Final = timedelta(days=5)
_LIVES: Final = timedelta(days=5)


def plan(now: datetime) -> int:
    """Ask everybody whose time for being asked has come. Returns how many were asked."""
    asked, last = 0, 0
    while ids := _next(last, now):
        asked += plan_for(ids, now)
        last = ids[-1]
    return asked


def plan_for(ids: list[int], now: datetime) -> int:
    """Ask those of these people whose time has come. The number of queries does not depend on it.

    Returns how many were asked now, by this call.
    """
    ending = clocks.ending(Candidate.objects.live().filter(pk__in=ids), FIRST, now)
    if not ending:
        return 0
    due = _due(ending, now)
    if not due:
        return 0
    organisation = Organisation.current()
    steps = {clock.candidate_id: step for clock, step in due}
    decisions = arbiter.decide_extensions(steps, now, organisation)
    allowed = [one for one in due if decisions[one[0].candidate_id].allowed]
    barred = {pk: said for pk, said in decisions.items() if not said.allowed}
    with transaction.atomic():
        mine = _write(allowed, now, organisation)
        # once for each end, and not each day
        remember_refusals(barred, now, since=now - timedelta(days=FIRST))
    return len(mine)


def _next(last: int, now: datetime) -> list[int]:
    """Return the next of those whose yes may end soon. The others are not even looked at."""
    near = Candidate.objects.live().filter(pk__in=clocks.near_end(FIRST, now), pk__gt=last)
    return list(near.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _due(ending: list[Clock], now: datetime) -> list[tuple[Clock, int]]:
    """Pair those who are to be asked today with the step."""
    days = [clock.pool_ends for clock in ending]
    rows = ExtensionRequest.objects.filter(
        candidate__in=[clock.candidate_id for clock in ending], ends_on__in=set(days)
    ).exclude(pk__in=_kept_back_by_merge().values("pk"))
    before: dict[tuple[int, date], dict[int, datetime]] = {}
    for candidate, ends_on, step, asked_at in rows.values_list(
        "candidate", "ends_on", "step", "asked_at"
    ):
        before.setdefault((candidate, ends_on), {})[step] = asked_at
    found = []
    for clock in ending:
        assert clock.pool_ends is not None  # noqa: S101  (`ending` asks for it)
        step = _step(clock, clock.pool_ends)
        asked = before.get((clock.candidate_id, clock.pool_ends), {})
        lately = any(now - at < _APART for at in asked.values())
        if step and step not in asked and not lately:
            found.append((clock, step))
    return found


def _step(clock: Clock, ends: date) -> int:
    left = (ends - clock.today).days
    return next((step for step, least in _WINDOWS if least <= left <= step), 0)


def _write(
    due: list[tuple[Clock, int]], now: datetime, organisation: Organisation
) -> list[ExtensionRequest]:
    """Write the requests and their messages. Returns the requests that nobody else wrote."""
    people = Candidate.objects.in_bulk([clock.candidate_id for clock, _ in due])
    known = policies.in_force()
    expiries = dict(
        GroundState.objects.filter(candidate__in=list(people), purpose=Purpose.POOL).values_list(
            "candidate", "expires_at"
        )
    )
    made = []
    for clock, step in due:
        person, law, ends = people[clock.candidate_id], known[clock.pool_law], clock.pool_ends
        assert ends is not None  # noqa: S101  (`ending` asks for it)
        own_end = expiries.get(person.pk)
        zone = _zone_of(person, organisation)
        is_bound = own_end is not None and schedule.local_date(own_end, zone) <= ends
        made.append(
            ExtensionRequest(
                candidate=person,
                ends_on=ends,
                step=step,
                extends_to=months_later(ends, law.pool.months) + timedelta(days=law.pool.days),
                months=law.pool.months,
                moves_with_contact=law.from_contact and not is_bound,
                language=language_for(person.language, organisation.language),
                asked_at=now,
            )
        )
    _make_room(people)
    ExtensionRequest.objects.bulk_create(made, ignore_conflicts=True)
    ours = [request.public_id for request in made]
    written = list(ExtensionRequest.objects.filter(public_id__in=ours).order_by("pk"))
    messages = Message.objects.bulk_create(
        _message(request, people[request.candidate_id], now, organisation) for request in written
    )
    Decision.objects.bulk_create(
        Decision(
            candidate_id=message.candidate_id,
            message=message,
            phase=Decision.Phase.PLANNING,
            at=now,
            allowed=True,
        )
        for message in messages
    )
    return written


def _kept_back_by_merge() -> QuerySet[ExtensionRequest]:
    return ExtensionRequest.objects.filter(
        sent_at=None, messages__state=Message.State.WITHHELD, messages__reason=MERGED
    )


def _make_room(people: Iterable[int]) -> None:
    """Let go of what a merge kept back of these people. The messages stay, with their reason."""
    unasked = list(_kept_back_by_merge().filter(candidate__in=people).values_list("pk", flat=True))
    Message.objects.filter(extension__in=unasked).update(extension=None)
    ExtensionRequest.objects.filter(pk__in=unasked).delete()


def _message(
    request: ExtensionRequest, person: Candidate, now: datetime, organisation: Organisation
) -> Message:
    zone = _zone_of(person, organisation)
    end = datetime.combine(request.ends_on, time(0), tzinfo=zone)  # not on the last day itself
    due_at = schedule.next_send_time(now, zone, Place(person.country, person.region))
    return Message(
        dedupe_key=f"extension:{request.pk}",
        purpose=Message.Purpose.NOTICE,
        candidate=person,
        extension=request,
        priority=3,
        due_at=due_at,
        not_after=min(end, due_at + _LIVES),
    )


def _zone_of(person: Candidate, organisation: Organisation) -> ZoneInfo:
    return schedule.zone_of(person.time_zone, organisation.time_zone)

"""How much may leave in a day: in one colleague's name, and of one campaign (X-31).

Both are promises, so they are counted in the database and an emptied Redis changes nothing. What is
over waits for the sender's next day. Within a day emails in one name leave apart from each other: a
tenth of the day's number at once, and then one after the other at the pace at which the number
lasts for ten hours.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Organisation, User
from engagement import schedule
from engagement.models import Campaign, CampaignDay, Message, SenderDay

JITTER = timedelta(minutes=30)
# So long a day's number lasts, when there is enough to send.
WORKING_DAY: Final = timedelta(hours=10)

# Why a message that is due has not left yet. Codes of the arbiter.
CAMPAIGN_DAY_FULL: Final = "campaign_day_full"
SENDER_DAY_FULL: Final = "sender_day_full"
SPACED: Final = "spaced"
CODES: Final = (CAMPAIGN_DAY_FULL, SENDER_DAY_FULL, SPACED)

_Day = tuple[int, date]


class Wait(NamedTuple):
    """A message that must wait: until when, in its sender's day, and why."""

    message: Message
    at: datetime
    reason: str


def over_limits(
    messages: Iterable[Message], now: datetime, organisation: Organisation
) -> list[Wait]:
    """Return the job emails that must wait, for later today or for tomorrow.

    The others are counted, before they are sent: no number of workers exceeds a limit, and a
    worker that dies leaves the day a little emptier than it could be. What comes to nothing is
    given back by `give_back`.
    """
    waiting: list[Wait] = []
    going: list[Message] = []
    for (key, day), theirs in _grouped(_counted(messages), _campaign_day, now):
        most = ceiling_of(theirs[0].campaign, organisation)
        granted = len(theirs) if most is None else _take_campaign_day(key, day, len(theirs), most)
        going += theirs[:granted]
        waiting += [_for_tomorrow(one, now, CAMPAIGN_DAY_FULL) for one in theirs[granted:]]
    held_up: list[Wait] = []
    for (key, day), theirs in _grouped(going, _sender_day, now):
        granted, places = _take_sender_day(
            key, day, len(theirs), now, midnight(theirs[0].sender, now)
        )
        later, tomorrow = theirs[granted:][: len(places)], theirs[granted + len(places) :]
        held_up += [Wait(one, at, SPACED) for one, at in zip(later, places, strict=True)]
        held_up += [_for_tomorrow(one, now, SENDER_DAY_FULL) for one in tomorrow]
    _give_back_to_campaigns([wait.message for wait in held_up], now)
    return waiting + held_up


def give_back(messages: Iterable[Message], now: datetime) -> None:
    """Take emails that were not sent off their days, and off the room between those that were."""
    unused = list(_counted(messages))
    apart = _apart(settings.JOB_EMAILS_PER_SENDER_PER_DAY)
    each: list[list[Any]] = [
        [count, count * apart, sender, day]
        for (sender, day), count in _each_day(unused, _sender_day, now)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE engagement_senderday SET taken = greatest(0, taken - %s),"
            " paced_until = paced_until - %s WHERE sender_id = %s AND day = %s",
            each,
        )
    _give_back_to_campaigns(unused, now)


def ceiling_of(campaign: Campaign | None, organisation: Organisation) -> int | None:
    """Return how many emails of a campaign may leave in a day: the stricter of its own number and
    the organisation's. None: as many as its sender's name may carry."""
    own = campaign.daily_ceiling if campaign else None
    given = [most for most in (own, organisation.campaign_emails_per_day) if most is not None]
    return min(given, default=None)


def midnight(sender: User | None, now: datetime) -> datetime:
    """Return the sender's next midnight: when a full day is over."""
    return schedule.midnight_after(now, _zone_of(sender))


def jitter() -> timedelta:
    """Return a little while, so that what waited for one morning does not ask all at once."""
    return timedelta(seconds=random.uniform(0, JITTER.total_seconds()))  # noqa: S311  (not a secret)


def at_once(most: int) -> int:
    """Return how many may leave together, of so many in a day: a first batch at least."""
    return max(Campaign.FIRST_BATCH, most // 10)


def _counted(messages: Iterable[Message]) -> list[Message]:
    return [
        message
        for message in messages
        if message.purpose == Message.Purpose.NURTURE and message.sender_id
    ]


def _grouped(
    messages: Iterable[Message], key: Callable[[Message, datetime], _Day], now: datetime
) -> list[tuple[_Day, list[Message]]]:
    groups: dict[_Day, list[Message]] = {}
    for message in messages:
        groups.setdefault(key(message, now), []).append(message)
    return sorted(groups.items(), key=lambda group: group[0])


def _for_tomorrow(message: Message, now: datetime, reason: str) -> Wait:
    return Wait(message, midnight(message.sender, now), reason)


def _sender_day(message: Message, now: datetime) -> _Day:
    assert message.sender_id is not None  # noqa: S101  (`_counted` has looked)
    return message.sender_id, schedule.local_date(now, _zone_of(message.sender))


def _campaign_day(message: Message, now: datetime) -> _Day:
    assert message.campaign_id is not None  # noqa: S101  (every job email has one)
    return message.campaign_id, schedule.local_date(now, _zone_of(message.sender))


def _zone_of(sender: User | None) -> ZoneInfo:
    return schedule.zone_of(sender.time_zone if sender else "")


@transaction.atomic
def _take_campaign_day(campaign: int, day: date, wanted: int, most: int) -> int:
    CampaignDay.objects.bulk_create(
        [CampaignDay(campaign_id=campaign, day=day)], ignore_conflicts=True
    )
    row = CampaignDay.objects.select_for_update(of=("self",)).get(campaign_id=campaign, day=day)
    granted = max(0, min(wanted, most - row.taken))
    row.taken += granted
    row.save(update_fields=["taken"])
    return granted


@transaction.atomic
def _take_sender_day(
    sender: int, day: date, wanted: int, now: datetime, ends_at: datetime
) -> tuple[int, list[datetime]]:
    """Return how many may leave now, and the places later today of some of the others.

    A place is no promise: whoever has it asks again then. It only keeps all from asking at once.
    """
    SenderDay.objects.bulk_create([SenderDay(sender_id=sender, day=day)], ignore_conflicts=True)
    row = SenderDay.objects.select_for_update(of=("self",)).get(sender_id=sender, day=day)
    most = settings.JOB_EMAILS_PER_SENDER_PER_DAY
    apart, burst = _apart(most), at_once(most)
    paced = max(row.paced_until or now, now)
    room = (now + burst * apart - paced) // apart
    granted = max(0, min(wanted, most - row.taken, room))
    row.taken += granted
    row.paced_until = paced + granted * apart
    places: list[datetime] = []
    if granted < wanted:
        next_one = max(now, row.paced_until - (burst - 1) * apart)
        begin = max(next_one, row.line_until + apart) if row.line_until else next_one
        in_line = -((next_one - begin) // apart)
        free = max(0, min(wanted - granted, most - row.taken - in_line))
        places = [at for at in (begin + n * apart for n in range(free)) if at < ends_at]
        row.line_until = places[-1] if places else row.line_until
    row.save(update_fields=["taken", "paced_until", "line_until"])
    return granted, places


def _give_back_to_campaigns(messages: list[Message], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE engagement_campaignday SET taken = greatest(0, taken - %s)"
            " WHERE campaign_id = %s AND day = %s",
            [
                (count, campaign, day)
                for (campaign, day), count in _each_day(messages, _campaign_day, now)
            ],
        )


def _each_day(
    messages: list[Message], key: Callable[[Message, datetime], _Day], now: datetime
) -> list[tuple[_Day, int]]:
    return sorted(Counter(key(message, now) for message in messages).items())


def _apart(most: int) -> timedelta:
    return WORKING_DAY / max(1, most)

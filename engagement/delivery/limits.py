"""How much mail may leave now: for the mail server, for one domain, in one colleague's name.

The first two are token buckets in Redis. They are manners, not promises, so they may be lost: an
emptied Redis begins with one second's worth, and while there is none at all a trickle goes. What
one colleague sends in a day is a promise, and is counted in the database.
"""

import logging
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from redis import Redis
from redis.exceptions import RedisError

from engagement import schedule
from engagement.models import Message, SenderDay

logger = logging.getLogger(__name__)

BURST_SECONDS = 10  # a bucket that nobody used for a while holds this much
_KEEP_MS = 600_000
JITTER = timedelta(minutes=30)

# One round trip for any number of buckets. A bucket that is not there holds one second's worth.
_TAKE = """
local now = tonumber(ARGV[1])
local granted = {}
for i, key in ipairs(KEYS) do
  local rate, wanted = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local held = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(held[1]) or rate
  local since = math.max(0, now - (tonumber(held[2]) or now))
  tokens = math.min(rate * %(burst)d, tokens + since * rate / 1000)
  local given = math.min(wanted, math.floor(tokens))
  redis.call('HSET', key, 'tokens', tostring(tokens - given), 'at', now)
  redis.call('PEXPIRE', key, %(keep)d)
  granted[i] = given
end
return granted
""" % {"burst": BURST_SECONDS, "keep": _KEEP_MS}  # noqa: UP031  (braces are Lua's here)


def take_for_server(wanted: int, now: datetime) -> int:
    """Return how many emails may leave now, at most `wanted`. What is not used is not lost: a
    negative number gives it back."""
    return _take({"server": (settings.MAIL_PER_SECOND, wanted)}, now)["server"]


def over_domain_limit(messages: list[Message], now: datetime) -> list[Message]:
    """Return those of `messages` that must wait because their domain had enough for now."""
    by_domain: dict[str, list[Message]] = {}
    for message in messages:
        by_domain.setdefault(message.address.rpartition("@")[2].casefold(), []).append(message)
    rate = settings.MAIL_PER_SECOND_PER_DOMAIN
    granted = _take({f"to:{d}": (rate, len(them)) for d, them in by_domain.items()}, now)
    return [m for domain, them in by_domain.items() for m in them[granted[f"to:{domain}"] :]]


def _take(wanted: dict[str, tuple[int, int]], now: datetime) -> dict[str, int]:
    if not wanted:
        return {}
    arguments = [int(now.timestamp() * 1000)]
    for rate, count in wanted.values():
        arguments += [rate, count]
    keys = [cache.make_key(f"mail:{name}") for name in wanted]
    try:
        granted = _redis().eval(_TAKE, len(keys), *keys, *arguments)
    except (RedisError, OSError):
        logger.warning("redis is not there: mail leaves as a trickle")
        granted = [min(count, max(1, rate // 10)) for rate, count in wanted.values()]
    return dict(zip(wanted, (int(count) for count in granted), strict=True))


def over_sender_limit(messages: Iterable[Message], now: datetime) -> list[Message]:
    """Return the job emails that must wait until tomorrow: their sender's day is full.

    The others are counted, before they are sent: no number of workers exceeds the limit, and a
    worker that dies leaves the day a little emptier than it could be. What comes to nothing is
    given back by `give_back`.
    """
    by_day: dict[tuple[int, date], list[Message]] = {}
    for message in messages:
        if message.purpose == Message.Purpose.NURTURE and message.sender_id:
            by_day.setdefault(_day_of(message, now), []).append(message)
    waiting: list[Message] = []
    for (sender, day), theirs in sorted(by_day.items()):
        granted = _take_day(sender, day, len(theirs))
        waiting += theirs[granted:]
    return waiting


def give_back(messages: Iterable[Message], now: datetime) -> None:
    """Take emails that were not sent off their senders' days."""
    unused: Counter[tuple[int, date]] = Counter(
        _day_of(message, now)
        for message in messages
        if message.purpose == Message.Purpose.NURTURE and message.sender_id
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE engagement_senderday SET taken = greatest(0, taken - %s)"
            " WHERE sender_id = %s AND day = %s",
            [(count, sender, day) for (sender, day), count in sorted(unused.items())],
        )


def tomorrow(message: Message, now: datetime) -> datetime:
    """Return the sender's next midnight: when a full day is over."""
    zone = schedule.zone_of(message.sender.time_zone if message.sender else "")
    return schedule.midnight_after(now, zone)


def jitter() -> timedelta:
    """Return a little while, so that what waited for one morning does not leave all at once."""
    return timedelta(seconds=random.uniform(0, JITTER.total_seconds()))  # noqa: S311  (not a secret)


def _day_of(message: Message, now: datetime) -> tuple[int, date]:
    assert message.sender_id is not None  # noqa: S101  (the callers have looked)
    zone = schedule.zone_of(message.sender.time_zone if message.sender else "")
    return message.sender_id, schedule.local_date(now, zone)


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


@transaction.atomic
def _take_day(sender: int, day: date, wanted: int) -> int:
    SenderDay.objects.bulk_create([SenderDay(sender_id=sender, day=day)], ignore_conflicts=True)
    row = SenderDay.objects.select_for_update().get(sender_id=sender, day=day)
    granted: int = max(0, min(wanted, settings.JOB_EMAILS_PER_SENDER_PER_DAY - row.taken))
    row.taken += granted
    row.save(update_fields=["taken"])
    return granted

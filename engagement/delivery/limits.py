"""How much mail may leave now: for the mail server, and for one domain.

These are token buckets in Redis. They are manners, not promises, so they may be lost: an emptied
Redis begins with one second's worth, and while there is none at all a trickle goes. What may leave
in a day is a promise, and is counted in the database (`delivery.days`).
"""

import logging
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from redis import Redis
from redis.exceptions import RedisError

from engagement.models import Message

logger = logging.getLogger(__name__)

BURST_SECONDS = 10  # a bucket that nobody used for a while holds this much
_KEEP_MS = 600_000

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


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)

"""Slows down whoever guesses passwords. Counts live in Redis and may be lost at any moment.

Each attempt is counted *before* the password is looked at, so a hundred attempts at once pass no
limit. Keys are keyed hashes: neither an address nor a network address is stored.

- Redis full of knowledge: five attempts for one address from one network address, fifty for an
  address or a network address as a whole, each within a quarter of an hour.
- Redis emptied: it has forgotten who failed, so for the first quarter of an hour two, not five.
- Redis away: everybody may sign in, one second late.
"""

from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WINDOW = 15 * 60
PAIR_LIMIT = 5
PAIR_LIMIT_AFTER_EMPTYING = 2
WIDE_LIMIT = 50
DELAY_WITHOUT_REDIS = 1.0


@dataclass(frozen=True)
class Verdict:
    """May this attempt be made? `retry_after` in seconds when not; `delay` before it is made."""

    allowed: bool = True
    retry_after: int = 0
    delay: float = 0.0


def too_many(wait: int) -> str:
    """Say how long to wait, as a sentence. wait: seconds."""
    minutes = -(-wait // 60)
    words = "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"Too many attempts. Try again in {words}."


def client_address(request: HttpRequest) -> str:
    """The network address of the browser: the proxy's word for it where a proxy is declared."""
    if settings.SECURE_PROXY:
        forwarded: str = request.headers.get("X-Forwarded-For", "")
        if forwarded:
            return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def count_attempt(email: str, address: str) -> Verdict:
    """Count one attempt and say whether it may be made."""
    try:
        return _count(email, address)
    except redis.RedisError:
        return Verdict(delay=DELAY_WITHOUT_REDIS)


def forget_attempts(email: str, address: str) -> None:
    """After a right password: the attempts of this address from this browser's network end."""
    try:
        client().delete(_keys(email, address)[0])
    except redis.RedisError:
        return


def _count(email: str, address: str) -> Verdict:
    server = client()
    keys = _keys(email, address)
    pipe = server.pipeline()
    pipe.set(_key("known"), 1, nx=True)
    pipe.exists(_key("fresh"))
    for key in keys:
        pipe.incr(key)
        pipe.expire(key, WINDOW, nx=True)
        pipe.ttl(key)
    was_emptied, is_fresh, *rest = pipe.execute()
    if was_emptied:
        server.set(_key("fresh"), 1, ex=WINDOW)
    pair_limit = PAIR_LIMIT_AFTER_EMPTYING if was_emptied or is_fresh else PAIR_LIMIT
    limits = (pair_limit, WIDE_LIMIT, WIDE_LIMIT)
    counts, waits = rest[0::3], rest[2::3]
    over = [wait for count, limit, wait in zip(counts, limits, waits, strict=True) if count > limit]
    return Verdict(allowed=not over, retry_after=max(over, default=0))


def _keys(email: str, address: str) -> list[str]:
    email = email.strip().lower()
    return [_key("pair", email, address), _key("email", email), _key("address", address)]


def _key(name: str, *secret: str) -> str:
    digest = salted_hmac("accounts.throttle", "\n".join(secret), algorithm="sha256").hexdigest()
    return cache.make_key(f"sign-in:{name}:{digest}")


def client() -> "redis.Redis":
    """Return the client of our Redis, which gives up after a second."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=1)
def _client(url: str) -> "redis.Redis":
    """One for a process: its threads share the connections, and a fork makes new ones."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=1, socket_timeout=1, decode_responses=True
    )

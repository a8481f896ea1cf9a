"""How much strangers may send: so many in a stretch of time from one address, or one network.

The counts are in the database, so an emptied Redis lets nobody through. Redis stands before it: who
is over a limit is told so without asking the database, so that a flood costs little. Without Redis
everything counts as before, a little slower. Keys are keyed hashes: no address is stored.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import redis
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from accounts import throttle
from accounts.models import RateCount

_COUNT = """
INSERT INTO accounts_ratecount AS had (digest, ends_at, count)
SELECT digest, ends_at, 1 FROM unnest(%s::text[], %s::timestamptz[]) AS asked(digest, ends_at)
 WHERE %s OR set_config('synchronous_commit', 'off', true) = 'off'
 ORDER BY digest
    ON CONFLICT (digest) DO UPDATE
   SET count = CASE WHEN had.ends_at <= %s THEN 1 ELSE had.count + 1 END,
       ends_at = CASE WHEN had.ends_at <= %s THEN excluded.ends_at ELSE had.ends_at END
RETURNING digest, count, ends_at
"""


@dataclass(frozen=True)
class Limit:
    """At most `most` in `seconds`, for each `whom`."""

    name: str
    most: int
    seconds: int = 3600


def count(*asked: tuple[Limit, str]) -> int:
    """Count one for each limit and whom. Returns the seconds to wait; 0: it may be done.

    Call it outside a transaction: the count must stay when what was asked for fails.
    """
    limits = {_digest(limit, whom): limit for limit, whom in asked}
    if wait := _known_to_wait(list(limits)):
        return wait
    now = timezone.now()
    ends = [now + timedelta(seconds=limit.seconds) for limit in limits.values()]
    with connection.cursor() as cursor:
        # A crash may forget the counts of its last second, so nobody waits here for the disk.
        is_inside = connection.in_atomic_block  # then the setting would be that of all in there
        cursor.execute(_COUNT, [list(limits), ends, is_inside, now, now])
        rows = cursor.fetchall()
    over = {
        digest: _seconds(ends_at - now)
        for digest, number, ends_at in rows
        if number > limits[digest].most
    }
    if over:
        _remember(over)
    return max(over.values(), default=0)


def network_of(request: HttpRequest) -> str:
    """Return where a request comes from; of an IPv6 address the part that one house has."""
    text = throttle.client_address(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def in_words(wait: int) -> str:
    """Say how long to wait. wait: seconds."""
    minutes = -(-wait // 60)
    return ngettext("a minute", "{minutes} minutes", minutes).format(minutes=minutes)


def forget(now: datetime) -> int:
    """Delete counts whose time is over. Returns how many."""
    gone, _ = RateCount.objects.filter(ends_at__lte=now).delete()
    return gone


def _known_to_wait(digests: list[str]) -> int:
    try:
        pipe = throttle.client().pipeline()
        for digest in digests:
            pipe.ttl(_key(digest))
        waits: list[int] = pipe.execute()
        return max(0, *waits)
    except redis.RedisError:
        return 0


def _remember(over: dict[str, int]) -> None:
    try:
        pipe = throttle.client().pipeline()
        for digest, wait in over.items():
            pipe.set(_key(digest), 1, ex=wait)
        pipe.execute()
    except redis.RedisError:
        return


def _seconds(length: timedelta) -> int:
    return max(1, ceil(length.total_seconds()))


def _digest(limit: Limit, whom: str) -> str:
    secret = f"{limit.name}\n{whom.strip().casefold()}"
    return salted_hmac("accounts.limits", secret, algorithm="sha256").hexdigest()


def _key(digest: str) -> str:
    return cache.make_key(f"limit:{digest}")

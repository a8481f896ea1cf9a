"""Counting the members of large pools, so that no page has to. What is kept is only shown."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from candidates import pool_health
from candidates.models import PoolCount, PoolMembership, TalentPool

EVERY = timedelta(minutes=10)  # what people allow changes by itself, too


def count_due(now: datetime) -> int:
    """Count the pools whose numbers are to be counted, one by one. Returns how many."""
    pools = due(now)
    for pool in pools:
        count_pool(pool, now)
    return len(pools)


def count_pool(pool: TalentPool, now: datetime) -> PoolCount | None:
    """Count one pool and keep the numbers. A small one is counted for each page, and not kept.

    Of two that count at once the later one stays: both counted something that was true.
    """
    if not pool_health.large_of([pool]):
        PoolCount.objects.filter(pool=pool).delete()
        return None
    parts = pool_health.parts_of(pool_health.health_of([pool], now)[pool.pk])
    kept, _ = PoolCount.objects.update_or_create(pool=pool, defaults=parts | {"counted_at": now})
    return kept


def due(now: datetime) -> list[TalentPool]:
    """Return open pools to be counted: large ones without numbers first, then those whose members
    came or left since, or whose numbers are ten minutes old."""
    counted_at = OuterRef("counts__counted_at")
    rows = PoolMembership.objects.filter(pool=OuterRef("pk"))
    changed = Exists(rows.members().filter(at__gt=counted_at)) | Exists(
        rows.past().filter(left_at__gt=counted_at)
    )
    pools = TalentPool.objects.open()
    new = pool_health.large_of(pools.filter(counts=None))
    old = pools.filter(Q(counts__counted_at__lte=now - EVERY) | Q(changed))
    return new + list(old.order_by(F("counts__counted_at"), "pk"))

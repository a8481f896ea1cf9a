"""Talent pools, and who comes and goes. Each locks the pool first, then the people by their keys.

A living pool fills by `refresh`: set-based, and safe at any time, any number of times.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates import timeline
from candidates.identity import tidy_name
from candidates.models import Candidate, PoolMembership, TalentPool
from candidates.models.people import CandidateQuerySet

AT_ONCE = 2000
NO_LONGER_FOUND = "No longer found by the search."
State, How = PoolMembership.State, PoolMembership.How


@transaction.atomic
def create_pool(*, by: User, name: str, **fields: Any) -> TalentPool:
    """Make a pool.

    Raises ValidationError: no name, or one that an open pool has already.
    """
    name = _checked(name)
    pool = TalentPool.objects.create(name=name, **{"owner": by} | fields)
    audit.record(by, "pool.created", pool, name=["", name], kind=["", pool.kind])
    return pool


@transaction.atomic
def change_pool(
    pool: TalentPool, *, by: User, name: str, was: Mapping[str, Any] | None = None, **fields: Any
) -> TalentPool:
    """Change what a pool is called, for whom it is, and how it fills. Its kind stays.

    was: what the form was made from, as far as it says.

    Raises ValidationError: no name, one that another open pool has, or somebody else changed
    meanwhile what is to be something else now (`conflict`).
    """
    pool = TalentPool.objects.locked(pool.pk)
    values = {"name": _checked(name, pool), **fields}
    for key, before in (was or {}).items():
        if getattr(pool, key) not in (before, values.get(key)):
            raise ValidationError("Somebody else changed this pool meanwhile.", code="conflict")
    changed = {key: value for key, value in values.items() if getattr(pool, key) != value}
    if not changed:
        return pool
    before = {key: str(getattr(pool, key)) for key in changed}
    for key, value in changed.items():
        setattr(pool, key, value)
    pool.save(update_fields=list(changed))
    told = {key: [before[key], str(value)] for key, value in changed.items() if key != "query"}
    audit.record(by, "pool.changed", pool, **told)
    return pool


@transaction.atomic
def close_pool(pool: TalentPool, *, by: User) -> TalentPool:
    """Put a pool away. It fills no more; who is in it stays known, and it can be opened again."""
    pool = TalentPool.objects.locked(pool.pk)
    if pool.closed_at is None:
        pool.closed_at = timezone.now()
        pool.save(update_fields=["closed_at"])
        audit.record(by, "pool.closed", pool)
    return pool


@transaction.atomic
def reopen_pool(pool: TalentPool, *, by: User) -> TalentPool:
    """Open a pool again.

    Raises ValidationError: another open pool has its name now.
    """
    pool = TalentPool.objects.locked(pool.pk)
    if pool.closed_at is not None:
        _checked(pool.name, pool)
        pool.closed_at = None
        pool.save(update_fields=["closed_at"])
        audit.record(by, "pool.reopened", pool)
    return pool


@transaction.atomic
def add_people(
    pool: TalentPool, people: CandidateQuerySet, *, by: User, how: str = How.HAND
) -> list[int]:
    """Take people into a pool. Returns the keys of those who were not in it.

    people: visible to `by`, of a size that one transaction can hold. Who was proposed, left or was
    kept out comes in: a colleague says so.

    Raises ValidationError: the pool is closed.
    """
    pool = _open(pool)
    ids = _locked_people(people)
    members = pool.memberships.members().filter(candidate__in=ids)
    have = set(members.values_list("candidate", flat=True))
    new = [pk for pk in ids if pk not in have]
    if not new:
        return []
    facts: dict[str, Any] = {
        "state": State.MEMBER,
        "how": how,
        "by": by,
        "at": timezone.now(),
        "left_at": None,
        "reason": "",
        "kept_out": False,
    }
    PoolMembership.objects.bulk_create(
        (PoolMembership(pool=pool, candidate_id=pk, **facts) for pk in new),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["pool", "candidate"],
        update_fields=list(facts),
    )
    _remember(pool, new, "joined", f"Joined the talent pool “{pool}”.", by=by)
    return new


@transaction.atomic
def remove_people(
    pool: TalentPool, people: CandidateQuerySet, *, by: User, reason: str = ""
) -> list[int]:
    """Take people out of a pool. Its search does not bring them back. Returns who was in it.

    Raises ValidationError: the pool is closed.
    """
    pool = _open(pool)
    ids = _locked_people(people.filter(pools__pool=pool, pools__state=State.MEMBER))
    if not ids:
        return []
    pool.memberships.filter(candidate__in=ids).update(
        state=State.LEFT, left_at=timezone.now(), reason=reason, by=by, kept_out=True
    )
    _remember(pool, ids, "left", f"Left the talent pool “{pool}”.", by=by)
    return ids


@transaction.atomic
def approve(pool: TalentPool, people: CandidateQuerySet, *, by: User) -> list[int]:
    """Take in people whom the search proposed. Returns the keys of those who waited.

    Raises ValidationError: the pool is closed.
    """
    pool = _open(pool)
    ids = _locked_people(people.filter(pools__pool=pool, pools__state=State.PROPOSED))
    if ids:
        pool.memberships.filter(candidate__in=ids).update(
            state=State.MEMBER, at=timezone.now(), by=by
        )
        _remember(pool, ids, "joined", f"Joined the talent pool “{pool}”.", by=by)
    return ids


@transaction.atomic
def decline(pool: TalentPool, people: CandidateQuerySet, *, by: User) -> list[int]:
    """Say no to proposals; the search makes them not again. Returns whose they were.

    Raises ValidationError: the pool is closed.
    """
    pool = _open(pool)
    waiting = pool.memberships.proposed().filter(candidate__in=people.order_by().values("pk"))
    ids = list(waiting.values_list("candidate", flat=True))
    if ids:
        waiting.update(state=State.DECLINED, by=by, kept_out=True, left_at=timezone.now())
        audit.record(by, "pool.declined", pool, people=["", str(len(ids))])
    return ids


@transaction.atomic
def refresh(pool: TalentPool, found: CandidateQuerySet, now: datetime) -> dict[str, int]:
    """Bring a living pool in line with whom its search finds. Returns how many came and went.

    Whoever was taken out by hand, or declined, does not come back. A search that finds nobody
    empties nothing: more likely one of its conditions is gone.
    """
    pool = TalentPool.objects.locked(pool.pk)
    if not pool.is_living or pool.closed_at is not None:
        return {"came": 0, "went": 0}
    found_ids = found.order_by().values("pk")
    state = State.MEMBER if pool.joins_by_itself else State.PROPOSED
    there = pool.memberships.exclude(state=State.LEFT, kept_out=False)
    fresh = found.order_by("pk").exclude(pk__in=there.values("candidate"))
    new = list(fresh.values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "state": state,
        "how": How.RULE,
        "by": None,
        "at": now,
        "left_at": None,
        "reason": "",
    }
    PoolMembership.objects.bulk_create(
        (PoolMembership(pool=pool, candidate_id=pk, **facts) for pk in new),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["pool", "candidate"],
        update_fields=list(facts),
    )
    if pool.joins_by_itself and new:
        text = f"Joined the talent pool “{pool}”: its search finds them."
        _remember(pool, new, "joined", text, by="talent pool")
    gone: list[int] = []
    if found.exists():
        pool.memberships.proposed().exclude(candidate__in=found_ids).delete()
        if pool.leaves_by_itself:
            gone = _let_go(pool, found_ids, now)
    pool.refreshed_at = now
    pool.save(update_fields=["refreshed_at"])
    return {"came": len(new), "went": len(gone)}


def facts_of(row: PoolMembership | None) -> dict[str, Any] | None:
    """Return how somebody stands to a pool, as JSON: what `restore` needs. None: not at all."""
    if row is None:
        return None
    return {
        "state": row.state,
        "how": row.how,
        "by": row.by_id,
        "at": row.at.isoformat(),
        "left_at": row.left_at.isoformat() if row.left_at else None,
        "reason": row.reason,
        "kept_out": row.kept_out,
    }


def restore(pool: TalentPool, before: dict[int, dict[str, Any] | None]) -> None:
    """Give people exactly the row they had. For actions that hold the pool and said the rest.

    before: candidate key → what `facts_of` returned.
    """
    changed = []
    rows = pool.memberships.filter(candidate__in=before)
    for row in rows:
        if facts := before[row.candidate_id]:
            row.state, row.how, row.by_id = facts["state"], facts["how"], facts["by"]
            row.at, row.reason = datetime.fromisoformat(facts["at"]), facts["reason"]
            row.left_at = datetime.fromisoformat(facts["left_at"]) if facts["left_at"] else None
            row.kept_out = facts["kept_out"]
            changed.append(row)
    PoolMembership.objects.bulk_update(
        changed, ["state", "how", "by", "at", "left_at", "reason", "kept_out"]
    )
    rows.exclude(pk__in=[row.pk for row in changed]).delete()


def _let_go(pool: TalentPool, found_ids: Any, now: datetime) -> list[int]:
    """Let those leave whom the search brought and no longer finds."""
    rows = pool.memberships.members().filter(how=How.RULE).exclude(candidate__in=found_ids)
    ids = list(rows.values_list("candidate", flat=True))
    if ids:
        rows.update(state=State.LEFT, left_at=now, reason=NO_LONGER_FOUND)
        text = f"Left the talent pool “{pool}”: its search no longer finds them."
        _remember(pool, ids, "left", text, by="talent pool")
    return ids


def _checked(name: str, own: TalentPool | None = None) -> str:
    name = tidy_name(name)
    if not name:
        raise ValidationError("A pool needs a name.", code="no_name")
    others = TalentPool.objects.open()
    if own is not None:
        others = others.exclude(pk=own.pk)
    if others.filter(name__iexact=name).exists():
        raise ValidationError(
            "There is a pool of that name. Add to it, or choose another name.", code="taken"
        )
    return name


def _open(pool: TalentPool) -> TalentPool:
    pool = TalentPool.objects.locked(pool.pk)
    if pool.closed_at is not None:
        raise ValidationError("This pool is closed. Open it first.", code="closed")
    return pool


def _locked_people(people: CandidateQuerySet) -> list[int]:
    """Lock the live ones among `people` and return their keys."""
    chosen = Candidate.objects.live().filter(pk__in=people.order_by().values("pk"))
    rows = chosen.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(rows.values_list("pk", flat=True))


def _remember(pool: TalentPool, ids: list[int], what: str, text: str, *, by: User | str) -> None:
    """Write a line on each timeline, and one audit entry; about a single person it says whom."""
    timeline.remember_many(ids, f"pool.{what}", text, by=by, pool=str(pool.public_id))
    only = {"person": ["", str(ids[0])]} if len(ids) == 1 else {}
    audit.record(by, f"pool.{what}", pool, people=["", str(len(ids))], **only)

"""Three talent pools of the demo company: one by hand, one that asks, one that fills by itself.

A fourth gets letters twice a year: `campaigns`.
"""

from datetime import datetime, timedelta

from accounts.models import User
from applications.models import Application
from candidates.models import Activity, Candidate, PoolMembership, TalentPool
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

State, How = PoolMembership.State, PoolMembership.How
FINAL = 4  # milestone


def write(streams: Streams, company: Company, anchor: datetime) -> None:
    _silver(streams, company, anchor)
    _nantes(streams, company, anchor)
    _kingston(streams, company, anchor)


def _silver(streams: Streams, company: Company, anchor: datetime) -> None:
    """By hand: people who came far. Each joined a day after they were told."""
    pool = TalentPool.objects.create(
        public_id=streams.uid("pool", "silver"),
        name="Silver medalists",
        description="Reached the final round and were not hired. Call them first.",
        owner=company.users["mina"],
        created_at=anchor - timedelta(days=400),
    )
    since = pool.created_at
    far = Application.objects.filter(
        furthest__gte=FINAL, outcome="rejected", closed_at__gt=since, closed_at__lt=anchor
    )
    rows = {
        application.candidate: min(application.closed_at + timedelta(hours=3), anchor)
        for application in far.select_related("candidate").order_by("closed_at", "pk")
        if application.closed_at
        and streams.of("silver", str(application.candidate.public_id)).random() < 0.8
    }
    join(pool, list(rows.items()), by=company.users["mina"])


def _nantes(streams: Streams, company: Company, anchor: datetime) -> None:
    """Living, with approval: some are in, a few were declined, the newest wait."""
    pool = TalentPool.objects.create(
        public_id=streams.uid("pool", "nantes"),
        name="Around Nantes",
        description="For the blade workshop that opens in spring.",
        kind=TalentPool.Kind.LIVING,
        query="country=FR",
        owner=company.users["jonas"],
        created_at=anchor - timedelta(days=90),
        refreshed_at=anchor - timedelta(minutes=4),
    )
    found = list(Candidate.objects.live().filter(country="FR").order_by("created_at", "pk"))
    waiting = max(3, len(found) // 8)
    older, newest = found[:-waiting], found[-waiting:]
    declined = older[3::11]
    members = [person for person in older if person not in declined]
    start = pool.created_at + timedelta(hours=2)
    came = [(person, max(start, person.created_at)) for person in members]
    join(pool, came, by=company.users["jonas"], how=How.RULE)
    insert(
        PoolMembership,
        [
            PoolMembership(
                pool=pool,
                candidate=person,
                state=State.DECLINED,
                how=How.RULE,
                by=company.users["jonas"],
                at=start,
                left_at=start + timedelta(minutes=20),
                kept_out=True,
            )
            for person in declined
        ],
    )
    insert(
        PoolMembership,
        [
            PoolMembership(
                pool=pool,
                candidate=person,
                state=State.PROPOSED,
                how=How.RULE,
                at=max(person.created_at, anchor - timedelta(days=position + 1)),
            )
            for position, person in enumerate(reversed(newest))
        ],
    )


def _kingston(streams: Streams, company: Company, anchor: datetime) -> None:
    """Living, joining by themselves; whoever moves away leaves."""
    pool = TalentPool.objects.create(
        public_id=streams.uid("pool", "kingston"),
        name="Kingston and Ontario",
        kind=TalentPool.Kind.LIVING,
        query="country=CA",
        joins_by_itself=True,
        leaves_by_itself=True,
        owner=company.users["mina"],
        created_at=anchor - timedelta(days=200),
        refreshed_at=anchor - timedelta(minutes=4),
    )
    found = Candidate.objects.live().filter(country="CA").order_by("created_at", "pk")
    came = [(person, max(pool.created_at, person.created_at)) for person in found]
    join(pool, came, by=None, how=How.RULE)


def join(
    pool: TalentPool,
    came: list[tuple[Candidate, datetime]],
    *,
    by: User | None,
    how: str = How.HAND,
) -> None:
    """Write that people joined, each at a moment. by: nobody where they joined by themselves."""
    insert(
        PoolMembership,
        [
            PoolMembership(pool=pool, candidate=person, state=State.MEMBER, how=how, by=by, at=at)
            for person, at in came
        ],
    )
    said = ": its search finds them." if by is None else "."
    insert(
        Activity,
        [
            Activity(
                candidate=person,
                group=Activity.Group.RECORD,
                kind="pool.joined",
                at=at,
                actor=str(by) if by else "talent pool",
                text=f"Joined the talent pool “{pool}”{said}",
                data={"pool": str(pool.public_id)},
            )
            for person, at in came
        ],
    )

"""What ran in the background of the demo company in the last weeks: ended, one of it in failure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from candidates.bulk import persons
from candidates.models import Candidate, CandidateTag, PoolMembership, Tag, Work, WorkItem
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

LATER = "They had this tag already."


def write(streams: Streams, company: Company, anchor: datetime) -> None:
    """Write them oldest first, as they would have come."""
    with_time = sorted(_told(streams, company, anchor), key=lambda one: one[0].created_at)
    for work, items in with_time:
        work.save()
        insert(WorkItem, items)


def _told(
    streams: Streams, company: Company, anchor: datetime
) -> Iterator[tuple[Work, list[WorkItem]]]:
    tags = Tag.objects.order_by("name")
    for number, tag in enumerate(tags):
        have = (
            CandidateTag.objects.filter(tag=tag).order_by("pk").values_list("candidate", flat=True)
        )
        yield from _ended(
            streams, company, anchor - timedelta(days=3 * number + 1, hours=2),
            kind="tag", title=f"Tag {{}} “{tag}”", people=list(have)[:40], left=2 + number % 3,
            values={"tag": tag.pk}, by="jonas" if number % 2 else "mina",
        )  # fmt: skip
    for number, key in enumerate(("mina", "jonas")):
        owned = Candidate.objects.filter(owner=company.users[key]).order_by("pk")
        yield from _ended(
            streams, company, anchor - timedelta(days=5 * number + 2, hours=4),
            kind="owner", title=f"Hand {{}} to {company.users[key]}",
            people=list(owned.values_list("pk", flat=True)[:30]),
            values={"owner": company.users[key].pk}, by=key,
        )  # fmt: skip
    silver = PoolMembership.objects.filter(pool__name="Silver medalists").order_by("pk")
    yield from _ended(
        streams, company, anchor - timedelta(days=9, hours=1),
        kind="export", title="Export {}", people=list(silver.values_list("candidate", flat=True)),
        values={"columns": ["work", "place"]}, by="mina",
    )  # fmt: skip
    yield _failed(streams, company, anchor - timedelta(days=1, hours=3))


def _ended(
    streams: Streams,
    company: Company,
    at: datetime,
    *,
    kind: str,
    title: str,
    people: list[int],
    values: dict[str, object],
    by: str,
    left: int = 0,
) -> Iterator[tuple[Work, list[WorkItem]]]:
    if not people:
        return  # a small company may have nobody for it
    left = min(left, len(people) - 1)
    work = Work(
        public_id=streams.uid("work", f"{kind} {title}"),
        kind=kind,
        title=title.format(persons(len(people))),
        by=company.users[by],
        values=values,
        state=Work.State.DONE,
        total=len(people),
        ok=len(people) - left,
        skipped=left,
        created_at=at,
        started_at=at + timedelta(seconds=1),
        ended_at=at + timedelta(seconds=2 + len(people) // 20),
    )
    items = _items(work, people[left:], result="ok")
    yield work, items + _items(work, people[:left], result="skipped", reason=LATER)


def _failed(streams: Streams, company: Company, at: datetime) -> tuple[Work, list[WorkItem]]:
    """Broke off in the middle: trying again really does the rest."""
    jonas = company.users["jonas"]
    done = list(Candidate.objects.filter(owner=jonas).order_by("-pk").values_list("pk", flat=True))
    free = Candidate.objects.live().filter(owner=None).order_by("-pk")
    rest = list(free.values_list("pk", flat=True)[:12])
    done = done[:20]
    total = len(done) + len(rest)
    work = Work(
        public_id=streams.uid("work", "failed"),
        kind="owner",
        title=f"Hand {persons(total)} to {jonas}",
        by=jonas,
        values={"owner": jonas.pk},
        state=Work.State.FAILED,
        problem=(
            f"It broke off 3 times at the same place, after {len(done)} of {total}. What was done"
            " before stays. Try again; if it breaks off once more, ask whoever runs this"
            " installation."
        ),
        total=total,
        ok=len(done),
        created_at=at,
        started_at=at + timedelta(seconds=1),
        ended_at=at + timedelta(minutes=4),
    )
    return work, [*_items(work, done, result="ok"), *_items(work, rest)]


def _items(work: Work, people: Iterable[int], **facts: str) -> list[WorkItem]:
    return [WorkItem(work=work, candidate_id=pk, **facts) for pk in people]

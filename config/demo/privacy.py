"""What the privacy officer of the demo company has on her pages: archive, holds, one small plan.

The company has run its retention all along: whoever would be due today was asked in time and said
yes, was told, or rests in the archive. So a nightly run finds the staged cases and nobody else.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Max

from accounts.models import User
from candidates import clock_words, clocks
from candidates.actions.retention import make_plan
from candidates.clocks import Clock
from candidates.models import (
    Activity,
    ArchiveReason,
    Basis,
    Candidate,
    GroundEvent,
    LegalHold,
    Purpose,
    RetentionPlan,
)
from config.demo import texts
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert

STAGED = 4  # whose time is over tonight
IN_A_CLAIM = "cast:t_lindqvist"
MATTERS = (
    ("Claim 14/2026", "She claims that the job was filled before it was closed."),
    ("Claim 9/2026", "The tribunal asked for the record of the procedure."),
    ("Request of the labour inspectorate", "They look at all procedures of that spring."),
)


def write(
    people: list[Person], rows: dict[str, Candidate], officer: User, anchor: datetime
) -> None:
    needed = {rows[person.key].pk for person in people if HELD_BACK in person.skills}
    claimant = rows[IN_A_CLAIM]
    _tell(_due(anchor), anchor)
    due = [clock for clock in _due(anchor) if clock.candidate_id != claimant.pk]
    archived = [c for c in due if c.due == "archive" and c.candidate_id not in needed]
    others = [clock for clock in due if clock not in archived]
    staged = [clock for clock in others if clock.candidate_id not in needed][:STAGED]
    _ask([clock for clock in others if clock not in staged], anchor)
    _archive([(c.candidate_id, clock_words.ARCHIVED_FOR[c.why]) for c in archived], anchor)
    _archive([(claimant.pk, ArchiveReason.ASKED)], anchor)
    held = [claimant.pk, *islice((clock.candidate_id for clock in archived), 2)]
    for pk, (matter, reason) in zip(held, MATTERS, strict=False):
        LegalHold.objects.create(
            candidate_id=pk,
            matter=matter,
            reason=reason,
            owner=officer,
            placed_at=anchor - timedelta(days=60),
            review_on=(anchor + timedelta(days=40)).date(),
        )
    make_plan(anchor)
    since = dict(Candidate.objects.archived().values_list("pk", "archived_at"))
    for row in rows.values():
        row.archived_at = since.get(row.pk)


def _due(anchor: datetime) -> list[Clock]:
    return clocks.due(Candidate.objects.all(), anchor + RetentionPlan.VISIBLE_FOR)


def _tell(due: list[Clock], anchor: datetime) -> None:
    """Those who never applied were told within the month that they are kept (GDPR Art. 14)."""
    people = Candidate.objects.in_bulk(
        [c.candidate_id for c in due if c.notice_due and c.notice_due < c.today]
    )
    insert(
        GroundEvent,
        (
            GroundEvent(
                candidate=row,
                purpose=Purpose.POOL,
                kind=GroundEvent.Kind.NOTICE_GIVEN,
                jurisdiction=row.country,
                occurred_at=row.created_at + timedelta(days=9),
                recorded_at=row.created_at + timedelta(days=9),
                channel=GroundEvent.Channel.MAIL,
                wording=texts.NOTICE_WORDING,
                actor="Larkspur Tidal Works",
            )
            for row in people.values()
        ),
    )


def _ask(due: list[Clock], anchor: datetime) -> None:
    """They were asked before their time was over, and want to be kept; not to get job emails."""
    people = Candidate.objects.in_bulk([clock.candidate_id for clock in due])
    latest = dict(
        GroundEvent.objects.filter(candidate__in=people, purpose=Purpose.POOL)
        .order_by()
        .values_list("candidate")
        .annotate(Max("occurred_at"))
    )
    given = {
        pk: max(
            anchor - timedelta(days=20 + pk % 150),
            row.created_at,
            latest.get(pk, row.created_at) + timedelta(minutes=1),
        )
        for pk, row in people.items()
    }
    insert(
        GroundEvent,
        (
            GroundEvent(
                candidate=row,
                purpose=Purpose.POOL,
                kind=GroundEvent.Kind.RENEWED,
                basis=Basis.CONSENT,
                jurisdiction=row.country,
                occurred_at=given[pk],
                recorded_at=given[pk],
                expires_at=given[pk] + timedelta(days=365),
                channel=GroundEvent.Channel.LINK,
                notice_version=texts.CONSENT_VERSION,
                language="en",
                wording=texts.KEEP_WORDING,
                actor="candidate",
            )
            for pk, row in people.items()
        ),
    )


def _archive(whom: list[tuple[int, str]], anchor: datetime) -> None:
    reasons = dict(whom)
    people = Candidate.objects.in_bulk(list(reasons))
    told = []
    for pk, row in people.items():
        row.archived_at = anchor - timedelta(days=pk % 40, hours=9)
        row.archive_reason = reasons[pk]
        told.append(
            Activity(
                candidate=row,
                group=Activity.Group.CONSENT,
                kind="candidate.archived",
                at=row.archived_at,
                actor="retention run",
                text=f"Went into the restricted archive. {ArchiveReason(reasons[pk]).label}.",
            )
        )
    Candidate.objects.bulk_update(
        people.values(), ["archived_at", "archive_reason"], batch_size=500
    )
    insert(Activity, told)

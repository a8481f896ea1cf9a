"""What the privacy officer of the demo company has on her pages: archive, holds, one small plan.

The company has run its retention all along: whoever would be due today was asked in time and said
yes, was told, or rests in the archive. So a nightly run finds the staged cases and nobody else.
"""

from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Max

from accounts.models import User
from applications.models import Application
from candidates import clock_words, clocks
from candidates.actions.retention import make_plan
from candidates.clocks import Clock
from candidates.models import (
    Activity,
    ArchiveReason,
    Basis,
    Candidate,
    DuplicateSuggestion,
    GroundEvent,
    LegalHold,
    Purpose,
    RetentionPlan,
)
from config.demo import texts
from config.demo.people import HELD_BACK, Person
from config.demo.rows import insert
from config.demo.streams import Streams

ARCHIVED = 0.1  # of all people
STAGED = 4  # whose time is over tonight
IN_A_CLAIM = "cast:t_lindqvist"
MATTERS = (
    ("Claim 14/2026", "She claims that the job was filled before it was closed."),
    ("Claim 9/2026", "The tribunal asked for the record of the procedure."),
    ("Request of the labour inspectorate", "They look at all procedures of that spring."),
)


def write(
    streams: Streams,
    people: list[Person],
    rows: dict[str, Candidate],
    officer: User,
    anchor: datetime,
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
    rest = round(ARCHIVED * len(people)) - len(archived) - 1
    _refuse(_who_may_refuse(streams, people, rows, anchor)[: max(rest, 0)], anchor)
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


def _who_may_refuse(
    streams: Streams, people: list[Person], rows: dict[str, Candidate], anchor: datetime
) -> list[tuple[Candidate, datetime]]:
    """Return whoever was never asked to be kept and whose decision is to be explained still, in an
    order by lot, with the day on which they might have refused. Nothing of theirs is under way."""
    plain = {
        rows[person.key].pk: person
        for person in people
        if person.pool == "never"
        and person.applications
        and not person.is_open
        and not person.is_hired
        and HELD_BACK not in person.skills
        and not person.key.startswith("cast:")
    }
    twins = DuplicateSuggestion.objects.values_list("one", "other")
    busy = {pk for pair in twins for pk in pair}
    busy |= set(
        Application.objects.filter(feedback_asked_at__isnull=False).values_list(
            "candidate", flat=True
        )
    )
    found = []
    later = (anchor + timedelta(days=60)).date()
    for clock in clocks.clocks(Candidate.objects.filter(pk__in=plain), anchor):
        person = plain[clock.candidate_id]
        if clock.due or clock.pool != "none" or clock.candidate_id in busy:
            continue
        if clock.evidence_ends is None or clock.evidence_ends < later:
            continue
        ended = [plan.closed_at for plan in person.applications if plan.closed_at]
        days = streams.of("refuses", person.key).randint(21, 50)
        at = max(ended) + timedelta(days=days)
        if at < anchor - timedelta(days=1):
            found.append((rows[person.key], at))
    return sorted(found, key=lambda pair: streams.of("refuses", pair[0].public_id).random())


def _refuse(whom: list[tuple[Candidate, datetime]], anchor: datetime) -> None:
    """They objected to job emails and to being kept for other jobs, and rest in the archive."""
    insert(
        GroundEvent,
        (
            GroundEvent(
                candidate=row,
                purpose=purpose,
                kind=GroundEvent.Kind.OBJECTED,
                jurisdiction=row.country,
                occurred_at=at,
                recorded_at=at,
                channel=GroundEvent.Channel.LINK,
                actor="candidate",
            )
            for row, at in whom
            for purpose in (Purpose.NURTURE, Purpose.POOL)
        ),
    )
    insert(
        Activity,
        (
            Activity(
                candidate=row,
                group=Activity.Group.CONSENT,
                kind="ground.objected",
                at=at,
                actor="The candidate",
                text="Objected to job emails and to being kept for other jobs.",
            )
            for row, at in whom
        ),
    )
    since = {row.pk: at for row, at in whom}
    _archive([(row.pk, ArchiveReason.REFUSED) for row, _ in whom], anchor, since)


def _archive(
    whom: list[tuple[int, str]], anchor: datetime, since: dict[int, datetime] | None = None
) -> None:
    """since: when each went there; else in the last forty days, after their last application."""
    reasons = dict(whom)
    people = Candidate.objects.in_bulk(list(reasons))
    applied = Application.objects.filter(candidate__in=people).order_by().values_list("candidate")
    ended = dict(applied.annotate(Max("closed_at")))
    told = []
    for pk, row in people.items():
        lately = anchor - timedelta(days=pk % 40, hours=9)
        earliest = ended[pk] + timedelta(days=1) if pk in ended else lately
        row.archived_at = (since or {}).get(pk, max(lately, earliest))
        row.archive_reason = reasons[pk]
        told.append(
            Activity(
                candidate=row,
                group=Activity.Group.CONSENT,
                kind="candidate.archived",
                at=row.archived_at,
                actor="The candidate" if since else "retention run",
                text=f"Went into the restricted archive. {ArchiveReason(reasons[pk]).label}.",
            )
        )
    Candidate.objects.bulk_update(
        people.values(), ["archived_at", "archive_reason"], batch_size=500
    )
    insert(Activity, told)

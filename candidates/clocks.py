# ruff: noqa: S608  (SQL is put together from the pack and from what apps register, never from text)
"""When must somebody go: two clocks for each person, by one definition for one and for everybody.

The *pool* clock is what they agreed to: keep me for other jobs. The *evidence* clock runs from the
end of each procedure: be able to explain the decision. Beside them stand what a law makes us keep
at least, and how long somebody who was never asked may be kept. Every end is a *date where the
person lives*: the last day on which we may keep them (A-21).

A procedure counts by the place of its job; the country of the person may shorten that, never
lengthen it. A minimum is not shortened: it is spent in the restricted archive.

Jobs live a floor above. Its app registers SQL for its procedures (`register_procedures`), so that
the clocks are read from the applications themselves, in the same statement, and never from a copy.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from candidates import policies
from candidates.models import Candidate, GroundEvent, Purpose
from candidates.models.grounds import DECIDING, GIVING
from candidates.policies import Policy, Span

NOTICE_DAYS = 30  # GDPR Art. 14(3)(a): told within a month
_SLACK = timedelta(days=5)  # a day for the zones, three for months that end early, one to spare
_procedures: list[str] = []


def register_procedures(sql: str) -> None:
    """Let a floor above say in which procedures people were.

    sql: a SELECT of candidate_id, key (text), country, region, ended_at; one row for each place of
    a procedure. ended_at NULL: it is running, or it made them a colleague; nothing ends meanwhile.
    """
    if sql not in _procedures:
        _procedures.append(sql)


@dataclass(frozen=True)
class Clock:
    """What is known about the end of one person's record. Dates are the last days of keeping.

    pool: "none" (never asked), "given" or "over". law fields: codes of the policies that decided.
    due: "archive", "erase" or "" (nothing today); why: its code. A held person is never erased,
    whatever is due.
    """

    candidate_id: int
    today: date
    is_needed: bool
    pool: str
    pool_ends: date | None
    pool_law: str
    evidence_ends: date | None
    evidence_law: str
    keep_ends: date | None
    keep_law: str
    unasked_ends: date | None
    notice_due: date | None
    is_archived: bool
    is_held: bool
    due: str
    why: str

    @property
    def ends(self) -> date | None:
        """The last day of all, or None while nothing ends."""
        if self.is_needed:
            return None
        ends = [self.pool_ends, self.evidence_ends, self.keep_ends, self.unasked_ends]
        return max((end for end in ends if end), default=None)


def clock_of(
    candidate: Candidate, at: datetime | None = None, known: dict[str, Policy] | None = None
) -> Clock:
    """Return the clocks of one kept person. Raises LookupError: erased or merged.

    Two queries; one, if the policies in force are given as `known`.
    """
    found = _read(Candidate.objects.filter(pk=candidate.pk), "", at, known)
    if not found:
        raise LookupError(f"candidate {candidate.pk} is not kept")
    return found[0]


def clocks(people: QuerySet[Candidate], at: datetime | None = None) -> list[Clock]:
    """Return the clocks of everybody of `people` who is kept, by id. Two queries."""
    return _read(people, "", at)


def due(people: QuerySet[Candidate], at: datetime | None = None) -> list[Clock]:
    """Return the clocks of those of `people` for whom something is due, held or not, by id."""
    return _read(people, "WHERE due <> ''", at)


def ending(people: QuerySet[Candidate], days: int, at: datetime | None = None) -> list[Clock]:
    """Return the clocks of people in use whose yes ends within `days`, today included, by id.

    Two queries. Nobody else's clocks are worked out.
    """
    at, known = at or timezone.now(), policies.in_force()
    near = people.filter(pk__in=near_end(days, at, known))
    wanted = (
        "WHERE pool = 'given' AND NOT is_archived AND NOT is_needed"
        f" AND pool_ends BETWEEN today AND today + {int(days)}"
    )
    return _read(near, wanted, at, known)


def near_end(
    days: int, at: datetime, known: dict[str, Policy] | None = None
) -> "QuerySet[GroundEvent, int]":
    """Return the ids of all whose yes may end within `days`, and some more: looks into indexes.

    A yes ends on the day that it names or when the law's span is over, whichever is sooner; a later
    contact or an extension only moves the second. So whose yes is younger than the shortest span of
    their country, and names a day further off, cannot be among them.
    """
    known = known or policies.in_force()
    first, last = at - _SLACK, at + timedelta(days=days) + _SLACK
    spans = policies.shortest_pools(known)
    rest = spans.pop("")
    old = ~Q(candidate__country__in=list(spans)) & Q(occurred_at__lte=rest.before(last))
    for country, span in spans.items():
        old |= Q(candidate__country=country, occurred_at__lte=span.before(last))
    further_off = Q(expires_at=None) | Q(expires_at__gt=last)
    yes = GroundEvent.objects.filter(purpose=Purpose.POOL, kind__in=GIVING).order_by()
    by_their_day = yes.filter(expires_at__range=(first, last)).values_list("candidate", flat=True)
    by_the_law = yes.filter(further_off & old).values_list("candidate", flat=True)
    return by_their_day.union(by_the_law)


def _read(
    people: QuerySet[Candidate],
    wanted: str,
    at: datetime | None,
    known: dict[str, Policy] | None = None,
) -> list[Clock]:
    known = known or policies.in_force()
    ids, params = people.order_by().values("pk").query.sql_with_params()
    named = _definition(known, policies.default_code(), ids.replace("%s", "%s"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{named} SELECT * FROM answer {wanted} ORDER BY candidate_id",
            [at or timezone.now(), *params],
        )
        return [Clock(*row) for row in cursor.fetchall()]


def _interval(span: Span | None) -> str:
    if span is None:
        return "NULL::interval"
    return f"make_interval(months => {int(span.months)}, days => {int(span.days)})"


def _policy_rows(known: dict[str, Policy]) -> str:
    return ", ".join(
        f"('{policy.code}', {_interval(policy.evidence)}, {_interval(policy.pool)},"
        f" {_interval(policy.unasked)}, {_interval(policy.keep)}, {policy.from_contact})"
        for policy in known.values()
    )


def _place_rows(known: dict[str, Policy]) -> str:
    rows = [
        f"('{policy.country}', '{region}', '{policy.code}')"
        for policy in known.values()
        if policy.country
        for region in (policy.regions or ("",))
    ]
    return ", ".join(rows)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_NOWHERE = """SELECT NULL::bigint AS candidate_id, ''::text AS key, ''::text AS country,
 ''::text AS region, NULL::timestamptz AS ended_at WHERE false"""


def _definition(known: dict[str, Policy], default: str, ids: str) -> str:
    """Return the WITH clause that ends in `answer`. Parameters: the moment, then those of `ids`."""
    procedures = " UNION ALL ".join(_procedures) or _NOWHERE
    return f"""
WITH policy (code, evidence, pool, unasked, keep, from_contact) AS (VALUES {_policy_rows(known)}),
place (country, region, code) AS (VALUES {_place_rows(known)}),
asked AS (SELECT %s::timestamptz AS at),
person AS MATERIALIZED (
    SELECT c.id, c.archived_at, c.archive_reason, c.created_at, c.last_contact_at, c.time_zone,
           candidates_local_date(asked.at, c.time_zone) AS today, own.*
      FROM asked CROSS JOIN candidates_candidate c
      LEFT JOIN place r
             ON r.country = c.country AND r.region = lower(c.region) AND r.region <> ''
      LEFT JOIN place n ON n.country = c.country AND n.region = ''
      JOIN policy own ON own.code = coalesce(r.code, n.code, '{default}')
     WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND c.id IN ({ids})
),
procedure AS (
    SELECT p.id, f.key, bool_or(f.ended_at IS NULL) AS is_running,
           (candidates_local_date(max(f.ended_at), p.time_zone) + coalesce(
               least(min(j.evidence), max(p.evidence)), min(j.unasked)))::date AS evidence_ends,
           CASE WHEN min(j.evidence) IS NULL OR max(p.evidence) < min(j.evidence)
                THEN coalesce(max(p.code) FILTER (WHERE p.evidence IS NOT NULL), max(j.code))
                ELSE (array_agg(j.code ORDER BY j.evidence, j.code))[1] END AS evidence_law,
           (candidates_local_date(max(f.ended_at), p.time_zone) + max(j.keep))::date AS keep_ends,
           (array_agg(j.code ORDER BY j.keep DESC NULLS LAST, j.code))[1] AS keep_law
      FROM person p
      JOIN ({procedures}) f ON f.candidate_id = p.id
      LEFT JOIN place r
             ON r.country = f.country AND r.region = lower(f.region) AND r.region <> ''
      LEFT JOIN place n ON n.country = f.country AND n.region = ''
      JOIN policy j ON j.code = coalesce(r.code, n.code, '{default}')
     GROUP BY p.id, f.key, p.time_zone
),
evidence AS (
    SELECT id, bool_or(is_running) AS is_running, max(evidence_ends) AS ends,
           (array_agg(evidence_law ORDER BY evidence_ends DESC NULLS LAST))[1] AS law,
           max(keep_ends) AS keep_ends,
           (array_agg(keep_law ORDER BY keep_ends DESC NULLS LAST))[1] AS keep_law
      FROM procedure GROUP BY id
),
clock AS (
    SELECT p.id AS candidate_id, p.today, coalesce(e.is_running, false) AS is_needed,
           CASE WHEN g.kind IS NULL THEN 'none'
                WHEN g.kind IN ({_list(GIVING)}) AND p.today <= g.ends THEN 'given'
                ELSE 'over' END AS pool,
           CASE WHEN g.kind IN ({_list(GIVING)}) THEN g.ends
                ELSE candidates_local_date(g.occurred_at, p.time_zone) END AS pool_ends,
           CASE WHEN g.kind IS NULL THEN '' ELSE p.code END AS pool_law,
           g.kind IN ('withdrawn', 'objected') AS is_refused,
           e.ends AS evidence_ends, coalesce(e.law, '') AS evidence_law,
           e.keep_ends, CASE WHEN e.keep_ends IS NULL THEN '' ELSE e.keep_law END AS keep_law,
           CASE WHEN e.id IS NULL AND g.kind IS NULL THEN
               (candidates_local_date(greatest(p.created_at, p.last_contact_at), p.time_zone)
                + p.unasked)::date END AS unasked_ends,
           CASE WHEN e.id IS NULL AND g.kind IS NULL AND NOT EXISTS (
                    SELECT 1 FROM candidates_groundevent v
                     WHERE v.candidate_id = p.id AND v.kind = 'notice_given')
                THEN candidates_local_date(p.created_at, p.time_zone) + {NOTICE_DAYS}
           END AS notice_due,
           p.archived_at IS NOT NULL AS is_archived,
           EXISTS (SELECT 1 FROM candidates_legalhold h
                    WHERE h.candidate_id = p.id AND h.lifted_at IS NULL) AS is_held
      FROM person p
      LEFT JOIN evidence e ON e.id = p.id
      LEFT JOIN LATERAL (
            SELECT v.kind, v.occurred_at,
                   least(candidates_local_date(v.expires_at, p.time_zone),
                         (greatest(v.counts_from, candidates_local_date(greatest(v.occurred_at,
                              CASE WHEN p.from_contact THEN p.last_contact_at END), p.time_zone))
                          + p.pool)::date) AS ends
              FROM candidates_groundevent v
             WHERE v.candidate_id = p.id AND v.purpose = 'pool' AND v.kind IN ({_list(DECIDING)})
             ORDER BY v.occurred_at DESC, v.id DESC LIMIT 1) g ON true
),
answer AS (
    SELECT candidate_id, today, is_needed, pool, pool_ends, pool_law, evidence_ends, evidence_law,
           keep_ends, keep_law, unasked_ends, notice_due, is_archived, is_held,
           split_part(verdict, ' ', 1) AS due, split_part(verdict, ' ', 2) AS why
      FROM clock CROSS JOIN LATERAL (
            SELECT greatest(evidence_ends, keep_ends, unasked_ends) AS last_day) o
           CROSS JOIN LATERAL (
            SELECT CASE
                WHEN is_needed OR (pool = 'given' AND NOT is_archived) THEN ''
                WHEN is_archived THEN CASE
                    WHEN today <= last_day THEN ''
                    WHEN keep_ends IS NOT NULL AND keep_ends >= coalesce(evidence_ends, keep_ends)
                    THEN 'erase keep_ended'
                    WHEN evidence_ends IS NOT NULL THEN 'erase evidence_ended'
                    ELSE 'erase nothing_left' END
                WHEN pool = 'over' THEN
                    CASE WHEN today <= last_day THEN 'archive' ELSE 'erase' END
                    || CASE WHEN is_refused THEN ' refused' ELSE ' pool_ended' END
                WHEN evidence_ends IS NOT NULL THEN CASE
                    WHEN today <= evidence_ends THEN ''
                    WHEN today <= keep_ends THEN 'archive evidence_ended'
                    ELSE 'erase evidence_ended' END
                WHEN today > unasked_ends THEN 'erase unasked_ended'
                WHEN today > notice_due THEN 'archive no_notice'
                ELSE '' END AS verdict) v
)
"""

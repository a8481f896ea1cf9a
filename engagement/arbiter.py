# ruff: noqa: S608  (SQL is put together from the rules below alone; every value is bound)
"""May this email go to this person now? The one place that answers, and says why not.

Each rule is one line of SQL over the same few rows, so a hundred thousand people are asked in one
statement at planning, and one person is asked again, by the same rules, in the transaction that
arms their message. The order of the rules is their precedence: the first that speaks is the reason
that tables show; all that speak are stored.

The person's own refusals come first, then what we know of them, then what concerns the job and the
campaign, and last what only says "not now".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organisation
from candidates.models import Candidate, Stop
from candidates.models.grounds import OPT_OUT_COUNTRIES
from engagement import rendering, schedule
from engagement.models import Campaign, Message

# One job email in 7 days, three in 90, over all campaigns; who asked for monthly gets one in 30.
CAP_WINDOWS: Final = {"week": (7, 1), "quarter": (90, 3), "month": (30, 1)}
COOL_OFF_DAYS: Final = 30
COLLEAGUE_DAYS: Final = 7
SAME_TITLE_DAYS: Final = 90


class _Words(NamedTuple):
    short: str
    sentence: str


_WORDS: Final[dict[str, _Words]] = {
    "erased": _Words("Erased", "Their data was erased."),
    "merged": _Words("Merged", "This record was merged into another one."),
    "archived": _Words("Restricted archive", "Their record may be kept, but not used."),
    "legal_hold": _Words("Legal hold", "Their record is kept for a legal matter only."),
    "objected": _Words("Objected", "They objected to job emails."),
    "complained": _Words("Marked as spam", "They marked one of our emails as spam."),
    "unsubscribed": _Words("Stopped job emails", "They stopped job emails."),
    "suppressed": _Words("Must not be written to", "Their address must not be written to."),
    "no_address": _Words("No email address", "We have no email address for them."),
    "bounced": _Words("Address bounced", "Their address does not take our email."),
    "no_ground": _Words("Never asked for job emails", "They never agreed to job emails."),
    "ground_expired": _Words("Consent ended", "Their consent to job emails has ended."),
    "jurisdiction_unknown": _Words(
        "Country not known",
        "We do not know their country, so we would need their consent, and do not have it.",
    ),
    "paused_until": _Words("Paused", "They paused job emails."),
    "hired": _Words("Hired", "They were hired."),
    "employee": _Words("Works here", "They work here."),
    "active_application": _Words(
        "Open application", "They have an open application: talk to them about that one."
    ),
    "replied": _Words("Replied", "They replied: a person should answer now."),
    "open_thread": _Words(
        "In conversation", "They wrote or booked in the last 7 days: answer them first."
    ),
    "colleague_wrote": _Words(
        "Spoke with a colleague", "A colleague was in touch with them in the last 7 days."
    ),
    "suspected_duplicate": _Words(
        "Possible duplicate", "Another record may be the same person. Settle that first."
    ),
    "not_a_fit": _Words("Not a fit", "A colleague said they do not fit this job."),
    "narrowed": _Words("Wants other jobs", "They asked for other jobs only."),
    "duplicate_of": _Words("Already written to", "They were already written to about this job."),
    "cool_off": _Words("Rejected lately", "They were rejected in the last 30 days."),
    "frequency_cap": _Words("Enough emails", "They have had as many job emails as they should."),
    "job_closed": _Words("Job not open", "The job is no longer open."),
    "campaign_stopped": _Words("Campaign stopped", "The campaign was stopped for good."),
    "campaign_paused": _Words("Campaign paused", "The campaign is paused."),
    "sender_gone": _Words("Sender has left", "The colleague in whose name it goes has left."),
    "domain_not_ready": _Words(
        "Organisation not ready",
        "The organisation's legal name, address or sending domain is missing.",
    ),
    "missing_merge_field": _Words(
        "Something to fill in is missing", "A field of the text is empty for them."
    ),
    "letter_cancelled": _Words("Cancelled", "The letter was cancelled."),
    "quiet_hours": _Words("Night or weekend", "It is night, evening or weekend where they live."),
    # Said by the delivery itself, not by a rule.
    "too_late": _Words("Too late", "It could not be sent in time."),
    "refused": _Words("Refused", "The mail server refused it."),
    "gave_up": _Words("Gave up", "The mail server put it off too often."),
    "address_unusable": _Words("Address unusable", "The mail server cannot write to this address."),
    "template_error": _Words("Text has a mistake", "The text could not be put together."),
}

REASONS: Final[dict[str, str]] = {code: words.sentence for code, words in _WORDS.items()}
SHORT: Final[dict[str, str]] = {code: words.short for code, words in _WORDS.items()}

# "Not now" rather than "no": the message waits instead of being withheld.
WAITS: Final = frozenset({"quiet_hours", "campaign_paused"})

# The reason that an enrolment ends with, for each kind of stop.
CODE_OF_STOP: Final[dict[str, str]] = {
    Stop.Reason.REPLIED: "replied",
    Stop.Reason.CALLED: "colleague_wrote",
    Stop.Reason.APPLIED: "active_application",
    Stop.Reason.BOOKED: "open_thread",
    Stop.Reason.HIRED: "hired",
    Stop.Reason.UNSUBSCRIBED: "unsubscribed",
    Stop.Reason.PAUSED: "paused_until",
    Stop.Reason.OBJECTED: "objected",
    Stop.Reason.BOUNCED: "bounced",
    Stop.Reason.COMPLAINED: "complained",
    Stop.Reason.MERGED: "merged",
    Stop.Reason.ERASED: "erased",
    Stop.Reason.ARCHIVED: "archived",
}


@dataclass(frozen=True)
class Decision:
    """The answer for one person. `reasons` in order of precedence; empty when allowed."""

    reasons: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def reason(self) -> str:
        """The first reason, or an empty text."""
        return self.reasons[0] if self.reasons else ""

    @property
    def can_wait(self) -> bool:
        """Every reason passes by itself: the message stays in the queue."""
        return bool(self.reasons) and WAITS.issuperset(self.reasons)


@dataclass(frozen=True)
class Rule:
    """Speaks when `sql` is true. `letters`: what is asked of a letter, if anything.

    `at`: "planning", "sending" or both.
    """

    code: str
    sql: str
    letters: str = ""
    at: frozenset[str] = field(default=frozenset({"planning", "sending"}))


_PLANNING = frozenset({"planning"})
_SENDING = frozenset({"sending"})


def _stopped(*reasons: str) -> str:
    """Say that one of these stops came after the enrolment."""
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    return f"st.reasons && ARRAY[{listed}]::text[]"


_NARROWED = """
p.is_narrowed AND NOT (
    j.family = ANY(p.families)
    AND (j.work_mode = ANY(p.work_modes) OR 'any' = ANY(p.work_modes))
    AND (j.work_mode = 'remote' OR EXISTS (
            SELECT 1 FROM applications_job_offices jo
              JOIN applications_office o ON o.id = jo.office_id
             WHERE jo.job_id = j.id
               AND (lower(o.city) IN (SELECT lower(w) FROM unnest(p.places) w)
                    OR lower(o.name) IN (SELECT lower(w) FROM unnest(p.places) w))))
    AND ((j.seniority_from IS NULL AND j.seniority_to IS NULL) OR EXISTS (
            SELECT 1 FROM unnest(p.levels) l
             WHERE l BETWEEN coalesce(j.seniority_from, l) AND coalesce(j.seniority_to, l))))
"""

# Two records with one mailbox, unless somebody said that they are two people, and pairs that are
# surely one. Two questions for the pair rather than one with OR: each is a look into an index.
_DUPLICATE = """
EXISTS (SELECT 1 FROM candidates_emailaddress mine
          JOIN candidates_emailaddress theirs ON theirs.broad = mine.broad
               AND theirs.candidate_id <> mine.candidate_id AND theirs.released_at IS NULL
          JOIN candidates_candidate d ON d.id = theirs.candidate_id
               AND d.erased_at IS NULL AND d.merged_into_id IS NULL
         WHERE mine.candidate_id = c.id AND mine.released_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
                            WHERE s.one_id = least(c.id, d.id) AND s.other_id = greatest(c.id, d.id)
                              AND s.state = 'dismissed'))
OR EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
            WHERE s.one_id = c.id AND s.is_sure AND s.state = 'open')
OR EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
            WHERE s.other_id = c.id AND s.is_sure AND s.state = 'open')
"""

_ALREADY_WRITTEN = f"""
EXISTS (SELECT 1 FROM engagement_message w JOIN applications_job b ON b.id = w.job_id
         WHERE w.candidate_id = c.id AND w.purpose = 'nurture' AND w.armed_at IS NOT NULL
           AND w.campaign_id IS DISTINCT FROM a.campaign_id
           AND (b.id = j.id
                OR (b.requisition <> '' AND b.requisition = j.requisition)
                OR (lower(b.title) = lower(j.title)
                    AND w.armed_at > a.at - interval '{SAME_TITLE_DAYS} days')))
"""


def _capped(window: str) -> str:
    days, most = CAP_WINDOWS[window]
    return (
        f"(SELECT count(*) FROM unnest(g.job_emails_at) t"
        f" WHERE t > a.at - interval '{days} days') >= {most}"
    )


_SUPPRESSED = """
EXISTS (SELECT 1 FROM candidates_emailaddress x
         WHERE x.candidate_id = c.id AND x.released_at IS NULL AND x.suppressed IN ({scopes}))
OR EXISTS (SELECT 1 FROM candidates_suppression z
            WHERE z.digest = ANY(a.digests) AND z.scope IN ({scopes}) AND z.reason <> 'bounced')
"""

_COUNTRIES = ", ".join(f"'{country}'" for country in OPT_OUT_COUNTRIES)
# A ground that undo brought back carries no basis of its own: it is the one that was there before.
_WITHOUT_CONSENT = "n.basis <> 'consent' AND NOT (n.kind = 'restored' AND n.basis = '')"

RULES: Final[tuple[Rule, ...]] = (
    Rule("erased", f"c.erased_at IS NOT NULL OR {_stopped('erased')}", "c.erased_at IS NOT NULL"),
    Rule(
        "merged",
        f"c.merged_into_id IS NOT NULL OR {_stopped('merged')}",
        "c.merged_into_id IS NOT NULL",
    ),
    Rule("archived", f"c.archived_at IS NOT NULL OR {_stopped('archived')}"),
    Rule(
        "legal_hold",
        "EXISTS (SELECT 1 FROM candidates_legalhold l"
        " WHERE l.candidate_id = c.id AND l.lifted_at IS NULL)",
    ),
    Rule("objected", f"n.kind = 'objected' OR o.kind = 'objected' OR {_stopped('objected')}"),
    Rule("complained", _stopped("complained")),
    Rule(
        "unsubscribed",
        f"n.kind = 'withdrawn' OR o.kind = 'withdrawn' OR {_stopped('unsubscribed')}",
    ),
    Rule(
        "suppressed",
        _SUPPRESSED.format(scopes="'all', 'nurture'"),
        _SUPPRESSED.format(scopes="'all'"),
    ),
    Rule("no_address", "e.id IS NULL", "e.id IS NULL"),
    Rule(
        "bounced", f"e.bounced_at IS NOT NULL OR {_stopped('bounced')}", "e.bounced_at IS NOT NULL"
    ),
    Rule(
        "no_ground",
        f"n.kind IS NULL OR o.kind IS NULL OR n.kind NOT IN ('withdrawn', 'objected', 'expired')"
        f" AND c.country NOT IN ('', {_COUNTRIES}) AND {_WITHOUT_CONSENT}",
    ),
    Rule(
        "ground_expired",
        "n.kind = 'expired' OR o.kind = 'expired'"
        " OR (n.kind NOT IN ('withdrawn', 'objected') AND n.expires_at <= a.at)"
        " OR (o.kind NOT IN ('withdrawn', 'objected') AND o.expires_at <= a.at)",
    ),
    Rule(
        "jurisdiction_unknown",
        "n.kind NOT IN ('withdrawn', 'objected', 'expired')"
        f" AND c.country = '' AND {_WITHOUT_CONSENT}",
    ),
    Rule(
        "paused_until",
        "p.paused_until > candidates_local_date(a.at, coalesce(nullif(c.time_zone, ''), a.zone))"
        f" OR {_stopped('paused')}",
    ),
    Rule(
        "hired",
        "EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id"
        f" AND h.outcome = 'hired') OR {_stopped('hired')}",
    ),
    Rule(
        "employee",
        "EXISTS (SELECT 1 FROM candidates_emailaddress x JOIN accounts_user u"
        " ON u.email = x.canonical AND u.is_active WHERE x.candidate_id = c.id)",
    ),
    Rule(
        "active_application",
        "EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id"
        f" AND h.closed_at IS NULL) OR {_stopped('applied')}",
    ),
    Rule("replied", _stopped("replied"), at=_SENDING),
    Rule(
        "open_thread",
        "EXISTS (SELECT 1 FROM candidates_stop y WHERE y.candidate_id = c.id"
        f" AND y.reason IN ('replied', 'booked')"
        f" AND y.at > a.at - interval '{COLLEAGUE_DAYS} days')",
    ),
    Rule(
        "colleague_wrote",
        "EXISTS (SELECT 1 FROM candidates_stop y WHERE y.candidate_id = c.id"
        f" AND y.reason = 'called' AND y.at > a.at - interval '{COLLEAGUE_DAYS} days')"
        f" OR {_stopped('called')}",
    ),
    Rule("suspected_duplicate", _DUPLICATE),
    Rule(
        "not_a_fit",
        "EXISTS (SELECT 1 FROM applications_match f WHERE f.candidate_id = c.id"
        " AND f.job_id = j.id AND f.verdict = 'not_a_fit')",
    ),
    Rule("narrowed", _NARROWED),
    Rule("duplicate_of", _ALREADY_WRITTEN),
    Rule(
        "cool_off",
        "EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id"
        " AND h.outcome = 'rejected'"
        f" AND h.closed_at > a.at - interval '{COOL_OFF_DAYS} days')",
    ),
    Rule(
        "frequency_cap",
        f"{_capped('week')} OR {_capped('quarter')}"
        f" OR (p.frequency = 'monthly' AND {_capped('month')})",
    ),
    Rule("job_closed", "j.status <> 'open'"),
    Rule("letter_cancelled", "", "a.is_cancelled", at=_SENDING),
    Rule("campaign_stopped", "k.state IN ('draft', 'stopped', 'finished')", at=_SENDING),
    Rule("campaign_paused", "k.state IN ('holding', 'paused')", at=_SENDING),
    Rule("sender_gone", "u.is_active IS NOT TRUE"),
    Rule("domain_not_ready", "NOT a.is_ready", "NOT a.is_ready"),
    Rule("missing_merge_field", "a.is_field_missing", at=_PLANNING),
    Rule("quiet_hours", "a.is_quiet", at=_SENDING),
)

# What the rules may read, beside `a`, the question itself.
_READS = """
  JOIN candidates_candidate c ON c.id = a.candidate_id
  LEFT JOIN candidates_emailaddress e
         ON e.candidate_id = c.id AND e.is_primary AND e.released_at IS NULL
"""
_READS_FOR_JOB_EMAILS = f"""
{_READS}
  LEFT JOIN candidates_contactgate g ON g.candidate_id = c.id
  LEFT JOIN candidates_preference p ON p.candidate_id = c.id
  LEFT JOIN applications_job j ON j.id = a.job_id
  LEFT JOIN engagement_campaign k ON k.id = a.campaign_id
  LEFT JOIN accounts_user u ON u.id = a.sender_id
  LEFT JOIN LATERAL (SELECT kind, basis, expires_at FROM candidates_groundstate s
                      WHERE s.candidate_id = c.id AND s.purpose = 'nurture'{{fence}}) n ON true
  LEFT JOIN LATERAL (SELECT kind, basis, expires_at FROM candidates_groundstate s
                      WHERE s.candidate_id = c.id AND s.purpose = 'pool'{{fence}}) o ON true
  LEFT JOIN LATERAL (SELECT array_agg(y.reason::text) AS reasons FROM candidates_stop y
                      WHERE y.candidate_id = c.id AND y.at >= a.since) st ON true
"""


@lru_cache
def _verdict(phase: str, *, is_letter: bool) -> str:
    """Return SQL over a relation `a` (the questions) that gives the codes that speak, in order."""
    asked = [
        (rule.code, rule.letters if is_letter else rule.sql)
        for rule in RULES
        if phase in rule.at and (rule.letters if is_letter else rule.sql)
    ]
    cases = ",\n  ".join(f"CASE WHEN {sql} THEN '{code}' END" for code, sql in asked)
    # For one person the grounds are read by their index; without the fence the planner takes the
    # view apart and reads everybody's, which is right for all people at once.
    fence = " OFFSET 0" if phase == "sending" else ""
    reads = _READS if is_letter else _READS_FOR_JOB_EMAILS.replace("{fence}", fence)
    key = "message_id" if phase == "sending" else "candidate_id"
    return (
        f"SELECT a.{key}, array_remove(ARRAY[\n  {cases}\n]::text[], NULL) AS reasons\n"
        f"  FROM a {reads}"
    )


@dataclass(frozen=True)
class Question:
    """What the rows do not say about a message at the moment of sending.

    zone: the person's, or that of the job's office. digests: hashes of the address under every key.
    """

    message_id: int
    zone: str
    is_quiet: bool
    digests: tuple[str, ...] = ()


# The questions as rows. An array of arrays must be even, so the hashes of one address are one text.
QUESTIONS_SQL: Final = """
unnest(%(messages)s::bigint[], %(zones)s::text[], %(quiet)s::boolean[], %(digests)s::text[])
    AS q(message_id, zone, is_quiet, digests)
"""


def sending_sql(*, is_letter: bool) -> str:
    """Return the question about messages at the moment of sending: rows of message_id, reasons.

    Parameters: `sending_facts`. Gives no row for a message that is gone. Each is answered as if it
    were alone: two messages to one person must not be asked about together.
    """
    return f"""
WITH a AS (
    SELECT m.id AS message_id, m.candidate_id, m.campaign_id, m.job_id, m.sender_id,
           n.enrolled_at AS since, %(at)s::timestamptz AS at, q.zone,
           %(is_ready)s::boolean AS is_ready, q.is_quiet,
           string_to_array(q.digests, ' ') AS digests,
           EXISTS (SELECT 1 FROM applications_letter l
                    WHERE l.id = m.letter_id AND l.cancelled_at IS NOT NULL) AS is_cancelled
      FROM {QUESTIONS_SQL}
      JOIN engagement_message m ON m.id = q.message_id
      LEFT JOIN engagement_enrolment n ON n.id = m.enrolment_id
)
{_verdict("sending", is_letter=is_letter)}
"""


def decide(message: Message, at: datetime) -> Decision:
    """Say whether the message may go at `at`.

    True only as long as nothing changes: sending asks this under the person's gate, in the
    transaction that arms the message (`engagement.delivery`).
    """
    organisation = Organisation.current()
    zone_names = message.candidate.time_zone, fallback_zone(message.job, organisation)
    facts = sending_facts([question(message, at, zone_names)], at, organisation)
    with connection.cursor() as cursor:
        cursor.execute(sending_sql(is_letter=not is_job_email(message)), facts)
        row = cursor.fetchone()
    return Decision(tuple(row[1])) if row else Decision(("erased",))


def is_job_email(message: Message) -> bool:
    return message.purpose == Message.Purpose.NURTURE


def question(
    message: Message, at: datetime, zone_names: tuple[str, ...], digests: Iterable[str] = ()
) -> Question:
    zone = schedule.zone_of(*zone_names)
    return Question(message.pk, zone.key, schedule.is_quiet(at, zone), tuple(digests))


def sending_facts(
    questions: list[Question], at: datetime, organisation: Organisation
) -> dict[str, Any]:
    """Return the parameters of `sending_sql`."""
    return {
        "messages": [asked.message_id for asked in questions],
        "zones": [asked.zone for asked in questions],
        "quiet": [asked.is_quiet for asked in questions],
        "digests": [" ".join(asked.digests) for asked in questions],
        "at": at,
        "is_ready": organisation.is_ready_to_write,
    }


def fallback_zone(job: Any, organisation: Organisation) -> str:
    """Return the zone of people who never told us theirs: the job's office, else our own."""
    office = job.offices.order_by("pk").first() if job else None
    return office.time_zone if office else organisation.time_zone


def decide_many(
    campaign: Campaign, people: QuerySet[Candidate], at: datetime
) -> list[tuple[int, Decision]]:
    """Ask about everybody of `people` for a campaign that is being planned, in one statement.

    Returns (candidate id, decision) ordered by id. Hours and the state of the campaign are not
    asked: planning chooses the hour, and the campaign has not started.
    """
    organisation = Organisation.current()
    missing = rendering.missing_sql(rendering.fields_of_campaign(campaign), campaign)
    try:
        people_sql, people_params = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # nobody was picked
        return []
    asked = f"""
WITH a AS (
    SELECT c.id AS candidate_id, %s::bigint AS campaign_id, %s::bigint AS job_id,
           %s::bigint AS sender_id, NULL::timestamptz AS since, %s::timestamptz AS at,
           %s::text AS zone, %s::boolean AS is_ready, '{{}}'::text[] AS digests,
           ({missing}) AS is_field_missing
      FROM ({people_sql}) AS asked(id) JOIN candidates_candidate c USING (id)
)
{_verdict("planning", is_letter=False)}
 ORDER BY 1
"""
    params = [
        campaign.pk,
        campaign.job_id,
        campaign.sender_id,
        at,
        fallback_zone(campaign.job, organisation),
        organisation.is_ready_to_write,
        *people_params,
    ]
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        return [(candidate, Decision(tuple(reasons))) for candidate, reasons in cursor.fetchall()]

# ruff: noqa: S608  (SQL is put together from the rules below alone; every value is bound)
"""The rules, in their order of precedence, and the SQL that asks them.

The person's own refusals come first, then what we know of them, then what concerns the job and the
campaign, and last what only says "not now".
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from candidates.models.extensions import LAST
from candidates.models.grounds import ASKED_FOR, DECIDING, OPT_OUT_COUNTRIES
from engagement.arbiter import contact, first_look, personal, surveys

COOL_OFF_DAYS: Final = 30
SAME_TITLE_DAYS: Final = 90


class Kind(StrEnum):
    """What a message is to the rules."""

    JOB_EMAIL = "job_email"
    LETTER = "letter"  # and whatever answers something that the person did just now
    EXTENSION = "extension"  # may we keep your details longer?
    SURVEY = "survey"  # how was it to apply?
    PERSONAL = "personal"  # what a colleague writes first, to one person


@dataclass(frozen=True)
class Rule:
    """Speaks when `sql` is true. `letters`, `extensions`, `surveys`: what is asked of those,
    if anything. `at`: "planning", "sending" or both."""

    code: str
    sql: str
    letters: str = ""
    extensions: str = ""
    surveys: str = ""
    at: frozenset[str] = field(default=frozenset({"planning", "sending"}))

    def sql_for(self, kind: Kind) -> str:
        if kind == Kind.PERSONAL:
            return personal.sql_for(self.code, self.sql, self.letters)
        return {
            Kind.JOB_EMAIL: self.sql,
            Kind.LETTER: self.letters,
            Kind.EXTENSION: self.extensions,
            Kind.SURVEY: self.surveys,
        }[kind]


_PLANNING = frozenset({"planning"})
_SENDING = frozenset({"sending"})


def _stopped(*reasons: str) -> str:
    """Say that one of these stops came after the enrolment."""
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    return f"st.reasons && ARRAY[{listed}]::text[]"


# Who wants to hear of certain jobs only does not want what is about none.
NARROWED = """
p.is_narrowed AND (j.id IS NULL OR NOT (
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
             WHERE l BETWEEN coalesce(j.seniority_from, l) AND coalesce(j.seniority_to, l)))))
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
                OR coalesce(b.copied_from_id, b.id) = coalesce(j.copied_from_id, j.id)
                OR (b.requisition <> '' AND b.requisition = j.requisition)
                OR (lower(b.title) = lower(j.title)
                    AND w.armed_at > a.at - interval '{SAME_TITLE_DAYS} days')))
"""


_NOT_MEANT = """
EXISTS (SELECT 1 FROM engagement_message y JOIN engagement_step s ON s.id = y.step_id
         WHERE y.id = a.message_id AND s.condition <> ''
           AND (s.condition = 'interested') <> EXISTS (
                SELECT 1 FROM engagement_message w
                  JOIN engagement_deliveryevent v ON v.message_id = w.id
                 WHERE w.enrolment_id = y.enrolment_id AND v.kind = 'interested'))
"""


_SUPPRESSED = """
EXISTS (SELECT 1 FROM candidates_emailaddress x
         WHERE x.candidate_id = c.id AND x.released_at IS NULL AND x.suppressed IN ({scopes}))
OR EXISTS (SELECT 1 FROM candidates_suppression z
            WHERE z.digest = ANY(a.digests) AND z.scope IN ({scopes}) AND z.reason <> 'bounced')
"""

_COUNTRIES = ", ".join(f"'{country}'" for country in OPT_OUT_COUNTRIES)
# A ground that undo brought back carries no basis of its own: it is the one that was there before.
_ASKED_FOR = ", ".join(f"'{basis}'" for basis in ASKED_FOR)
_WITHOUT_CONSENT = f"n.basis NOT IN ({_ASKED_FOR}) AND NOT (n.kind = 'restored' AND n.basis = '')"

# Two records became one since: what was asked of either is asked anew of the person they are now.
# A campaign goes on with the further of two enrolments (`actions.merging`), and does not ask this.
_MERGED_SINCE = """
c.merged_into_id IS NOT NULL
OR EXISTS (SELECT 1 FROM candidates_merge y
            WHERE y.survivor_id = c.id AND y.undone_at IS NULL AND y.at >= a.since)
"""
_TODAY = "candidates_local_date(a.at, coalesce(nullif(c.time_zone, ''), a.zone))"
_PAUSED = f"p.paused_until > {_TODAY}"
_HELD = """
EXISTS (SELECT 1 FROM candidates_legalhold l WHERE l.candidate_id = c.id AND l.lifted_at IS NULL)
"""
_MINOR = """
EXISTS (SELECT 1 FROM candidates_privacytask q
         WHERE q.candidate_id = c.id AND q.kind = 'minor' AND q.outcome <> 'of_age')
"""
_HIRED = """
EXISTS (SELECT 1 FROM applications_application h
         WHERE h.candidate_id = c.id AND h.outcome = 'hired')
"""
_CONSIDERED = """
EXISTS (SELECT 1 FROM applications_application h
         WHERE h.candidate_id = c.id AND h.closed_at IS NULL)
"""
_COLLEAGUE = """
EXISTS (SELECT 1 FROM candidates_emailaddress x
          JOIN accounts_user u ON u.email = x.canonical AND u.is_active
         WHERE x.candidate_id = c.id)
"""
_COMPLAINED = """
EXISTS (SELECT 1 FROM candidates_stop y WHERE y.candidate_id = c.id AND y.reason = 'complained')
"""
_ASKED_TO_DELETE = """
EXISTS (SELECT 1 FROM candidates_privacyrequest q
         WHERE q.candidate_id = c.id AND q.kind = 'erasure' AND q.closed_at IS NULL)
"""
# What the email says of the end is true no longer: something was agreed or refused since, or, where
# the law counts from the last contact, there was one.
_ENDS_LATER = f"""
EXISTS (SELECT 1 FROM candidates_groundevent v
         WHERE v.candidate_id = c.id AND v.purpose = 'pool' AND v.recorded_at > a.since
           AND v.kind IN ({", ".join(f"'{kind}'" for kind in DECIDING)}))
OR (a.moves_with_contact AND c.last_contact_at > a.since)
"""


def _held_by_answer(holds: str) -> str:
    """Say that an answer of theirs holds job emails back, for good or until a day."""
    return (
        "EXISTS (SELECT 1 FROM engagement_reply r WHERE r.candidate_id = c.id"
        f" AND r.holds = '{holds}' AND (r.holds_until IS NULL OR r.holds_until > {_TODAY}))"
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "erased",
        f"c.erased_at IS NOT NULL OR {_stopped('erased')}",
        letters="c.erased_at IS NOT NULL",
        extensions="c.erased_at IS NOT NULL",
        surveys="c.erased_at IS NOT NULL",
    ),
    Rule(
        "merged",
        "c.merged_into_id IS NOT NULL",
        letters="c.merged_into_id IS NOT NULL",
        extensions=_MERGED_SINCE,
        surveys=_MERGED_SINCE,
    ),
    Rule(
        "archived",
        f"c.archived_at IS NOT NULL OR {_stopped('archived')}",
        extensions="c.archived_at IS NOT NULL",
        surveys="c.archived_at IS NOT NULL",
    ),
    Rule("legal_hold", _HELD, extensions=_HELD, surveys=_HELD),
    Rule("minor", f"{_MINOR} OR {_stopped('minor')}", extensions=_MINOR, surveys=_MINOR),
    Rule(
        "objected",
        f"n.kind = 'objected' OR o.kind = 'objected' OR {_stopped('objected')}",
        extensions="n.kind = 'objected' OR o.kind = 'objected'",
        surveys=f"n.kind = 'objected' OR o.kind = 'objected' OR {_stopped('objected')}",
    ),
    Rule("complained", _stopped("complained"), extensions=_COMPLAINED, surveys=_COMPLAINED),
    Rule(
        "unsubscribed",
        f"n.kind = 'withdrawn' OR o.kind = 'withdrawn' OR {_stopped('unsubscribed')}",
        extensions="n.kind = 'withdrawn' OR o.kind = 'withdrawn'",
        surveys=f"n.kind = 'withdrawn' OR o.kind = 'withdrawn' OR {_stopped('unsubscribed')}",
    ),
    Rule("no_surveys", "", surveys=surveys.WANTS_NO_SURVEY),
    Rule(
        "asked_to_delete",
        _ASKED_TO_DELETE,
        extensions=_ASKED_TO_DELETE,
        surveys=_ASKED_TO_DELETE,
    ),
    Rule(
        "suppressed",
        _SUPPRESSED.format(scopes="'all', 'nurture'"),
        letters=_SUPPRESSED.format(scopes="'all'"),
        extensions=_SUPPRESSED.format(scopes="'all', 'nurture'"),
        surveys=_SUPPRESSED.format(scopes="'all', 'nurture'"),
    ),
    Rule(
        "no_address",
        "e.id IS NULL",
        letters="e.id IS NULL AND a.to_address = ''",
        extensions="e.id IS NULL",
        surveys="e.id IS NULL",
    ),
    Rule(
        "bounced",
        f"e.bounced_at IS NOT NULL OR {_stopped('bounced')}",
        letters="e.bounced_at IS NOT NULL AND a.to_address = ''",
        extensions="e.bounced_at IS NOT NULL",
        surveys="e.bounced_at IS NOT NULL",
    ),
    Rule(
        "no_ground",
        f"n.kind IS NULL OR o.kind IS NULL OR n.kind NOT IN ('withdrawn', 'objected', 'expired')"
        f" AND c.country NOT IN ('', {_COUNTRIES}) AND {_WITHOUT_CONSENT}",
        extensions="o.kind IS NULL",
    ),
    Rule(
        "ground_expired",
        "n.kind = 'expired' OR o.kind = 'expired'"
        " OR (n.kind NOT IN ('withdrawn', 'objected') AND n.expires_at <= a.at)"
        " OR (o.kind NOT IN ('withdrawn', 'objected') AND o.expires_at <= a.at)",
        extensions="o.kind = 'expired' OR o.expires_at <= a.at",
    ),
    Rule("wrote_once", ""),
    Rule("did_not_apply", "", surveys=surveys.DID_NOT_APPLY),
    Rule("surveys_off", "", surveys=surveys.SURVEYS_OFF),
    Rule("answered", "", surveys=surveys.ANSWERED),
    Rule("not_told", "", surveys=surveys.NOT_TOLD),
    Rule("asked_lately", "", surveys=surveys.ASKED_LATELY),
    Rule("ends_later", "", extensions=_ENDS_LATER, at=_SENDING),
    Rule(
        "jurisdiction_unknown",
        "n.kind NOT IN ('withdrawn', 'objected', 'expired')"
        f" AND c.country = '' AND {_WITHOUT_CONSENT}",
    ),
    Rule(
        "paused_until",
        f"{_PAUSED} OR {_stopped('paused')}",
        # P-10: the last one is a service message. Whoever paused learns what happens meanwhile.
        extensions=f"a.step <> {LAST} AND {_PAUSED}",
        surveys=f"{_PAUSED} OR {_stopped('paused')}",
    ),
    Rule(
        "hired",
        f"{_HIRED} OR {_stopped('hired')}",
        extensions=_HIRED,
        surveys=surveys.HIRED_ELSEWHERE,
    ),
    Rule("employee", _COLLEAGUE, extensions=_COLLEAGUE, surveys=_COLLEAGUE),
    Rule(
        "active_application",
        f"{_CONSIDERED} OR {_stopped('applied')}",
        extensions=_CONSIDERED,
        surveys=f"{_CONSIDERED} OR {_stopped('applied')}",
    ),
    Rule(
        "asked_to_stop",
        _held_by_answer("asked_to_stop"),
        surveys=_held_by_answer("asked_to_stop"),
    ),
    Rule("not_now", _held_by_answer("not_now")),
    Rule("replied", _stopped("replied"), surveys=_stopped("replied"), at=_SENDING),
    Rule("waits_for_answer", ""),
    Rule("open_thread", contact.IN_THREAD),
    Rule("colleague_wrote", f"{contact.COLLEAGUE_WROTE} OR {_stopped('called')}"),
    Rule("away", _held_by_answer("away")),
    Rule("suspected_duplicate", _DUPLICATE, extensions=_DUPLICATE, surveys=_DUPLICATE),
    # Before what may pass: whom a message is not meant for need not wait for it.
    Rule("step_condition", _NOT_MEANT, at=_SENDING),
    Rule(
        "not_a_fit",
        "EXISTS (SELECT 1 FROM applications_match f WHERE f.candidate_id = c.id"
        " AND f.job_id = j.id AND f.verdict = 'not_a_fit')",
    ),
    Rule("narrowed", NARROWED),
    Rule("duplicate_of", _ALREADY_WRITTEN),
    Rule(
        "cool_off",
        "EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id"
        " AND h.outcome = 'rejected'"
        f" AND h.closed_at > a.at - interval '{COOL_OFF_DAYS} days')",
    ),
    Rule(
        "frequency_cap",
        f"{contact.full('week')} OR {contact.full('quarter')}"
        f" OR (p.frequency = 'monthly' AND {contact.full('month')})",
    ),
    Rule("job_closed", "j.status <> 'open'"),
    Rule("first_look", first_look.NOT_YET),
    Rule(
        "left_rule",
        "k.leaves_with_rule AND k.pool_id IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM candidates_poolmembership b WHERE b.pool_id = k.pool_id"
        " AND b.candidate_id = c.id AND b.state = 'member')",
        at=_SENDING,
    ),
    Rule("letter_cancelled", "", letters="a.is_cancelled", at=_SENDING),
    Rule("campaign_stopped", "k.state IN ('draft', 'stopped', 'finished')", at=_SENDING),
    Rule("campaign_paused", "k.state IN ('holding', 'paused')", at=_SENDING),
    Rule(
        "all_held",
        contact.ALL_HELD,
        # The last word before we delete them is owed, as a letter is.
        extensions=f"a.step <> {LAST} AND {contact.ALL_HELD}",
        surveys=contact.ALL_HELD,
        at=_SENDING,
    ),
    Rule("sender_gone", "u.is_active IS NOT TRUE"),
    Rule(
        "domain_not_ready",
        "NOT a.is_ready OR EXISTS (SELECT 1 FROM accounts_organisation y"
        " WHERE y.demands_ready_domain AND NOT EXISTS (SELECT 1 FROM engagement_sendingdomain d"
        " WHERE d.domain = y.mail_domain AND d.is_ready))",
        letters="NOT a.is_ready",
        extensions="NOT a.is_ready",
        surveys="NOT a.is_ready",
    ),
    Rule("missing_merge_field", "a.is_field_missing", at=_PLANNING),
    Rule("quiet_hours", "a.is_quiet", extensions="a.is_quiet", surveys="a.is_quiet", at=_SENDING),
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
def verdict_sql(phase: str, kind: Kind) -> str:
    """Return SQL over a relation `a` (the questions) that gives the codes that speak, in order."""
    asked = [
        (rule.code, rule.sql_for(kind)) for rule in RULES if phase in rule.at and rule.sql_for(kind)
    ]
    cases = ",\n  ".join(f"CASE WHEN {sql} THEN '{code}' END" for code, sql in asked)
    # For one person the grounds are read by their index; without the fence the planner takes the
    # view apart and reads everybody's, which is right for all people at once.
    fence = " OFFSET 0" if phase == "sending" or kind != Kind.JOB_EMAIL else ""
    reads = _READS if kind == Kind.LETTER else _READS_FOR_JOB_EMAILS.replace("{fence}", fence)
    key = "message_id" if phase == "sending" else "candidate_id"
    return (
        f"SELECT a.{key}, array_remove(ARRAY[\n  {cases}\n]::text[], NULL) AS reasons\n"
        f"  FROM a {reads}"
    )

# ruff: noqa: S608  (SQL is put together from the arbiter's rules and our own numbers alone)
"""What the arbiter knows of people beyond their match profile, for “people you already know”.

The list asks about everybody who fits at once, so each rule is turned round here: not "does it hold
back this person?" but "whom does it hold back?". Those are few, and found where they stand. A test
compares the two, person by person.
"""

from typing import Final

from applications.fit import Bar
from applications.models import Job
from engagement.arbiter.rules import (
    CAP_WINDOWS,
    COLLEAGUE_DAYS,
    NARROWED,
    SAME_TITLE_DAYS,
)
from engagement.arbiter.words import REASONS, SHORT


def _held(_job: Job, _now: str) -> str:
    return "SELECT l.candidate_id FROM candidates_legalhold l WHERE l.lifted_at IS NULL"


def _employees(_job: Job, _now: str) -> str:
    return (
        "SELECT x.candidate_id FROM accounts_user u JOIN candidates_emailaddress x"
        " ON x.canonical = u.email AND x.released_at IS NULL WHERE u.is_active"
    )


def _in_touch(now: str, *reasons: str) -> str:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    return (
        f"SELECT y.candidate_id FROM candidates_stop y WHERE y.reason IN ({listed})"
        f" AND y.at > {now} - interval '{COLLEAGUE_DAYS} days'"
    )


def _in_thread(_job: Job, now: str) -> str:
    return _in_touch(now, "replied", "booked")


def _with_a_colleague(_job: Job, now: str) -> str:
    return _in_touch(now, "called")


def _duplicates(_job: Job, _now: str) -> str:
    """Of two live addresses of one mailbox one has a plus tag: they are told by few rows."""
    return """
SELECT unnest(ARRAY[s.one_id, s.other_id]) FROM candidates_duplicatesuggestion s
 WHERE s.is_sure AND s.state = 'open'
UNION ALL
SELECT unnest(ARRAY[tagged.candidate_id, other.candidate_id])
  FROM candidates_emailaddress tagged
 -- The fence keeps this order: else all addresses and all people are joined for these few.
 CROSS JOIN LATERAL (
        SELECT o.candidate_id FROM candidates_emailaddress o
          JOIN candidates_candidate c ON c.id = tagged.candidate_id
               AND c.erased_at IS NULL AND c.merged_into_id IS NULL
          JOIN candidates_candidate d ON d.id = o.candidate_id
               AND d.erased_at IS NULL AND d.merged_into_id IS NULL
         WHERE o.broad = tagged.broad AND o.candidate_id <> tagged.candidate_id
           AND o.released_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM candidates_duplicatesuggestion s
                            WHERE s.one_id = least(c.id, d.id) AND s.other_id = greatest(c.id, d.id)
                              AND s.state = 'dismissed')
        OFFSET 0) other
 WHERE tagged.canonical <> tagged.broad AND tagged.released_at IS NULL"""


def _narrowed(job: Job, _now: str) -> str:
    return (
        "SELECT p.candidate_id FROM candidates_preference p CROSS JOIN applications_job j"
        f" WHERE j.id = {int(job.pk)} AND {NARROWED}"
    )


def _written_to(job: Job, now: str) -> str:
    """First the jobs that are the same one, then whom we wrote to about them: two indexes."""
    return f"""
SELECT w.candidate_id FROM engagement_message w
 WHERE w.purpose = 'nurture' AND w.armed_at IS NOT NULL
   AND w.job_id IN (SELECT b.id FROM applications_job b, applications_job j
                     WHERE j.id = {int(job.pk)}
                       AND (b.id = j.id OR (b.requisition <> '' AND b.requisition = j.requisition)))
UNION ALL
SELECT w.candidate_id FROM engagement_message w
 WHERE w.purpose = 'nurture' AND w.armed_at > {now} - interval '{SAME_TITLE_DAYS} days'
   AND w.job_id IN (SELECT b.id FROM applications_job b, applications_job j
                     WHERE j.id = {int(job.pk)} AND lower(b.title) = lower(j.title))"""


def _capped(_job: Job, now: str) -> str:
    def full(window: str) -> str:
        days, most = CAP_WINDOWS[window]
        return (
            "(SELECT count(*) FROM unnest(g.job_emails_at) t"
            f" WHERE t > {now} - interval '{days} days') >= {most}"
        )

    return f"""
SELECT g.candidate_id FROM candidates_contactgate g
  LEFT JOIN candidates_preference p ON p.candidate_id = g.candidate_id
 WHERE g.job_emails_at <> '{{}}'
   AND ({full("week")} OR {full("quarter")} OR (p.frequency = 'monthly' AND {full("month")}))"""


BARS: Final = tuple(
    Bar(code, SHORT[code].lower(), REASONS[code], barred)
    for code, barred in (
        ("legal_hold", _held),
        ("employee", _employees),
        ("open_thread", _in_thread),
        ("colleague_wrote", _with_a_colleague),
        ("suspected_duplicate", _duplicates),
        ("narrowed", _narrowed),
        ("duplicate_of", _written_to),
        ("frequency_cap", _capped),
    )
)

# ruff: noqa: S608  (SQL is put together from the arbiter's rules and our own numbers alone)
"""What the arbiter knows of people beyond their match profile, for “people you already know”.

The list asks about everybody who fits at once. So a profile says who has something that the arbiter
would weigh, and only of those it is weighed here, each by an index. A test compares what is said
with the arbiter, person by person.
"""

from typing import Final

from applications.fit import Bar, cautious, known_of
from applications.models import Job, MatchProfile
from engagement.arbiter.rules import (
    CAP_WINDOWS,
    COLLEAGUE_DAYS,
    NARROWED,
    SAME_TITLE_DAYS,
)
from engagement.arbiter.words import REASONS, SHORT

Caution = MatchProfile.Caution


def _held(_job: Job, _now: str) -> str:
    return cautious(Caution.HELD)


def _asked_to_delete(_job: Job, _now: str) -> str:
    """Reads all who wait to be deleted, who are few, and not the requests of each."""
    return (
        "candidate_id IN (SELECT q.candidate_id FROM candidates_privacyrequest q"
        " WHERE q.kind = 'erasure' AND q.closed_at IS NULL AND q.candidate_id IS NOT NULL)"
    )


def _employees(_job: Job, _now: str) -> str:
    return cautious(Caution.COLLEAGUE)


def _duplicates(_job: Job, _now: str) -> str:
    return cautious(Caution.DUPLICATE)


def _in_touch(now: str, *reasons: str) -> str:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    lately = known_of(
        f"JOIN candidates_stop y ON y.candidate_id = me.person AND y.reason IN ({listed})"
        f" AND y.at > {now} - interval '{COLLEAGUE_DAYS} days'"
    )
    return f"{cautious(Caution.IN_TOUCH)} AND {lately}"


def _in_thread(_job: Job, now: str) -> str:
    return _in_touch(now, "replied", "booked")


def _with_a_colleague(_job: Job, now: str) -> str:
    return _in_touch(now, "called")


def _held_by_answer(holds: str, now: str) -> str:
    """Those whose answer holds job emails back: a few, found by an index of their own."""
    zone = "coalesce(nullif(c.time_zone, ''), (SELECT time_zone FROM accounts_organisation))"
    return f"""candidate_id IN (
SELECT r.candidate_id FROM engagement_reply r
  JOIN candidates_candidate c ON c.id = r.candidate_id
 WHERE r.holds = '{holds}' AND r.holds <> ''
   AND (r.holds_until IS NULL OR r.holds_until > candidates_local_date({now}, {zone})))"""


def _asked_to_stop(_job: Job, now: str) -> str:
    return _held_by_answer("asked_to_stop", now)


def _not_now(_job: Job, now: str) -> str:
    return _held_by_answer("not_now", now)


def _away(_job: Job, now: str) -> str:
    return _held_by_answer("away", now)


def _narrowed(job: Job, _now: str) -> str:
    to_others = known_of(
        "JOIN candidates_preference p ON p.candidate_id = me.person"
        f" JOIN applications_job j ON j.id = {int(job.pk)} WHERE {NARROWED}"
    )
    return f"{cautious(Caution.NARROWED)} AND {to_others}"


def _written_to(job: Job, now: str) -> str:
    """Asks first which jobs are this one, so that the planner knows how few messages there are."""
    same = {"pk": job.pk} | {"first": job.copied_from_id or job.pk, "title": job.title}
    found = Job.objects.raw(_SAME_JOBS, same | {"requisition": job.requisition})
    jobs = [(one.pk, one.is_same) for one in found]  # type: ignore[attr-defined]  # of the SQL
    always = ", ".join(str(pk) for pk, is_same in jobs if is_same)
    lately = ", ".join(str(pk) for pk, is_same in jobs if not is_same) or "NULL"
    return f"""candidate_id IN (
SELECT w.candidate_id FROM engagement_message w
 WHERE w.purpose = 'nurture' AND w.armed_at IS NOT NULL AND w.job_id IN ({always})
UNION ALL
SELECT w.candidate_id FROM engagement_message w
 WHERE w.purpose = 'nurture' AND w.armed_at IS NOT NULL AND w.job_id IN ({lately})
   AND w.armed_at > {now} - interval '{SAME_TITLE_DAYS} days')"""


_SAME_JOBS = """
SELECT id, id = %(pk)s OR coalesce(copied_from_id, id) = %(first)s
       OR (requisition <> '' AND requisition = %(requisition)s) AS is_same
  FROM applications_job
 WHERE id = %(pk)s OR coalesce(copied_from_id, id) = %(first)s
    OR (requisition <> '' AND requisition = %(requisition)s) OR lower(title) = lower(%(title)s)
"""


def _capped(_job: Job, now: str) -> str:
    def full(window: str) -> str:
        days, most = CAP_WINDOWS[window]
        return (
            "(SELECT count(*) FROM unnest(g.job_emails_at) t"
            f" WHERE t > {now} - interval '{days} days') >= {most}"
        )

    monthly = f"p.frequency = 'monthly' AND {full('month')}"
    windows = f"{full('week')} OR {full('quarter')} OR ({monthly})"
    lately = known_of(
        "JOIN candidates_contactgate g ON g.candidate_id = me.person"
        " LEFT JOIN candidates_preference p ON p.candidate_id = me.person"
        f" WHERE {windows}"
    )
    return f"{cautious(Caution.EMAILED)} AND {lately}"


BARS: Final = tuple(
    Bar(code, SHORT[code].lower(), REASONS[code], barred)
    for code, barred in (
        ("legal_hold", _held),
        ("asked_to_delete", _asked_to_delete),
        ("employee", _employees),
        ("asked_to_stop", _asked_to_stop),
        ("not_now", _not_now),
        ("open_thread", _in_thread),
        ("colleague_wrote", _with_a_colleague),
        ("away", _away),
        ("suspected_duplicate", _duplicates),
        ("narrowed", _narrowed),
        ("duplicate_of", _written_to),
        ("frequency_cap", _capped),
    )
)

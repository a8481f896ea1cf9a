# ruff: noqa: S608  (SQL is put together from the arbiter's rules and our own numbers alone)
"""What the arbiter knows of people beyond their match profile, for “people you already know”.

The list asks about everybody who fits at once. So a profile says who has something that the arbiter
would weigh, and only of those it is weighed here, each by an index. A test compares what is said
with the arbiter, person by person.
"""

from typing import Final

from django.db import connection
from django.utils import timezone

from applications.fit import Bar, cautious, known_of
from applications.models import Job, MatchProfile
from engagement.arbiter import first_look
from engagement.arbiter.contact import CAP_WINDOWS, COLLEAGUE_DAYS
from engagement.arbiter.rules import NARROWED, SAME_TITLE_DAYS
from engagement.arbiter.words import REASONS, SHORT

Caution = MatchProfile.Caution


def _held(_job: Job, _now: str) -> str:
    return cautious(Caution.HELD)


def _minors(_job: Job, _now: str) -> str:
    return (
        "candidate_id IN (SELECT q.candidate_id FROM candidates_privacytask q"
        " WHERE q.kind = 'minor' AND q.outcome <> 'of_age')"
    )


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


# Few wait for an answer, and these stand in an index of their own.
_WAITING: Final = (
    "candidate_id IN (SELECT r.candidate_id FROM engagement_reply r"
    " WHERE r.is_open AND r.candidate_id IS NOT NULL)"
)


def _in_thread(_job: Job, now: str) -> str:
    lately = _in_touch(now, "replied", "booked")
    return f"(({lately}) OR {_WAITING})"


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
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT b.id, {_IS_SAME} {_same_jobs(job)}")
        jobs = cursor.fetchall()
    always = ", ".join(str(pk) for pk, is_same in jobs if is_same)
    written = f"candidate_id IN ({_MESSAGES} AND w.job_id IN ({always})"
    if lately := ", ".join(str(pk) for pk, is_same in jobs if not is_same):
        since = f"w.armed_at > {now} - interval '{SAME_TITLE_DAYS} days'"
        written += f" UNION ALL {_MESSAGES} AND w.job_id IN ({lately}) AND {since}"
    return f"{written})"


_MESSAGES: Final = """
SELECT w.candidate_id FROM engagement_message w
 WHERE w.purpose = 'nurture' AND w.armed_at IS NOT NULL"""
_IS_SAME: Final = """
(b.id = j.id OR coalesce(b.copied_from_id, b.id) = coalesce(j.copied_from_id, j.id)
 OR (j.requisition <> '' AND b.requisition = j.requisition))"""


def _same_jobs(job: Job) -> str:
    return (
        f"FROM applications_job j JOIN applications_job b"
        f" ON {_IS_SAME} OR lower(b.title) = lower(j.title) WHERE j.id = {int(job.pk)}"
    )


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


def _not_yet(job: Job, now: str) -> str:
    """All but the few who may hear of a job that is not public."""
    if job.is_public(timezone.now()):
        return "false"
    return f"""candidate_id NOT IN (
SELECT candidate_id FROM applications_job j CROSS JOIN (SELECT {now} AS at) a
 CROSS JOIN LATERAL ({first_look.PEOPLE}) first WHERE j.id = {int(job.pk)})"""


def _may_be_asked_further(job: Job) -> str:
    """Asks a function: a session plans what is in it once, and not for each job."""
    return f"candidate_id IN (SELECT engagement_known_to_job({int(job.pk)}))"


def _may_be_in_thread(job: Job) -> str:
    return f"{_may_be_in_touch(job)} OR {_WAITING}"


def _may_be_in_touch(_job: Job) -> str:
    return cautious(Caution.IN_TOUCH, Caution.NARROWED, Caution.EMAILED)


BARS: Final = tuple(
    Bar(code, SHORT[code].lower(), REASONS[code], barred, doubted)
    for code, barred, doubted in (
        ("legal_hold", _held, None),
        ("minor", _minors, None),
        ("asked_to_delete", _asked_to_delete, None),
        ("employee", _employees, None),
        ("asked_to_stop", _asked_to_stop, _may_be_asked_further),
        ("not_now", _not_now, _may_be_asked_further),
        ("open_thread", _in_thread, _may_be_in_thread),
        ("colleague_wrote", _with_a_colleague, _may_be_in_touch),
        ("away", _away, _may_be_asked_further),
        ("suspected_duplicate", _duplicates, None),
        ("narrowed", _narrowed, _may_be_in_touch),
        ("duplicate_of", _written_to, _may_be_asked_further),
        ("frequency_cap", _capped, _may_be_in_touch),
        ("first_look", _not_yet, None),
    )
)

"""What a colleague may write first, to one person: SQL made of the rules of job emails.

Whoever has an open application is talked to about it, whatever they chose about job emails; that is
no marketing. Everybody else is asked about as for a job email, with two differences. Somebody who
never applied, and whom we may keep, may be written to once, by a person, without having agreed to
more. And no cap, hour or job counts: a colleague wrote it, for this person alone.
"""

# ruff: noqa: S608  (put together from constants alone)

from typing import Final

from candidates.models.grounds import OPT_OUT_COUNTRIES
from engagement.arbiter.contact import COLLEAGUE_DAYS, HANDED_OVER

# Asked as of a job email, whether or not they have an open application.
_ALWAYS: Final = frozenset(
    {
        *("erased", "merged", "archived", "legal_hold", "asked_to_delete"),
        *("no_address", "bounced", "employee", "replied", "sender_gone"),
    }
)
# Asked as of a job email, of those alone who have none.
_OF_OTHERS: Final = frozenset(
    {
        *("objected", "unsubscribed", "suppressed", "ground_expired", "paused_until", "hired"),
        *("asked_to_stop", "not_now", "suspected_duplicate"),
    }
)

_APPLYING: Final = """
EXISTS (SELECT 1 FROM applications_application h
         WHERE h.candidate_id = c.id AND h.closed_at IS NULL)
"""
_APPLIED: Final = "EXISTS (SELECT 1 FROM applications_application h WHERE h.candidate_id = c.id)"
_COUNTRIES: Final = ", ".join(f"'{country}'" for country in OPT_OUT_COUNTRIES)

_COMPLAINED: Final = """
EXISTS (SELECT 1 FROM candidates_stop y WHERE y.candidate_id = c.id AND y.reason = 'complained')
"""
_WAITS: Final = """
EXISTS (SELECT 1 FROM engagement_reply r WHERE r.candidate_id = c.id AND r.is_open)
"""
# Another colleague, who has not handed over to this one: whoever was in touch goes on.
_COLLEAGUE: Final = f"""
EXISTS (SELECT 1 FROM candidates_stop y
         WHERE y.candidate_id = c.id AND y.reason = 'called'
           AND y.at > a.at - interval '{COLLEAGUE_DAYS} days'
           AND y.by_id IS DISTINCT FROM a.sender_id
           AND NOT EXISTS (SELECT 1 FROM engagement_handover h
                            WHERE h.campaign_id IS NULL AND h.asked_by_id = a.sender_id
                              AND {HANDED_OVER}))
"""
_WRITTEN: Final = """
EXISTS (SELECT 1 FROM engagement_message w
         WHERE w.candidate_id = c.id AND w.purpose IN ('nurture', 'personal')
           AND w.id IS DISTINCT FROM a.message_id
           AND (w.armed_at IS NOT NULL
                OR (w.purpose = 'personal' AND w.state IN ('due', 'claimed'))))
"""


def sql_for(code: str, job_email: str, letter: str) -> str:
    """Return what a rule asks of a colleague's own email, from what it asks of the other kinds."""
    if code in _ALWAYS:
        return job_email
    if code in _OF_OTHERS:
        of_others = _of_others(job_email)
        return f"{of_others} OR ({letter})" if letter else of_others
    return {
        "complained": _of_others(_COMPLAINED),
        "no_ground": _of_others(f"o.kind IS NULL OR ({_APPLIED} AND ({job_email}))"),
        "jurisdiction_unknown": _of_others(f"{_APPLIED} AND {job_email}"),
        "wrote_once": _of_others(
            f"NOT {_APPLIED} AND c.country NOT IN ({_COUNTRIES}) AND n.kind IS NULL AND {_WRITTEN}"
        ),
        "waits_for_answer": _WAITS,
        "colleague_wrote": _of_others(_COLLEAGUE),
        "domain_not_ready": letter,
    }.get(code, "")


def _of_others(sql: str) -> str:
    return f"(NOT {_APPLYING} AND ({sql}))"

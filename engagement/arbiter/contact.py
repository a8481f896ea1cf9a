# ruff: noqa: S608  (SQL is put together from our own numbers alone; every value is bound)
"""What the rules ask of contact: who is in touch with a person, and how much they had of late."""

from typing import Final

# One job email in 7 days, three in 90, over all campaigns; who asked for monthly gets one in 30.
CAP_WINDOWS: Final = {"week": (7, 1), "quarter": (90, 3), "month": (30, 1)}
COLLEAGUE_DAYS: Final = 7

# The brake over all campaigns. It names nobody, so it is asked once however many are asked about.
ALL_HELD = """
EXISTS (SELECT 1 FROM engagement_brake v WHERE v.campaign_id IS NULL AND v.released_at IS NULL)
"""


# They wrote of late, or wrote ever and still wait for an answer of ours.
IN_THREAD = f"""
EXISTS (SELECT 1 FROM candidates_stop y WHERE y.candidate_id = c.id
           AND y.reason IN ('replied', 'booked')
           AND y.at > a.at - interval '{COLLEAGUE_DAYS} days')
OR EXISTS (SELECT 1 FROM engagement_reply r WHERE r.candidate_id = c.id AND r.is_open)
"""

# A handover `h` lets pass a contact `y`: it was before, and was known.
HANDED_OVER = """
h.candidate_id = y.candidate_id AND h.state IN ('agreed', 'overridden')
AND h.settled_at >= y.at AND (h.contact_id IS NULL OR h.contact_id >= y.id)
"""
# A colleague was in touch, and has not handed over to this campaign since.
COLLEAGUE_WROTE = f"""
EXISTS (SELECT 1 FROM candidates_stop y
         WHERE y.candidate_id = c.id AND y.reason = 'called'
           AND y.at > a.at - interval '{COLLEAGUE_DAYS} days'
           AND NOT EXISTS (SELECT 1 FROM engagement_handover h
                            WHERE h.campaign_id = a.campaign_id AND {HANDED_OVER}))
"""


def _capped(days: str, most: str) -> str:
    return (
        f"(SELECT count(*) FROM unnest(g.job_emails_at) t"
        f" WHERE t > a.at - make_interval(days => {days})) >= {most}"
    )


def full(window: str) -> str:
    """Say that a window is full: the caps over all campaigns, or the stricter ones of this one."""
    days, most = CAP_WINDOWS[window]
    if window == "week":
        return _capped(f"coalesce(k.cap_days, {days})", str(most))
    if window == "quarter":
        return _capped(str(days), f"coalesce(k.cap_quarter, {most})")
    return _capped(str(days), str(most))

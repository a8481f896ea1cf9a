"""M-04: how long it takes until people know how it ended.

    P_q = the smallest t such that (applications whose end was told within t days) / n >= q

n: applications received in the quarter, at least 90 days ago. Told: a decision letter that left, a
call or an answer from elsewhere with a note, or an offer. Whoever is not decided upon, or was
turned down and told by nobody, waits without end. Apart: those who came as far as an interview.
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    TOLD,
    Measure,
    Quarter,
    bucket,
    days_between,
    percentile,
    quarter_of,
)

HORIZON = 90
VIEW = "applications_measure_closure"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.applied_at")} AS quarter,
       a.applied_at + interval '{HORIZON} days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '{HORIZON} days'
           AS set_aside,
       {days_between("a.applied_at", "ending.at")} AS value,
       a.furthest >= 3 AS was_interviewed
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'decision' GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE {TOLD} AND about = 'decision' GROUP BY 1) told
    ON told.application_id = a.id
 CROSS JOIN LATERAL (SELECT CASE
              WHEN a.outcome = 'rejected' THEN least(letter.at, told.at)
              WHEN a.outcome <> '' THEN a.closed_at END AS at) ending
 WHERE {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month {HORIZON} days',
       e.outcome = 'withdrawn' AND e.closed_within <= {HORIZON},
       {bucket("e.told_within")}, e.furthest >= 3
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    half = now.number("p50") or 0.0
    if half > HORIZON:
        return f"More than half did not know how it ended after {HORIZON} days"
    change = words.than_before(now, before, "p50", unit="days", more="later", less="sooner")
    return f"Half of those who applied knew how it ended within {words.days(half, HORIZON)}{change}"


MEASURE = Measure(
    code="M-04",
    name="Closure",
    view=VIEW,
    sql=SQL,
    figures=(
        percentile("p50", "Half told within", 0.5),
        percentile("p90", "Nine of ten within", 0.9),
        percentile(
            "early", "Nine of ten, not interviewed", 0.9, "NOT was_interviewed", is_drawn=False
        ),
        percentile("late", "Nine of ten, interviewed", 0.9, "was_interviewed", is_drawn=False),
    ),
    finding=finding,
    nothing="Too few people applied to say how soon they know how it ended",
    unit="days",
    cases="applications",
    formula="The smallest number of days within which half (or nine tenths) of all applications"
    " were told how they ended; whoever was not told yet counts as waiting without end.",
    window=f"Applications received in the quarter, at least {HORIZON} days ago.",
    excluded="People who withdrew within those days (beside the figures), the same person applying"
    " twice, applications added by mistake, and those that came from another system.",
    misleads="A job with many interviews takes longer for good reasons: compare the two groups each"
    " with itself. Of people who were erased only a span of days is kept.",
    horizon=HORIZON,
    target="Our aim: nine of ten within 14 days where there was no interview.",
)

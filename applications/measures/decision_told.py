"""M-03: how long a decision is known here before the person knows it.

    P_q = the smallest t such that (rejections that were told within t hours) / n >= q

n: applications turned down in the quarter, at least seven days ago. It begins when a colleague
records the decision, and ends when a decision letter left, or with a call or an answer from
elsewhere with a note. Whoever was told by nobody waits without end. Hours are elapsed ones, so a
change of the clock moves nothing.
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    NEVER,
    TOLD,
    Measure,
    Quarter,
    elapsed,
    kept_time,
    percentile,
    quarter_of,
    share,
)

DAYS = 7
HORIZON = DAYS * 24
VIEW = "applications_measure_decision_told"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.closed_at")} AS quarter,
       a.closed_at + interval '{DAYS} days' AS ripe_at, false AS set_aside,
       {elapsed("a.closed_at", "told.at", 3600)} AS value
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'decision' GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE {TOLD} AND about = 'decision' GROUP BY 1) spoken
    ON spoken.application_id = a.id
 CROSS JOIN LATERAL (SELECT least(letter.at, spoken.at) AS at) told
 WHERE a.outcome = 'rejected' AND {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date,
       e.closed_month + interval '1 month {DAYS} days', false,
       {kept_time("e.decision_hours", NEVER)}
  FROM applications_erasedapplication e
 WHERE e.decision_hours IS NOT NULL
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    most = now.number("p90") or 0.0
    if most > HORIZON:
        silent = words.percent(now.number("silent") or 0.0)
        return f"{silent} of those who were turned down were not told within {DAYS} days"
    change = words.than_before(now, before, "p90", unit="hours", more="later", less="sooner")
    hours = f"{words.plain(most)} hour{'' if words.plain(most) == '1' else 's'}"
    return f"Nine of ten who were turned down knew it within {hours} of the decision{change}"


MEASURE = Measure(
    code="M-03",
    name="Decided, but not told",
    view=VIEW,
    sql=SQL,
    figures=(
        percentile("p90", "Nine of ten told within", 0.9),
        percentile("p50", "Half told within", 0.5),
        share("silent", f"Not told within {DAYS} days", f"value > {HORIZON}", is_drawn=False),
    ),
    finding=finding,
    nothing="Too few people were turned down to say how soon they knew of it",
    unit="hours",
    cases="rejections",
    formula="The smallest number of hours within which half (or nine tenths) of those who were"
    " turned down were told, counted from when a colleague recorded the decision; whoever was told"
    " by nobody counts as waiting without end.",
    window=f"Applications turned down in the quarter, at least {DAYS} days ago.",
    excluded="The same person applying twice, applications added by mistake, and those that came"
    " from another system. Whoever withdrew knows it themselves.",
    misleads="Letters leave on the next working morning so that a decision can be undone: a"
    " weekend alone is more than sixty hours. A decision that nobody records is not here at all."
    " Of people who were erased only a span of hours is kept.",
    horizon=HORIZON,
    target="Our aim: nine of ten within 48 hours.",
)

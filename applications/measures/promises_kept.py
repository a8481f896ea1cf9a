"""M-07: how often we kept a promise to keep somebody in mind.

    kept = 100 x promises kept / (promises kept + promises broken)

Of the promises that fell due in the quarter: a job of their kind opened. Kept: we were in contact
within 72 hours. What lapsed or was released asks nothing of us any more and does not count.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

VIEW = "applications_measure_promises_kept"
SQL = f"""
SELECT p.id AS promise_id, p.due_job_id AS job_id, {quarter_of("p.due_at")} AS quarter,
       p.due_at AS ripe_at, false AS set_aside, (p.state = 'kept')::int::float8 AS value
  FROM applications_promise p
 WHERE p.due_at IS NOT NULL AND p.state IN ('kept', 'broken')
 UNION ALL
SELECT NULL, NULL, date_trunc('quarter', e.due_month)::date, e.due_month, false,
       (e.state = 'kept')::int::float8
  FROM applications_erasedpromise e
 WHERE e.due_month IS NOT NULL AND e.state IN ('kept', 'broken')
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("kept") or 0.0
    if rate == 100:
        return "Every promise that fell due was kept"
    change = words.than_before(now, before, "kept", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of the promises that fell due were kept{change}"


MEASURE = Measure(
    code="M-07",
    name="Promises kept",
    view=VIEW,
    sql=SQL,
    figures=(share("kept", "Kept", "value = 1"), share("broken", "Broken", "value = 0")),
    finding=finding,
    nothing="Too few promises fell due to say how many were kept",
    unit="%",
    cases="promises",
    formula="100 × promises kept ÷ (promises kept + promises broken).",
    window="Promises that fell due in the quarter and are settled.",
    excluded="Those that lapsed or were released, and those that are due at this moment.",
    misleads="A promise for a kind of job that never opens is never put to the test.",
    target="Our aim: 90 %.",
    drawn_as="bar",
)

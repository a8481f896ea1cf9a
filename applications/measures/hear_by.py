"""M-06: how many of those who wait know by when they will hear.

    coverage = 100 x (open applications whose hear-by date is today or later) / open applications

As it stands when it is counted. A date is over at the end of the day where the person is.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, share

VIEW = "applications_measure_hear_by"
SQL = """
SELECT a.id AS application_id, a.job_id, NULL::date AS quarter,
       a.applied_at AS ripe_at, false AS set_aside,
       CASE WHEN a.hear_by IS NULL OR a.hear_by < utc.today - 1 THEN 0
            WHEN a.hear_by > utc.today THEN 1
            ELSE (a.hear_by >= candidates_local_date(now(), c.time_zone))::int
        END::float8 AS value,
       a.hear_by IS NULL AS has_none
  FROM applications_application a
  JOIN candidates_candidate c ON c.id = a.candidate_id
 CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date AS today) utc
 WHERE a.closed_at IS NULL AND c.erased_at IS NULL AND c.archived_at IS NULL
"""


def finding(now: Quarter, _before: Quarter | None) -> str:
    rate = now.number("covered") or 0.0
    if rate == 100:
        return "Everybody who waits knows by when they will hear"
    return f"{words.percent(rate)} of those who wait know by when they will hear"


MEASURE = Measure(
    code="M-06",
    name="Hear-by dates",
    view=VIEW,
    sql=SQL,
    figures=(
        share("covered", "Have a date that is not over", "value = 1"),
        share("late", "Their date is over", "value = 0 AND NOT has_none"),
        share("none", "Have no date", "has_none"),
    ),
    finding=finding,
    nothing="Too few people wait to say how many know by when they will hear",
    unit="%",
    cases="open applications",
    formula="100 × open applications with a hear-by date of today or later ÷ open applications.",
    window="All that were open when it was counted.",
    excluded="Nobody.",
    misleads="A date that is moved again and again still counts as a date.",
    is_snapshot=True,
    target="Our aim: 95 %.",
    drawn_as="bar",
)

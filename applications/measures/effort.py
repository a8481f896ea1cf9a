"""M-22: what an application costs people, and how many take our offer.

    accepted      = 100 x hires / (hires + offers declined + withdrawn with an offer)
    per hire      = interviews that took place / hires
    hours         = the smallest t such that (applications with at most t hours of interviews)
                    / (applications with an interview) >= 0.9
    moved by us   = 100 x interviews moved on our wish / interviews moved

n: applications that closed in the quarter, each with all its interviews. An interview took place
if it was held, or if it is over and nobody has said otherwise.
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    Measure,
    Quarter,
    number,
    percentile,
    quarter_of,
    share,
)

VIEW = "applications_measure_effort"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.closed_at")} AS quarter,
       a.closed_at AS ripe_at, false AS set_aside, a.outcome = 'hired' AS is_hire,
       a.outcome IN ('hired', 'offer_declined') OR a.outcome = 'withdrawn' AND a.furthest >= 5
           AS was_offered,
       coalesce(talk.number, 0) AS interviews, coalesce(talk.minutes, 0) / 60.0 AS hours,
       coalesce(moved.us, 0) AS by_us, coalesce(moved.candidate, 0) AS by_candidate
  FROM applications_application a
  LEFT JOIN (SELECT application_id, count(*) AS number, sum(minutes) AS minutes
               FROM applications_interview
              WHERE state = 'held' OR state = 'scheduled' AND ends_at <= now() GROUP BY 1) talk
    ON talk.application_id = a.id
  LEFT JOIN (SELECT i.application_id, count(*) FILTER (WHERE r.side = 'us') AS us,
                    count(*) FILTER (WHERE r.side = 'candidate') AS candidate
               FROM applications_reschedule r
               JOIN applications_interview i ON i.id = r.interview_id GROUP BY 1) moved
    ON moved.application_id = a.id
 WHERE a.closed_at IS NOT NULL AND {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date, e.closed_month, false,
       e.outcome = 'hired',
       e.outcome IN ('hired', 'offer_declined') OR e.outcome = 'withdrawn' AND e.furthest >= 5,
       e.interviews_held, e.interview_minutes / 60.0, e.rescheduled_by_us,
       e.rescheduled_by_candidate
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""  # noqa: S608  # put together of words of our own
_ALL = "FILTER (WHERE NOT set_aside)"


def finding(now: Quarter, before: Quarter | None) -> str:
    change = words.than_before(now, before, "accepted", unit="points", more="more", less="less")
    return f"{words.percent(now.number('accepted') or 0.0)} of our offers were accepted{change}"


MEASURE = Measure(
    code="M-22",
    name="Offers and interviews",
    view=VIEW,
    sql=SQL,
    figures=(
        share("accepted", "Offers accepted", "is_hire", "was_offered"),
        number(
            "per_hire", "Interviews for each hire",
            f"sum(interviews) {_ALL}::float8 / nullif(count(*) FILTER (WHERE {{among}}), 0)",
            "is_hire", unit="interviews",
        ),
        percentile(
            "hours", "Nine of ten spent at most", 0.9, "interviews > 0", is_drawn=False,
            by="hours", unit="hours",
        ),
        number(
            "moves", "Interviews moved: by us",
            "100.0 * sum(by_us) FILTER (WHERE {among})"
            " / nullif(sum(by_us + by_candidate) FILTER (WHERE {among}), 0)",
            "by_us + by_candidate > 0", unit="%",
        ),
    ),
    finding=finding,
    nothing="Too few offers were made to say how many were accepted",
    unit="%",
    cases="closed applications",
    formula="Offers accepted: 100 × hires ÷ (hires + offers declined + people who withdrew with an"
    " offer). Interviews for each hire: interviews that took place ÷ hires, those of people"
    " whom we did not hire included. Hours: what nine tenths of those who were interviewed spent at"
    " most in interviews for one job. Moved by us: 100 × interviews moved on our wish ÷ interviews"
    " that were moved.",
    window="Applications that closed in the quarter, each with all its interviews.",
    excluded="Offers that we took back, applications that are still open, the same person applying"
    " twice, applications added by mistake, and those that came from another system.",
    misleads="An offer is known by the stage or by how it ended: one made by phone and declined at"
    " once may have been recorded as a withdrawal. The way to an interview, tests and waiting"
    " cost people time too and are not counted. Whose wish a move was is what a colleague chose.",
    drawn_as="bar",
)  # fmt: skip

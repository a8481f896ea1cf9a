"""M-09: how many of those who were turned down after an interview were told why.

    coverage = 100 x (rejected after an interview and sent feedback) / (rejected after an interview)

n: applications turned down in the quarter, at least 30 days ago, that had come as far as an
interview. Feedback is a letter of feedback that left within those 30 days: a decision letter has
its own words, which nobody reads here. Of those who asked for it, the share who got it is apart.
"""

from applications.measures import words
from applications.measures.shapes import COUNTED, Measure, Quarter, quarter_of, share

DAYS = 30
VIEW = "applications_measure_feedback"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.closed_at")} AS quarter,
       a.closed_at + interval '{DAYS} days' AS ripe_at, false AS set_aside,
       coalesce(letter.at <= a.closed_at + interval '{DAYS} days', false) AS is_sent,
       coalesce(a.feedback_asked_at <= a.closed_at + interval '{DAYS} days', false) AS is_asked
  FROM applications_application a
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind = 'feedback' GROUP BY 1) letter
    ON letter.application_id = a.id
 WHERE a.outcome = 'rejected' AND a.furthest >= 3 AND {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.closed_month)::date,
       e.closed_month + interval '1 month {DAYS} days', false, e.feedback_sent, e.feedback_asked
  FROM applications_erasedapplication e
 WHERE e.feedback_sent IS NOT NULL
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("sent") or 0.0
    if rate == 0:
        return "Nobody who was turned down after an interview was sent feedback"
    change = words.than_before(now, before, "sent", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those turned down after an interview were told why{change}"


MEASURE = Measure(
    code="M-09",
    name="Feedback after an interview",
    view=VIEW,
    sql=SQL,
    figures=(
        share("sent", "Were sent feedback", "is_sent"),
        share("asked", "Asked for it", "is_asked"),
        share("answered", "Asked and were sent it", "is_sent", "is_asked", is_drawn=False),
    ),
    finding=finding,
    nothing="Too few people were turned down after an interview to say how many were told why",
    unit="%",
    cases="rejections",
    formula="100 × applications turned down after an interview to which a letter of feedback was"
    f" sent within {DAYS} days ÷ applications turned down after an interview.",
    window=f"Applications turned down in the quarter, at least {DAYS} days ago, that had come as"
    " far as an interview.",
    excluded="The same person applying twice, applications added by mistake, and those that came"
    " from another system.",
    misleads="Feedback is written to those who ask for it. What a decision letter or a call says"
    " besides is not read here, so more people may know why than this says; whether it was any use,"
    " it does not say.",
    target="Our aim: 60 %.",
    drawn_as="bar",
)

"""M-13: how many of those who were not hired come back.

    again = 100 x (people who applied for any job within 365 days) / n
    after an email = the same of those whose application followed a job email of ours

n: people of whom an application closed in the quarter without their being hired, at least 365 days
ago; the first such closure of a quarter counts. It followed a job email if one about that job had
reached them in the 30 days before, or if they had replied to any in those days.
"""

from applications.measures import words
from applications.measures.shapes import COUNTED, Measure, Quarter, quarter_of, share

DAYS, AFTER_EMAIL = 365, 30
VIEW = "engagement_measure_reapplied"
_AGAIN = f"""SELECT 1 FROM applications_application b
                WHERE b.candidate_id = c.candidate_id AND b.applied_at > c.at
                  AND b.applied_at <= c.at + interval '{DAYS} days'
                  AND b.outcome <> 'duplicate' AND b.imported_by_id IS NULL"""  # noqa: S608
SQL = f"""
SELECT c.candidate_id, c.quarter, c.at AS began_at, c.at + interval '{DAYS} days' AS ripe_at,
       false AS set_aside,
       EXISTS ({_AGAIN}) AS is_met,
       EXISTS ({_AGAIN}
                  AND (EXISTS (SELECT 1 FROM engagement_message m
                                WHERE m.candidate_id = b.candidate_id AND m.job_id = b.job_id
                                  AND m.purpose = 'nurture' AND m.handed_at <= b.applied_at
                                  AND m.handed_at
                                      > b.applied_at - interval '{AFTER_EMAIL} days')
                       OR EXISTS (SELECT 1 FROM engagement_reply r
                                    JOIN engagement_message m ON m.id = r.message_id
                                   WHERE r.candidate_id = b.candidate_id AND r.kind = 'reply'
                                     AND m.purpose = 'nurture' AND r.at <= b.applied_at
                                     AND r.at > b.applied_at - interval '{AFTER_EMAIL} days')))
           AS is_met_by_email
  FROM (SELECT DISTINCT ON (a.candidate_id, {quarter_of("a.closed_at")}) a.candidate_id,
               {quarter_of("a.closed_at")} AS quarter, a.closed_at AS at
          FROM applications_application a
         WHERE a.outcome IN ('rejected', 'withdrawn', 'offer_declined') AND {COUNTED}
         ORDER BY a.candidate_id, {quarter_of("a.closed_at")}, a.closed_at) c
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, NULL,
       e.month + interval '1 month {DAYS} days', e.is_set_aside, e.is_met, e.is_met_narrowly
  FROM engagement_erasedcase e
 WHERE e.kind = 'return'
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("again") or 0.0
    if rate == 0:
        return "Nobody whom we did not hire applied again within a year"
    change = words.than_before(now, before, "again", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those whom we did not hire applied again{change}"


MEASURE = Measure(
    code="M-13",
    name="Applied again",
    view=VIEW,
    sql=SQL,
    figures=(
        share("again", "Applied again", "is_met"),
        share("by_email", "After a job email", "is_met_by_email"),
    ),
    finding=finding,
    nothing="Too few applications closed a year ago to say how many people applied again",
    unit="%",
    cases="people",
    formula=f"100 × people who applied for any job within {DAYS} days ÷ people of whom an"
    " application closed without their being hired. After a job email: those who had got one about"
    f" that job, or had replied to one, in the {AFTER_EMAIL} days before.",
    window=f"Applications that closed in the quarter, at least {DAYS} days ago; each person once.",
    excluded="Applications added by mistake, the same person applying twice, and those that came"
    " from another system. People who were erased before the year was over are beside the figures.",
    misleads="Where no job opens that suits them, nobody comes back. Whoever a colleague put"
    " forward counts as well. An email before an application may not have been its cause.",
    has_jobs=False,
    aside="Erased first",
    drawn_as="bar",
)

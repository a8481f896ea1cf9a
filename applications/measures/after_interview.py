"""M-05b: who was interviewed and then heard nothing.

    silence(d) = 100 x (no decision and no later day told within d days of the last interview) / n

n: applications whose last interview took place in the quarter, at least d days ago; d is 14, and 45
as the law of Ontario has it. An interview that is planned counts once it is over. Told: a letter
with a decision or a later day that left, a call or an answer from elsewhere with a note, an offer.
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    TOLD,
    Measure,
    Quarter,
    bucket,
    days_between,
    quarter_of,
    share,
)

SOON, LATE = 14, 45
VIEW = "applications_measure_after_interview"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("talk.at")} AS quarter,
       talk.at + interval '{SOON} days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= talk.at + interval '{SOON} days'
           AND coalesce(news.at > a.closed_at, true) AS set_aside,
       {days_between("talk.at", "news.at")} AS value,
       talk.at AS interviewed_at,
       CASE WHEN a.outcome = 'withdrawn'
            THEN {days_between("talk.at", "a.closed_at")} END AS left_after
  FROM (SELECT application_id, max(starts_at) AS at FROM applications_interview
         WHERE state IN ('held', 'scheduled') GROUP BY 1) talk
  JOIN applications_application a ON a.id = talk.application_id
 CROSS JOIN LATERAL (SELECT least(
           (SELECT min(l.sent_at) FROM applications_letter l
             WHERE l.application_id = a.id AND l.kind IN ('decision', 'later')
               AND l.sent_at >= talk.at),
           (SELECT min(t.at) FROM applications_told t
             WHERE t.application_id = a.id AND t.at >= talk.at AND {TOLD}),
           CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at) news
 WHERE {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.interviewed_month)::date,
       e.interviewed_month + interval '1 month {SOON} days',
       e.outcome = 'withdrawn' AND e.told_after_interview IS NULL
           AND coalesce(e.left_after_interview, 0) <= {SOON},
       {bucket("e.told_after_interview")}, NULL, e.left_after_interview::float8
  FROM applications_erasedapplication e
 WHERE e.is_measured AND e.interviewed_month IS NOT NULL
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("silent") or 0.0
    if rate == 0:
        return f"Everybody who was interviewed heard from us within {SOON} days"
    change = words.than_before(now, before, "silent", unit="points", more="more", less="less")
    return f"{words.percent(rate)} heard nothing within {SOON} days of their interview{change}"


MEASURE = Measure(
    code="M-05b",
    name="Silence after an interview",
    view=VIEW,
    sql=SQL,
    figures=(
        share("silent", f"Nothing within {SOON} days", f"value > {SOON}"),
        share(
            "ghosted", f"Nothing within {LATE} days", f"value > {LATE}",
            f"ripe_at <= %(at)s - interval '{LATE - SOON} days'"
            f" AND (left_after IS NULL OR left_after > {LATE} OR left_after >= value)",
        ),
    ),
    finding=finding,
    nothing="Too few people were interviewed to say how many heard nothing after it",
    unit="%",
    cases="applications",
    formula="100 × people who were told neither a decision nor another day within"
    f" {SOON} (or {LATE}) days of their last interview ÷ people who were interviewed.",
    window=f"The last interview took place in the quarter, at least {SOON} (or {LATE}) days ago.",
    excluded="People who withdrew before we told them (beside the figures), the same person"
    " applying twice, and applications that came from another system.",
    misleads="An answer in the interview itself is invisible here unless somebody wrote it down.",
    target=f"Our aim: nobody at {LATE} days.",
    drawn_as="bar",
)  # fmt: skip

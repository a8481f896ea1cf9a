"""M-15: how many of those who came close are hired once we write to them.

    yield = 100 x (silver medalists contacted and hired within 365 days) / n

n: people whom a job email reached in the quarter, or whom a colleague invited from a list of
matches, at least 365 days ago, and of whom an earlier application had come close: it reached the
final round, they declined our offer, or it was marked “we would hire this person”. The first
contact of a quarter counts.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

DAYS = 365
VIEW = "engagement_measure_silver_yield"
SQL = f"""
SELECT c.candidate_id, c.quarter, c.at AS began_at, c.at + interval '{DAYS} days' AS ripe_at,
       false AS set_aside,
       EXISTS (SELECT 1 FROM applications_application h
                WHERE h.candidate_id = c.candidate_id AND h.outcome = 'hired'
                  AND h.closed_at > c.at AND h.closed_at <= c.at + interval '{DAYS} days') AS is_met
  FROM (SELECT DISTINCT ON (t.candidate_id, {quarter_of("t.at")}) t.candidate_id,
               {quarter_of("t.at")} AS quarter, t.at
          FROM (SELECT m.candidate_id, m.handed_at AS at FROM engagement_message m
                 WHERE m.purpose = 'nurture' AND m.state IN ('handed', 'delivered', 'complained')
                 UNION ALL
                SELECT f.candidate_id, f.verdict_at FROM applications_match f
                 WHERE f.verdict = 'invited') t
         WHERE EXISTS (SELECT 1 FROM applications_application s
                        WHERE s.candidate_id = t.candidate_id AND s.closed_at <= t.at
                          AND s.outcome NOT IN ('hired', 'duplicate')
                          AND (s.furthest >= 4 OR s.would_hire OR s.outcome = 'offer_declined'))
         ORDER BY t.candidate_id, {quarter_of("t.at")}, t.at) c
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, NULL,
       e.month + interval '1 month {DAYS} days', e.is_set_aside, e.is_met
  FROM engagement_erasedcase e
 WHERE e.kind = 'silver'
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("hired") or 0.0
    if rate == 0:
        return "Nobody who had come close was hired within a year of our writing to them"
    change = words.than_before(now, before, "hired", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those who had come close were hired after we wrote{change}"


MEASURE = Measure(
    code="M-15",
    name="Silver medalists whom we wrote to",
    view=VIEW,
    sql=SQL,
    figures=(share("hired", "Hired within a year", "is_met"),),
    finding=finding,
    nothing="We wrote to too few people who had come close to say how many were hired",
    unit="%",
    cases="people",
    formula=f"100 × people who were hired within {DAYS} days ÷ people who had come close before and"
    " whom a job email reached or a colleague invited. Came close: the final round, an offer that"
    " they declined, or marked as somebody we would hire.",
    window=f"First contact in the quarter, at least {DAYS} days ago; each person once.",
    excluded="Emails that bounced or were kept back, and calls. People who were erased before the"
    " year was over are beside the figures.",
    misleads="Whoever is hired may have come without our email. Who is hired is decided by people,"
    " and by how many jobs there are.",
    has_jobs=False,
    aside="Erased first",
    drawn_as="bar",
)

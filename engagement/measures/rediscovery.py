"""M-16 and M-14: how many of those we hired were in our own database first.

    rediscovered = 100 x (hires whose application began with us) / hires
    silver       = 100 x (hires with an earlier application that came close) / hires

n: hires in the quarter. It began with us: the source says our own database, or before they applied
a job email about that job reached them or a colleague invited them from its list of matches. Came
close: an earlier application reached the final round, declined our offer, or was marked “we would
hire this person”.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

VIEW = "engagement_measure_rediscovery"
SQL = f"""
SELECT a.id AS application_id, {quarter_of("a.closed_at")} AS quarter, a.closed_at AS ripe_at,
       false AS set_aside,
       a.source ILIKE '%database%'
       OR EXISTS (SELECT 1 FROM engagement_message m
                   WHERE m.candidate_id = a.candidate_id AND m.job_id = a.job_id
                     AND m.purpose = 'nurture' AND m.handed_at <= a.applied_at)
       OR EXISTS (SELECT 1 FROM applications_match f
                   WHERE f.candidate_id = a.candidate_id AND f.job_id = a.job_id
                     AND f.verdict = 'invited' AND f.verdict_at <= a.applied_at) AS is_ours,
       EXISTS (SELECT 1 FROM applications_application b
                WHERE b.candidate_id = a.candidate_id AND b.id <> a.id
                  AND b.applied_at < a.applied_at AND b.closed_at <= a.closed_at
                  AND (b.furthest >= 4 OR b.would_hire OR b.outcome = 'offer_declined'))
           AS is_silver
  FROM applications_application a
 WHERE a.outcome = 'hired' AND a.imported_by_id IS NULL
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, e.month, false, e.is_met, e.is_met_narrowly
  FROM engagement_erasedcase e
 WHERE e.kind = 'hire'
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("ours") or 0.0
    change = words.than_before(now, before, "ours", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those we hired were in our own database first{change}"


MEASURE = Measure(
    code="M-16, M-14",
    name="Found again",
    view=VIEW,
    sql=SQL,
    figures=(
        share("ours", "From our own database", "is_ours"),
        share("silver", "Came close before", "is_silver", "is_silver IS NOT NULL"),
    ),
    finding=finding,
    nothing="Too few people were hired to say how many we knew before",
    unit="%",
    cases="hires",
    formula="100 × hires whose application began with an email or invitation of ours, or whose"
    " source is our own database ÷ all hires. Came close before: 100 × hires with an earlier"
    " application that reached the final round, declined our offer or was marked as somebody we"
    " would hire ÷ all hires.",
    window="Hires in the quarter.",
    excluded="Hires that came from another system with their history.",
    misleads="The source is what somebody typed. Of people who were erased before November 2026"
    " only the source is left.",
    has_jobs=False,
    drawn_as="bar",
)

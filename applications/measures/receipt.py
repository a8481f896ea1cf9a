"""M-01: how soon whoever applied knows that it has arrived.

    P95 = the smallest t such that (applications with a receipt within t minutes) / n >= 0.95

n: applications received in the quarter, at least an hour ago, for which a receipt is due: those of
our own form, and those for which a colleague asked for one. A receipt that did not leave is a wait
without end. Minutes are elapsed ones, so a change of the clock moves nothing.
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    NEVER,
    Measure,
    Quarter,
    elapsed,
    kept_time,
    percentile,
    quarter_of,
    share,
)

HORIZON = 60
SOON = 5
VIEW = "applications_measure_receipt"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.applied_at")} AS quarter,
       a.applied_at + interval '{HORIZON} minutes' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '{HORIZON} minutes'
           AND coalesce(receipt.at > a.closed_at, true) AS set_aside,
       {elapsed("a.applied_at", "receipt.at", 60)} AS value
  FROM applications_application a
  JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
         WHERE kind = 'receipt' GROUP BY 1) receipt
    ON receipt.application_id = a.id
 WHERE {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month', false, {kept_time("e.receipt_minutes", NEVER)}
  FROM applications_erasedapplication e
 WHERE e.receipt_minutes IS NOT NULL
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    most = now.number("p95") or 0.0
    if most > HORIZON:
        late = words.percent(now.number("slow") or 0.0)
        return f"{late} of those who applied had no receipt within {SOON} minutes"
    change = words.than_before(now, before, "p95", unit="minutes", more="later", less="sooner")
    minutes = f"{words.plain(most)} minute{'' if words.plain(most) == '1' else 's'}"
    return f"Nineteen of twenty who applied had a receipt within {minutes}{change}"


MEASURE = Measure(
    code="M-01",
    name="Receipts",
    view=VIEW,
    sql=SQL,
    figures=(
        percentile("p95", "Nineteen of twenty within", 0.95),
        share("slow", f"Not within {SOON} minutes", f"value > {SOON}", is_drawn=False),
    ),
    finding=finding,
    nothing="Too few people applied to say how soon they have a receipt",
    unit="minutes",
    cases="applications",
    formula="The smallest number of minutes within which 95 of 100 applications were confirmed by a"
    " receipt that left; one that did not leave counts as waiting without end.",
    window="Applications received in the quarter, for which a receipt is due.",
    excluded="Whoever a colleague put forward without asking for a receipt, applications added by"
    " mistake, the same person applying twice, and those that came from another system.",
    misleads="A receipt is automatic: it says that a form works, not that anybody read it. It has"
    " left when the mail server took it, which says nothing of when it arrived.",
    horizon=HORIZON,
    target=f"Our aim: {SOON} minutes.",
)

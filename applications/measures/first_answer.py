"""M-02 and M-05a: how long people wait for a first answer of a human being, and who gets none.

    P_q = the smallest t such that (applications answered within t days) / n >= q
    silence = 100 x (applications without an answer after 30 days) / n

    P_q in working hours: the same of the hours from Monday to Friday, nine to five, between the two

n: applications received in the quarter, at least 30 days ago. An answer is a letter of ours that
left (an invitation, a decision, a later day, feedback: no automatic one), a call or an
answer from elsewhere with a note, an interview that took place, or an offer. Days are 24 hours from
the moment of applying, so a change of the clock moves nothing; working hours are those of the
clock at the first office of the job, but for its public holidays (`OfficeHoliday`).
"""

from applications.measures import words
from applications.measures.shapes import (
    COUNTED,
    NEVER,
    TOLD,
    Measure,
    Quarter,
    bucket,
    days_between,
    kept_time,
    percentile,
    quarter_of,
    share,
)

HORIZON = 30
VIEW = "applications_measure_first_answer"
_ZONE = "coalesce(nullif(office.time_zone, ''), 'UTC')"
SQL = f"""
SELECT a.id AS application_id, a.job_id, {quarter_of("a.applied_at")} AS quarter,
       a.applied_at + interval '{HORIZON} days' AS ripe_at,
       a.outcome = 'withdrawn' AND a.closed_at <= a.applied_at + interval '{HORIZON} days'
           AND coalesce(answer.at > a.closed_at, true) AS set_aside,
       {days_between("a.applied_at", "answer.at")} AS value,
       CASE WHEN answer.at <= a.applied_at + interval '{HORIZON} days'
            THEN greatest(applications_worked(answer.at, {_ZONE})
                          - applications_worked(a.applied_at, {_ZONE})
                          - coalesce(off.hours, 0), 0)
            ELSE 'Infinity'::float8 END AS worked
  FROM applications_application a
  LEFT JOIN (SELECT DISTINCT ON (x.job_id) x.job_id, o.id, o.time_zone
               FROM applications_job_offices x
               JOIN applications_office o ON o.id = x.office_id
              ORDER BY x.job_id, o.name, o.id) office
    ON office.job_id = a.job_id
  LEFT JOIN (SELECT application_id, min(sent_at) AS at FROM applications_letter
              WHERE sent_at IS NOT NULL AND kind NOT IN ('receipt', 'closing') GROUP BY 1) letter
    ON letter.application_id = a.id
  LEFT JOIN (SELECT application_id, min(at) AS at FROM applications_told
              WHERE {TOLD} GROUP BY 1) told
    ON told.application_id = a.id
  LEFT JOIN (SELECT application_id, min(starts_at) AS at FROM applications_interview
              WHERE state = 'held' GROUP BY 1) talk
    ON talk.application_id = a.id
 CROSS JOIN LATERAL (SELECT least(letter.at, told.at, talk.at,
              CASE WHEN a.outcome IN ('hired', 'offer_declined') THEN a.closed_at END) AS at) answer
  LEFT JOIN LATERAL (
      SELECT sum(greatest(extract(epoch FROM
                 least(answer.at AT TIME ZONE {_ZONE}, h.day + time '17:00')
                 - greatest(a.applied_at AT TIME ZONE {_ZONE}, h.day + time '09:00'))
                 / 3600, 0))::float8 AS hours
        FROM applications_officeholiday h
       WHERE h.office_id = office.id AND extract(isodow FROM h.day) < 6
         AND h.day BETWEEN (a.applied_at AT TIME ZONE {_ZONE})::date
                       AND (answer.at AT TIME ZONE {_ZONE})::date
         AND answer.at <= a.applied_at + interval '{HORIZON} days') off
    ON true
 WHERE {COUNTED}
 UNION ALL
SELECT NULL, e.job_id, date_trunc('quarter', e.applied_month)::date,
       e.applied_month + interval '1 month {HORIZON} days',
       e.outcome = 'withdrawn' AND e.answered_within IS NULL AND e.closed_within <= {HORIZON},
       {bucket("e.answered_within")}, {kept_time("e.worked_hours", NEVER)}
  FROM applications_erasedapplication e
 WHERE e.is_measured
"""  # noqa: S608  # put together of words of our own

_KNOWN = "worked IS NOT NULL"


def finding(now: Quarter, before: Quarter | None) -> str:
    half = now.number("p50") or 0.0
    if half > HORIZON:
        return f"More than half had no answer within {HORIZON} days"
    change = words.than_before(now, before, "p50", unit="days", more="later", less="sooner")
    return f"Half of those who applied had an answer within {words.days(half, HORIZON)}{change}"


MEASURE = Measure(
    code="M-02, M-05a",
    name="First answer",
    view=VIEW,
    sql=SQL,
    figures=(
        percentile("p50", "Half answered within", 0.5),
        percentile("p90", "Nine of ten within", 0.9),
        share("silent", f"No answer within {HORIZON} days", f"value > {HORIZON}", is_drawn=False),
        percentile(
            "worked_p50", "Half, in working hours", 0.5, _KNOWN, is_drawn=False, by="worked",
            unit="working hours",
        ),
        percentile(
            "worked_p90", "Nine of ten, in working hours", 0.9, _KNOWN, is_drawn=False,
            by="worked", unit="working hours",
        ),
    ),
    finding=finding,
    nothing="Too few people applied to say how soon they are answered",
    unit="days",
    cases="applications",
    formula="The smallest number of days within which half (or nine tenths) of all applications had"
    " an answer; whoever never got one counts as waiting without end. No answer: 100 × applications"
    f" without an answer after {HORIZON} days ÷ all of them. Working hours: those from Monday to"
    " Friday, nine to five, by the clock of the first office of the job, but for its holidays.",
    window=f"Applications received in the quarter, at least {HORIZON} days ago.",
    excluded="People who withdrew before we answered (beside the figures), the same person applying"
    " twice, applications added by mistake, and those that came from another system.",
    misleads="A quick letter is not a good one. Answers by email that are no letter about the"
    " application do not count, so we may be better than this says. Of people who were erased only"
    " a span of days is kept, so old quarters are a little coarser.",
    horizon=HORIZON,
    target="Our aim: half within 3 days, nine of ten within 7, fewer than 2 % without an answer.",
)  # fmt: skip

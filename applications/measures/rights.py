"""M-20: how soon people get what they ask about their data.

    P90 = the smallest t such that (requests fulfilled within t days) / n >= 0.9
    late = requests closed after the day they were due, or open though it is over

n: requests for a copy or for deletion received in the quarter, at least 28 days ago (the shortest
month of the law). Days are elapsed ones, less those on which the clock stood still because we had
to ask the person, and for a deletion less the seven in which they can take it back. What is open
takes without end. A day is over where the organisation is.
"""

from dataclasses import replace

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, number, percentile, quarter_of

LEAST = 5  # requests are few, and whoever reads this page may read each of them
HORIZON = 28
COOLING_OFF = 7
VIEW = "applications_measure_rights"
_ZONE = "coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC')"
SQL = f"""
SELECT r.id AS request_id, {quarter_of("r.received_at")} AS quarter,
       r.received_at + interval '{HORIZON} days' AS ripe_at, r.kind,
       r.outcome = 'taken_back' OR r.closed_at IS NULL AND r.state = 'restricted' AS set_aside,
       greatest(spent.days - r.days_paused
                - CASE WHEN r.kind = 'erasure' THEN {COOLING_OFF} ELSE 0 END, 0) AS value,
       spent.days,
       (coalesce(r.closed_at, now()) AT TIME ZONE {_ZONE})::date > r.due_on
           AND (r.closed_at IS NOT NULL OR r.paused_at IS NULL) AS is_late
  FROM candidates_privacyrequest r
 CROSS JOIN LATERAL (SELECT CASE WHEN r.closed_at IS NULL THEN 'Infinity'::float8
            ELSE extract(epoch FROM r.closed_at - r.received_at)::float8 / 86400 END AS days) spent
 WHERE r.kind IN ('access', 'erasure')
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    late, most = round(now.number("late") or 0.0), now.number("p90") or 0.0
    if late:
        return f"{late} {'request was' if late == 1 else 'requests were'} not answered in time"
    change = words.than_before(now, before, "p90", unit="days", more="later", less="sooner")
    within = words.days(most, HORIZON)
    return f"Nine of ten requests about data were done within {within}, none late{change}"


MEASURE = Measure(
    code="M-20",
    name="Requests about data",
    view=VIEW,
    sql=SQL,
    figures=(
        replace(percentile("p90", "Nine of ten done within", 0.9), least=LEAST),
        replace(percentile("access", "Copies", 0.9, "kind = 'access'"), least=LEAST),
        replace(percentile("erasure", "Deletions", 0.9, "kind = 'erasure'"), least=LEAST),
        replace(
            percentile(
                "whole", "Deletions, with the seven days", 0.9, "kind = 'erasure'", by="days",
                is_drawn=False,
            ),
            least=LEAST,
        ),
        number(
            "late", "Late", "count(*) FILTER (WHERE {among} AND is_late)", unit="requests", least=1
        ),
    ),
    finding=finding,
    nothing="Too few people asked for a copy or for deletion to say how soon they had it",
    unit="days",
    cases="requests",
    formula="The smallest number of days within which nine tenths of all requests for a copy or for"
    " deletion were done; an open one counts as waiting without end. Late: closed after the day it"
    " was due, or open though that day is over.",
    window=f"Requests received in the quarter, at least {HORIZON} days ago.",
    excluded="Requests that the person took back, and deletions that a law makes us hold (beside"
    " the figures); corrections, objections and complaints. Days when the clock stood still, and"
    f" of a deletion the {COOLING_OFF} days in which it can be taken back, are no days of ours.",
    misleads="Copies that people fetch themselves are done at once and make the figures better. A"
    " request that somebody makes in a call counts only if a colleague writes it down.",
    horizon=HORIZON,
    has_jobs=False,
    aside="Taken back or on hold",
    target="Our aim: nine of ten within 2 days, and none late.",
)  # fmt: skip

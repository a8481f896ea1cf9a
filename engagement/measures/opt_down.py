"""M-18: of those who wanted fewer job emails, how many chose fewer instead of none.

    ratio = 100 x (pauses + less often + fewer kinds) / (those + stops)

n: choices that people made in the quarter by which they get fewer job emails, and did not take
back. A stop counts as a stop, whatever else was chosen with it.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

VIEW = "engagement_measure_opt_down"
SQL = f"""
SELECT c.id AS change_id, {quarter_of("c.at")} AS quarter, c.at AS ripe_at, false AS set_aside,
       told.is_stop, told.is_pause, told.is_rarer, told.is_narrower
  FROM candidates_preferencechange c
 CROSS JOIN LATERAL (SELECT
       coalesce((c.after -> 'stopped')::bool AND NOT (c.before -> 'stopped')::bool, false)
           AS is_stop,
       coalesce(c.after ->> 'paused_until' > coalesce(c.before ->> 'paused_until', ''), false)
           AS is_pause,
       coalesce((c.after -> 'monthly')::bool AND NOT (c.before -> 'monthly')::bool, false)
           AS is_rarer,
       coalesce(c.after -> 'only' <> 'null' AND c.after -> 'only' <> c.before -> 'only', false)
           AS is_narrower) told
 WHERE c.undone_at IS NULL
   AND (told.is_stop OR told.is_pause OR told.is_rarer OR told.is_narrower)
 UNION ALL
SELECT NULL, date_trunc('quarter', e.month)::date, e.month, false,
       e.is_stop, e.is_pause, e.is_rarer, e.is_narrower
  FROM engagement_erasedchoice e
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("down") or 0.0
    change = words.than_before(now, before, "down", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those who wanted fewer job emails still want some{change}"


MEASURE = Measure(
    code="M-18",
    name="Fewer instead of none",
    view=VIEW,
    sql=SQL,
    figures=(
        share("down", "Fewer, not none", "NOT is_stop"),
        share("paused", "Paused", "NOT is_stop AND is_pause", is_drawn=False),
        share("rarer", "Less often", "NOT is_stop AND is_rarer", is_drawn=False),
        share("narrower", "Fewer kinds", "NOT is_stop AND is_narrower", is_drawn=False),
        share("stopped", "None", "is_stop"),
    ),
    finding=finding,
    nothing="Too few people chose to get fewer job emails to say how many still want some",
    unit="%",
    cases="choices",
    formula="100 × (pauses + less often + fewer kinds of job) ÷ (those + stops).",
    window="Choices made in the quarter.",
    excluded="What people took back, and choices that changed nothing about how much they get.",
    misleads="Whoever marks an email as spam, or ignores it, makes no choice and is not here.",
    has_jobs=False,
    target="Our aim: more than 50 %.",
    drawn_as="bar",
)

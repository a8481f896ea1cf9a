"""M-21: whether people looked before a campaign was approved.

    unseen    = 100 x (approvals with no profile opened) / n
    corrected = 100 x (approvals where somebody was taken out by hand) / n

n: campaigns approved in the quarter. A standing rule that starts a campaign counts: a person chose
it, and its figures say that nobody looked.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

VIEW = "engagement_measure_oversight"
SQL = f"""
SELECT c.id AS campaign_id, {quarter_of("c.approved_at")} AS quarter, c.approved_at AS ripe_at,
       false AS set_aside, c.profiles_opened = 0 AS is_unseen,
       c.profiles_opened = 0 AND coalesce(a.will_get, 0) > 20 AS is_unseen_and_large,
       coalesce(jsonb_array_length(a.left_out), 0) > 0 AS is_corrected
  FROM engagement_campaign c
  LEFT JOIN engagement_audience a ON a.campaign_id = c.id
 WHERE c.approved_at IS NOT NULL
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("unseen") or 0.0
    if rate == 0:
        return "Before every approval somebody opened a profile"
    change = words.than_before(now, before, "unseen", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of campaigns were approved with no profile opened{change}"


MEASURE = Measure(
    code="M-21",
    name="Approvals of campaigns",
    view=VIEW,
    sql=SQL,
    figures=(
        share("unseen", "No profile opened", "is_unseen"),
        share("large", "None opened, and more than 20 people", "is_unseen_and_large"),
        share("corrected", "Somebody was taken out by hand", "is_corrected"),
    ),
    finding=finding,
    nothing="Too few campaigns were approved to say how often somebody looked first",
    unit="%",
    cases="approvals",
    formula="100 × approvals with no profile opened from the list of people ÷ all approvals; the"
    " same for more than 20 people, and for lists that somebody corrected by hand.",
    window="Campaigns approved in the quarter.",
    excluded="Nothing.",
    misleads="An opened profile is not a read one. How long somebody looked is not measured.",
    has_jobs=False,
    target="Our aim: fewer than 5 % with no profile opened.",
    drawn_as="bar",
)

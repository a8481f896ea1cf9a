"""M-21: whether people looked before a campaign was approved, and for how long.

    unseen    = 100 x (approvals with no profile opened) / n
    corrected = 100 x (approvals where somebody was taken out by hand) / n
    seconds   = the smallest t such that (approvals of at most t seconds a profile) / m >= 0.5

n: campaigns approved in the quarter. A standing rule that starts a campaign counts: a person chose
it, and its figures say that nobody looked.

m: those whose approver opened a profile from the list of the campaign. Seconds a profile of one
approval are the median over the profiles that the approver opened; of one profile all its openings
together; of one opening the time until the same colleague opened the next profile of the campaign
or approved it, at most five minutes. Whatever they did in between counts as looking, so it is an
upper bound of what was read. An opening by somebody else, and one from the matches of a job, count
as opened and have no time.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, percentile, quarter_of, share

MOST_SECONDS = 300  # of one opening: whoever went for lunch did not read for an hour
VIEW = "engagement_measure_oversight"
SQL = f"""
SELECT c.id AS campaign_id, {quarter_of("c.approved_at")} AS quarter, c.approved_at AS ripe_at,
       false AS set_aside, c.profiles_opened = 0 AS is_unseen,
       c.profiles_opened = 0 AND coalesce(a.will_get, 0) > 20 AS is_unseen_and_large,
       coalesce(jsonb_array_length(a.left_out), 0) > 0 AS is_corrected, looked.seconds
  FROM engagement_campaign c
  LEFT JOIN engagement_audience a ON a.campaign_id = c.id
  LEFT JOIN LATERAL (
       SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY profile.seconds) AS seconds
         FROM (SELECT opened.person,
                      sum(least(extract(epoch FROM opened.next_at - opened.at)::float8,
                                {MOST_SECONDS})) AS seconds
                 FROM (SELECT o.person, o.at,
                              lead(o.at, 1, c.approved_at) OVER (ORDER BY o.at) AS next_at
                         FROM jsonb_to_recordset(a.openings)
                              AS o(colleague bigint, person bigint, at timestamptz)
                        WHERE o.colleague = c.approved_by_id AND o.at <= c.approved_at) opened
                GROUP BY opened.person) profile) looked ON true
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
        percentile(
            "seconds", "Half looked at a profile for at most", 0.5, "seconds IS NOT NULL",
            is_drawn=False, by="seconds", unit="seconds",
        ),
    ),
    finding=finding,
    nothing="Too few campaigns were approved to say how often somebody looked first",
    unit="%",
    cases="approvals",
    formula="100 × approvals with no profile opened from the list of people ÷ all approvals; the"
    " same for more than 20 people, and for lists that somebody corrected by hand. Seconds: of each"
    " approval the median over the profiles that the approver opened from its list; then the median"
    " of these. A look ends when the same colleague opens the next profile or approves, and counts"
    " as five minutes at most.",
    window="Campaigns approved in the quarter.",
    excluded="Nothing. Profiles that somebody other than the approver opened, or that were opened"
    " from the matches of a job, have no seconds.",
    misleads="An opened profile is not a read one. The seconds run until the next click that we"
    " know of, so they say how long a look may have been at most; who opened several profiles in"
    " tabs at once seems to have looked shortly at all but the last.",
    has_jobs=False,
    target="Our aim: fewer than 5 % with no profile opened.",
    drawn_as="bar",
)  # fmt: skip

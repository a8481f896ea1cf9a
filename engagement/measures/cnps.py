"""M-11: would people recommend others to apply with us? The candidate net promoter score.

    cNPS = 100 x (p - d)        p: share of 9 and 10, d: share of 0 to 6; from -100 to 100
    SE   = 100 x sqrt((p + d - (p - d)^2) / n)        95 % interval: cNPS -+ 1.96 x SE

n: surveys that left in the quarter and were answered. They count once the last of the quarter is
closed (21 days after its end): a figure that moved from day to day would tell what the person of
that day said. In the view each answer is 1 (9 and 10), 0 (7 and 8) or -1 (0 to 6): the score is 100
times their mean, and p + d - (p - d)^2 is their variance. Those who were hired, who withdrew, who
were rejected early and who were after an interview are counted apart; how many of each answer is
in `answering`.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, score, share

LEAST = 5  # answers (M-R4)
# How it ended, as the survey keeps it, and the head of its column.
OUTCOMES = {
    "hired": "Hired",
    "left": "Withdrew",
    "early": "Rejected early",
    "late": "Rejected late",
}
DAYS = 21
VIEW = "engagement_measure_cnps"
SQL = f"""
SELECT s.id AS survey_id, {quarter_of("s.sent_at")} AS quarter,
       ({quarter_of("s.sent_at")} + interval '3 months {DAYS} days')::timestamptz AS ripe_at,
       false AS set_aside, s.outcome,
       CASE WHEN s.recommend >= 9 THEN 1 WHEN s.recommend >= 7 THEN 0
            WHEN s.recommend >= 0 THEN -1 END::float8 AS value
  FROM engagement_survey s
 WHERE s.sent_at IS NOT NULL
"""  # noqa: S608  # put together of words of our own
_MEAN = "avg(value) FILTER (WHERE {among})"
_ERROR = "stddev_pop(value) FILTER (WHERE {among}) / sqrt(count(*) FILTER (WHERE {among}))"
ANSWERED = "value IS NOT NULL"


def finding(now: Quarter, _before: Quarter | None) -> str:
    """Say the score with its interval: of few answers a change says less than that."""
    said, low, high = (words.scored(now.number(key) or 0.0) for key in ("cnps", "low", "high"))
    return f"Recommending us to others scores {said}, most likely between {low} and {high}"


MEASURE = Measure(
    code="M-11",
    name="Would they recommend us?",
    view=VIEW,
    sql=SQL,
    figures=(
        score("cnps", "Score (cNPS)", f"100 * {_MEAN}", ANSWERED, least=LEAST),
        score(
            "low", "At least (95 %)", f"greatest(100 * ({_MEAN} - 1.96 * {_ERROR}), -100)",
            ANSWERED, least=LEAST, is_drawn=False,
        ),
        score(
            "high", "At most (95 %)", f"least(100 * ({_MEAN} + 1.96 * {_ERROR}), 100)",
            ANSWERED, least=LEAST, is_drawn=False,
        ),
        *(
            score(
                key, label, f"100 * {_MEAN}", f"{ANSWERED} AND outcome = '{key}'",
                least=LEAST, is_drawn=False, slice_of="cnps",
            )
            for key, label in OUTCOMES.items()
        ),
        share("response", "Answered", ANSWERED, is_drawn=False),
    ),
    finding=finding,
    nothing="Too few people answered to say whether they would recommend us",
    unit="points",
    cases="surveys",
    formula="100 × (share of 9 and 10 − share of 0 to 6), from −100 to 100. The interval is the"
    " score ∓ 1.96 × 100 × √((p + d − (p − d)²) ÷ n). Rejected early: before an interview; late:"
    " after one.",
    window=f"Surveys that left in the quarter, shown {DAYS} days after its end.",
    excluded="Surveys that came back, and answers of fewer than five people; where one group is too"
    " small, another is hidden with it, so that nobody can be worked out of the total.",
    misleads="Whoever answers is not like whoever does not: read it beside the share that answered"
    " and the interval. Whoever was hired speaks more kindly, so read each group by itself.",
    has_jobs=False,
    target="Our aim: 0 or more of those who were turned down after an interview.",
)  # fmt: skip

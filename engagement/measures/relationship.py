"""M-12 and M-08: who leaves with resentment, and who knew where they stood.

    resentment = 100 x (answers “Worse: I will look elsewhere”) / answers to that question
    knew       = 100 x (answers 4 and 5 to “I knew where I stood”) / answers to that question

n: surveys that left in the quarter and were answered, once the last of them is closed.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share
from engagement.measures.cnps import DAYS, LEAST, OUTCOMES

VIEW = "engagement_measure_relationship"
SQL = f"""
SELECT s.id AS survey_id, {quarter_of("s.sent_at")} AS quarter,
       ({quarter_of("s.sent_at")} + interval '3 months {DAYS} days')::timestamptz AS ripe_at,
       false AS set_aside, s.outcome,
       nullif(s.relationship, '') AS relationship, s.knew
  FROM engagement_survey s
 WHERE s.answered_at IS NOT NULL
"""  # noqa: S608  # put together of words of our own
_ANSWERED = "relationship IS NOT NULL"
_NEGATIVE = "relationship = 'negative'"


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = now.number("resentment") or 0.0
    if rate == 0:
        return "Nobody who answered turned away from us"
    change = words.than_before(now, before, "resentment", unit="points", more="more", less="less")
    return f"{words.percent(rate)} of those who answered turned away from us{change}"


MEASURE = Measure(
    code="M-12, M-08",
    name="Resentment",
    view=VIEW,
    sql=SQL,
    figures=(
        share("resentment", "Will look elsewhere", _NEGATIVE, _ANSWERED, least=LEAST),
        *(
            share(
                key, label, _NEGATIVE, f"{_ANSWERED} AND outcome = '{key}'",
                least=LEAST, is_drawn=False, slice_of="resentment",
            )
            for key, label in OUTCOMES.items()
        ),
        share("knew", "Knew where they stood", "knew >= 4", "knew IS NOT NULL", least=LEAST),
    ),
    finding=finding,
    nothing="Too few people answered to say how many turned away from us",
    unit="%",
    cases="answers",
    formula="100 × answers “Worse: I will look elsewhere” ÷ answers to that question. Knew where"
    " they stood: 100 × answers 4 and 5 of 5 ÷ answers to that question. Rejected early: before an"
    " interview; late: after one.",
    window=f"Surveys that left in the quarter, and were answered; shown {DAYS} days after its end.",
    excluded="Answers of fewer than five people; where one group is too small, another is hidden"
    " with it.",
    misleads="Whoever resents us most may not answer at all. Whoever was hired hardly ever does, so"
    " the more of them answer, the better it looks.",
    has_jobs=False,
    target="Our aim: fewer than 9 %.",
)  # fmt: skip

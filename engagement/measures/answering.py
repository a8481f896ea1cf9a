"""M-11, the other half of it: who answers when we ask how it was to apply.

    response = 100 x (surveys of those who ended like that, with an answer) / (all such surveys)

n: surveys that left in the quarter, as for the score, out of the same view.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, share
from engagement.measures.cnps import ANSWERED, DAYS, OUTCOMES, SQL, VIEW


def finding(now: Quarter, before: Quarter | None) -> str:
    rate = words.percent(now.number("response") or 0.0)
    change = words.than_before(now, before, "response", unit="points", more="more", less="less")
    return f"{rate} of those whom we asked how it was answered{change}"


MEASURE = Measure(
    code="M-11",
    name="Who answers",
    view=VIEW,
    sql=SQL,
    figures=(
        share("response", "Of all", ANSWERED),
        *(
            share(key, label, ANSWERED, f"outcome = '{key}'", is_drawn=False)
            for key, label in OUTCOMES.items()
        ),
    ),
    finding=finding,
    nothing="Too few people were asked to say how many answer",
    unit="%",
    cases="surveys",
    formula="100 × surveys with an answer to “would you recommend us” ÷ surveys that left, of all"
    " and by how it ended. Rejected early: before an interview; late: after one.",
    window=f"Surveys that left in the quarter, shown {DAYS} days after its end.",
    excluded="Surveys that came back.",
    misleads="Few answers are no bad sign, and many no good one; but the fewer answer, the less"
    " their score says of the others.",
    has_jobs=False,
    drawn_as="bar",
)

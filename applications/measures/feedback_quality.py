"""M-10: how good our feedback is.

    rubric = mean over rated letters of (about the job) + (an example) + (usable) + (respectful)
    useful = 100 x (readers who say 4 or 5 of 5) / (readers who say how useful it was)

n: letters of feedback that left in the quarter. Each month twenty of them are drawn by lot, and a
colleague who did not write it says yes or no four times: 0 to 4. Its reader may say for 21 days how
useful it was. Both count 21 days after the end of the quarter, so that no day tells what the person
of that day said.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, number, share

LEAST = 5  # readers, and letters that were rated (M-R4)
DAYS = 21
VIEW = "applications_measure_feedback_quality"
SQL = f"""
SELECT r.id AS rating_id, r.job_id, date_trunc('quarter', r.sent_month)::date AS quarter,
       date_trunc('quarter', r.sent_month) + interval '3 months {DAYS} days' AS ripe_at,
       false AS set_aside, r.is_sampled,
       r.job_related::int + r.specific::int + r.usable::int + r.respectful::int AS value, r.useful
  FROM applications_feedbackrating r
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    mean = words.plain(now.number("mean") or 0.0)
    change = words.than_before(now, before, "mean", unit="points", more="more", less="less")
    return f"Letters of feedback get {mean} of 4 points from colleagues who read them{change}"


MEASURE = Measure(
    code="M-10",
    name="How good our feedback is",
    view=VIEW,
    sql=SQL,
    figures=(
        number(
            "mean", "Points", "avg(value) FILTER (WHERE {among})", "value IS NOT NULL",
            unit="of 4", least=LEAST, is_drawn=True,
        ),
        share(
            "useful", "Readers who found it useful", "useful >= 4", "useful IS NOT NULL",
            least=LEAST, is_drawn=False,
        ),
        share("rated", "Of the sample, rated", "value IS NOT NULL", "is_sampled", is_drawn=False),
    ),
    finding=finding,
    nothing="Too few letters of feedback were rated to say how good they are",
    unit="of 4",
    cases="letters",
    formula="The mean of four questions, each a point: is it about the job alone, does it name an"
    " example, can the person use it, is it respectful. Useful: 100 × readers who say 4 or 5 of 5 ÷"
    " readers who say how useful it was.",
    window=f"Letters of feedback that left in the quarter, {DAYS} days after its end; of each month"
    " twenty drawn by lot.",
    excluded="Letters that were neither drawn nor answered, and figures of fewer than five.",
    misleads="Colleagues rate colleagues, and may be kind. Whoever says how useful it was is not"
    " like whoever does not. What was drawn and nobody rated is not in the mean.",
    target="Our aim: 3 points.",
    drawn_as="bar",
)  # fmt: skip

"""What we measure of ourselves: each measure is one SQL view, its formula where it is declared.

A view has a row for each case (an application, a promise) and says in which quarter it counts, from
when on it may count, whether it is set aside, and its value. Whoever was never answered has the
value Infinity, so silence is part of every percentile. `counting` makes the figures of a quarter
from that and knows nothing of any measure; erased people are in the views by the counts that they
left (M-R2).
"""

from applications.measures import (
    after_interview,
    closure,
    decision_told,
    effort,
    feedback,
    feedback_quality,
    first_answer,
    hear_by,
    promises_kept,
    receipt,
    rights,
)

EXPERIENCE = (
    first_answer.MEASURE,
    closure.MEASURE,
    decision_told.MEASURE,
    after_interview.MEASURE,
    feedback.MEASURE,
    feedback_quality.MEASURE,
    hear_by.MEASURE,
    promises_kept.MEASURE,
    receipt.MEASURE,
)
PIPELINE = (effort.MEASURE,)
RIGHTS = (rights.MEASURE,)

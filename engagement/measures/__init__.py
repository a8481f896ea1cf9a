"""The measures of this floor: what people say of us, what comes of job emails, who looked first.

Their shape, and how figures come of them, is in `applications.measures`.
"""

from engagement.measures import (
    answering,
    cnps,
    nurture,
    opt_down,
    oversight,
    reapplied,
    rediscovery,
    relationship,
    silver_yield,
)

NURTURE = (
    nurture.MEASURE,
    opt_down.MEASURE,
    reapplied.MEASURE,
    rediscovery.MEASURE,
    silver_yield.MEASURE,
)
SURVEY = (cnps.MEASURE, answering.MEASURE, relationship.MEASURE)
OVERSIGHT = (oversight.MEASURE,)

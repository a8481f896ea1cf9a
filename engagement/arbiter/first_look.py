"""Who hears of a job before it is public: whom we promised to write to, and who was close before.

SQL over `c`, the person, and `j`, the job that is not public yet.
"""

from typing import Final

from applications.models.milestones import Milestone

_RUNNING_PROMISE: Final = """
r.state IN ('open', 'due') AND r.until >= a.at::date AND j.family <> ''
AND lower(j.family) IN (SELECT lower(f) FROM unnest(r.families) f)
"""
# Silver medalists: the final round, or an offer that they declined, for a job of this kind or line.
_WAS_CLOSE: Final = f"""
h.closed_at IS NOT NULL AND h.outcome NOT IN ('hired', 'duplicate')
AND (h.furthest >= {Milestone.FINAL.value} OR h.outcome = 'offer_declined')
AND (coalesce(b.copied_from_id, b.id) = coalesce(j.copied_from_id, j.id)
     OR (j.family <> '' AND lower(b.family) = lower(j.family)))
"""
PEOPLE: Final = f"""
SELECT r.candidate_id FROM applications_promise r WHERE {_RUNNING_PROMISE}
UNION ALL
SELECT h.candidate_id FROM applications_application h
  JOIN applications_job b ON b.id = h.job_id WHERE {_WAS_CLOSE}
"""  # noqa: S608  (constants alone)
NOT_YET: Final = f"""
j.public_at > a.at
AND NOT EXISTS (SELECT 1 FROM applications_promise r
                 WHERE r.candidate_id = c.id AND {_RUNNING_PROMISE})
AND NOT EXISTS (SELECT 1 FROM applications_application h
                  JOIN applications_job b ON b.id = h.job_id
                 WHERE h.candidate_id = c.id AND {_WAS_CLOSE})
"""  # noqa: S608  (constants alone)

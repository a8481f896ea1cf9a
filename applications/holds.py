"""What an open application means for keeping a person and writing to them.

The arbiter decides for itself (`engagement.arbiter`); the first is its reason in advance, in words.
"""

from typing import Final

from applications.models import Application
from candidates.erasing import Obstacle
from candidates.models import Candidate

# For `candidates.clocks`: one row for each procedure and office of its job. While an application is
# open, and for those who were hired, nothing ends.
PROCEDURES: Final = """
SELECT a.candidate_id, a.id::text AS key, coalesce(o.country, '') AS country,
       coalesce(o.region, '') AS region,
       CASE WHEN a.outcome <> 'hired' THEN a.closed_at END AS ended_at
  FROM applications_application a
  LEFT JOIN applications_job_offices jo ON jo.job_id = a.job_id
  LEFT JOIN applications_office o ON o.id = jo.office_id
"""


def open_application(candidate: Candidate) -> str:
    """Say that somebody is being considered: they are talked to as an applicant meanwhile."""
    considered = _considered(candidate)
    return f"On hold while their application for {considered.job} is open." if considered else ""


def needed_for_application(candidate: Candidate) -> str:
    """Say that a person cannot go into the archive: they wait for an answer."""
    considered = _considered(candidate)
    return (
        f"They are being considered for {considered.job}. Answer them first." if considered else ""
    )


def _considered(candidate: Candidate) -> Application | None:
    return (
        Application.objects.open()
        .filter(candidate=candidate)
        .select_related("job")
        .order_by("applied_at", "pk")
        .first()
    )


def stands_in_the_way(candidate: Candidate) -> Obstacle | None:
    """Somebody who is being considered decides first whether they withdraw (C-26)."""
    considered = (
        Application.objects.open()
        .filter(candidate=candidate)
        .select_related("job")
        .order_by("applied_at", "pk")
    )
    titles = [application.job.title for application in considered]
    if not titles:
        return None
    return Obstacle(
        "open_application",
        f"They are being considered for {' and '.join(titles)}. Ask them: withdraw and be deleted"
        " now, or hear our decision first and be deleted then.",
    )

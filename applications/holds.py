"""What an open application means for keeping a person and writing to them.

The arbiter decides for itself (`engagement.arbiter`); the first is its reason in advance, in words.
"""

from applications.models import Application
from candidates.models import Candidate


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

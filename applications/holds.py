"""Why job emails to a person wait, as far as applications know: said on the person's page.

The arbiter decides for itself (`engagement.arbiter`); this is its reason in advance, in words.
"""

from applications.models import Application
from candidates.models import Candidate


def open_application(candidate: Candidate) -> str:
    """Say that somebody is being considered: they are talked to as an applicant meanwhile."""
    considered = (
        Application.objects.open()
        .filter(candidate=candidate)
        .select_related("job")
        .order_by("applied_at", "pk")
        .first()
    )
    if considered is None:
        return ""
    return f"On hold while their application for {considered.job.title} is open."

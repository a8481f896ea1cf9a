"""What became of the email that asks whether we may keep somebody longer, told from the floor that
sends it."""

from datetime import datetime

from candidates.models import ExtensionRequest


def mark_sent(request_id: int, at: datetime) -> None:
    ExtensionRequest.objects.filter(pk=request_id).update(sent_at=at, problem="")


def mark_problem(request_id: int, why: str) -> None:
    """Say why they could not be asked, as a sentence."""
    ExtensionRequest.objects.filter(pk=request_id).update(problem=why[:300])

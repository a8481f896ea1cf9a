"""What was asked, and what the email says."""

from datetime import timedelta

from django.utils import timezone

from candidates.models import Candidate
from tests.factories.candidates import CandidateFactory, GroundEventFactory


def in_france(days: int, *, expires: bool) -> Candidate:
    """Two years after the last contact: somebody whose time ends in so many days."""
    ends = timezone.now() + timedelta(days=days)
    contact = ends - timedelta(days=400) if expires else ends.replace(year=ends.year - 2)
    person = CandidateFactory(
        without_consent=True,
        country="FR",
        language="fr-FR",
        time_zone="Europe/Paris",
        created_at=contact,
        last_contact_at=contact,
    )
    GroundEventFactory(
        candidate=person,
        occurred_at=contact,
        recorded_at=contact,
        expires_at=ends if expires else None,
    )
    return person


def parts(received) -> tuple[str, str]:
    plain = received.get_body(("plain",)).get_content()
    return plain, received.get_body(("html",)).get_content()

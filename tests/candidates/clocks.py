"""Somebody with a consent or an end of a procedure on a given day."""

from datetime import UTC, datetime

from candidates.models import Candidate, GroundEvent
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


def person(country: str = "", region: str = "", **facts) -> Candidate:
    facts = {"time_zone": "UTC", "without_consent": True} | facts
    return CandidateFactory(country=country, region=region, **facts)


def decided(candidate: Candidate, day: str, *places: tuple[str, str], **facts):
    """A procedure that ended on a day, for a job in these places."""
    job = JobFactory()
    for country, region in places:
        job.offices.add(OfficeFactory(country=country, region=region))
    facts = {"rejected": True, "closed_at": noon(day)} | facts
    return ApplicationFactory(candidate=candidate, job=job, **facts)


def agreed(candidate: Candidate, day: str, ends: str = "", **facts) -> GroundEvent:
    return GroundEventFactory(
        candidate=candidate,
        occurred_at=noon(day),
        expires_at=noon(ends) if ends else None,
        **facts,
    )

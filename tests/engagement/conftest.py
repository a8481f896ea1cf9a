from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import Organisation
from applications.models import Job
from candidates.models import Candidate
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, JobSkillFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, SkillFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def organisation(db: None) -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def monday_morning(organisation: Organisation) -> Iterator[time_machine.Traveller]:
    """Make it 10:00 on a Monday in Bristol, going on from there."""
    with time_machine.travel(MONDAY, tick=True) as clock:
        yield clock


@pytest.fixture
def job(db: None) -> Job:
    """Return an open job in Bristol for people who join cables."""
    job: Job = JobFactory(title="Cable Technician")
    job.offices.add(OfficeFactory())
    JobSkillFactory(job=job, skill=SkillFactory(name="Cable jointing"))
    return job


@pytest.fixture
def fits(db: None) -> Callable[..., Candidate]:
    """Make somebody who joins cables."""

    def make(**values: Any) -> Candidate:
        candidate: Candidate = CandidateFactory(**values)
        CandidateSkillFactory(candidate=candidate, skill=SkillFactory(name="Cable jointing"))
        return candidate

    return make

"""Somebody with an application, who looks at their own page."""

import re
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from applications.actions import closing
from applications.models import Application, Job, Letter, Stage
from candidates.models import Candidate
from engagement import links
from engagement.links import Purpose
from tests.engagement.own_page_access.conftest import VISIT, hidden
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import AccessCodeFactory

States = Stage.CandidateState
DRAFT = closing.Draft("Your application", "We have decided not to go on. Thank you for your time.")


@pytest.fixture
def owner() -> User:
    return UserFactory(name="Mina Aldaco", email="mina@larkspur-tidal.example")


@pytest.fixture
def job(owner: User) -> Job:
    job = JobFactory(title="Cable Technician", owner=owner)
    for number, state in enumerate(States):
        StageFactory(
            job=job,
            name=f"Secret {number}",
            position=number + 1,
            milestone=number + 1,
            candidate_state=state,
        )
    return job


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", call_name="Ana", time_zone="Europe/London")


@pytest.fixture
def application(ana: Candidate, job: Job) -> Application:
    return ApplicationFactory(
        candidate=ana, job=job, stage=job.stages.first(), hear_by=date(2026, 12, 1)
    )


def visitor_of(candidate: Candidate) -> Client:
    """A browser in which this person has come in."""
    visitor = Client(enforce_csrf_checks=True)
    sign_in(visitor, candidate)
    return visitor


def sign_in(visitor: Client, candidate: Candidate) -> None:
    access = AccessCodeFactory(candidate=candidate, used=True)
    visitor.cookies[VISIT] = links.make_token(
        Purpose.SIGNED_IN, candidate.public_id, access.public_id
    )


@pytest.fixture
def visitor(ana: Candidate) -> Client:
    return visitor_of(ana)


def words(response: HttpResponse) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def post(visitor: Client, path: str, **more: str) -> HttpResponse:
    return visitor.post(path, {"proof": hidden(visitor.get("/s/")), **more}, follow=True)


def reject(application: Application, by: User, letter: closing.Draft | None = DRAFT) -> Letter:
    silence = "" if letter else "told"
    closing.reject(application, by=by, reason="stronger_applicant", letter=letter, silence=silence)
    return application.letters.filter(kind="decision").last()

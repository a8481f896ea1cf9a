"""P-13: a person in the restricted archive is named on no page that a recruiter can open.

Every route that takes a GET is asked about everything that hangs on the person, and about the
person; the same walk before archiving shows that it would have found them.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications.actions import matches
from candidates.actions.archive import archive_candidate
from candidates.models import Candidate, Import, ImportRow
from engagement.models import Decision
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, NoteFactory
from tests.factories.engagement import CampaignFactory, MessageFactory
from tests.factories.interviews import InterviewFactory
from tests.routes import PUBLIC, Route, routes

pytestmark = pytest.mark.django_db
STAFF = [route for route in routes() if route.name not in PUBLIC]
NAME = "Ottoline Vane"
ADDRESS = "ottoline@mail.example"
# What pages take to narrow or widen what they list. `q` is not the whole name: boxes repeat it.
QUERY = {"q": "ottol", "status": "all", "view": "table", "show": "", "emails": ""}
SEEN_BEFORE = {
    "today",
    "candidates:people",
    "candidates:profile",
    "candidates:privacy",
    "candidates:edit",
    "applications:application",
    "applications:application_add",
    "applications:candidate_interviews",
    "applications:candidate_panel",
    "applications:interview",
    "applications:interviews",
    "applications:known_people",
    "applications:letter",
    "applications:letters",
    "applications:match",
    "applications:promises",
    "engagement:campaign_people",
    "engagement:message",
}


@pytest.fixture(scope="module")
def recruiter(django_db_setup: None, django_db_blocker: Any) -> Iterator[User]:
    """A colleague, made once with all that is below: each test is rolled back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield UserFactory(name="Rowan Ashdown", email="rowan@larkspur-tidal.example")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ottoline(recruiter: User) -> Candidate:
    """Somebody on whom everything hangs that can hang on a person."""
    OrganisationFactory()
    candidate = CandidateFactory(name=NAME, call_name="Ottoline", owner=recruiter, email=None)
    candidate.emails.create(address=ADDRESS, canonical=ADDRESS, is_primary=True)
    NoteFactory(candidate=candidate, author=recruiter)
    skill = CandidateSkillFactory(candidate=candidate).skill
    closed = ApplicationFactory(candidate=candidate, rejected=True)
    LetterFactory(application=closed)
    PromiseFactory(candidate=candidate, due=True, owner=recruiter)
    job = JobFactory(owner=recruiter)
    StageFactory(job=job)
    JobSkillFactory(job=job, skill=skill)
    matches.find(job)
    InterviewFactory(
        application=ApplicationFactory(candidate=candidate, rejected=True),
        by=recruiter,
        panel=[recruiter],
    )
    message = MessageFactory(enrolment__candidate=candidate, campaign__by=recruiter, uncertain=True)
    message.campaign.decisions.create(
        candidate=candidate, phase=Decision.Phase.PLANNING, allowed=True, at=timezone.now()
    )
    CampaignFactory(people=[candidate], job=job, by=recruiter, with_step=True)
    run = Import.objects.create(
        by=recruiter, file_name="people.csv", size=1, state=Import.State.DONE
    )
    ImportRow.objects.create(run=run, number=2, cells=[], state="created", candidate=candidate)
    return candidate


@pytest.fixture
def person(ottoline: Candidate) -> Candidate:
    return Candidate.objects.get(pk=ottoline.pk)


def ids_around(candidate: Candidate) -> list[UUID]:
    """The public ids of the person and of everything that hangs on them."""
    found = {candidate.public_id}
    found |= set(candidate.applications.values_list("public_id", flat=True))
    found |= set(candidate.applications.values_list("job__public_id", flat=True))
    found |= set(candidate.applications.values_list("letters__public_id", flat=True))
    found |= set(candidate.applications.values_list("interviews__public_id", flat=True))
    found |= set(candidate.promises.values_list("public_id", flat=True))
    found |= set(candidate.promises.values_list("due_job__public_id", flat=True))
    found |= set(candidate.matches.values_list("public_id", flat=True))
    found |= set(candidate.matches.values_list("job__public_id", flat=True))
    found |= set(candidate.messages.values_list("public_id", flat=True))
    found |= set(candidate.messages.values_list("campaign__public_id", flat=True))
    found |= set(Import.objects.values_list("public_id", flat=True))
    return sorted(found - {None})


def names_them(client: Client, route: Route, ids: list[UUID]) -> bool:
    """Whether one of the pages of a route names the person, to a browser or to htmx."""
    path = f"/{route.pattern}"
    addresses = [path]
    for name in route.converters:
        addresses = [a.replace(f"<{name}>", str(one)) for a in addresses for one in ids]
    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(address, QUERY, headers=headers)
            if response.status_code == 405:  # a route that takes no GET takes none for anybody
                return False
            body = b"".join(response) if response.streaming else response.content
            if b"Ottoline" in body or ADDRESS.encode() in body:
                return True
    return False


def test_the_walk_finds_somebody_in_use(person, staff_client):
    ids = ids_around(person)

    found = [route for route in STAFF if route.name in SEEN_BEFORE]
    seen = {route.name for route in found if names_them(staff_client, route, ids)}

    assert SEEN_BEFORE - seen == set()


@pytest.mark.parametrize("route", STAFF, ids=lambda route: route.name)
def test_an_archived_person_is_named_on_no_page_of_a_recruiter(route, person, staff_client):
    archive_candidate(person, "expired", by="retention")

    assert not names_them(staff_client, route, ids_around(person))


def test_a_recruiter_does_not_get_into_the_archive(person, staff_client):
    archive_candidate(person, "expired", by="retention")
    page = reverse("candidates:archived", args=[person.public_id])

    assert staff_client.get(reverse("candidates:archive")).status_code == 403
    assert staff_client.get(page).status_code == 403
    assert (
        staff_client.get(reverse("candidates:profile", args=[person.public_id])).status_code == 404
    )

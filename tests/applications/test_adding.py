"""Considering a person for a job, begun on the person's page."""

import uuid

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from applications.models import Application
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def address(candidate):
    return reverse("applications:candidate_add", args=[candidate.public_id])


@pytest.fixture
def job():
    return StageFactory(job__title="Marine Electrician").job


def test_the_profile_leads_here(staff_client):
    candidate = CandidateFactory()

    page = staff_client.get(reverse("candidates:profile", args=[candidate.public_id]))

    assertContains(page, f'href="{address(candidate)}" data-shortcut="a"')


def test_only_open_jobs_without_them_are_offered(staff_client, job):
    candidate = CandidateFactory()
    considered = ApplicationFactory(candidate=candidate, job__title="Considered already")
    JobFactory(title="Closed", status="closed")

    page = staff_client.get(address(candidate))

    assertContains(page, "Marine Electrician</option>")
    assertNotContains(page, considered.job.title)
    assertNotContains(page, "Closed</option>")


def test_adding_leads_to_the_application(staff_client, job):
    candidate = CandidateFactory()

    response = staff_client.post(
        address(candidate), {"job": str(job.public_id), "source": "referral"}
    )

    application = Application.objects.get()
    assert (application.candidate, application.job, application.source) == (
        candidate, job, "referral",
    )  # fmt: skip
    page = reverse("applications:application", args=[application.public_id])
    assertRedirects(response, page)


def test_a_job_that_is_not_offered_is_refused(staff_client, job):
    candidate = CandidateFactory()
    other = ApplicationFactory(candidate=candidate).job

    for sent in ({}, {"job": str(other.public_id)}, {"job": str(uuid.uuid4())}):
        response = staff_client.post(address(candidate), sent | {"source": "referral"})
        assert response.status_code == 422
    assert Application.objects.count() == 1


def test_without_an_open_job_the_page_says_so(staff_client):
    assertContains(staff_client.get(address(CandidateFactory())), "No open job to add them to")


def test_who_is_not_there_is_not_found(staff_client, job):
    gone = CandidateFactory(erased=True)

    assert staff_client.get(address(gone)).status_code == 404
    assert staff_client.post(address(gone), {"job": job.public_id}).status_code == 404

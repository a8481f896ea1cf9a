"""“This is wrong”, for each fact that led to a job email."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications import matching
from applications.models import Match
from candidates.models import PrivacyRequest
from engagement import links
from engagement.links import Purpose
from tests.factories.applications import JobSkillFactory
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, SkillFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")

ADDRESS = reverse("engagement:why_correct")


@pytest.fixture
def message():
    enrolment = EnrolmentFactory()
    for name in ("Cable jointing", "Crimping"):
        skill = SkillFactory(name=name)
        JobSkillFactory(job=enrolment.campaign.job, skill=skill)
        CandidateSkillFactory(candidate=enrolment.candidate, skill=skill)
    matching.store_matches(enrolment.campaign.job, [enrolment.candidate_id], at=timezone.now())
    enrolment.match = Match.objects.get()
    enrolment.save()
    return MessageFactory(enrolment=enrolment, handed=True)


@pytest.fixture
def reader(message):
    client = Client()
    client.get(links.path(Purpose.WHY, message.candidate.public_id, message.public_id))
    return client


def proof_of(page):
    return page.partition('name="proof" value="')[2].partition('"')[0]


def test_each_fact_has_a_link_to_correct_it(reader):
    page = reader.get(reverse("engagement:why")).content.decode()

    assert [f"?fact={number}" in page for number in (0, 1, 2)] == [True, True, False]
    assert page.count("This is wrong") == 2


def test_what_is_right_instead_becomes_a_request_with_its_clock(reader, message):
    page = reader.get(ADDRESS, {"fact": "1"}).content.decode()
    looked = PrivacyRequest.objects.count()
    values = {"fact": "1", "proof": proof_of(page), "instead": "Not for ten years."}

    sent = reader.post(ADDRESS, values)
    after = reader.get(sent["Location"]).content.decode()

    request = PrivacyRequest.objects.get()
    assert (looked, sent.status_code) == (0, 303)
    assert (request.kind, request.received_how, request.candidate) == (
        "rectification", "page", message.candidate,
    )  # fmt: skip
    assert "They wrote: Not for ten years." in request.details
    assert "Crimping" in request.details
    assert "A person reads it" in after


def test_nothing_typed_is_lost_when_it_is_refused(reader, message):
    proof = proof_of(reader.get(ADDRESS, {"fact": "0"}).content.decode())
    values = {"fact": "0", "proof": proof, "instead": "First."}
    reader.post(ADDRESS, values)

    again = reader.post(ADDRESS, {**values, "instead": "And this."})
    empty = reader.post(ADDRESS, {**values, "instead": ""})

    assert (again.status_code, empty.status_code) == (422, 422)
    assert "You told us before that something is wrong" in again.content.decode()
    assert "And this.</textarea>" in again.content.decode()
    assert PrivacyRequest.objects.count() == 1


@pytest.mark.parametrize("fact", ["", "7", "-1", "x"])
def test_a_fact_that_is_not_there_leads_back(reader, fact):
    answer = reader.get(ADDRESS, {"fact": fact})

    assert (answer.status_code, answer["Location"]) == (303, reverse("engagement:why"))


def test_a_form_of_another_person_and_a_stranger_are_refused(reader, message):
    other = links.make_token(Purpose.FORM, CandidateFactory().public_id, message.public_id)
    values = {"fact": "0", "proof": other, "instead": "Wrong."}

    answers = [
        reader.post(ADDRESS, values).status_code,
        Client().post(ADDRESS, values).status_code,
    ]

    assert (answers, PrivacyRequest.objects.count()) == ([404, 404], 0)


def test_the_page_speaks_french_to_who_reads_it(reader, message):
    from accounts.languages import COOKIE

    reader.cookies[COOKIE] = "fr"

    page = reader.get(ADDRESS, {"fact": "0"}).content.decode()
    why = reader.get(reverse("engagement:why")).content.decode()

    assert ("Corriger ce que nous savons" in page, "C’est faux" in why) == (True, True)
    assert ("Back" in page, "What is right?" in page) == (False, False)

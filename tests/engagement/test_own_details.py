"""The part of a person's own page about their details: keep, copy, delete (C-13, C-26, P-16)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from applications.actions.letters import mark_sent
from applications.models import Application
from candidates.actions import erasure
from candidates.models import Candidate, GroundEvent, GroundState, PrivacyRequest
from engagement import arbiter, tasks
from engagement.actions import own_details
from engagement.models import Message
from tests.engagement.own_page.conftest import post, reject, sign_in, visitor_of, words
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", country="GB", email__address="ana@mail.example")


@pytest.fixture
def visitor(ana: Candidate) -> Client:
    return visitor_of(ana)


def ended(candidate: Candidate) -> Candidate:
    """Nothing allows job emails to them any more."""
    GroundEvent.objects.filter(candidate=candidate).delete()
    return candidate


def test_being_kept_is_an_unticked_box_and_the_record_says_what_was_ticked(visitor, ana):
    ended(ana)
    page = visitor.get("/s/")
    said = own_details.keep_words(ana)
    assertContains(page, said)
    assertNotContains(page, "checked")

    response = post(visitor, "/s/keep", agree="on")

    assertContains(response, "We write to you when a job opens that may suit you.")
    assertNotContains(response, said)
    grounds = GroundEvent.objects.filter(candidate=ana)
    assert {(one.purpose, one.kind, one.wording, one.notice_version) for one in grounds} == {
        ("pool", "granted", said, "page-1"),
        ("nurture", "granted", said, "page-1"),
    }


def test_without_the_tick_nothing_changes(visitor, ana):
    ended(ana)

    response = post(visitor, "/s/keep")

    assertContains(response, "Tick the box if you want that.", status_code=422)
    assert GroundEvent.objects.count() == 0


def test_c13_who_had_stopped_is_asked_whether_to_start_again():
    ana = CandidateFactory(unsubscribed=True, country="GB")
    visitor = visitor_of(ana)
    assertContains(visitor.get("/s/"), "You stopped job emails on ")
    assertContains(visitor.get("/s/"), "Start again?")

    post(visitor, "/s/keep", agree="on")

    states = GroundState.objects.filter(candidate=ana).values_list("kind", flat=True)
    assert set(states) == {"granted"}


def test_a_copy_comes_into_the_queue_once(visitor, ana):
    response = post(visitor, "/s/copy")

    assertContains(response, "You asked for it on 23 November 2026. You get it by 23 December")
    request = PrivacyRequest.objects.get()
    assert (request.kind, request.received_how, request.identity, request.recorded_by) == (
        "access",
        "page",
        "known_address",
        "The candidate",
    )
    assertContains(post(visitor, "/s/copy"), "They asked for the same before", status_code=422)
    assert PrivacyRequest.objects.count() == 1


def test_deleting_takes_seven_days_and_an_email_tells_the_owner(visitor, ana, smtp_server):
    page = visitor.get("/s/delete")
    assertContains(page, "It happens after seven days.")
    assertNotContains(page, "open application")
    assert PrivacyRequest.objects.count() == 0

    response = post(visitor, "/s/delete")

    assertContains(response, "We delete them on 30 November 2026.")
    tasks.deliver()
    (mail,) = smtp_server.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "You asked Larkspur Tidal Works to delete your details"
    assert "We delete them on 30 November 2026." in text
    assert "/s/" in text
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert erasure.go_on(timezone.now()) == 1
    ana.refresh_from_db()
    assert ana.erased_at is not None


def test_no_job_email_goes_to_who_asked_to_be_deleted(visitor, ana):
    def decided() -> tuple[str, ...]:
        campaign = CampaignFactory(with_step=True)
        people = Candidate.objects.filter(pk=ana.pk)
        ((_, decision),) = arbiter.decide_many(campaign, people, timezone.now())
        return decision.reasons

    assert decided() == ()
    assertContains(visitor.get("/s/delete"), "You get no job emails from the moment that you ask.")
    page = post(visitor, "/s/delete")
    assert decided() == ("asked_to_delete",)
    assertNotContains(page, "We email you when a job opens")

    post(visitor, "/s/delete/back")

    assert decided() == ()


def must_be_kept() -> Candidate:
    """Somebody whom a law of the United States makes us keep for a year."""
    person = CandidateFactory(country="US", time_zone="UTC")
    job = JobFactory()
    job.offices.add(OfficeFactory(country="US"))
    ApplicationFactory(
        candidate=person, job=job, rejected=True, closed_at=datetime(2026, 6, 1, 12, tzinfo=UTC)
    )
    return person


def test_c27_whom_a_law_makes_us_keep_is_locked_away_today_and_reads_until_when(smtp_server):
    person = must_be_kept()
    visitor = visitor_of(person)
    law = (
        "We must keep the record of your application until 1 June 2027, because of the law of"
        " United States. It is locked away, and deleted after that."
    )

    page = post(visitor, "/s/delete")

    assertContains(page, "We removed you from all searches and emails today.")
    assert law in words(page)
    person.refresh_from_db()
    assert (person.archive_reason, PrivacyRequest.objects.get().state) == ("asked", "restricted")
    tasks.deliver()
    (mail,) = smtp_server.messages
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert f"We removed you from all searches and emails today. {law}" in text
    assert "We delete them on" not in text

    assertContains(post(visitor, "/s/delete/back"), "We keep your details. Nothing is deleted.")
    person.refresh_from_db()
    assert person.archived_at is None
    assert PrivacyRequest.objects.get().outcome == "taken_back"


def test_taking_it_back_brings_nobody_out_of_the_archive_whom_something_else_put_there():
    person = CandidateFactory(archived=True)
    PrivacyRequestFactory(candidate=person, erasure=True, state="restricted")

    post(visitor_of(person), "/s/delete/back")

    person.refresh_from_db()
    assert person.archived_at is not None


def test_it_can_be_taken_back(visitor, ana):
    post(visitor, "/s/delete")

    response = post(visitor, "/s/delete/back")

    assertContains(response, "We keep your details. Nothing is deleted.")
    assert PrivacyRequest.objects.get().outcome == "taken_back"
    assertContains(
        post(visitor, "/s/delete/back"), "There is nothing to take back.", status_code=422
    )


def test_c26_who_is_considered_chooses_what_becomes_of_it(visitor, ana):
    ApplicationFactory(candidate=ana)
    assertContains(visitor.get("/s/delete"), "What shall become of it?")

    assertContains(post(visitor, "/s/delete"), "Choose what shall become of your", status_code=422)
    assert PrivacyRequest.objects.count() == 0
    response = post(visitor, "/s/delete", when="wait")

    assertContains(response, "We delete them once you have heard about your open applications.")
    assert (PrivacyRequest.objects.get().state, Application.objects.open().count()) == (
        "waiting",
        1,
    )


def test_c26_or_withdraws_with_it(visitor, ana):
    ApplicationFactory(candidate=ana)

    post(visitor, "/s/delete", when="now")

    assert PrivacyRequest.objects.get().state == "cooling_off"
    assert Application.objects.get().outcome == "withdrawn"


def test_the_details_tell_no_decision_before_its_letter(visitor, ana, recruiter: User):
    """Neither how long we keep them nor what the deletion asks may give it away."""
    application = ApplicationFactory(candidate=ana, job=JobFactory(owner=recruiter))
    before = words(visitor.get("/s/")), words(visitor.get("/s/delete"))

    letter = reject(application, recruiter)

    assert (words(visitor.get("/s/")), words(visitor.get("/s/delete"))) == before
    mark_sent(letter, timezone.now())
    assert words(visitor.get("/s/")) != before[0]


def test_a_decision_on_its_way_is_heard_before_the_deletion(visitor, ana, recruiter: User):
    reject(ApplicationFactory(candidate=ana), recruiter)

    post(visitor, "/s/delete", when="wait")

    request = PrivacyRequest.objects.get()
    assert (request.state, erasure.go_on(timezone.now())) == ("cooling_off", 0)


@pytest.mark.parametrize("path", ["/s/keep", "/s/copy", "/s/delete", "/s/delete/back"])
def test_each_needs_a_visit_and_its_proof(visitor, path):
    assert Client().post(path)["Location"] == "/s/?over"
    assert visitor.post(path, {"proof": "x"}).status_code == 404
    assert PrivacyRequest.objects.count() == 0


@pytest.mark.parametrize("path", ["/s/keep", "/s/delete"])
def test_in_the_archive_only_a_copy_is_left(path):
    ana = CandidateFactory(archived=True)
    visitor = visitor_of(ana)

    assert post(visitor, path).status_code == 404
    assertContains(post(visitor, "/s/copy"), "You asked for it on")


def test_how_long_they_are_kept_is_said_in_words(visitor):
    assert "We keep them until 2" in words(visitor.get("/s/"))


def test_an_email_about_the_deletion_passes_stops(smtp_server: SmtpServer):
    ana = CandidateFactory(unsubscribed=True)
    visitor = Client(enforce_csrf_checks=True)
    sign_in(visitor, ana)

    post(visitor, "/s/delete")
    tasks.deliver()

    assert Message.objects.get().state == Message.State.HANDED


def test_colleagues_find_the_request_in_their_queue(visitor, privacy_client):
    UserFactory()
    post(visitor, "/s/copy")

    assertContains(privacy_client.get(reverse("candidates:requests")), "Ana Osei")

"""Somebody says no when they are asked whether we may keep them longer, and takes it back."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions.erasure import go_on
from candidates.clocks import clock_of
from candidates.models import PrivacyRequest
from engagement.actions.extension_answers import delete, keep, undo
from engagement.models import Message
from engagement.recipients import standing_of
from tests.engagement.conftest import MONDAY
from tests.engagement.extension_answers import may_be_written_to, refused
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory, LegalHoldFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyRequestFactory, ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")


def test_a_no_stops_job_emails_at_once_and_begins_the_seven_days():
    request = ExtensionRequestFactory()
    person = request.candidate

    answer = delete(person, request)

    asked = PrivacyRequest.objects.get()
    assert (asked.kind, asked.state, asked.received_how, asked.identity, asked.recorded_by) == (
        "erasure",
        "cooling_off",
        "page",
        "known_address",
        "The candidate",
    )
    assert asked.cooling_off_until - timezone.now() > timedelta(days=6, hours=23)
    assert answer.request == asked
    assert not may_be_written_to(person)
    assert standing_of(person).choices.stopped
    notice = Message.objects.get()  # one email, not one for the stop and one for the deletion
    assert notice.subject == "You asked us to delete your details"
    assert "We delete your details on 30 November 2026." in notice.text
    assert "You can take it back until 30 November 2026:" in notice.text
    assert AuditEvent.objects.filter(verb="extension.deleted").count() == 1
    with time_machine.travel(MONDAY + timedelta(days=7, minutes=5)):
        assert go_on(timezone.now()) == 1
    person.refresh_from_db()
    assert person.erased_at


def test_a_no_twice_asks_once():
    request = ExtensionRequestFactory()

    assert delete(request.candidate, request) == delete(request.candidate, request)

    assert (PrivacyRequest.objects.count(), Message.objects.count()) == (1, 1)


def test_a_no_after_a_yes_counts():
    request = ExtensionRequestFactory()
    keep(request.candidate, request)

    assert delete(request.candidate, request).kind == "delete"
    assert PrivacyRequest.objects.get().state == "cooling_off"


def test_taking_a_no_back_restores_what_was():
    request = ExtensionRequestFactory()
    person = request.candidate
    before, choices = clock_of(person), standing_of(person).choices
    answer = delete(person, request)

    undo(person, answer.public_id)
    undo(person, answer.public_id)

    asked = PrivacyRequest.objects.get()
    assert (asked.state, asked.outcome) == ("closed", "taken_back")
    assert may_be_written_to(person)
    assert standing_of(person).choices == choices
    assert clock_of(person) == before
    assert AuditEvent.objects.filter(verb="extension.undone").count() == 1


def test_a_request_that_staff_wrote_down_before_goes_on():
    request = ExtensionRequestFactory()
    known = PrivacyRequestFactory(candidate=request.candidate, erasure=True)

    answer = delete(request.candidate, request)

    known.refresh_from_db()
    assert (answer.request, known.state) == (known, "cooling_off")
    refused("asked_before", undo, request.candidate, answer.public_id)


def test_c26_whoever_is_considered_is_deleted_once_they_have_heard():
    request = ExtensionRequestFactory()
    ApplicationFactory(candidate=request.candidate)

    answer = delete(request.candidate, request)

    assert answer.request.state == "waiting"
    assert not may_be_written_to(request.candidate)


def test_c27_a_legal_hold_locks_them_away_today():
    request = ExtensionRequestFactory()
    LegalHoldFactory(candidate=request.candidate)

    answer = delete(request.candidate, request)

    request.candidate.refresh_from_db()
    assert (request.candidate.archive_reason, answer.request.state) == ("asked", "restricted")
    assert answer.request.waits_for == (
        "We must keep your details until a legal matter is settled, because a claim needs them."
        " They are locked away, and deleted after that."
    )
    undo(request.candidate, answer.public_id)
    request.candidate.refresh_from_db()
    assert request.candidate.archived_at is None
    assert PrivacyRequest.objects.get().outcome == "taken_back"


def test_c27_a_law_says_how_long_they_must_be_kept():
    person = ending_in(30, country="US")
    request = ExtensionRequestFactory(candidate=person)
    job = JobFactory()
    job.offices.add(OfficeFactory(country="US"))
    ApplicationFactory(
        candidate=person, job=job, rejected=True, closed_at=datetime(2026, 6, 1, 12, tzinfo=UTC)
    )

    answer = delete(person, request)

    assert answer.request.waits_for == (
        "We must keep the record of your application until 1 June 2027, because of the law of"
        " United States. It is locked away, and deleted after that."
    )


def test_what_cannot_be_taken_back():
    request = ExtensionRequestFactory()
    person = request.candidate
    refused("unknown_change", undo, person, uuid4())
    answer = keep(person, request)
    refused("unknown_change", undo, CandidateFactory(), answer.public_id)
    with time_machine.travel(MONDAY + timedelta(days=28, hours=1)):
        refused("too_late", undo, person, answer.public_id)
    GroundEventFactory(candidate=person, kind="renewed", occurred_at=timezone.now())
    refused("changed_since", undo, person, answer.public_id)
    no = ExtensionRequestFactory()
    answer = delete(no.candidate, no)
    PrivacyRequest.objects.filter(candidate=no.candidate).update(
        state="closed", outcome="refused", outcome_text="x", closed_at=timezone.now()
    )
    refused("changed_since", undo, no.candidate, answer.public_id)

"""The queue of what people ask, one request, and what is late on Today."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.models import PrivacyRequest
from candidates.models.requests import due_date
from tests.candidates.privacy_pages.conftest import at
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


# The queue
def test_the_queue_says_in_words_how_late_it_is(privacy_client, person):
    today = timezone.localdate()
    PrivacyRequestFactory(candidate=person, due_on=today - timedelta(days=2))
    PrivacyRequestFactory(due_on=today)
    PrivacyRequestFactory(due_on=today + timedelta(days=1))
    PrivacyRequestFactory(paused_at=timezone.now(), pause_reason="Which address?")
    PrivacyRequestFactory(closed=True)

    response = privacy_client.get(at("requests"))

    for words in ("2 days late", "due today", "due in 1 day", "clock stopped since", "Done as"):
        assertContains(response, words)
    assertContains(response, "2 of these must be answered now.")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_costs_the_same_at_any_length(privacy_client, rows, django_assert_num_queries):
    PrivacyRequestFactory.create_batch(rows)
    PrivacyRequestFactory.create_batch(rows, closed=True)

    with django_assert_num_queries(6):  # session, user, organisation, tasks, open ones, closed ones
        assert privacy_client.get(at("requests")).status_code == 200


def test_closed_ones_come_page_by_page(privacy_client):
    for days in range(52):
        PrivacyRequestFactory(closed=True, closed_at=timezone.now() - timedelta(days=days))
    first = privacy_client.get(at("requests"))
    last = PrivacyRequest.objects.order_by("-closed_at", "-pk")[49]
    assertContains(first, f"?after={last.public_id}")

    second = privacy_client.get(at("requests"), {"after": last.public_id})

    assertContains(second, "Done as asked", count=2)


def test_the_register_is_a_harmless_file_and_taking_it_is_recorded(privacy_client):
    PrivacyRequestFactory(candidate__name='=HYPERLINK("x")', closed=True)

    response = privacy_client.get(at("requests_csv"))

    text = b"".join(response.streaming_content).decode()
    assert '"\'=HYPERLINK(""x"")"' in text
    assert AuditEvent.objects.filter(verb="read.register_of_requests").count() == 1


def test_the_register_needs_the_password(signed_in, privacy_officer):
    response = signed_in(privacy_officer).get(at("requests_csv"))

    assert response.url.startswith(reverse("accounts:confirm"))


# One request
def test_the_clock_stands_and_the_date_moves(privacy_client, privacy_officer):
    request = PrivacyRequestFactory()
    due = request.due_on
    privacy_client.post(at("request_pause", request), {"reason": "Which of two addresses?"})
    PrivacyRequest.objects.update(paused_at=timezone.now() - timedelta(days=5))

    privacy_client.post(at("request_resume", request))

    request.refresh_from_db()
    assert (request.due_on - due, request.days_paused, request.paused_at) == (
        timedelta(days=5),
        5,
        None,
    )


def test_the_clock_cannot_be_stopped_twice(privacy_client):
    request = PrivacyRequestFactory(paused_at=timezone.now(), pause_reason="Which address?")

    response = privacy_client.post(at("request_pause", request), {"reason": "Again?"})

    assertContains(response, "The clock is stopped already.", status_code=422)


@pytest.mark.parametrize(
    ("button", "data", "words"),
    [
        ("request_pause", {"reason": ""}, "This field is required"),
        ("request_resume", {}, "The clock is running."),
        ("request_close", {"outcome": "done", "text": ""}, "This field is required"),
        ("request_identity", {"identity": "x"}, "Select a valid choice"),
        ("take_back", {}, "This is no open request for deletion."),
    ],
)
def test_what_is_refused_says_why(privacy_client, button, data, words):
    response = privacy_client.post(at(button, PrivacyRequestFactory()), data)

    assertContains(response, words, status_code=422)


def test_it_is_closed_with_words_alone(privacy_client):
    request = PrivacyRequestFactory()

    privacy_client.post(at("request_close", request), {"outcome": "done", "text": "Sent by post."})

    request.refresh_from_db()
    assert (request.state, request.outcome, request.outcome_text) == (
        "closed",
        "done",
        "Sent by post.",
    )


def test_a_deletion_is_not_said_to_be_done_while_they_are_here(privacy_client):
    request = PrivacyRequestFactory(erasure=True)

    response = privacy_client.post(
        at("request_close", request), {"outcome": "done", "text": "Done."}
    )

    assertContains(response, "They are still here.", status_code=422)


def test_a_closed_request_stays_as_it_is(privacy_client):
    request = PrivacyRequestFactory(closed=True)

    response = privacy_client.post(at("request_identity", request), {"identity": "document"})

    assertContains(response, "This request is closed.", status_code=422)


def test_the_proof_of_identity_is_noted(privacy_client):
    request = PrivacyRequestFactory()

    privacy_client.post(at("request_identity", request), {"identity": "document"})

    request.refresh_from_db()
    assert request.identity == "document"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-11-23", "2026-12-23"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_month_is_a_calendar_month(received, due):
    assert due_date("access", date.fromisoformat(received)) == date.fromisoformat(due)


# Today
def test_what_is_late_stands_red_on_the_officers_today(privacy_client, person):
    PrivacyRequestFactory(candidate=person, due_on=timezone.localdate() - timedelta(days=2))
    PrivacyRequestFactory(due_on=timezone.localdate() + timedelta(days=20))

    response = privacy_client.get(reverse("today"))

    assertContains(response, "A copy of their data: Ana Silva")
    assertContains(response, "2 days late")
    assertContains(response, "1 thing due today, 1 late.")


def test_a_recruiters_today_has_none_of_it(staff_client, person):
    PrivacyRequestFactory(candidate=person, due_on=timezone.localdate() - timedelta(days=2))

    assertNotContains(staff_client.get(reverse("today")), "Privacy requests")

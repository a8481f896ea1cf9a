"""The password again, before something that cannot be taken back (X-05)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts import audit, confirmation, throttle
from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def confirm(client, password=PASSWORD, to="/people"):
    return client.post(reverse("accounts:confirm"), {"password": password, "next": to})


def challenge_of(client):
    request = RequestFactory().get("/")
    request.session = client.session
    return confirmation.challenge(request, back="/people?a=1&b=2")


def test_a_session_that_gave_no_password_lately_is_asked(staff_client):
    response = challenge_of(staff_client)

    assert (response.status_code, response.url) == (
        302,
        "/account/confirm?next=%2Fpeople%3Fa%3D1%26b%3D2",
    )


def test_the_right_password_counts_for_five_minutes_and_leads_back(staff_client):
    with time_machine.travel("2026-11-23 09:00Z", tick=False) as clock:
        client = Client()
        client.cookies = staff_client.cookies
        response = confirm(client)
        fresh = [challenge_of(client)]
        clock.shift(timedelta(minutes=5))
        fresh.append(challenge_of(client))
        clock.shift(timedelta(seconds=1))
        late = challenge_of(client)

    assertRedirects(response, "/people", fetch_redirect_response=False)
    assert fresh == [None, None]
    assert late.status_code == 302


def test_signing_in_counts_as_well(client, recruiter):
    client.post(reverse("accounts:sign_in"), {"email": recruiter.email, "password": PASSWORD})

    assert challenge_of(client) is None


def test_a_wrong_password_is_refused_and_remembered(staff_client, recruiter):
    response = confirm(staff_client, "wrong password")

    assertContains(response, "That is not your password.", status_code=422)
    assert challenge_of(staff_client).status_code == 302
    assert list(AuditEvent.objects.values_list("verb", "actor")) == [
        ("user.confirmation_failed", recruiter.email)
    ]


def test_guesses_are_counted(staff_client):
    throttle.client().set(throttle._key("known"), 1)
    for _ in range(throttle.PAIR_LIMIT):
        confirm(staff_client, "wrong password")

    response = confirm(staff_client)

    assertContains(response, "Too many attempts.", status_code=429)
    assert 0 < int(response["Retry-After"]) <= throttle.WINDOW


def test_it_leads_to_no_other_site(staff_client):
    response = confirm(staff_client, to="https://evil.example/")

    assertRedirects(response, "/today", fetch_redirect_response=False)


def test_an_empty_password_is_asked_for_again(staff_client):
    assert confirm(staff_client, "").status_code == 422


def test_a_look_is_written_down_with_words_alone(recruiter):
    audit.read(recruiter, "pay", recruiter, why="a request")

    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.changes) == (
        "read.pay",
        recruiter.email,
        {"why": ["", "a request"]},
    )
    assert event.at <= timezone.now()

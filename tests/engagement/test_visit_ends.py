"""A visit that ends: nothing that was sent too late is lost, and nothing of it is done (2.2.1)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from applications.models import Application
from candidates.models import Candidate, PrivacyRequest
from engagement.models import AddressChange
from tests.engagement.own_page.conftest import sign_in, visitor_of
from tests.engagement.own_page_access.conftest import VISIT, hidden
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]
NEW = "ana.osei@new.example"
LATER = timedelta(minutes=31)
WAITS = "Your page closed before this was sent"


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", email__address="ana@mail.example")


@pytest.fixture
def visitor(ana: Candidate) -> Client:
    return visitor_of(ana)


def send_late(visitor: Client, path: str, **fields: str):
    """Fill in a form in time, and send it after the visit was over."""
    proof = hidden(visitor.get("/s/"))
    visitor.cookies.pop(VISIT)
    with time_machine.travel(timezone.now() + LATER):
        return visitor.post(path, {"proof": proof, **fields})


def test_a_form_sent_too_late_waits_on_their_page_and_one_press_does_it(visitor, ana):
    response = send_late(visitor, "/s/address", address=NEW)

    assertRedirects(response, "/s/?over", status_code=303)
    assertContains(visitor.get("/s/?over"), "is not lost: it waits on your page")
    assert AddressChange.objects.count() == 0
    sign_in(visitor, ana)
    page = visitor.get("/s/")
    assertContains(page, WAITS)
    assertContains(page, NEW)
    assert AddressChange.objects.count() == 0
    done = visitor.post("/s/address", {"proof": hidden(page), "address": NEW}, follow=True)
    assertContains(done, "A code is on its way to")
    assert AddressChange.objects.get().address == NEW
    assertNotContains(visitor.get("/s/"), WAITS)


@pytest.mark.parametrize(
    ("path", "fields", "button"),
    [
        ("/s/delete", {"when": "wait"}, "Delete my details"),
        ("/s/keep", {"agree": "on"}, "Keep me for similar jobs"),
        ("/s/copy", {}, "Ask for a copy"),
    ],
)
def test_every_form_of_the_page_waits(visitor, ana, path, fields, button):
    send_late(visitor, path, **fields)
    sign_in(visitor, ana)

    page = visitor.get("/s/")

    assertContains(page, WAITS)
    assertContains(page, f'<form method="post" action="{path}">')
    assertContains(page, f'type="submit">{button}</button>')
    for name, value in fields.items():
        assertContains(page, f'name="{name}" value="{value}"')
    assert PrivacyRequest.objects.count() == 0


def test_withdrawing_waits_too_and_nothing_is_withdrawn(visitor, ana):
    application = ApplicationFactory(candidate=ana, job=JobFactory())
    send_late(visitor, f"/s/withdraw/{application.public_id}")
    sign_in(visitor, ana)

    assertContains(visitor.get("/s/"), WAITS)
    assert Application.objects.open().count() == 1


def test_somebody_else_in_that_browser_sees_nothing_of_it(visitor):
    send_late(visitor, "/s/address", address=NEW)
    sign_in(visitor, CandidateFactory())

    page = visitor.get("/s/")

    assertNotContains(page, WAITS)
    assertNotContains(page, NEW)


def test_it_is_forgotten_after_half_an_hour(visitor, ana):
    send_late(visitor, "/s/address", address=NEW)

    with time_machine.travel(timezone.now() + 2 * LATER + timedelta(minutes=1)):
        sign_in(visitor, ana)
        assertNotContains(visitor.get("/s/"), WAITS)


@pytest.mark.parametrize("proof", ["", "forged"])
def test_a_form_that_we_did_not_render_does_not_wait(visitor, ana, proof):
    visitor.cookies.pop(VISIT)
    visitor.post("/s/address", {"proof": proof, "address": NEW})
    sign_in(visitor, ana)

    assertNotContains(visitor.get("/s/"), WAITS)


def test_the_page_says_how_long_it_stays_open(visitor):
    page = visitor.get("/s/").content.decode()

    assert 'data-visit-seconds="1800"' in page or 'data-visit-seconds="1799"' in page
    assert "Your page closes in two minutes" in page

"""Complaining about how we use one's data: P-22, X-29, X-30."""

import re
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Role, User
from candidates.actions.erasure import erase_candidate
from candidates.actions.requests import close_request
from candidates.models import Activity, Candidate, PrivacyRequest
from engagement import tasks
from engagement.actions import complaints as actions
from engagement.models import Message
from tests.engagement.own_page.conftest import visitor_of, words
from tests.engagement.own_page_access.conftest import hidden
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]
ADDRESS = "ana@mail.example"
WRONG = "You passed my number on to somebody."


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", call_name="Ana", email__address=ADDRESS)


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(UserFactory(name="Olive Branch", roles=[Role.PRIVACY_OFFICER]))
    return client


def complain(visitor: Client, **fields: str) -> HttpResponse:
    page = visitor.get("/complain").content.decode()
    form_id = re.search(r'name="form_id" value="([^"]+)"', page)
    assert form_id
    sent = {"form_id": form_id[1], "words": WRONG, "address": ADDRESS, **fields}
    return visitor.post("/complain", sent, follow=True)


def mailed(server: SmtpServer) -> list[tuple[str, str, str]]:
    tasks.deliver()
    return [
        (mail["To"], mail["Subject"], mail.get_body(("plain",)).get_content().replace("\r", ""))
        for mail in server.messages
    ]


def test_it_is_acknowledged_at_once_and_due_in_thirty_days(visitor, ana, smtp_server):
    response = complain(visitor)

    request = PrivacyRequest.objects.get()
    assertContains(response, "We have your complaint")
    assertContains(response, "It came on 23 November 2026. You hear from us by 23 December 2026.")
    assertContains(response, request.number)
    assert (request.kind, request.due_on, request.received_how, request.details) == (
        "complaint",
        date(2026, 12, 23),
        "page",
        WRONG,
    )
    assert tasks.acknowledge_complaints() == 1
    request.refresh_from_db()
    assert (request.candidate, request.identity, request.reply_to) == (ana, "unproven", "")
    assert request.acknowledged_at is not None
    ((to, subject, text),) = mailed(smtp_server)
    assert (to, subject) == (ADDRESS, "Larkspur Tidal Works has your complaint")
    assert f"It came on 23 November 2026, under the number {request.number}." in text
    assert "by 23 December 2026" in text
    assert WRONG not in text
    assert Activity.objects.filter(kind="request.complaint", candidate=ana).count() == 1


def test_the_acknowledgement_leaves_once(visitor, ana, smtp_server):
    complain(visitor)

    assert (tasks.acknowledge_complaints(), tasks.acknowledge_complaints()) == (1, 0)
    assert len(mailed(smtp_server)) == 1


def test_x30_who_is_not_known_is_answered_alike_and_waits_in_the_queue(
    visitor, ana, officer, smtp_server
):
    known = words(complain(visitor))
    tasks.acknowledge_complaints()
    smtp_server.messages.clear()

    unknown = words(complain(visitor, address="stranger@mail.example"))
    tasks.acknowledge_complaints()

    numbers = re.compile(r"number is [0-9A-F]{8}")
    assert numbers.sub("", unknown) == numbers.sub("", known)
    assert [to for to, *_ in mailed(smtp_server)] == [ADDRESS]
    request = PrivacyRequest.objects.get(candidate=None)
    assertContains(officer.get("/privacy"), "stranger@mail.example")
    page = officer.get(f"/privacy/requests/{request.public_id}")
    assertContains(page, "Nobody here has this address")
    assertContains(page, "mailto:stranger@mail.example")


def test_what_a_stranger_wrote_goes_when_it_is_closed(visitor, officer):
    complain(visitor, address="stranger@mail.example")
    request = PrivacyRequest.objects.get()

    officer.post(
        f"/privacy/requests/{request.public_id}/close",
        {"outcome": "done", "text": "We wrote what happened."},
    )

    request.refresh_from_db()
    assert (request.reply_to, request.details, request.state) == ("", "", "closed")
    assertContains(officer.get("/privacy"), "Somebody we do not know")


def test_on_ones_own_page_no_address_is_asked_and_identity_is_known(ana):
    visitor = visitor_of(ana)
    page = visitor.get("/complain")
    assertContains(page, "The answer goes to")
    assertNotContains(page, 'name="address"')

    complain(visitor, proof=hidden(page))

    request = PrivacyRequest.objects.get()
    assert (request.candidate, request.identity) == (ana, "known_address")


def test_a_form_of_another_site_does_not_speak_for_whoever_is_on_their_page(ana):
    response = visitor_of(ana).post("/complain", {"form_id": uuid.uuid4(), "words": WRONG})

    assertContains(response, "Give an address, so that we can answer.", status_code=422)
    assert PrivacyRequest.objects.count() == 0


def test_a_form_sent_twice_complains_once(visitor):
    form = {"form_id": str(uuid.uuid4()), "words": WRONG, "address": ADDRESS}

    first, second = visitor.post("/complain", form), visitor.post("/complain", form)

    assert first["Location"] == second["Location"]
    assert PrivacyRequest.objects.count() == 1


def test_two_complaints_have_each_their_clock(visitor, ana):
    complain(visitor)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        complain(visitor, words="And again.")
    tasks.acknowledge_complaints()

    due = PrivacyRequest.objects.filter(candidate=ana).order_by("pk").values_list("due_on")
    assert [day for (day,) in due] == [date(2026, 12, 23), date(2026, 12, 26)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": " "}, "Say in a few words what is wrong."),
        ({"address": ""}, "Give an address, so that we can answer."),
        ({"address": "ana at mail"}, "That is not an email address."),
        ({"words": "a" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(visitor, fields, said):
    response = complain(visitor, **fields)

    assertContains(response, said, status_code=422)
    assertContains(response, fields.get("words", WRONG).strip(), status_code=422)
    assert PrivacyRequest.objects.count() == 0


def test_x29_too_many_are_refused_with_what_was_typed(visitor):
    for _ in range(5):
        complain(visitor)

    response = complain(visitor)

    assertContains(response, "Too many complaints came from here.", status_code=429)
    assertContains(response, WRONG, status_code=429)
    assert PrivacyRequest.objects.count() == 5


def test_a_number_that_is_no_complaint_is_not_found(visitor):
    other = PrivacyRequestFactory()

    assert visitor.get(f"/complain/{other.public_id}").status_code == 404
    assert visitor.get(f"/complain/{uuid.uuid4()}").status_code == 404


def test_the_outcome_letter_is_begun_and_sending_it_closes_the_complaint(ana, officer, smtp_server):
    request = PrivacyRequestFactory(candidate=ana, kind="complaint", details=WRONG)
    address = f"/privacy/requests/{request.public_id}/answer"
    assertContains(officer.get(f"/privacy/requests/{request.public_id}"), address)
    page = officer.get(address)
    assertContains(page, WRONG)
    assertContains(page, "complain to the data protection authority where you live")
    letter = actions.letter_of(request, UserFactory(name="Olive Branch"))
    fields = {"subject": actions.SUBJECT, "outcome": "done", "words": "Explained and changed."}

    refused = officer.post(address, {**fields, "letter": letter})
    assertContains(refused, "Fill in [what happened, in plain words] first", status_code=422)
    request.refresh_from_db()
    assert (request.is_open, Message.objects.count()) == (True, 0)
    filled = re.sub(r"\[[^]]*\]", "We stopped it.", letter)
    response = officer.post(address, {**fields, "letter": filled}, follow=True)

    assertContains(response, "The letter is on its way, and the complaint is closed.")
    request.refresh_from_db()
    assert (request.outcome, request.outcome_text) == ("done", "Explained and changed.")
    ((to, subject, text),) = mailed(smtp_server)
    assert (to, subject) == (ADDRESS, actions.SUBJECT)
    assert "Hello Ana," in text
    assert "We stopped it." in text
    assert officer.get(address).status_code == 404


def test_only_open_complaints_of_people_whom_we_know_are_answered_so(ana, officer):
    others = [
        PrivacyRequestFactory(candidate=ana),
        PrivacyRequestFactory(candidate=ana, kind="complaint", closed=True),
        PrivacyRequestFactory(candidate=None, subject_id="", kind="complaint"),
    ]

    for request in others:
        assert officer.get(f"/privacy/requests/{request.public_id}/answer").status_code == 404


def test_a_recruiter_does_not_answer_complaints(ana, client, recruiter):
    request = PrivacyRequestFactory(candidate=ana, kind="complaint")
    client.force_login(recruiter)

    assert client.get(f"/privacy/requests/{request.public_id}/answer").status_code == 403


def test_an_overdue_complaint_is_red_in_the_queue(visitor, officer):
    complain(visitor)

    with time_machine.travel(timezone.now() + timedelta(days=31)):
        officer.force_login(User.objects.get(name="Olive Branch"))
        assertContains(officer.get("/privacy"), "1 day late")


def test_a_complaint_goes_before_somebody_is_deleted(visitor, ana, recruiter):
    complain(visitor)
    tasks.acknowledge_complaints()
    close_request(PrivacyRequest.objects.get(), "done", "Explained.", by=recruiter)

    erase_candidate(ana, by=recruiter)

    request = PrivacyRequest.objects.get()
    assert (request.details, request.reply_to, request.candidate) == ("", "", None)


@pytest.mark.parametrize("path", ["/s/", "/careers", "/p/", "/e/", "/i/", "/complain"])
def test_every_candidate_page_leads_there(visitor, path):
    page = visitor.get(path)

    assert "/complain" in page.content.decode()


def test_looking_changes_nothing(visitor):
    visitor.get("/complain?words=x&address=a@mail.example")

    assert PrivacyRequest.objects.count() == 0

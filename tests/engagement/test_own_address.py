"""Another address of one's own, given on one's own page: C-23, C-24, C-11, X-29."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.actions.merging import merge_people
from candidates.models import (
    ArchiveReason,
    Candidate,
    DuplicateSuggestion,
    EmailAddress,
    PrivacyRequest,
)
from engagement import codes, tasks
from engagement.actions import own_address as actions
from engagement.models import AccessCode, AddressChange, Message
from tests.engagement.own_page.conftest import post, visitor_of, words
from tests.engagement.own_page_access.conftest import hidden
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]
OLD, NEW = "ana@mail.example", "ana.osei@new.example"
DONE = "Thank you: that mailbox is yours. We write there from now on."


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", call_name="Ana", email__address=OLD)


@pytest.fixture
def visitor(ana: Candidate) -> Client:
    return visitor_of(ana)


def give(visitor: Client, address: str = NEW) -> HttpResponse:
    return post(visitor, "/s/address", address=address)


def type_code(visitor: Client, code: str | None = None) -> HttpResponse:
    change = AddressChange.objects.first()
    assert change is not None
    return post(visitor, "/s/address/code", code=code or codes.code_of(change.public_id))


def addresses(candidate: Candidate) -> dict[str, bool]:
    return dict(candidate.emails.values_list("address", "is_primary"))


def mails(server: SmtpServer) -> dict[str, str]:
    """Have everything sent; return the texts by address."""
    tasks.deliver()
    return {
        mail["To"]: mail.get_body(("plain",)).get_content().replace("\r", "")
        for mail in server.messages
    }


def undo_link(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/undo/\S+)", text)
    assert found
    return found[1]


def test_c23_the_new_address_counts_once_its_code_is_typed(visitor, ana, smtp_server):
    page = give(visitor)
    assertContains(page, "A code is on its way to")
    assertNotContains(page, NEW)
    assert addresses(ana) == {OLD: True}
    sent = mails(smtp_server)
    (code,) = re.findall(r"^\d{6}$", sent[NEW], re.MULTILINE)
    assert (list(sent), "Ana" in sent[NEW]) == ([NEW], False)

    response = type_code(visitor, code)

    assertContains(response, DONE)
    assert addresses(ana) == {OLD: False, NEW: True}
    told = mails(smtp_server)[OLD]
    assert "This is the last email to the one that you had before." in told
    assert "We delete it on 30 November 2026." in told
    assert Message.objects.get(purpose="notice").text.count("ana") == 0
    assert AuditEvent.objects.filter(verb="candidate.address_changed").count() == 1


def test_letters_that_wait_go_to_the_new_address(visitor, ana, smtp_server):
    give(visitor)
    type_code(visitor)
    mails(smtp_server)
    smtp_server.messages.clear()

    post(visitor, "/s/delete")

    assert list(mails(smtp_server)) == [NEW]


def test_after_seven_days_the_former_address_is_deleted(visitor, ana):
    give(visitor)
    type_code(visitor)

    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert tasks.settle_addresses() == 0
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert (tasks.settle_addresses(), tasks.settle_addresses()) == (1, 0)

    assert addresses(ana) == {NEW: True}


def test_c11_a_former_address_that_was_refused_stays_so_that_the_refusal_stays(visitor, ana):
    suppress_address(OLD, scope="nurture", reason="unsubscribed", by="test")
    give(visitor)
    type_code(visitor)

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tasks.settle_addresses()

    assert addresses(ana) == {OLD: False, NEW: True}


def test_the_former_mailbox_takes_it_back_and_whoever_came_in_is_out(visitor, ana, smtp_server):
    give(visitor)
    type_code(visitor)
    link = undo_link(mails(smtp_server)[OLD])
    owner = Client(enforce_csrf_checks=True)

    page = owner.get(link, follow=True)
    assert "We write to a•••@n•••.example instead of a•••@m•••.example." in words(page)
    assert addresses(ana) == {OLD: False, NEW: True}
    response = owner.post("/undo/", {"proof": hidden(page)}, follow=True)

    assertContains(response, "Whoever had opened your page is out of it.")
    assert addresses(ana) == {OLD: True}
    assertRedirects(visitor.get("/s/address"), "/s/?over", status_code=303)
    assert not AccessCode.objects.signed_in(timezone.now()).exists()
    again = owner.post("/undo/", {"proof": hidden(page)}, follow=True)
    assertContains(again, "We took that back")
    assert tasks.settle_addresses() == 0


def test_after_seven_days_it_is_too_late(visitor, ana, smtp_server):
    give(visitor)
    type_code(visitor)
    link = undo_link(mails(smtp_server)[OLD])
    owner = Client(enforce_csrf_checks=True)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        page = owner.get(link, follow=True)
        response = owner.post("/undo/", {"proof": hidden(page)}, follow=True)

    assertContains(response, "That is too late", status_code=422)
    assert addresses(ana) == {OLD: False, NEW: True}


def test_c24_an_address_of_another_record_is_not_revealed_and_colleagues_are_asked(visitor, ana):
    other = CandidateFactory(email__address=NEW)

    asked = words(give(visitor))
    response = type_code(visitor)

    alone = CandidateFactory(email__address="zoe@mail.example")
    apart = visitor_of(alone)
    assert words(give(apart, "free@new.example")) == asked.replace("a•••@", "f•••@")
    assertContains(response, DONE)
    assertContains(type_code(apart), DONE)
    assert addresses(ana) == {OLD: True}
    assert addresses(other) == {NEW: True}
    pair = DuplicateSuggestion.objects.get()
    assert ({pair.one, pair.other}, pair.reasons, pair.is_sure, pair.state) == (
        {ana, other},
        ["proved_both"],
        True,
        "open",
    )
    assert Message.objects.filter(candidate=other).count() == 0


def test_c24_without_the_code_no_pair_is_proposed(visitor):
    CandidateFactory(email__address=NEW)
    give(visitor)

    assertContains(type_code(visitor, "000000"), "That code does not open", status_code=422)

    assert DuplicateSuggestion.objects.count() == 0


def test_c24_a_record_in_the_archive_is_for_the_privacy_officer(visitor, ana, recruiter):
    archive_candidate(CandidateFactory(email__address=NEW), ArchiveReason.ASKED, by=recruiter)
    give(visitor)

    assertContains(type_code(visitor), DONE)

    request = PrivacyRequest.objects.get()
    assert (request.kind, request.candidate, request.received_how) == ("rectification", ana, "page")
    assert NEW not in request.details
    assert DuplicateSuggestion.objects.count() == 0


def test_an_address_that_hangs_on_them_already_becomes_the_one_that_we_write_to(visitor, ana):
    EmailAddressFactory(candidate=ana, address=NEW)
    give(visitor)

    type_code(visitor)

    assert addresses(ana) == {OLD: False, NEW: True}


def test_a_bounced_address_does_not_keep_the_code_from_the_new_one(visitor, ana, smtp_server):
    EmailAddress.objects.update(bounced_at=timezone.now())

    give(visitor)

    assert list(mails(smtp_server)) == [NEW]


def test_a_code_to_an_address_that_refused_every_email_does_not_leave(visitor, smtp_server):
    suppress_address(NEW, scope="all", reason="objected", by="test")

    assertContains(give(visitor), "A code is on its way to")

    assert mails(smtp_server) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give the address that we shall write to."),
        ("ana at mail", "That is not an email address."),
        (OLD.upper(), "That is the address that we write to already."),
    ],
)
def test_what_is_no_new_address_is_refused_and_stays_typed(visitor, typed, said):
    response = give(visitor, typed)

    assertContains(response, said, status_code=422)
    assertContains(response, f'value="{typed}"' if typed else "<form", status_code=422)
    assert AddressChange.objects.count() == 0


def test_a_code_works_for_ten_minutes_five_tries_and_once(visitor, ana):
    give(visitor)
    change = AddressChange.objects.get()
    code = codes.code_of(change.public_id)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert actions.prove(change.public_id, ana, code) is None
    for _ in range(4):
        assert actions.prove(change.public_id, ana, "123") is None

    assert actions.prove(change.public_id, ana, code) is None
    AddressChange.objects.update(attempts=0)
    assert actions.prove(change.public_id, CandidateFactory(), code) is None
    assert actions.prove(change.public_id, ana, code) == change
    assert actions.prove(change.public_id, ana, code) is None


def test_x29_three_codes_an_hour(visitor):
    for number in range(3):
        give(visitor, f"a{number}@new.example")

    response = give(visitor, "a4@new.example")

    assertContains(response, "Too many codes were asked for.", status_code=429)
    assert int(response["Retry-After"]) > 0
    assert AddressChange.objects.count() == 3


def test_a_merge_takes_the_change_along_and_it_can_still_be_taken_back(visitor, ana, recruiter):
    give(visitor)
    type_code(visitor)
    survivor = CandidateFactory()
    merge_people(survivor, ana, by=recruiter)

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tasks.settle_addresses()

    assert addresses(survivor).keys() >= {NEW}
    assert OLD not in addresses(survivor)


@pytest.mark.parametrize("path", ["/s/address", "/s/address/code"])
def test_nobody_else_gets_there(path):
    assertRedirects(Client().get(path), "/s/?over", status_code=303)


def test_a_form_of_another_page_changes_nothing(visitor):
    response = visitor.post("/s/address", {"address": NEW, "proof": "forged"})

    assert response.status_code == 404
    assert AddressChange.objects.count() == 0


def test_a_person_in_the_archive_cannot(ana, visitor, recruiter):
    archive_candidate(ana, ArchiveReason.ASKED, by=recruiter)

    assertNotContains(visitor.get("/s/"), "Change my email address")
    assertRedirects(visitor.get("/s/address"), "/s/", status_code=303)
    assert visitor.get("/s/address/code")["Location"] == "/s/address"

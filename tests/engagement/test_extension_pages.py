"""The page behind the link that asks whether we may keep somebody longer, over HTTP, no script."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from candidates.actions.erasure import erase_candidate
from candidates.clocks import clock_of
from candidates.models import Candidate, ExtensionAnswer, ExtensionRequest, PrivacyRequest
from engagement import links
from engagement.links import Purpose
from engagement.models import Message
from tests.engagement.candidate_pages.links import checksum, hidden, text_of
from tests.engagement.conftest import MONDAY
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory, LegalHoldFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyRequestFactory, ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")
LATER = date(2027, 12, 23)


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def asked() -> ExtensionRequest:
    return ExtensionRequestFactory()


def address_of(request: ExtensionRequest) -> str:
    return links.path(Purpose.EXTENSION, request.candidate.public_id, request.public_id)


def opened(visitor: Client, request: ExtensionRequest) -> HttpResponse:
    return visitor.get(address_of(request), follow=True)


def press(visitor: Client, request: ExtensionRequest, what: str) -> HttpResponse:
    page = opened(visitor, request)
    return visitor.post("/e/", {"proof": hidden(page, "proof"), "do": what}, follow=True)


def test_the_page_asks_with_two_equal_buttons_and_says_what_silence_means(visitor, asked):
    page = opened(visitor, asked)

    text = text_of(page)
    assert page.status_code == 200
    assert page.redirect_chain == [("/e/", 303)]
    assert page["Cache-Control"] == "no-store"
    buttons = re.findall(r"<button class=\"([^\"]*)\"[^>]*>([^<]*)</button>", text)
    assert buttons == [
        ("button button-primary", "Keep my details for 12 more months"),
        ("button button-primary", "Delete my details"),
    ]
    assert "Shall we keep your details until 23 December 2027?" in text
    assert "If you do nothing, we will delete them on 23 December 2026." in text
    assert "c•••@m•••.example" in text
    assert asked.candidate.name not in text
    assert "<script" not in text


def test_the_page_speaks_the_language_of_the_email(visitor):
    page = opened(visitor, ExtensionRequestFactory(language="fr", months=24))

    assert '<html lang="fr" dir="ltr">' in text_of(page)
    assert "Garder mes données 24 mois de plus" in text_of(page)


def test_keep_says_until_when_and_offers_one_step_back(visitor, asked):
    done = press(visitor, asked, "keep")

    text = text_of(done)
    assert done.redirect_chain[-1] == ("/e/?done", 303)
    assert "We keep your details until 23 December 2027" in text
    assert "We sent you one email that confirms this." in text
    assert clock_of(asked.candidate).pool_ends == LATER

    back = visitor.post("/undo/", {"proof": hidden(done, "proof")}, follow=True)

    assert "We took that back" in text_of(back)
    assert "We keep them until 23 December 2026, as before." in text_of(back)
    assert clock_of(asked.candidate).pool_ends == asked.ends_on
    assert "Keep my details for 12 more months" in text_of(opened(visitor, asked))


def test_pressing_twice_and_going_back_change_once(visitor, asked):
    page = opened(visitor, asked)
    data = {"proof": hidden(page, "proof"), "do": "keep"}

    for _ in range(2):
        assert visitor.post("/e/", data, follow=True).status_code == 200

    assert ExtensionAnswer.objects.count() == 1
    again = text_of(visitor.get("/e/"))
    assert "On 23 November 2026 you said yes." in again
    assert "Delete my details" not in again


def test_delete_says_what_happens_when_and_offers_one_step_back(visitor, asked):
    done = press(visitor, asked, "delete")

    text = text_of(done)
    assert "We delete your details on 30 November 2026" in text
    assert "You get no more job emails from now on." in text
    assert PrivacyRequest.objects.get().state == "cooling_off"

    back = visitor.post("/undo/", {"proof": hidden(done, "proof")}, follow=True)

    assert "We took that back" in text_of(back)
    assert PrivacyRequest.objects.get().outcome == "taken_back"


def test_c27_a_legal_hold_is_said_before_and_after(visitor, asked):
    LegalHoldFactory(candidate=asked.candidate)
    assert "until a legal matter is settled" in text_of(opened(visitor, asked))

    text = text_of(press(visitor, asked, "delete"))

    assert "We removed you from all searches and emails today" in text
    assert "We must keep your details until a legal matter is settled" in text
    assert "Undo" in text


def test_c26_whoever_is_considered_reads_when_they_are_deleted(visitor, asked):
    ApplicationFactory(candidate=asked.candidate)
    assert "While you are, we keep your details" in text_of(opened(visitor, asked))

    text = text_of(press(visitor, asked, "delete"))

    assert "we delete your details once you have heard our decision" in text


def test_a_yes_on_an_older_page_after_a_no_is_explained(visitor, asked):
    older = opened(visitor, asked)
    press(Client(), asked, "delete")

    response = visitor.post("/e/", {"proof": hidden(older, "proof"), "do": "keep"})

    assert response.status_code == 409
    assert "Something changed after you opened this page, so nothing was done." in text_of(response)
    assert "We delete your details on 30 November 2026" in text_of(response)


def test_an_end_that_moved_is_shown_as_it_is(visitor, asked):
    GroundEventFactory(candidate=asked.candidate, kind="renewed", occurred_at=MONDAY)

    text = text_of(opened(visitor, asked))

    assert "There is nothing to answer any more" in text
    assert "We may keep your details until 23 November 2027" in text


def test_whoever_refused_to_be_kept_is_asked_nothing(visitor, asked):
    GroundEventFactory(candidate=asked.candidate, withdrawn=True, occurred_at=MONDAY)

    assert "we do not keep you for them" in text_of(opened(visitor, asked))


def test_a_deletion_that_staff_wrote_down_is_shown_without_a_way_back(visitor, asked):
    PrivacyRequestFactory(candidate=asked.candidate, erasure=True)

    text = text_of(opened(visitor, asked))

    assert "You asked us to delete your details" in text
    assert "<form" not in text


def test_page_e_the_link_works_until_the_end_of_the_day_where_they_live(visitor):
    person = ending_in(30, time_zone="America/Toronto")
    ends = clock_of(person).pool_ends
    request = ExtensionRequestFactory(candidate=person, ends_on=ends)
    last = datetime(ends.year, ends.month, ends.day, tzinfo=UTC) + timedelta(days=1)

    with time_machine.travel(last + timedelta(hours=4, minutes=55), tick=False):  # 23:55 there
        page = opened(visitor, request)
        assert page.status_code == 200
        proof = hidden(page, "proof")
    with time_machine.travel(last + timedelta(hours=5, minutes=5), tick=False):
        over = opened(visitor, request)
        posted = visitor.post("/e/", {"proof": proof, "do": "keep"})

    for response in (over, posted):
        assert response.status_code == 410
        assert "That link has run out" in text_of(response)
    assert ExtensionAnswer.objects.count() == 0
    stop = re.search(r'href="(/u/[^"]+)"', text_of(over))
    assert stop
    assert "Stop all job emails to" in text_of(visitor.get(stop[1], follow=True))


@pytest.mark.parametrize("spoil", [lambda t: t[:-3], lambda t: t + "=", lambda t: "é" + t[1:]])
def test_c21_a_spoilt_link_says_that_it_is_incomplete(
    visitor: Client, asked: ExtensionRequest, spoil: Callable[[str], str]
) -> None:
    token = address_of(asked).rpartition("/")[2]

    for response in (visitor.get(f"/e/{spoil(token)}"), visitor.get("/e/")):
        assert response.status_code == 404
        assert "That link is incomplete" in text_of(response)


def test_c18_after_a_merge_the_link_leads_to_the_survivor(visitor, asked):
    survivor = ending_in(30, email__address="kept@survivor.example")
    merged = asked.candidate
    merged.emails.all().delete()
    Candidate.objects.filter(pk=merged.pk).update(merged_into=survivor)

    assert "k•••@s•••.example" in text_of(opened(visitor, asked))
    press(visitor, asked, "keep")

    assert clock_of(survivor).pool_ends == LATER


def test_c19_erased_and_never_known_get_page_f(visitor, asked):
    address = address_of(asked)
    erase_candidate(asked.candidate, by="the test")
    unknown = links.path(Purpose.EXTENSION, CandidateFactory().public_id, asked.public_id)
    before = checksum()

    pages = [visitor.get(one, follow=True) for one in (address, unknown)]

    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].content == pages[1].content
    assert "We hold no details for this link" in text_of(pages[0])
    assert checksum() == before


def test_a_request_to_somebody_else_is_no_use(visitor, asked):
    other = ExtensionRequestFactory()
    token = links.path(Purpose.EXTENSION, other.candidate.public_id, asked.public_id)

    assert "We hold no details for this link" in text_of(visitor.get(token, follow=True))


def test_a_link_that_can_only_reduce_cannot_extend(visitor, asked):
    """A forwarded job email renders forms too: their proofs are refused here."""
    page = visitor.get(links.path(Purpose.STOP, asked.candidate.public_id), follow=True)
    before = checksum()

    for proof in (
        hidden(page, "proof"),
        address_of(asked).rpartition("/")[2],
        links.make_token(Purpose.UNDO, asked.candidate.public_id, asked.public_id),
        links.make_token(Purpose.ANSWER, asked.candidate.public_id),
        "",
    ):
        response = visitor.post("/e/", {"proof": proof, "do": "keep"})
        assert response.status_code == 404

    assert checksum() == before


def test_an_answer_that_is_none_changes_nothing(visitor, asked):
    page = opened(visitor, asked)
    before = checksum()

    for data in ({"do": "both"}, {}):
        assert visitor.post("/e/", {"proof": hidden(page, "proof")} | data).status_code == 404

    assert checksum() == before


def test_the_confirmation_leads_back(visitor, asked):
    press(visitor, asked, "keep")
    text = Message.objects.get(purpose="notice").text
    page = visitor.get("/undo/" + text.partition("/undo/")[2].split()[0], follow=True)
    assert "You asked us to keep your details until 23 December 2027." in text_of(page)

    visitor.post("/undo/", {"proof": hidden(page, "proof")})

    assert clock_of(asked.candidate).pool_ends == asked.ends_on


def test_a_way_back_that_comes_too_late_is_explained(visitor, asked):
    done = press(visitor, asked, "keep")
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        response = visitor.post("/undo/", {"proof": hidden(done, "proof")})

    assert response.status_code == 422
    assert "That was more than 28 days ago." in text_of(response)

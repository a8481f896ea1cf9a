"""Coming to one's own page by a link: C-03, C-18, C-19, C-21, X-39."""

import re
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from candidates.actions.erasure import erase_candidate
from candidates.actions.merging import merge_people
from engagement import links, tasks
from engagement.links import Purpose
from engagement.models import AccessCode, Message
from tests.engagement.candidate_pages.links import checksum
from tests.engagement.own_page_access.conftest import ADDRESS, ask, code_in, hidden, link_in, mailed
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.factories.candidates import CandidateFactory
from tests.pages import without_ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]


def test_a_link_in_a_letter_leads_to_the_question_and_shows_nothing(visitor, ana, smtp_server):
    LetterFactory(application=ApplicationFactory(candidate=ana), send_after=timezone.now())
    tasks.carry_letters()
    text = mailed(smtp_server)
    path = re.search(r"/s/[\w-]{40,}", text)[0]

    response = visitor.get(path, follow=True)

    assert response.redirect_chain == [("/s/", 303)]
    assertContains(response, "a•••@m•••.example")
    assertNotContains(response, "ana@")
    assert "Ana" not in without_ids(response.content.decode())
    visitor.post("/s/ask", {"known": "yes"})
    page = visitor.post("/s/code", {"code": code_in(mailed(smtp_server))}, follow=True)
    assertContains(page, "Your applications")


def test_a_colleague_reads_a_letter_without_the_link_to_the_page(ana, smtp_server):
    LetterFactory(application=ApplicationFactory(candidate=ana), send_after=timezone.now())
    tasks.carry_letters()
    tasks.deliver()

    assert "/s/" not in Message.objects.get().text


def test_c19_the_link_of_somebody_who_is_gone_tells_nothing(visitor, ana, recruiter):
    path = links.path(Purpose.STATUS, ana.public_id)
    erase_candidate(ana, by=recruiter)

    assertContains(visitor.get(path, follow=True), "We hold no details for this link")
    assertContains(visitor.post("/s/ask", {"known": "yes"}), "We hold no details for this link")
    assert AccessCode.objects.count() == 0


def test_c18_the_link_of_a_merged_record_leads_to_the_one_that_is_left(
    visitor, ana, recruiter, smtp_server
):
    other = CandidateFactory(name="Ana O", email__address="ana.o@mail.example")
    path = links.path(Purpose.STATUS, other.public_id)
    merge_people(ana, other, by=recruiter)

    visitor.get(path)
    visitor.post("/s/ask", {"known": "yes"})
    page = visitor.post("/s/code", {"code": code_in(mailed(smtp_server))}, follow=True)

    assertContains(page, "Hello <bdi>Ana</bdi>")
    assert [mail["To"] for mail in smtp_server.messages] == [ADDRESS]


def test_the_link_beside_the_code_needs_the_browser_that_asked_and_a_press(
    visitor, ana, smtp_server
):
    ask(visitor)
    path = link_in(mailed(smtp_server))
    before = checksum()
    page = visitor.get(path, follow=True)
    assertContains(page, "Open my page")
    assert checksum() == before

    response = visitor.post("/s/in/", {"proof": hidden(page)}, follow=True)

    assertContains(response, "Your applications")
    again = visitor.post("/s/in/", {"proof": hidden(page)})
    assertContains(again, "That link has run out", status_code=410)


def test_c03_a_scanner_that_presses_buttons_is_asked_for_the_code(visitor, ana, smtp_server):
    ask(visitor)
    path = link_in(mailed(smtp_server))
    scanner = Client()

    page = scanner.get(path, follow=True)

    assert page.redirect_chain == [("/s/in/", 303), ("/s/code", 303)]
    assertContains(page, "Type the code")
    assert scanner.post("/s/in/", {"proof": "x"}, follow=True).redirect_chain == [("/s/code", 303)]
    assert AccessCode.objects.get().used_at is None


def test_the_link_counts_for_half_an_hour(visitor, ana, smtp_server):
    ask(visitor)
    path = link_in(mailed(smtp_server))

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        page = visitor.get(path, follow=True)

    assertContains(page, "That link has run out", status_code=410)
    stop = re.search(r'href="(/u/[^"]+)"', page.content.decode())
    assertContains(Client().get(stop[1], follow=True), "Stop all job emails to")


def test_a_button_without_its_proof_opens_nothing(visitor, ana, smtp_server):
    ask(visitor)
    visitor.get(link_in(mailed(smtp_server)))
    other = links.make_token(Purpose.FORM, CandidateFactory().public_id, ana.public_id)

    for proof in ["", "x", other]:
        assert visitor.post("/s/in/", {"proof": proof}).status_code == 404
    assert AccessCode.objects.get().used_at is None


ARRIVALS = {
    Purpose.PREFERENCES: "/p/",
    Purpose.STOP: "/u/",
    Purpose.ONE_CLICK: "/u1/",
    Purpose.WHY: "/why/",
    Purpose.UNDO: "/undo/",
    Purpose.AGAIN: "/again/",
    Purpose.EXTENSION: "/e/",
    Purpose.STATUS: "/s/",
    Purpose.ENTER: "/s/in/",
    Purpose.NEW_ADDRESS: "/address/",
}
SAME = {(Purpose.PAUSE, Purpose.STOP)}


@pytest.mark.parametrize(
    ("made", "arrival"), [(a, b) for a, b in product(Purpose, ARRIVALS) if (a, b) not in SAME]
)
def test_x39_a_token_is_refused_by_every_other_endpoint(visitor, ana, made, arrival):
    token = links.make_token(made, ana.public_id, ana.public_id)

    status = visitor.get(ARRIVALS[arrival] + token).status_code

    assert (status == 404) == (made != arrival)


@pytest.mark.parametrize("path", ["/s/", "/s/in/"])
@given(text=st.text(st.characters(exclude_characters="/?#", codec="utf-8"), min_size=1))
def test_c21_no_text_in_a_link_is_an_error_of_ours(path, text):
    assert Client().get(path + text).status_code in {200, 303, 404, 405}

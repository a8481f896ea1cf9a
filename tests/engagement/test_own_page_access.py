"""Coming to one's own page by a typed code: page D, C-10, C-19, C-21, C-22, C-T6, X-29, X-30."""

import re
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import throttle
from accounts.models import AuditEvent, RateCount, User
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from candidates.actions.merging import merge_people
from candidates.models import Activity, Candidate
from engagement import codes, links, tasks
from engagement.actions import access as actions
from engagement.links import Purpose
from engagement.models import AccessCode, Message
from tests.engagement.test_candidate_pages import checksum
from tests.factories.applications import ApplicationFactory, LetterFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import AccessCodeFactory
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]
ADDRESS = "ana@mail.example"
VISIT = "__Host-visit"
SAID = "If we know that address, a code is on its way. It works for 10 minutes."


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ana() -> Candidate:
    return CandidateFactory(name="Ana Osei", call_name="Ana", email__address=ADDRESS)


def ask(visitor: Client, address: str = ADDRESS) -> HttpResponse:
    return visitor.post("/s/ask", {"address": address})


def mailed(server: SmtpServer) -> str:
    """Have everything sent; return the plain text of the last email."""
    tasks.send_codes()
    tasks.deliver()
    return server.messages[-1].get_body(("plain",)).get_content().replace("\r", "")


def code_in(text: str) -> str:
    return re.search(r"^\d{6}$", text, re.MULTILINE)[0]


def link_in(text: str) -> str:
    return re.search(r"/s/in/\S+", text)[0]


def hidden(response: HttpResponse, name: str = "proof") -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def come_in(visitor: Client, server: SmtpServer, address: str = ADDRESS) -> HttpResponse:
    ask(visitor, address)
    return visitor.post("/s/code", {"code": code_in(mailed(server))}, follow=True)


def test_a_code_to_the_mailbox_opens_the_page(visitor, ana, smtp_server):
    assertRedirects(ask(visitor), "/s/code", status_code=303, fetch_redirect_response=False)
    page = visitor.get("/s/code")
    assertContains(page, SAID)
    assertContains(page, 'autocomplete="one-time-code"')
    assertContains(page, 'inputmode="numeric"')
    text = mailed(smtp_server)
    assert smtp_server.messages[-1]["Auto-Submitted"] == "auto-generated"

    response = visitor.post("/s/code", {"code": code_in(text)}, follow=True)

    assertContains(response, "<h1>Your applications</h1>", html=True)
    assert [one[0] for one in response.redirect_chain] == ["/s/"]
    assert [a.verb for a in AuditEvent.objects.filter(actor="The candidate")] == [
        "candidate.came_in"
    ]


def test_the_cookie_of_a_visit_is_its_own_and_the_page_is_kept_nowhere(
    visitor, ana, smtp_server, settings
):
    settings.DEBUG = False
    response = come_in(visitor, smtp_server)

    cookie = visitor.cookies[VISIT]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["max-age"], cookie["path"], cookie["domain"]) == (1800, "/", "")
    assert "sessionid" not in " ".join(visitor.cookies)
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert visitor.get("/today")["Location"].startswith("/sign-in")


def test_nothing_that_is_kept_holds_the_code(visitor, ana, smtp_server, caplog, staff_client):
    caplog.set_level("DEBUG")
    ask(visitor)
    text = mailed(smtp_server)
    code, token = code_in(text), link_in(text).rpartition("/")[2]
    visitor.post("/s/code", {"code": code})

    kept = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            kept += [row[0] for row in cursor.fetchall()]
    everything = "\n".join(kept)
    assert (code in everything, token in everything) == (False, False)
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "mail.log")
    assert (code in logged, token in logged) == (False, False)
    message = Message.objects.get()
    page = staff_client.get(f"/messages/{message.public_id}")
    assertContains(page, codes.CODE_MARK)
    assertNotContains(page, code)
    said = Activity.objects.filter(candidate=ana, kind="message.sent").values_list(
        "text", flat=True
    )
    assert list(said) == ["Sent a code for their own page."]
    assert AccessCode.objects.get().address == ""


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}-{2}", "{1} {2}", "{3}"])
def test_a_code_may_be_pasted_as_it_comes(visitor, ana, smtp_server, typed):
    """Also in the digits of another script."""
    ask(visitor)
    code = code_in(mailed(smtp_server))
    arabic = code.translate({ord("0") + n: ord("٠") + n for n in range(10)})

    response = visitor.post(
        "/s/code", {"code": typed.format(code, code[:3], code[3:], arabic)}, follow=True
    )

    assertContains(response, "Your applications")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_is_said_and_costs_no_attempt(visitor, ana, typed):
    ask(visitor)

    response = visitor.post("/s/code", {"code": typed})

    assertContains(response, "six digits", status_code=422)
    assert AccessCode.objects.get().attempts == 0


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_five_wrong_codes_end_it(visitor, ana, smtp_server):
    ask(visitor)
    code = code_in(mailed(smtp_server))
    for _ in range(5):
        response = visitor.post("/s/code", {"code": wrong(code)})
        assertContains(response, "That code does not open the page", status_code=422)

    response = visitor.post("/s/code", {"code": code})

    assertContains(response, "That code does not open the page", status_code=422)
    assert AccessCode.objects.get().attempts == 5


def test_the_fifth_try_may_be_the_right_one(visitor, ana, smtp_server):
    ask(visitor)
    code = code_in(mailed(smtp_server))
    for _ in range(4):
        visitor.post("/s/code", {"code": wrong(code)})

    assert visitor.post("/s/code", {"code": code}).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 303), (10.1, 422)])
def test_a_code_counts_for_ten_minutes(visitor, ana, smtp_server, minutes, status):
    ask(visitor)
    code = code_in(mailed(smtp_server))

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        assert visitor.post("/s/code", {"code": code}).status_code == status


def test_a_code_works_once_and_only_in_the_browser_that_asked(visitor, ana, smtp_server):
    ask(visitor)
    code = code_in(mailed(smtp_server))
    stranger = Client(enforce_csrf_checks=True)
    ask(stranger, "nobody@mail.example")

    assert stranger.post("/s/code", {"code": code}).status_code == 422
    assert visitor.post("/s/code", {"code": code}).status_code == 303
    assert visitor.post("/s/code", {"code": code}).status_code == 422


def test_a_browser_without_the_cookie_is_led_back(visitor):
    assertRedirects(visitor.get("/s/code"), "/s/", status_code=303)


def test_a_new_key_ends_codes_links_and_visits(visitor, ana, smtp_server, settings: LazySettings):
    """C-22: what only reduces verifies forever, what opens the page does not."""
    come_in(visitor, smtp_server)
    letter = links.path(Purpose.STATUS, ana.public_id)
    old = links.path(Purpose.ENTER, ana.public_id, AccessCode.objects.get().public_id)
    settings.LINK_KEYS = ["new", *settings.LINK_KEYS]

    assertContains(visitor.get("/s/"), "Where your application stands")
    assertContains(visitor.get(old), "That link is incomplete", status_code=404)
    assertContains(visitor.get(letter, follow=True), "Send a code to")


def hide(address: str, how: str, by: User) -> None:
    if how == "unknown":
        return
    person = CandidateFactory(email__address=address)
    if how == "erased":
        erase_candidate(person, by=by)
    if how == "suppressed":
        suppress_address(address, scope="all", reason="complained", by="test")
    if how == "bounced":
        suppress_address(address, scope="all", reason="bounced", by="test")


HOW = ["known", "unknown", "erased", "suppressed", "bounced"]


def test_c_t6_the_answer_tells_nothing_about_an_address(recruiter):
    """The same status, headers, body, and the same statements in the same order."""
    answers: dict[str, Any] = {}
    for how in HOW:
        address = f"{how}@mail.example"
        hide(address, how, recruiter)
        visitor = Client()
        with CaptureQueriesContext(connection) as queries:
            response = ask(visitor, address)
            wrong_code = visitor.post("/s/code", {"code": "000000"})
        said = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries.captured_queries]
        body = visitor.get("/s/code").content
        answers[how] = (response.status_code, response["Location"], body, wrong_code.content, said)

    assert [how for how in HOW if answers[how] != answers["known"]] == []


@pytest.mark.parametrize(
    ("how", "sent"),
    [("known", 1), ("unknown", 0), ("erased", 0), ("suppressed", 0), ("bounced", 0)],
)
def test_only_who_may_be_written_to_gets_a_code(visitor, recruiter, smtp_server, how, sent):
    hide(ADDRESS, how, recruiter)

    ask(visitor)
    tasks.send_codes()
    tasks.deliver()

    assert len(smtp_server.messages) == sent


def test_stops_and_pauses_of_job_emails_keep_no_code_back(visitor, smtp_server):
    CandidateFactory(email__address=ADDRESS, unsubscribed=True)
    suppress_address(ADDRESS, scope="nurture", reason="objected", by="test")

    assertContains(come_in(visitor, smtp_server), "Your applications")


def test_a_code_that_could_not_leave_in_time_never_does(visitor, ana, smtp_server):
    ask(visitor)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert tasks.send_codes() == 0
        tasks.deliver()

    assert smtp_server.messages == []


def test_three_codes_an_hour_for_one_address(visitor, ana):
    """X-29: other browsers and other networks included."""
    for _ in range(3):
        assert ask(Client()).status_code == 303
    response = Client(REMOTE_ADDR="198.51.100.7").post("/s/ask", {"address": "ANA@mail.example"})

    assertContains(response, "Too many codes were asked for. Try again in 60 min", status_code=429)
    assert 3500 < int(response["Retry-After"]) <= 3600
    assert AccessCode.objects.count() == 3
    throttle.client().flushall()  # its clock is not the one that travels
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ask(visitor).status_code == 303


def test_twenty_codes_an_hour_for_one_network(visitor):
    for number in range(20):
        assert ask(visitor, f"somebody{number}@mail.example").status_code == 303

    assert ask(visitor, "one.more@mail.example").status_code == 429


def test_an_emptied_redis_lets_nobody_through(ana):
    for _ in range(3):
        ask(Client())
    throttle.client().flushall()

    assert ask(Client()).status_code == 429
    assert RateCount.objects.count() == 2


def test_a_link_in_a_letter_leads_to_the_question_and_shows_nothing(visitor, ana, smtp_server):
    LetterFactory(application=ApplicationFactory(candidate=ana), send_after=timezone.now())
    tasks.carry_letters()
    text = mailed(smtp_server)
    path = re.search(r"/s/[\w-]{40,}", text)[0]

    response = visitor.get(path, follow=True)

    assert response.redirect_chain == [("/s/", 303)]
    assertContains(response, "a•••@m•••.example")
    assertNotContains(response, "ana@")
    assertNotContains(response, "Ana")
    visitor.post("/s/ask", {"known": "yes"})
    page = visitor.post("/s/code", {"code": code_in(mailed(smtp_server))}, follow=True)
    assertContains(page, "Your applications")


def test_a_colleague_reads_a_letter_without_the_link_to_the_page(ana, smtp_server):
    LetterFactory(application=ApplicationFactory(candidate=ana), send_after=timezone.now())
    tasks.carry_letters()
    tasks.deliver()

    assert "/s/" not in Message.objects.get().text


def test_the_limit_holds_for_the_button_too(visitor, ana):
    visitor.get(links.path(Purpose.STATUS, ana.public_id))
    statuses = [visitor.post("/s/ask", {"known": "yes"}).status_code for _ in range(4)]

    assert statuses == [303, 303, 303, 429]


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


def test_a_button_without_its_proof_opens_nothing(visitor, ana, smtp_server):
    ask(visitor)
    visitor.get(link_in(mailed(smtp_server)))
    other = links.make_token(Purpose.FORM, CandidateFactory().public_id, ana.public_id)

    for proof in ["", "x", other]:
        assert visitor.post("/s/in/", {"proof": proof}).status_code == 404
    assert AccessCode.objects.get().used_at is None


def test_c10_people_of_one_mailbox_choose_by_their_initials(visitor, ana, smtp_server):
    other = CandidateFactory(name="Kofi Owusu Osei", email__address="ana+kofi@mail.example")
    EmailAddressFactory(candidate=CandidateFactory(name="Old", merged_into=ana, email=None),
                        address="ana+old@mail.example", released_at=timezone.now())  # fmt: skip

    page = come_in(visitor, smtp_server)

    assertContains(page, "Who are you?")
    shown = re.findall(r"<bdi>([^<]*)</bdi>", page.content.decode())
    assert shown == ["A. O.", "K. O. O."]
    assertNotContains(page, "Kofi")
    response = visitor.post("/s/who", {"person": str(other.public_id)}, follow=True)
    assertContains(response, "Hello")
    assert links.open_token(Purpose.SIGNED_IN, visitor.cookies[VISIT].value).candidate == (
        other.public_id
    )


def test_nobody_outside_the_mailbox_can_be_chosen(visitor, ana, smtp_server):
    CandidateFactory(name="Kofi Osei", email__address="ana+kofi@mail.example")
    stranger = CandidateFactory()
    come_in(visitor, smtp_server)

    response = visitor.post("/s/who", {"person": str(stranger.public_id)})

    assertContains(response, "Who are you?")
    assert VISIT not in visitor.cookies


def test_a_visit_ends_after_half_an_hour_unless_it_is_prolonged(visitor, ana, smtp_server):
    page = come_in(visitor, smtp_server)
    assertContains(page, "Open until <b>10:30</b>")
    start = timezone.now()

    with time_machine.travel(start + timedelta(minutes=29)):
        visitor.post("/s/stay", {"proof": hidden(page)})
    with time_machine.travel(start + timedelta(minutes=58)):
        assertContains(visitor.get("/s/"), "Open until <b>10:59</b>")
    with time_machine.travel(start + timedelta(minutes=60)):
        assertContains(visitor.get("/s/"), "Where your application stands")


def test_no_visit_lasts_longer_than_eight_hours(visitor, ana, smtp_server):
    come_in(visitor, smtp_server)
    start, access = timezone.now(), AccessCode.objects.get()

    for hours, page in [(7.9, "Your applications"), (8.1, "Where your application stands")]:
        with time_machine.travel(start + timedelta(hours=hours)):
            visitor.cookies[VISIT] = links.make_token(
                Purpose.SIGNED_IN, ana.public_id, access.public_id
            )
            assertContains(visitor.get("/s/"), page)


def test_after_signing_out_a_kept_cookie_opens_nothing(visitor, ana, smtp_server):
    page = come_in(visitor, smtp_server)
    kept = visitor.cookies[VISIT].value

    response = visitor.post("/s/out", {"proof": hidden(page)}, follow=True)

    assertContains(response, "You have left your page")
    visitor.cookies[VISIT] = kept
    assertContains(visitor.get("/s/"), "Where your application stands")


def test_an_erasure_ends_the_visit(visitor, ana, smtp_server, recruiter):
    come_in(visitor, smtp_server)

    erase_candidate(ana, by=recruiter)

    assertContains(visitor.get("/s/"), "Where your application stands")


def test_a_form_needs_the_proof_of_this_visit(visitor, ana, smtp_server):
    come_in(visitor, smtp_server)
    used = AccessCode.objects.get().public_id
    other = AccessCodeFactory(candidate=ana, used=True).public_id
    stranger = CandidateFactory().public_id
    bad = [
        "",
        "x",
        links.make_token(Purpose.ACT, ana.public_id, other),
        links.make_token(Purpose.ACT, stranger, used),
        links.make_token(Purpose.FORM, ana.public_id, used),
    ]

    assert [visitor.post("/s/out", {"proof": proof}).status_code for proof in bad] == [404] * 5
    assert AccessCode.objects.get(public_id=used).ended_at is None


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


@pytest.mark.parametrize("cookie", ["visit", "code", "enter", "who", "status"])
@pytest.mark.parametrize("value", ["", "x", "é", "A" * 5000])
def test_no_cookie_is_an_error_of_ours(visitor, cookie, value):
    visitor.cookies[f"__Host-{cookie}"] = value

    pages = ["/s/", "/s/code", "/s/in/", "/s/who", "/s/stay"]
    assert {visitor.get(page).status_code for page in pages} <= {200, 303, 404}


def test_rows_are_forgotten_after_a_day(ana):
    AccessCodeFactory(candidate=ana, asked_at=timezone.now() - timedelta(hours=25))
    young = AccessCodeFactory(candidate=ana, asked_at=timezone.now() - timedelta(hours=23))

    assert tasks.forget_codes() == 1
    assert list(AccessCode.objects.all()) == [young]


def test_nobody_comes_in_who_was_not_found():
    asked = actions.ask("nobody@mail.example")
    actions.send_codes()

    assert actions.enter(asked.public_id, codes.code_of(asked.public_id)) is None
    assert actions.enter_by_link(asked.public_id) is None

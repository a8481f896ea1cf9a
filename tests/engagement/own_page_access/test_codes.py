"""Coming to one's own page by a typed code: page D, X-29, X-30."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import AuditEvent
from candidates.models import Activity
from engagement import codes, links, tasks
from engagement.actions import access as actions
from engagement.links import Purpose
from engagement.models import AccessCode, Message
from tests.engagement.own_page_access.conftest import VISIT, ask, code_in, come_in, link_in, mailed
from tests.factories.engagement import AccessCodeFactory
from tests.pages import without_ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]
# Of a second and of a digest: any six of them may happen to be a code.
DIGITS = re.compile(r"(?<=:\d\d)\.\d+|[0-9a-f]{32,}")
SAID = "If we know that address, a code is on its way. It works for 10 minutes."


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
    everything = DIGITS.sub("", without_ids("\n".join(kept)))
    assert (code in everything, token in everything) == (False, False)
    logged = "\n".join(one.getMessage() for one in caplog.records if one.name != "mail.log")
    assert (code in logged, token in logged) == (False, False)
    message = Message.objects.get()
    page = staff_client.get(f"/messages/{message.public_id}")
    assertContains(page, codes.CODE_MARK)
    assert code not in without_ids(page.content.decode())
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

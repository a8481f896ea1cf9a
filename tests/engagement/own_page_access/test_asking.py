"""What the answer tells about an address, whom a code reaches, and how often: C-T6, X-29."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts import throttle
from accounts.models import RateCount, User
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from engagement import links, tasks
from engagement.links import Purpose
from engagement.models import AccessCode
from tests.engagement.own_page_access.conftest import ADDRESS, ask, come_in
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]


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


def test_the_limit_holds_for_the_button_too(visitor, ana):
    visitor.get(links.path(Purpose.STATUS, ana.public_id))
    statuses = [visitor.post("/s/ask", {"known": "yes"}).status_code for _ in range(4)]

    assert statuses == [303, 303, 303, 429]

"""Whose page a visit opens, and how long it lasts: C-10, C-22."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.asserts import assertContains

from candidates.actions.erasure import erase_candidate
from engagement import links
from engagement.links import Purpose
from engagement.models import AccessCode
from tests.engagement.own_page_access.conftest import VISIT, come_in, hidden
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import AccessCodeFactory
from tests.pages import without_ids

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning", "smtp_server")]


def test_c10_people_of_one_mailbox_choose_by_their_initials(visitor, ana, smtp_server):
    other = CandidateFactory(name="Kofi Owusu Osei", email__address="ana+kofi@mail.example")
    EmailAddressFactory(candidate=CandidateFactory(name="Old", merged_into=ana, email=None),
                        address="ana+old@mail.example", released_at=timezone.now())  # fmt: skip

    page = come_in(visitor, smtp_server)

    assertContains(page, "Who are you?")
    shown = re.findall(
        r"<bdi>([^<]*)</bdi>", page.content.decode().partition("<main")[2].partition("</main>")[0]
    )
    assert shown == ["A. O.", "K. O. O."]
    assert "Kofi" not in without_ids(page.content.decode())
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


@pytest.mark.parametrize("cookie", ["visit", "code", "enter", "who", "status"])
@pytest.mark.parametrize("value", ["", "x", "é", "A" * 5000])
def test_no_cookie_is_an_error_of_ours(visitor, cookie, value):
    visitor.cookies[f"__Host-{cookie}"] = value

    pages = ["/s/", "/s/code", "/s/in/", "/s/who", "/s/stay"]
    assert {visitor.get(page).status_code for page in pages} <= {200, 303, 404}

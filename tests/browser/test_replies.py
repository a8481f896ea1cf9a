"""The inbox by keyboard, on a phone, and with a very long answer."""

import pytest
from playwright.sync_api import Page, expect

from engagement.models import Message, Reply
from tests.browser.axe import violations
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import ReplyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(recruiter):
    OrganisationFactory()
    return [
        ReplyFactory(
            candidate=CandidateFactory(name=name),
            message=None,
            owner=recruiter,
            text=f"From {name}",
        )
        for name in ("Ana Lund", "Bo Berg")
    ]


def test_an_answer_by_keyboard_alone(staff_page: Page, live_server, waiting) -> None:
    staff_page.goto(f"{live_server.url}/replies")

    staff_page.keyboard.press("j")
    staff_page.keyboard.press("j")
    staff_page.keyboard.press("Enter")
    expect(staff_page.get_by_role("heading", level=1)).to_have_text("Ana Lund")
    staff_page.keyboard.press("r")
    expect(staff_page.get_by_label("Your answer")).to_be_focused()
    staff_page.keyboard.type("Tomorrow at ten?")
    staff_page.keyboard.press("Tab")
    staff_page.keyboard.press("Enter")

    expect(staff_page.get_by_text("Your answer leaves in 20 seconds.")).to_be_visible()
    assert Message.objects.get(purpose="personal").text == "Tomorrow at ten?"


def test_an_answer_is_taken_back_and_stands_in_the_box(
    staff_page: Page, live_server, waiting
) -> None:
    staff_page.goto(f"{live_server.url}/replies/{waiting[0].public_id}")
    staff_page.get_by_label("Your answer").fill("Too soon")
    staff_page.get_by_role("button", name="Send the answer").click()

    staff_page.get_by_role("button", name="Take it back").click()

    expect(staff_page.get_by_label("Your answer")).to_have_value("Too soon")
    assert Message.objects.get(purpose="personal").state == "withheld"


def test_stop_is_one_click(staff_page: Page, live_server, waiting) -> None:
    Reply.objects.filter(pk=waiting[0].pk).update(suggestion="stop", holds="asked_to_stop")
    staff_page.goto(f"{live_server.url}/replies/{waiting[0].public_id}")

    staff_page.get_by_role("button", name="Stop job emails").click()

    expect(staff_page.get_by_text("Job emails to them have stopped.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_very_long_answer_fits_a_small_phone(
    staff_page: Page, live_server, recruiter, scheme
) -> None:
    OrganisationFactory()
    long = ReplyFactory(
        candidate=CandidateFactory(name="Anna-" * 18),
        message=None,
        owner=recruiter,
        subject="Re: " + "w" * 250,
        text=("x" * 300 + "\n") * 20 + "مرحبا بكم",
        quoted="> old\n" * 400,
        files=[{"name": "f" * 140 + ".pdf", "kind": "application/pdf", "size": 123_456}],
        suggestion="stop",
        holds="asked_to_stop",
        reasons=["They wrote “" + "u" * 100 + "”."],
        is_known_address=False,
        address="second@mail.example",
    )
    staff_page.emulate_media(color_scheme=scheme)
    staff_page.set_viewport_size({"width": 320, "height": 640})

    for address in ("/replies", f"/replies/{long.public_id}"):
        staff_page.goto(live_server.url + address)
        assert staff_page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(staff_page) == []

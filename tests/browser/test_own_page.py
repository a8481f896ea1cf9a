"""A person's own page in a browser: by pointer, by keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from applications.models import Application
from candidates.models import PrivacyRequest
from engagement import links, tasks
from engagement.links import Purpose
from tests.browser.axe import violations
from tests.engagement.candidate_pages.links import checksum
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "Senior Offshore Cable Installation and Commissioning Technician (Subsea Interconnectors)"


@pytest.fixture
def amal(smtp_server):
    """Somebody with an Arabic name and a job with a very long title."""
    OrganisationFactory()
    job = JobFactory(title=TITLE, owner=UserFactory())
    person = CandidateFactory(
        name="أمل الحسيني", call_name="أمل", email__address="amal@mail.example"
    )
    stage = StageFactory(job=job, candidate_state="interviewing")
    ApplicationFactory(candidate=person, job=job, stage=stage, hear_by="2026-11-20")
    return person


@pytest.fixture(params=["plain", "dark"])
def phone(request, browser: Browser):
    context = browser.new_context(
        java_script_enabled=request.param != "plain",
        color_scheme="dark" if request.param == "dark" else "light",
        viewport={"width": 320, "height": 640},
        locale="en-GB",
    )
    yield context.new_page()
    context.close()


def secrets(server) -> tuple[str, str]:
    """Have the email sent; return its code and the path of its link."""
    tasks.send_codes()
    tasks.deliver()
    text = server.messages[-1].get_body(("plain",)).get_content()
    code = re.search(r"^(\d{6})\r?$", text, re.MULTILINE)[1]
    return code, re.search(r"/s/in/\S+", text)[0]


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return page.locator("html").evaluate("e => e.scrollWidth <= innerWidth") is True


def test_from_the_letter_to_withdrawing_and_back(phone: Page, live_server, amal, smtp_server):
    phone.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    phone.get_by_role("button", name="Send a code to").click()
    phone.get_by_label("Code from the email").fill("12")
    phone.get_by_role("button", name="Open my page").click()
    expect(phone.get_by_role("alert")).to_contain_text("six digits")
    code, _ = secrets(smtp_server)
    phone.get_by_label("Code from the email").fill(f"{code[:3]} {code[3:]}")
    phone.get_by_role("button", name="Open my page").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your applications")
    expect(phone.get_by_text("We said 20 November 2026. We are late")).to_be_visible()

    phone.get_by_role("link", name="Withdraw").click()
    phone.get_by_role("button", name="Withdraw").click()
    expect(phone.get_by_role("status")).to_contain_text("You withdrew your application.")
    phone.get_by_role("button", name="Take that back").click()
    expect(phone.get_by_role("status")).to_contain_text("Your application goes on.")
    assert Application.objects.open().count() == 1

    phone.get_by_role("link", name="Delete my details").click()
    phone.get_by_role("button", name="Delete my details").click()
    expect(phone.get_by_role("alert")).to_contain_text("Choose what shall become")
    phone.get_by_role("radio", name=re.compile("until I have heard")).check()
    phone.get_by_role("button", name="Delete my details").click()
    phone.get_by_role("button", name="Keep them after all").click()
    expect(phone.get_by_role("status")).to_contain_text("We keep your details.")
    assert PrivacyRequest.objects.get().outcome == "taken_back"

    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_role("heading", name="You have left your page")).to_be_visible()


def test_by_keyboard_alone(page: Page, live_server, amal, smtp_server):
    page.goto(f"{live_server.url}/s/")
    page.get_by_label("Your email address").focus()
    page.keyboard.type("amal@mail.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    page.get_by_label("Code from the email").focus()
    page.keyboard.type(secrets(smtp_server)[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your applications")
    page.get_by_role("button", name="Stay half an hour longer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your applications")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_small_phone(
    page: Page, console_guard, live_server, amal, smtp_server, scheme
):
    console_guard.allow("status of 404")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    problems = {}

    def look(name: str) -> None:
        if wrong := violations(page) + ([] if fits(page) else ["sticks out"]):
            problems[name] = wrong

    page.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    look("ask")
    page.get_by_role("button", name="Send a code to").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    look("code")
    _, link = secrets(smtp_server)
    page.goto(live_server.url + link)
    look("enter")
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your applications")
    look("page")
    page.get_by_role("link", name="Withdraw").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Withdraw from")
    look("withdraw")
    page.goto(f"{live_server.url}/s/delete")
    look("delete")
    page.goto(f"{live_server.url}/s/address")
    look("address")
    page.get_by_label("Your new email address").fill("amal@a-rather-long-name.example")
    page.get_by_role("button", name="Send a code there").click()
    look("address code")
    page.goto(f"{live_server.url}/s/broken")
    look("broken")

    assert problems == {}


def test_c_t1_a_browser_that_opens_everything_changes_nothing(
    page: Page, console_guard, live_server, amal, smtp_server
):
    page.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    page.get_by_role("button", name="Send a code to").click()
    code, link = secrets(smtp_server)
    page.get_by_label("Code from the email").fill(code)
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your applications")
    application = Application.objects.get()
    console_guard.allow("status of 404")
    console_guard.allow("status of 410")
    before = checksum()

    paths = [
        *(
            "",
            "ask",
            "code",
            "in/",
            "who",
            "stay",
            "out",
            "emails",
            "delete",
            "delete/back",
            "copy",
            "keep",
        ),
        *(f"{what}/{application.public_id}" for what in ("withdraw", "back", "feedback", "letter")),
    ]
    for path in [f"/s/{path}" for path in paths] + [link]:
        page.goto(live_server.url + path, wait_until="networkidle")
        for control in page.locator("main a, main button, main label").all():
            if control.is_visible():
                control.hover()
        for method in ("HEAD", "OPTIONS"):
            page.request.fetch(live_server.url + path, method=method)

    assert checksum() == before


def test_giving_another_address(phone, live_server, amal, smtp_server):
    way_in = links.path(Purpose.STATUS, amal.public_id)
    phone.goto(f"{live_server.url}{way_in}")
    phone.get_by_role("button", name="Send a code to").click()
    code, _ = secrets(smtp_server)
    phone.get_by_label("Code from the email").fill(code)
    phone.get_by_role("button", name="Open my page").click()
    phone.get_by_role("link", name="Change my email address").click()
    phone.get_by_role("button", name="Send a code there").click()
    expect(phone.get_by_role("alert")).to_contain_text("Give the address that we shall write to.")
    phone.get_by_label("Your new email address").fill("amal.alhusseini@a-rather-long-name.example")
    phone.get_by_label("Your new email address").press("Enter")
    expect(phone.get_by_text("A code is on its way to")).to_be_visible()
    code, _ = secrets_of_address(smtp_server)
    phone.get_by_label("Code from the email").fill(code)
    phone.get_by_role("button", name="Use this address").click()
    expect(phone.get_by_role("status")).to_contain_text("that mailbox is yours")
    expect(phone.get_by_text("a•••@a•••.example")).to_be_visible()
    assert amal.emails.get(is_primary=True).address == "amal.alhusseini@a-rather-long-name.example"


def secrets_of_address(server) -> tuple[str, str]:
    """Have the email sent; return its code and to whom it went."""
    tasks.deliver()
    message = server.messages[-1]
    text = message.get_body(("plain",)).get_content()
    return re.search(r"^(\d{6})\r?$", text, re.MULTILINE)[1], message["To"]


def test_two_minutes_before_the_end_the_page_asks_and_one_press_stays(
    page: Page, live_server, amal, smtp_server
):
    page.clock.install()
    page.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    page.get_by_role("button", name="Send a code to").click()
    page.get_by_label("Code from the email").fill(secrets(smtp_server)[0])
    page.get_by_role("button", name="Open my page").click()
    page.get_by_role("link", name="Change my email address").click()
    page.get_by_label("Your new email address").fill("amal@new.example")

    page.clock.fast_forward("27:50")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.clock.fast_forward("00:20")
    dialog = page.get_by_role("dialog", name="Your page closes in two minutes")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="Stay half an hour longer").press("Enter")

    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Your new email address")).to_have_value("amal@new.example")
    page.clock.fast_forward("30:10")
    expect(page.get_by_role("heading", name="Your page is closed now")).to_be_visible()
    page.get_by_role("button", name="Back to the page").click()
    expect(page.get_by_label("Your new email address")).to_have_value("amal@new.example")

"""The careers site in a browser: with the pointer, with the keyboard alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Organisation
from applications import postings
from applications.actions.jobs import add_standard_stages
from applications.models import Answer, Arrival, Job
from engagement.models import SignUp
from tests.applications.measures.figures import answered_in_full_quarter
from tests.browser.axe import violations
from tests.browser.test_files import CV
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory, QuestionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": CV}


@pytest.fixture
def job():
    OrganisationFactory()
    job = JobFactory(title="Cable Technician", description="## Work\n- **nights**\n- boats")
    add_standard_stages(job)
    job.offices.add(OfficeFactory(city="Bristol"))
    QuestionFactory(job=job, kind="yes_no", text="Nights?", is_required=True)
    return job


@pytest.fixture
def quick(monkeypatch):
    """A browser that tests drive is faster than a person."""
    monkeypatch.setattr("accounts.humans.SOONEST", 0)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def visitor(request, browser: Browser):
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


def test_from_the_list_to_the_thanks(visitor: Page, live_server, job, quick):
    visitor.goto(f"{live_server.url}/careers")
    visitor.get_by_label("Search").fill("cable")
    visitor.get_by_role("button", name="Show jobs").click()
    visitor.get_by_role("link", name="Cable Technician").click()
    expect(visitor.locator("main li strong")).to_have_text("nights")
    visitor.get_by_role("link", name="Apply for this job").click()

    visitor.get_by_label("Your email address").fill("ana@mail.example")
    visitor.get_by_label("Your CV", exact=True).set_input_files(FILE)
    visitor.get_by_role("radio", name="Yes").check()
    visitor.get_by_role("button", name="Send my application").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Give your name.")
    expect(visitor.get_by_text("Please choose your file again")).to_be_visible()
    expect(visitor.get_by_label("Your email address")).to_have_value("ana@mail.example")

    visitor.get_by_label("Your full name").fill("Ana Horvat")
    visitor.get_by_label("Your CV", exact=True).set_input_files(FILE)
    visitor.get_by_role("button", name="Send my application").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(
        "Thank you. We have your application."
    )
    arrival = Arrival.objects.get()
    assert (arrival.name, arrival.document.file_name) == ("Ana Horvat", "cv.pdf")
    assert Answer.objects.get().text == "Yes"
    assert visitor.context.cookies() == []


def test_applying_by_keyboard_alone(page: Page, live_server, job, quick):
    page.goto(live_server.url + postings.path_of(job))
    page.get_by_role("link", name="Apply", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Apply")
    page.get_by_label("Your full name").focus()
    page.keyboard.type("Ana Horvat")
    page.keyboard.press("Tab")
    page.keyboard.type("ana@mail.example")
    page.keyboard.press("Tab")  # the file
    page.keyboard.press("Tab")
    page.keyboard.type("portfolio.example/ana")
    page.keyboard.press("Tab")  # the phone
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Words")
    page.keyboard.press("Tab")  # job emails, left alone
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"  # not the field nobody sees
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    arrival = Arrival.objects.get()
    assert (arrival.link, arrival.note, arrival.job_emails) == (
        "https://portfolio.example/ana", "Words", "",
    )  # fmt: skip


def test_a_job_that_closes_meanwhile_hands_over_to_the_talent_community(
    visitor: Page, live_server, job, quick
):
    visitor.goto(f"{live_server.url}{postings.path_of(job)}/apply")
    visitor.get_by_label("Your full name").fill("Ana Horvat")
    visitor.get_by_label("Your email address").fill("ana@mail.example")
    visitor.get_by_label("Anything else").fill("All my words")
    Job.objects.update(status="closed")
    visitor.get_by_role("button", name="Send my application").click()

    expect(visitor.get_by_text("nothing was sent")).to_be_visible()
    expect(visitor.get_by_text("All my words")).to_be_visible()
    visitor.get_by_role("button", name="Tell me about jobs like this").click()
    expect(visitor.get_by_label("Your full name")).to_have_value("Ana Horvat")
    expect(visitor.get_by_role("checkbox", name="Electrical")).to_be_checked()
    visitor.get_by_role("button", name="Send me the link").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    assert SignUp.objects.get().choices["only"]["families"] == ["Electrical"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_fits(
    page: Page, live_server, job, console_guard, scheme, width
):
    console_guard.allow("status of 410")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    closed = JobFactory(closed=True, family=job.family)
    path = postings.path_of(job)
    Organisation.objects.update(shows_record=True)
    answered_in_full_quarter([1, 2, 9] * 5)
    addresses = [
        "/careers", "/careers?q=nothing", path, f"{path}/apply", postings.path_of(closed),
        "/careers/talent-community", "/careers/talent-community?asked=yes", "/careers/privacy",
        "/careers/our-record",
    ]  # fmt: skip
    problems = {}

    for address in addresses:
        page.goto(live_server.url + address)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found := [*violations(page), *(["too wide"] if wide else [])]:
            problems[address] = found

    assert problems == {}


def test_pages_stand_in_the_other_direction_too(page: Page, live_server, job):
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}{postings.path_of(job)}/apply")
    page.evaluate("document.documentElement.dir = 'rtl'")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    right = page.get_by_label("Your full name").bounding_box()
    assert right["x"] + right["width"] == pytest.approx(340, abs=2)


def test_the_data_for_search_engines_breaks_no_policy(page: Page, live_server, job):
    page.goto(live_server.url + postings.path_of(job))  # the guard fails on a refused script

    data = page.locator('script[type="application/ld+json"]').inner_text()
    assert re.search(r'"@type": "JobPosting"', data)

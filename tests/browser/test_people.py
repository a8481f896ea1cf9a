"""A recruiter at work with one person: sign in, find, read, write, record. Desktop and phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from candidates.actions.people import change_candidate
from candidates.models import Candidate, Note
from tests.factories.candidates import ActivityFactory, CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 320, "height": 640}


def sideways(page: Page) -> int:
    """How many pixels the page sticks out to the side."""
    page.wait_for_load_state()
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_from_the_door_to_an_objection(page: Page, live_server, recruiter, phone):
    if phone:
        page.set_viewport_size(PHONE)
    candidate = CandidateFactory(name="J. Halloran-O'Neil-d'Arc of the Very Long Family Name")
    CandidateFactory.create_batch(3)

    page.goto(f"{live_server.url}/people")
    page.get_by_label("Email").fill(recruiter.email)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/people")
    assert sideways(page) == 0

    page.get_by_label("Name, words or email address").fill("hallor neil")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("Halloran")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Halloran-O'Neil-d'Arc")
    expect(page.get_by_role("heading", name="May be sent job emails")).to_be_visible()
    assert sideways(page) == 0

    page.get_by_label("Note", exact=True).fill("Strong on high-voltage isolation.")
    page.get_by_role("button", name="Write note").click()
    expect(page.locator("#timeline")).to_contain_text("Strong on high-voltage isolation.")
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    assert Note.objects.get().text == "Strong on high-voltage isolation."

    page.locator("summary", has_text="More about this person").click()
    page.get_by_role("link", name="Record an objection").click()
    assert sideways(page) == 0
    page.get_by_role("button", name="Record the objection").click()
    expect(page.get_by_role("heading", name="No job emails")).to_be_visible()
    expect(page.get_by_text("They objected to job emails")).to_be_visible()
    assert not Candidate.objects.contactable().filter(pk=candidate.pk).exists()


def test_the_timeline_is_filtered_by_keyboard_alone(staff_page: Page, live_server):
    candidate = CandidateFactory()
    for group in ("mail", "consent"):
        ActivityFactory(candidate=candidate, group=group, text=f"It was {group}.")
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")

    staff_page.get_by_role("link", name="Consent").focus()
    staff_page.keyboard.press("Enter")

    expect(staff_page.locator("#timeline")).to_contain_text("It was consent.")
    expect(staff_page.locator("#timeline")).not_to_contain_text("It was mail.")


def test_an_empty_note_says_so_in_place(staff_page: Page, console_guard, live_server):
    console_guard.allow("status of 422")
    candidate = CandidateFactory()
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")

    staff_page.get_by_label("Note", exact=True).fill("   ")
    staff_page.get_by_role("button", name="Write note").click()

    expect(staff_page.get_by_role("alert")).to_contain_text("There is a problem")
    assert Note.objects.count() == 0


def test_a_conflict_is_shown_and_settled(staff_page: Page, console_guard, live_server, recruiter):
    console_guard.allow("status of 422")
    candidate = CandidateFactory(city="Bristol")
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}/edit")
    change_candidate(candidate, by=recruiter, version=1, city="Exeter")

    staff_page.get_by_label("City").fill("Bath")
    staff_page.locator("#details").get_by_role("button", name="Save").click()
    expect(staff_page.get_by_text(f"Saved meanwhile by {recruiter.name} on")).to_be_visible()
    expect(staff_page.get_by_role("radio", name="Stored now: Exeter")).to_be_visible()
    expect(staff_page.get_by_role("radio", name="You typed: Bath")).to_be_checked()
    staff_page.get_by_role("button", name="Save the choice").click()

    staff_page.wait_for_url(f"**/people/{candidate.public_id}")
    candidate.refresh_from_db()
    assert candidate.city == "Bath"


def test_without_javascript_a_note_is_written_all_the_same(browser, live_server, recruiter):
    from tests.conftest import sign_in_browser

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    candidate = CandidateFactory()
    page.goto(f"{live_server.url}/people/{candidate.public_id}")

    page.get_by_label("Note", exact=True).fill("Plain and simple.")
    page.get_by_role("button", name="Write note").click()

    expect(page.locator("#timeline")).to_contain_text("Plain and simple.")
    context.close()

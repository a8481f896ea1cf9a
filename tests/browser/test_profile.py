"""A recruiter on the page of one person: tags, notes, follow-ups, facts changed in place."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from candidates.actions.notes import write_note
from candidates.models import Candidate
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import (
    ActivityFactory,
    CandidateFactory,
    CandidateTagFactory,
    FollowUpFactory,
    TagFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_tagging_by_keyboard_and_taking_it_back(staff_page: Page, live_server):
    TagFactory(name="Would relocate")
    candidate = CandidateFactory()
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
    panel = staff_page.locator("#tags")

    panel.get_by_label("Add a tag").fill("would relocate")
    staff_page.keyboard.press("Enter")
    expect(panel.get_by_role("listitem").locator("bdi")).to_have_text(["Would relocate"])
    expect(panel.get_by_label("Add a tag")).to_be_focused()
    staff_page.keyboard.type("Night shifts")
    staff_page.keyboard.press("Enter")
    expect(panel.get_by_role("listitem")).to_have_count(2)

    panel.get_by_role("button", name="Remove the tag Night shifts").click()
    expect(panel).to_contain_text("The tag “Night shifts” is removed.")
    expect(staff_page.locator("#announcer")).to_have_text("The tag “Night shifts” is removed.")
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("listitem")).to_have_count(2)
    assert sorted(candidate.tags.values_list("tag__name", flat=True)) == [
        "Night shifts",
        "Would relocate",
    ]


def test_a_fact_is_changed_where_it_stands(staff_page: Page, live_server):
    candidate = CandidateFactory(city="Bristol")
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
    place = staff_page.locator("#fact-place")

    place.get_by_role("link", name="Change: Place").click()
    expect(place.get_by_label("City")).to_be_focused()
    place.get_by_role("link", name="Cancel").click()
    expect(place.get_by_role("link", name="Change: Place")).to_be_focused()
    staff_page.keyboard.press("Enter")
    place.get_by_label("City").fill("Bath")
    staff_page.keyboard.press("Enter")

    expect(place).to_contain_text("Bath, United Kingdom")
    expect(place.get_by_role("link", name="Change: Place")).to_be_focused()
    candidate.refresh_from_db()
    assert candidate.city == "Bath"


def test_two_browsers_change_one_fact(
    staff_page: Page, browser, console_guard, live_server, recruiter
):
    console_guard.allow("status of 422")
    candidate = CandidateFactory(city="Bristol")
    address = f"{live_server.url}/people/{candidate.public_id}"
    context = browser.new_context()
    other = context.new_page()
    sign_in_browser(other, live_server.url, recruiter)
    for page in (staff_page, other):
        page.goto(address)
        page.get_by_role("link", name="Change: Place").click()
        expect(page.get_by_label("City")).to_be_focused()

    other.get_by_label("City").fill("Exeter")
    other.keyboard.press("Enter")
    expect(other.locator("#fact-place")).to_contain_text("Exeter, United Kingdom")
    staff_page.get_by_label("City").fill("Bath")
    staff_page.keyboard.press("Enter")

    place = staff_page.locator("#fact-place")
    expect(place.get_by_role("alert")).to_contain_text(f"Saved meanwhile by {recruiter.name} on")
    expect(place.get_by_role("radio", name="You typed: Bath")).to_be_checked()
    expect(place.get_by_role("radio", name="Before both: Bristol")).to_be_visible()
    place.get_by_role("radio", name="Stored now: Exeter").check()
    place.get_by_role("button", name="Save the choice").click()
    expect(place).to_contain_text("Exeter, United Kingdom")
    context.close()


def test_planning_and_finishing_a_follow_up(staff_page: Page, live_server, recruiter):
    candidate = CandidateFactory(name="Rosa Osei")
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
    panel = staff_page.locator("#follow-ups")

    staff_page.keyboard.press("s")
    expect(panel.get_by_label("On which day")).to_be_focused()
    panel.get_by_label("On which day").fill(f"{timezone.localdate():%Y-%m-%d}")
    panel.get_by_label("What for").fill("Ask about nights")
    panel.get_by_role("button", name="Remind me").click()
    expect(panel.get_by_role("listitem")).to_contain_text("Ask about nights")

    staff_page.goto(f"{live_server.url}/today")
    row = staff_page.locator("#follow-ups").get_by_role("listitem")
    expect(row).to_contain_text("Rosa Osei")
    row.get_by_role("button", name="Tomorrow").click()
    expect(staff_page.locator("#messages")).to_contain_text("Rosa Osei: moved to")

    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
    staff_page.keyboard.press("e")
    expect(panel).to_contain_text("Followed up.")
    panel.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("listitem")).to_contain_text("Ask about nights")


def test_a_hint_comes_while_one_writes_and_blocks_nothing(staff_page: Page, live_server):
    candidate = CandidateFactory()
    staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
    timeline = staff_page.locator("#timeline")

    staff_page.keyboard.press("n")
    staff_page.keyboard.type("Often sick, but strong on cables.")
    expect(timeline.locator("form .note-hints")).to_contain_text("“sick” is about health.")
    timeline.get_by_role("button", name="Write note").click()
    item = timeline.get_by_role("listitem").filter(has_text="strong on cables")
    expect(item).to_contain_text("“sick” is about health.")

    item.get_by_role("button", name="Delete").click()
    expect(timeline).to_contain_text("Wrote a note that was deleted since.")
    timeline.get_by_role("button", name="Undo").click()
    expect(timeline).to_contain_text("strong on cables")


def test_older_lines_are_loaded_below_and_without_javascript_on_a_page(
    staff_page: Page, browser, live_server, recruiter
):
    candidate = CandidateFactory()
    start = timezone.now() - timedelta(days=200)
    for number in range(120):
        ActivityFactory(
            candidate=candidate, at=start + timedelta(days=number), text=f"It was line {number}."
        )
    address = f"{live_server.url}/people/{candidate.public_id}"
    lines = "#timeline .timeline-item"

    staff_page.goto(address)
    expect(staff_page.locator(lines)).to_have_count(30)
    staff_page.get_by_role("link", name="Load older").click()
    expect(staff_page.locator(lines)).to_have_count(60)
    expect(staff_page.locator(lines).last).to_contain_text("It was line 60.")

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    page.goto(address)
    page.get_by_role("link", name="Load older").click()
    expect(page.locator(lines)).to_have_count(30)
    expect(page.locator(lines).first).to_contain_text("It was line 89.")
    page.get_by_role("link", name="Back to the newest").click()
    expect(page.locator(lines).first).to_contain_text("It was line 119.")
    context.close()


def test_with_shortcuts_off_no_key_does_anything(page: Page, live_server):
    sign_in_browser(page, live_server.url, UserFactory(shortcuts_enabled=False))
    page.goto(f"{live_server.url}/people/{CandidateFactory().public_id}")

    for key in "naes":
        page.keyboard.press(key)

    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert page.url.endswith(str(Candidate.objects.get().public_id))


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_accessible_and_fits_whoever_it_is_about(
    staff_page: Page, live_server, recruiter, colours, width
):
    """Long names, somebody of whom nothing is known, and a fact that is being changed."""
    staff_page.set_viewport_size({"width": width, "height": 800})
    staff_page.emulate_media(color_scheme=colours)
    everything = CandidateFactory(
        name="Dr Ana Maria de los Angeles Ruiz-Cortes y Pena " * 3, headline="x" * 150
    )
    write_note(everything, "Married, and often sick. " + "y" * 200, by=recruiter)
    CandidateTagFactory(candidate=everything, tag__name="z" * 60)
    FollowUpFactory(candidate=everything, owner=recruiter, text="w" * 200)
    nothing = CandidateFactory(
        name="李", call_name="", city="", country="", time_zone="", language="", source="",
        without_email=True, without_consent=True,
    )  # fmt: skip

    for candidate in (everything, nothing):
        staff_page.goto(f"{live_server.url}/people/{candidate.public_id}")
        staff_page.wait_for_load_state("networkidle")
        staff_page.get_by_role("link", name="Change: Name").click()
        expect(staff_page.get_by_label("Name", exact=True)).to_be_focused()
        assert violations(staff_page) == []
        assert (
            staff_page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            == 0
        )

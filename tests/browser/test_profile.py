"""A recruiter on the page of one person: tags, notes, follow-ups, facts changed in place."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.candidates import CandidateFactory, TagFactory

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

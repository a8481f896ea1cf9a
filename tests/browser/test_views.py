"""Lists of people under a name: kept, shared, renamed, changed, deleted, and who is new in them."""

import pytest
from playwright.sync_api import expect

from candidates.models import SavedView
from tests.browser.axe import violations
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_life_of_a_view(recruiters_way):
    way, page = recruiters_way, recruiters_way.page
    CandidateFactory(country="PT")
    CandidateFactory(country="FR")
    way.open("/people?country=PT")

    way.press(page.locator("summary", has_text="Save this list"))
    way.write(page.get_by_label("Name of the view"), "In Portugal")
    if way.scripts:
        assert violations(page) == []
    way.press(page.get_by_role("button", name="Save", exact=True))
    chip = page.get_by_role("navigation", name="Saved views").get_by_role(
        "link", name="In Portugal"
    )
    expect(chip).to_have_attribute("aria-current", "true")
    expect(page.locator("#messages")).to_contain_text("“In Portugal” is saved.")
    page.wait_for_load_state("networkidle")  # what is in it now counts as seen

    CandidateFactory.create_batch(2, country="PT")
    way.open("/people/views")
    expect(page.locator("li.row-item", has_text="In Portugal")).to_contain_text("2 new")
    way.press(page.get_by_role("main").get_by_role("link", name="In Portugal", exact=True))
    expect(page.get_by_text("2 new since your last visit")).to_be_visible()
    if not way.scripts:
        way.press(page.get_by_role("button", name="Mark as seen"))
    page.wait_for_load_state("networkidle")
    page.goto(page.url)
    expect(page.get_by_text("since your last visit")).to_have_count(0)

    way.narrow("May be sent")
    expect(page.get_by_text("Edited", exact=True)).to_be_visible()
    way.press(page.get_by_role("button", name="Save the change in In Portugal"))
    expect(page.locator("#messages")).to_contain_text("“In Portugal” asks this from now on.")
    expect(page.get_by_text("Edited", exact=True)).to_have_count(0)
    assert SavedView.objects.get().query == "emails=yes&country=PT"

    way.press(page.get_by_role("link", name="Saved views", exact=True))
    way.press(page.get_by_role("link", name="Change In Portugal"))
    way.write(page.get_by_label("Name", exact=True), "Iberia")
    way.tick(page.get_by_label("All recruiters see it"))
    way.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("listitem").filter(has_text="Iberia")).to_contain_text("yours, shared")
    view = SavedView.objects.get()
    assert (view.name, view.is_shared) == ("Iberia", True)

    way.press(page.get_by_role("link", name="Change Iberia"))
    way.press(page.get_by_role("button", name="Delete the view"))
    expect(page.get_by_text("No saved views yet")).to_be_visible()
    if way.scripts:
        assert violations(page) == []
    assert not SavedView.objects.exists()


def test_a_shared_view_is_read_by_colleagues_and_changed_by_its_owner_alone(way, recruiter):
    way.sign_in(UserFactory(name="Jonas"))
    CandidateFactory(name="Ana Pinto", country="PT")
    SavedView.objects.create(
        name="In Portugal", query="country=PT", owner=recruiter, is_shared=True
    )
    SavedView.objects.create(name="Only Rowan", query="country=PT", owner=recruiter)
    way.open("/people/views")

    row = way.page.get_by_role("listitem").filter(has_text="In Portugal")
    expect(row).to_contain_text("shared by Rowan Ashdown")
    expect(way.page.get_by_role("link", name="Change In Portugal")).to_have_count(0)
    expect(way.page.get_by_role("main")).not_to_contain_text("Only Rowan")
    way.press(way.page.get_by_role("main").get_by_role("link", name="In Portugal", exact=True))
    expect(way.page.locator("#found tbody [data-row-link]")).to_have_text(["Ana Pinto"])


def test_a_name_that_is_taken_keeps_what_was_typed(recruiters_way, recruiter):
    way = recruiters_way
    way.guard.allow("status of 422")
    SavedView.objects.create(name="In Portugal", query="country=PT", owner=recruiter)
    CandidateFactory(country="FR")
    way.open("/people?country=FR")

    way.press(way.page.locator("summary", has_text="Save this list"))
    way.write(way.page.get_by_label("Name of the view"), "In Portugal")
    way.press(way.page.get_by_role("button", name="Save", exact=True))

    expect(way.page.get_by_text("You have a view of that name already.").first).to_be_visible()
    expect(way.page.get_by_label("Name", exact=True)).to_have_value("In Portugal")
    if way.scripts:
        assert violations(way.page) == []
    way.write(way.page.get_by_label("Name", exact=True), "In France")
    way.press(way.page.get_by_role("button", name="Save the view"))
    expect(way.page.locator("#messages")).to_contain_text("“In France” is saved.")
    assert SavedView.objects.get(name="In France").query == "country=FR"

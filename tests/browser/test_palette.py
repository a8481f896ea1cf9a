"""Going to a person, a job or a page by typing: the dialog, and the page that does the same."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.applications import ApplicationFactory, HiringTeamMemberFactory, JobFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def options(page):
    return page.get_by_role("dialog").get_by_role("option")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_keyboard_from_the_key_to_the_page(staff_page, live_server, scheme):
    staff_page.emulate_media(color_scheme=scheme)
    rosa = CandidateFactory(name="Rosa Osei")
    JobFactory(title="Rosa garden keeper")
    staff_page.goto(live_server.url + "/today")
    staff_page.get_by_role("link", name="Skip to content").focus()

    staff_page.keyboard.press("ControlOrMeta+k")
    dialog = staff_page.get_by_role("dialog", name="Go to")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("combobox")).to_be_focused()
    staff_page.keyboard.type("rosa")
    expect(options(staff_page).locator("bdi")).to_have_text(["Rosa Osei", "Rosa garden keeper"])
    expect(options(staff_page).nth(0)).to_have_attribute("aria-selected", "true")
    assert violations(staff_page) == []

    staff_page.keyboard.press("ArrowDown")
    expect(options(staff_page).nth(1)).to_have_attribute("aria-selected", "true")
    staff_page.keyboard.press("ArrowDown")
    expect(options(staff_page).nth(0)).to_have_attribute("aria-selected", "true")
    staff_page.keyboard.press("Enter")
    staff_page.wait_for_url(f"**/people/{rosa.public_id}")

    staff_page.keyboard.press("ControlOrMeta+k")
    expect(dialog.get_by_role("group", name="Used last")).to_contain_text("Rosa Osei")


def test_escape_closes_it_and_the_focus_goes_back(staff_page, live_server):
    staff_page.goto(live_server.url + "/today")
    opener = staff_page.get_by_role("link", name="Go to …")

    opener.focus()
    staff_page.keyboard.press("Enter")
    expect(staff_page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    staff_page.keyboard.press("Escape")

    expect(staff_page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    assert staff_page.url.endswith("/today")


def test_by_pointer(staff_page, live_server):
    job = JobFactory(title="Cable Technician")
    staff_page.goto(live_server.url + "/today")

    staff_page.get_by_role("link", name="Go to …").click()
    staff_page.get_by_role("dialog").get_by_role("combobox").fill("cable")
    options(staff_page).filter(has_text="Cable Technician").click()

    staff_page.wait_for_url(f"**/jobs/{job.public_id}")


def test_a_hiring_manager_finds_nobody_of_other_jobs(page, live_server, hiring_manager):
    own = ApplicationFactory(candidate__name="Rosa Osei")
    HiringTeamMemberFactory(job=own.job, user=hiring_manager)
    ApplicationFactory(candidate__name="Rosa Foreign", job__title="Rosa elsewhere")
    sign_in_browser(page, live_server.url, hiring_manager)
    page.goto(live_server.url + "/today")

    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("rosa foreign")
    expect(page.get_by_role("dialog")).to_contain_text("Nothing here is called that.")
    page.get_by_role("dialog").get_by_role("combobox").fill("rosa")
    expect(options(page).locator("bdi")).to_have_text(["Rosa Osei"])
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/applications/{own.public_id}")


def test_without_javascript_it_is_a_page(recruiters_way):
    way = recruiters_way
    if way.scripts:
        pytest.skip("the dialog has tests of its own")
    rosa = CandidateFactory(name="Rosa Osei")
    way.open("/today")

    way.press(way.page.get_by_role("link", name="Go to …"))
    way.write(way.page.locator("#palette-page-q"), "rosa")
    way.press(way.page.get_by_role("main").get_by_role("button", name="Find"))
    way.press(way.page.get_by_role("main").get_by_role("link", name="Rosa Osei"))

    assert way.page.url.endswith(f"/people/{rosa.public_id}")

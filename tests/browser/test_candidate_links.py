"""A mail scanner with a whole browser opens every link of our emails: nothing changes (C-T1, C-02).

It runs scripts, follows redirects, waits, hovers and scrolls; it presses nothing.
"""

import pytest

from candidates.clocks import clock_of
from engagement.links import Purpose
from tests.engagement.candidate_pages.links import all_links, checksum
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.factories.privacy import ending_in


@pytest.fixture
def person(live_server):
    OrganisationFactory()
    JobFactory(family="Electrical").offices.add(OfficeFactory())
    return ending_in(30)


def test_a_browser_that_opens_every_link_changes_nothing(page, live_server, person):
    addresses = all_links(person)
    before, ends = checksum(), clock_of(person).pool_ends

    for address in addresses.values():
        page.goto(live_server.url + address, wait_until="networkidle")
        for control in page.locator("main a, main button, main label").all():
            if control.is_visible():
                control.hover()
        page.mouse.wheel(0, 4000)
        page.keyboard.press("Tab")
        page.goto(f"{live_server.url}{address}#keep", wait_until="networkidle")
        page.reload(wait_until="networkidle")

    assert checksum() == before
    assert clock_of(person).pool_ends == ends


def test_one_press_keeps_and_one_more_takes_it_back(page, live_server, person):
    ends = clock_of(person).pool_ends
    page.goto(live_server.url + all_links(person)[Purpose.EXTENSION])
    keep = page.get_by_role("button", name="Keep my details for 12 more months")
    boxes = [keep.bounding_box(), page.get_by_role("button", name="Delete").bounding_box()]
    assert [boxes[0][side] for side in ("width", "height")] == [
        boxes[1][side] for side in ("width", "height")
    ]

    keep.click()
    page.get_by_role("heading", name="We keep your details until").wait_for()
    assert clock_of(person).pool_ends != ends
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="We took that back").wait_for()

    assert clock_of(person).pool_ends == ends


def test_the_page_works_without_javascript_on_a_small_phone(browser, live_server, person):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(live_server.url + all_links(person)[Purpose.EXTENSION])

    page.get_by_role("button", name="Delete my details").click()

    page.get_by_role("heading", name="We delete your details on").wait_for()
    context.close()

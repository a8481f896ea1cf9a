"""One thing for all that a search finds, by the keyboard alone: done, watched and undone."""

import re

import pytest

from candidates import work as runner
from candidates.models import Candidate, CandidateTag, Work
from tests.browser.axe import violations
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page, locator, key="Enter"):
    locator.focus()
    page.keyboard.press(key)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_that_a_search_finds_are_tagged_by_keyboard_and_it_is_undone(
    staff_page, console_guard, live_server, scheme
):
    page = staff_page
    page.emulate_media(color_scheme=scheme)
    console_guard.allow("status of 422")  # a number that is not theirs
    CandidateFactory.create_batch(60, country="PL")
    CandidateFactory.create_batch(5, country="GB")

    page.goto(f"{live_server.url}/people?country=PL")
    press(page, page.get_by_label("All 60"), "Space")
    press(page, page.get_by_role("button", name="Do something with them"))
    page.wait_for_url("**/people/bulk/*")
    assert page.get_by_role("heading", level=1).inner_text() == "What shall be done with 60 people?"
    assert violations(page) == []

    press(page, page.get_by_role("link", name="Give a tag"))
    page.get_by_label("Tag").focus()
    page.keyboard.type("Night shifts")
    page.keyboard.press("Enter")
    page.get_by_label("Type the number of people, 60, to confirm").focus()
    assert "60 will get the new tag “Night shifts”" in page.locator("main").inner_text()
    assert violations(page) == []
    page.keyboard.type("61")
    page.keyboard.press("Enter")
    page.get_by_text("That is not the number of people who are chosen: 60.").first.wait_for()
    assert not CandidateTag.objects.exists()
    page.get_by_label("Type the number of people, 60, to confirm").fill("60")
    page.keyboard.press("Enter")

    page.wait_for_url("**/tasks/*")
    page.get_by_role("link", name="1 task running").wait_for()
    assert page.get_by_role("progressbar").get_attribute("max") == "60"
    assert violations(page) == []
    runner.work_on(Work.objects.get().pk)
    page.get_by_role("heading", name="Person by person").wait_for()  # the page looks by itself
    assert violations(page) == []
    tagged = Candidate.objects.filter(tags__tag__name="Night shifts")
    assert set(tagged.values_list("country", flat=True)) == {"PL"}
    assert tagged.count() == 60

    press(page, page.get_by_role("button", name="Undo all of it"))
    page.get_by_text("Taking it back").wait_for()
    runner.work_on(Work.objects.get().pk)
    page.get_by_text("All 60 are as they were before.").wait_for()
    assert not CandidateTag.objects.exists()


def test_ticked_boxes_are_counted_and_fit_a_small_phone(staff_page, live_server):
    page = staff_page
    page.set_viewport_size({"width": 320, "height": 700})
    CandidateFactory.create_batch(3)

    page.goto(f"{live_server.url}/people")
    page.get_by_label("All on this page").check()
    page.get_by_label(re.compile("^Choose ")).first.uncheck()
    assert page.locator("[data-chosen-count=people]").inner_text() == "2"
    page.get_by_role("button", name="Do something with them").click()
    page.get_by_role("link", name="Say who looks after them").click()
    page.get_by_label("Looked after by").select_option("Nobody")
    page.get_by_role("button", name="Show what would happen").click()

    assert "2 stay as they are: that is so already" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 320

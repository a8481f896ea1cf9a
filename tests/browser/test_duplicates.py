"""Two records become one in a browser, and two again; by keyboard, on a desktop and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from candidates.models import Candidate, DuplicateSuggestion, Merge
from tests.browser.axe import violations
from tests.browser.test_people import PHONE, sideways
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, DuplicateSuggestionFactory, PhoneFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(db):
    one = CandidateFactory(name="Li Wen", headline="Analyst of tides", city="Kingston")
    other = CandidateFactory(name="Wen Li", headline="Data analyst", city="Toronto")
    for person in (one, other):
        PhoneFactory(candidate=person, number="07700 900123")
    ApplicationFactory(candidate=other)
    return DuplicateSuggestionFactory(one=one, other=other)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_merge_and_undo(staff_page: Page, live_server, pair, phone):
    page = staff_page
    if phone:
        page.set_viewport_size(PHONE)

    page.goto(f"{live_server.url}/people")
    page.get_by_role("link", name="Possible duplicates (1)").click()
    assert sideways(page) == 0
    page.get_by_role("link", name="Li Wen and Wen Li").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One person or two?")
    expect(page.get_by_text("The same phone number")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_label("Data analyst: Headline of the right record").check()
    page.get_by_role("button", name="Make them one person").click()

    expect(page.get_by_text("One person now")).to_be_visible()
    expect(page.get_by_text("Data analyst").first).to_be_visible()
    assert sideways(page) == 0
    assert Candidate.objects.live().count() == 1
    merge = Merge.objects.get()
    page.goto(f"{live_server.url}/people/{merge.merged.public_id}")
    expect(page).to_have_url(f"{live_server.url}/people/{merge.survivor.public_id}")

    page.get_by_role("button", name="Undo the merge").first.click()
    expect(page.get_by_text("Two records again: ")).to_be_visible()
    assert Candidate.objects.live().count() == 2
    assert DuplicateSuggestion.objects.get().state == "open"


def test_a_pair_is_settled_by_keyboard_alone(staff_page: Page, live_server, pair):
    page = staff_page
    page.goto(f"{live_server.url}/people/duplicates")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One person or two?")
    page.get_by_label("Why are they two people?").focus()
    page.keyboard.type("Two cousins of one name.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Two people. This pair does not return.")).to_be_visible()
    assert DuplicateSuggestion.objects.get().why_not == "Two cousins of one name."


def test_somebody_alike_is_asked_about_while_adding(staff_page: Page, live_server, console_guard):
    console_guard.allow("status of 422")  # the question is an answer to the form
    page = staff_page
    CandidateFactory(name="Rósa Osei", city="Bristol")
    page.goto(f"{live_server.url}/people/new")
    page.get_by_label("Name", exact=True).fill("Rosa Osei")
    page.get_by_label("City").fill("Bristol")
    page.get_by_label("Source").fill("fair")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    page.get_by_role("button", name="None of these: add a new person").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Rosa Osei")
    assert Candidate.objects.live().count() == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["queue", "dismissed", "pair", "records"])
def test_nothing_stands_in_the_way(staff_page: Page, live_server, pair, scheme, which):
    page = staff_page
    page.emulate_media(color_scheme=scheme)
    DuplicateSuggestionFactory(dismissed=True)
    path = {
        "queue": "/people/duplicates",
        "dismissed": "/people/duplicates?show=dismissed",
        "pair": f"/people/duplicates/{pair.public_id}",
        "records": f"/people/{pair.one.public_id}/records",
    }[which]

    page.goto(f"{live_server.url}{path}")

    assert violations(page) == []

"""Finding people in the list: words, filters, orders, pages, and what stands there for nobody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from candidates.models import Candidate
from tests.browser.axe import violations
from tests.browser.conftest import Way
from tests.factories.candidates import CandidateFactory, NoteFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def names(way: Way, *expected: str) -> None:
    expect(way.page.locator("#found tbody [data-row-link]")).to_have_text(list(expected))


def anybody(way: Way, *expected: str) -> None:
    """The same in any order: words are ranked."""
    rows = way.page.locator("#found tbody [data-row-link]")
    expect(rows).to_have_count(len(expected))
    assert sorted(rows.all_inner_texts()) == sorted(expected)


def find(way: Way, words: str) -> None:
    """Type words and press the key or the button that looks for them."""
    way.write(way.page.get_by_label("Name, words or email address"), words)
    if way.hands == "keyboard":
        way.page.keyboard.press("Enter")  # in the field
    else:
        way.press(way.page.get_by_role("button", name="Find"))


def test_words_filters_order_and_the_way_back(recruiters_way):
    way = recruiters_way
    ann = CandidateFactory(name="Ann Shore")
    NoteFactory(candidate=ann, text="Did high voltage isolation for six years.")
    ben = CandidateFactory(name="Ben Marine", unsubscribed=True)
    NoteFactory(candidate=ben, text="Likes high voltage, and talks of marine cables.")
    cleo = CandidateFactory(name="Cleo Field", unsubscribed=True)
    NoteFactory(candidate=cleo, text="Isolation of high-voltage lines.")
    NoteFactory(candidate=CandidateFactory(name="Dan Low"), text="A high wall, low voltage.")
    Candidate.objects.filter(pk=cleo.pk).update(created_at=timezone.now() - timedelta(days=3))
    way.open("/people")

    find(way, '"high voltage" -marine')
    anybody(way, "Ann Shore", "Cleo Field")
    expect(way.page.get_by_label("Sort by")).to_have_value("")  # the best fit, unless asked
    expect(way.page.locator(".snippet mark").first).to_have_text(re.compile("high", re.IGNORECASE))
    expect(way.page.locator(".snippet", has_text="six years")).to_contain_text("Note by")

    way.narrow("May not be sent")
    names(way, "Cleo Field")
    assert "emails=no" in way.page.url
    way.page.go_back()
    anybody(way, "Ann Shore", "Cleo Field")

    way.page.get_by_label("Sort by").select_option("Newest first")
    if not way.scripts:
        way.press(way.page.get_by_role("button", name="Sort", exact=True))
    names(way, "Ann Shore", "Cleo Field")
    expect(way.page.get_by_role("columnheader", name="Added")).to_be_visible()
    assert "sort=newest" in way.page.url

    if not way.scripts:
        way.press(way.page.locator("summary", has_text="Filters"))
    way.press(way.page.get_by_role("link", name="Clear all"))
    expect(way.page.locator("[data-found-count]")).to_have_text("4")
    expect(way.page.get_by_label("Name, words or email address")).to_have_value("")


def test_pages_follow_each_other_and_back(recruiters_way):
    way = recruiters_way
    now = timezone.now()
    for number in range(53):
        CandidateFactory(name=f"Guest {number:02}", last_contact_at=now - timedelta(days=number))
    way.open("/people")
    rows = way.page.locator("#found tbody [data-row-link]")
    expect(rows).to_have_count(50)

    way.press(way.page.get_by_role("link", name="Next"))
    names(way, "Guest 50", "Guest 51", "Guest 52")
    way.page.go_back()
    expect(rows).to_have_count(50)
    expect(rows.first).to_have_text("Guest 00")


def test_the_page_of_nobody_says_why_and_what_to_do(recruiters_way):
    way = recruiters_way
    way.open("/people")
    expect(way.page.get_by_text("Nobody is here yet")).to_be_visible()
    expect(way.page.get_by_role("link", name="Import a file")).to_be_visible()
    if way.scripts:
        assert violations(way.page) == []

    CandidateFactory(name="Ann Shore")
    find(way, "turbine -wind")
    expect(way.page.get_by_text("Nobody fits", exact=True)).to_be_visible()
    expect(way.page.get_by_role("link", name="Words: “turbine -wind”")).to_be_visible()
    if way.scripts:
        assert violations(way.page) == []
    way.press(way.page.get_by_role("link", name="Show everybody"))
    names(way, "Ann Shore")


def test_whoever_may_not_see_people_is_told_so(way, hiring_manager):
    way.guard.allow("status of 403")
    way.sign_in(hiring_manager)
    CandidateFactory(name="Ann Shore")

    way.open("/people?q=shore")

    expect(way.page.get_by_role("heading", level=1)).to_contain_text("not allowed")
    expect(way.page.locator("body")).not_to_contain_text("Ann Shore")
    way.press(way.page.get_by_role("link", name="Go to the start page"))
    way.page.wait_for_url("**/today")

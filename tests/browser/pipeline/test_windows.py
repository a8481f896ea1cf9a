"""The pipeline in narrow windows, with long names, with a letter, and without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Letter
from tests.browser.axe import violations
from tests.browser.pipeline.conftest import column, focused, opened, status
from tests.conftest import sign_in_browser
from tests.factories.applications import ApplicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Dr Ana Maria de los Angeles Ruiz-Cortes y Pena-Halloran-O'Neil-d'Arc"
ARABIC = "كريم حداد"

# ------------------------------------------------------------- narrow windows, long boards


def test_a_narrow_window_begins_with_the_table_that_does_all_the_same(
    staff_page, live_server, rosa
):
    page = staff_page
    page.set_viewport_size({"width": 320, "height": 700})
    opened(page, live_server, rosa.job)
    page.wait_for_url(re.compile("view=table"))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(page) == []

    page.get_by_role("button", name="Move to… Rosa Osei").click()
    page.get_by_role("button", name="Offer", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Rosa Osei"))).to_contain_text("Offer")
    expect(status(page)).to_contain_text("Rosa Osei moved from Received to Offer.")
    assert focused(page) == f"move-{rosa.public_id}"
    page.get_by_role("button", name="Undo the move of Rosa Osei").click()
    expect(page.get_by_role("row", name=re.compile("Rosa Osei"))).to_contain_text("Received")
    assert focused(page) == f"move-{rosa.public_id}"
    page.get_by_label("Choose Ben Adeyemi").check()
    expect(page.locator("#many")).to_be_visible()
    page.get_by_role("button", name="Board").click()
    expect(column(page, "Received")).to_be_visible()
    assert "view=board" in page.url


def test_the_head_of_a_column_never_covers_the_card_that_has_the_focus(
    staff_page, live_server, rosa
):
    for number in range(200):
        ApplicationFactory(job=rosa.job, candidate__name=f"Person {number}")
    page = opened(staff_page, live_server, rosa.job)
    page.get_by_role("link", name=re.compile("Show more: 173 of Received are left")).click()
    expect(page.locator("[data-stage]").first.locator("[data-card]")).to_have_count(60)
    assert page.evaluate("document.activeElement.closest('[data-card]') !== null")

    covered = page.evaluate(
        """() => {
        const links = [...document.querySelectorAll("[data-stage]")][0].querySelectorAll("a");
        const head = document.querySelector(".board-column-head");
        const hidden = [];
        for (const link of [...links, ...[...links].reverse()]) {
            link.focus();
            const seen = link.getBoundingClientRect(), top = head.getBoundingClientRect().bottom;
            const box = document.querySelector(".board").getBoundingClientRect();
            if (seen.top < top - 1 || seen.bottom > box.bottom + 1) hidden.push(link.textContent);
        }
        return hidden; }"""
    )

    assert covered == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_and_right_to_left_names_and_empty_columns_are_accessible(
    staff_page, live_server, rosa, scheme
):
    late = timezone.now().date() - timedelta(days=9)
    ApplicationFactory(job=rosa.job, candidate__name=LONG, hear_by=late)
    ApplicationFactory(job=rosa.job, candidate__name=ARABIC, hear_by=None)
    page = staff_page
    page.emulate_media(color_scheme=scheme)
    opened(page, live_server, rosa.job)

    expect(page.get_by_role("heading", name="Received, 5 people, 1 late")).to_be_visible()
    expect(column(page, "Offer")).to_contain_text("Nobody here.")
    assert violations(page) == []
    assert page.evaluate(
        "[...document.querySelectorAll('.board-card')].every(c => c.scrollWidth <= c.clientWidth)"
    )
    sizes = page.evaluate(
        """[...document.querySelectorAll('.board-card button, .board-card input')]
        .map(e => e.getBoundingClientRect()).every(r => r.width >= 24 && r.height >= 24)"""
    )
    assert sizes


# ------------------------------------------------------------------------------ answered


def test_somebody_is_answered_with_a_letter_that_can_still_be_cancelled(board, rosa):
    page = board
    page.get_by_role("button", name="Move to… Rosa Osei").click()
    page.get_by_role("dialog").get_by_role("link", name="Reject…").click()

    page.get_by_label("Reason").select_option("A must-have skill is missing")
    page.get_by_label("Keep in mind").check()
    page.get_by_label("For which kinds of work").fill("Electrical")
    page.get_by_role("button", name="Write the letter anew").click()
    letter = page.get_by_label("Letter", exact=True).input_value()
    assert letter.startswith("Hello Rosa,")
    assert "the work needs a skill that we did not find" in letter
    assert "We keep you in mind for Electrical jobs until" in letter
    assert page.get_by_label("Keep in mind").is_checked()
    assert violations(page) == []

    page.get_by_role("button", name="Close the application").click()
    expect(page.get_by_text("The letter waits until")).to_be_visible()
    expect(page.get_by_text("there (Pacific/Auckland)")).to_have_count(0)
    expect(page.locator("#letters")).to_contain_text("(Pacific/Auckland) where they are")

    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#letters")).to_contain_text("Cancelled")
    rosa.refresh_from_db()
    assert (rosa.is_open, Letter.objects.waiting().count()) == (True, 0)


# ---------------------------------------------------------------------- without JavaScript


def test_the_pipeline_works_without_javascript(browser, live_server, rosa, recruiter):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    opened(page, live_server, rosa.job)

    page.get_by_role("button", name="Move to… Rosa Osei").click()
    page.get_by_role("button", name="Offer", exact=True).click()
    expect(status(page)).to_contain_text("Rosa Osei moved from Received to Offer.")
    page.get_by_role("button", name="Undo the move of Rosa Osei").click()
    expect(status(page)).to_contain_text("Rosa Osei is back in Received.")

    page.get_by_label("Choose Rosa Osei").check()
    page.get_by_label("Choose Ben Adeyemi").check()
    page.get_by_label("Move those chosen to").select_option("Review")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(status(page)).to_contain_text("2 people moved to Review.")
    page.get_by_role("button", name="Undo all of it").click()
    expect(status(page)).to_contain_text("2 people back where they were.")
    context.close()

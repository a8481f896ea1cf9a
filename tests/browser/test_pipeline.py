"""The pipeline in a browser: moved by keyboard and by pointer without a drag, undone, answered."""

import re

import pytest
from playwright.sync_api import expect

from applications.actions.jobs import add_standard_stages
from applications.models import Letter
from tests.browser.axe import violations
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rosa():
    OrganisationFactory()
    job = JobFactory(title="Marine Electrician")
    add_standard_stages(job)
    ApplicationFactory(job=job, candidate__name="Ben Adeyemi")
    return ApplicationFactory(
        job=job,
        candidate__name="Rosa Osei",
        candidate__call_name="Rosa",
        candidate__time_zone="Pacific/Auckland",
    )


def column(page, name):
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_a_card_is_moved_by_keyboard_and_the_focus_stays_with_it(staff_page, live_server, rosa):
    page = staff_page
    page.goto(f"{live_server.url}/jobs/{rosa.job.public_id}/pipeline")

    page.get_by_label("Move Rosa Osei to").focus()
    page.keyboard.press("I")  # Interview
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(
        column(page, "Interview").get_by_role("link", name="Rosa Osei", exact=True)
    ).to_be_visible()
    status = page.locator("#board-status")
    expect(status).to_contain_text("Rosa Osei moved from Received to Interview.")
    assert status.get_attribute("role") == "status"
    assert focused(page) == f"move-{rosa.public_id}"
    assert page.evaluate(
        "!!document.activeElement.closest('section').textContent.match('Interview')"
    )
    assert violations(page) == []


def test_a_card_is_moved_by_pointer_alone_and_the_move_undone(staff_page, live_server, rosa):
    page = staff_page
    page.goto(f"{live_server.url}/jobs/{rosa.job.public_id}/pipeline")

    page.get_by_label("Move Rosa Osei to").select_option("Decision")
    page.get_by_role("button", name="Move Rosa Osei").click()
    expect(
        column(page, "Decision").get_by_role("link", name="Rosa Osei", exact=True)
    ).to_be_visible()
    page.get_by_role("button", name="Undo the move of Rosa Osei").click()

    expect(
        column(page, "Received").get_by_role("link", name="Rosa Osei", exact=True)
    ).to_be_visible()
    expect(page.locator("#board-status")).to_contain_text("Rosa Osei is back in Received.")
    page.wait_for_function("document.activeElement !== document.body")
    assert focused(page) != ""
    before = rosa.hear_by
    rosa.refresh_from_db()
    assert (rosa.stage.name, rosa.hear_by) == ("Received", before)


def test_somebody_is_answered_with_a_letter_that_can_still_be_cancelled(
    staff_page, live_server, rosa
):
    page = staff_page
    page.goto(f"{live_server.url}/jobs/{rosa.job.public_id}/pipeline")
    page.get_by_role("link", name="Reject… Rosa Osei").click()

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


def test_the_pipeline_works_without_javascript(browser, live_server, rosa, recruiter):
    from tests.conftest import sign_in_browser

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    page.goto(f"{live_server.url}/jobs/{rosa.job.public_id}/pipeline")

    page.get_by_label("Move Rosa Osei to").select_option("Offer")
    page.get_by_role("button", name="Move Rosa Osei").click()

    expect(page.locator("#board-status")).to_contain_text("Rosa Osei moved from Received to Offer.")
    page.get_by_role("button", name="Undo the move of Rosa Osei").click()
    expect(page.locator("#board-status")).to_contain_text("Rosa Osei is back in Received.")
    context.close()

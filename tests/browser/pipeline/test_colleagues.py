"""What colleagues do meanwhile, on the pipeline in two browsers."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from applications.actions.moves import move_to_stage
from tests.browser.pipeline.conftest import card, column, drag, focused, opened, place, status
from tests.conftest import sign_in_browser
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other(browser, live_server, rosa):
    """The browser of a colleague, on the same board."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    sign_in_browser(page, live_server.url, UserFactory(name="Tomas", roles=[Role.RECRUITER]))
    yield opened(page, live_server, rosa.job)
    context.close()


def test_of_two_browsers_the_second_sees_the_conflict_and_overwrites_nothing(board, other, rosa):
    drag(board, board.locator(f"#application-{rosa.public_id}"), column(board, "Interview"))
    expect(card(board, "Rosa Osei", "Interview")).to_be_visible()

    other.get_by_role("button", name="Move to… Rosa Osei").click()
    other.get_by_role("button", name="Offer", exact=True).click()

    expect(status(other)).to_contain_text(
        "Rowan Ashdown moved Rosa Osei to Interview meanwhile. Nothing was changed."
    )
    expect(card(other, "Rosa Osei", "Interview")).to_be_visible()
    assert (place(rosa), focused(other)) == ("Interview", f"move-{rosa.public_id}")


def test_what_others_do_is_told_and_shown_when_asked_for(staff_page, live_server, rosa):
    page = staff_page
    page.clock.install()
    opened(page, live_server, rosa.job)
    page.get_by_role("link", name="Rosa Osei", exact=True).focus()
    page.evaluate("window.scrollTo(0, 40)")
    zoe = rosa.job.applications.get(candidate__name="Zoe Late")
    move_to_stage(zoe, rosa.job.stages.get(name="Offer"), by=UserFactory(name="Tomas"))
    ApplicationFactory(job=rosa.job, candidate__name="Nobody Told")
    changes = page.locator("#board-changes")
    expect(changes.get_by_role("button")).to_have_count(0)
    before = page.evaluate("[document.activeElement.textContent, window.scrollY]")

    page.clock.run_for(10_500)

    expect(changes).to_have_text("1 change – refresh")
    assert changes.get_attribute("role") == "status"
    assert page.evaluate("[document.activeElement.textContent, window.scrollY]") == before
    expect(card(page, "Zoe Late", "Received")).to_be_visible()
    changes.get_by_role("button").click()
    expect(card(page, "Zoe Late", "Offer")).to_be_visible()
    expect(changes).to_have_text("")
    assert page.locator(".board-changed").count() == 1
    assert focused(page) == f"move-{zoe.public_id}"


def test_at_most_one_announcement_in_ten_seconds(staff_page, live_server, rosa):
    page = staff_page
    page.clock.install()
    opened(page, live_server, rosa.job)
    page.evaluate(
        """() => { window.told = 0; new MutationObserver(() => { window.told += 1; })
        .observe(document.getElementById("board-changes"),
                 { childList: true, characterData: true, subtree: true }); }"""
    )
    for name in ("Review", "Interview", "Offer"):
        move_to_stage(rosa, rosa.job.stages.get(name=name), by=UserFactory())
        page.clock.run_for(3_000)
    page.clock.run_for(1_500)

    expect(page.locator("#board-changes")).to_have_text("1 change – refresh")
    assert page.evaluate("window.told") == 1


def test_one_s_own_moves_are_no_news(staff_page, live_server, rosa):
    page = staff_page
    page.clock.install()
    opened(page, live_server, rosa.job)
    page.get_by_role("button", name="Move to… Rosa Osei").click()
    page.get_by_role("button", name="Offer", exact=True).click()
    expect(card(page, "Rosa Osei", "Offer")).to_be_visible()

    with page.expect_response(re.compile("/pipeline/changes")) as asked:
        page.clock.run_for(10_500)

    assert len(asked.value.json()["changes"]) == 1
    expect(page.locator("#board-changes")).to_have_text("")

"""One card or several, moved by dragging, by menu and by keys; the focus stays in sight."""

import re

import pytest
from playwright.sync_api import expect

from applications.actions.moves import set_board
from tests.browser.axe import violations
from tests.browser.pipeline.conftest import card, column, drag, focused, opened, place, status
from tests.factories.applications import ApplicationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# ------------------------------------------------------------------------------ one card


def test_a_card_is_dragged_and_the_focus_goes_with_it(board, rosa):
    item = board.locator(f"#application-{rosa.public_id}")
    drag(board, item, column(board, "Interview"))

    expect(card(board, "Rosa Osei", "Interview")).to_be_visible()
    expect(status(board)).to_contain_text("Rosa Osei moved from Received to Interview.")
    expect(status(board)).to_contain_text("Number 1 of 1 there.")
    expect(board.get_by_role("heading", name="Interview, 1 person")).to_be_visible()
    expect(board.get_by_role("heading", name="Received, 2 people")).to_be_visible()
    assert (place(rosa), focused(board)) == ("Interview", f"move-{rosa.public_id}")


def test_a_drag_that_ends_where_it_began_changes_nothing(board, rosa):
    item = board.locator(f"#application-{rosa.public_id}")
    drag(board, item, column(board, "Received"))

    expect(card(board, "Rosa Osei", "Received")).to_be_visible()
    assert (place(rosa), status(board).inner_text().strip()) == ("Received", "")


@pytest.mark.parametrize(
    ("target", "leads"),
    [("Drop here to reject", "/reject"), ("Drop here to hire", "#close")],
)
def test_a_card_dragged_to_an_end_opens_the_page_that_asks(board, rosa, target, leads):
    board.set_viewport_size({"width": 1600, "height": 900})
    item = board.locator(f"#application-{rosa.public_id}")
    drop = board.get_by_role("list", name=target)
    drag(board, item, drop)

    board.wait_for_url(re.compile(f"/applications/{rosa.public_id}.*{leads}$"))
    rosa.refresh_from_db()
    assert rosa.is_open


def test_the_menu_moves_without_any_drag_and_undo_takes_it_back(board, rosa):
    before = (rosa.stage_id, rosa.hear_by)
    board.get_by_role("button", name="Move to… Rosa Osei").click()
    menu = board.get_by_role("dialog", name="Move Rosa Osei to")
    assert menu.get_by_role("button", name="Received (now)").get_attribute("aria-current") == "true"
    assert violations(board) == []
    menu.get_by_role("button", name="Decision").click()

    expect(card(board, "Rosa Osei", "Decision")).to_be_visible()
    assert focused(board) == f"move-{rosa.public_id}"
    assert status(board).get_attribute("role") == "status"
    board.get_by_role("button", name="Undo the move of Rosa Osei").click()
    expect(card(board, "Rosa Osei", "Received")).to_be_visible()
    expect(status(board)).to_contain_text("Rosa Osei is back in Received.")
    rosa.refresh_from_db()
    assert ((rosa.stage_id, rosa.hear_by), focused(board)) == (before, f"move-{rosa.public_id}")


def test_keys_alone_choose_a_card_move_it_and_undo(board, rosa):
    board.get_by_role("link", name="Ben Adeyemi", exact=True).focus()
    board.keyboard.press("j")
    assert board.evaluate("document.activeElement.textContent") == "Rosa Osei"
    board.keyboard.press("v")
    expect(board.get_by_role("dialog", name="Move Rosa Osei to")).to_be_visible()
    assert board.evaluate("document.activeElement.textContent.trim()").startswith("Review")
    board.keyboard.press("Enter")
    expect(card(board, "Rosa Osei", "Review")).to_be_visible()
    assert focused(board) == f"move-{rosa.public_id}"

    board.keyboard.press("z")
    expect(card(board, "Rosa Osei", "Received")).to_be_visible()
    expect(status(board)).to_contain_text("is back in Received")
    assert focused(board) == f"move-{rosa.public_id}"
    board.keyboard.press("x")
    expect(board.locator("#many")).to_contain_text("1 chosen")


def test_escape_leaves_the_menu_and_gives_the_focus_back(board, rosa):
    board.locator(f"#move-{rosa.public_id}").focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog", name="Move Rosa Osei to")).to_be_visible()
    board.keyboard.press("Escape")

    expect(board.get_by_role("dialog", name="Move Rosa Osei to")).to_be_hidden()
    assert (focused(board), place(rosa)) == (f"move-{rosa.public_id}", "Received")


def test_single_keys_do_nothing_for_who_switched_them_off(staff_page, live_server, rosa, recruiter):
    recruiter.shortcuts_enabled = False
    recruiter.save()
    page = opened(staff_page, live_server, rosa.job)
    page.get_by_role("link", name="Rosa Osei", exact=True).focus()

    for key in "vxzjk":
        page.keyboard.press(key)

    assert page.evaluate("document.activeElement.textContent") == "Rosa Osei"
    assert page.locator("dialog[open]").count() + page.locator("[name=chosen]:checked").count() == 0


def test_the_focus_stays_where_it_was_for_who_wants_that(staff_page, live_server, rosa, recruiter):
    set_board(recruiter, keeps_place=True)
    page = opened(staff_page, live_server, rosa.job)

    page.get_by_role("button", name="Move to… Rosa Osei").click()
    page.get_by_role("button", name="Offer", exact=True).click()

    expect(card(page, "Rosa Osei", "Offer")).to_be_visible()
    focus = page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")
    assert focus == "Move to… Zoe Late"


# ------------------------------------------------------------------------ several, filters


def test_several_are_moved_and_taken_back_together(board, rosa):
    board.get_by_label("Choose Rosa Osei").check()
    board.get_by_label("Choose Ben Adeyemi").check()
    expect(board.locator("#many")).to_contain_text("2 chosen")
    board.get_by_label("Move those chosen to").select_option("Review")
    board.get_by_role("button", name="Move", exact=True).click()

    expect(status(board)).to_contain_text("2 people moved to Review.")
    expect(card(board, "Rosa Osei", "Review")).to_be_visible()
    expect(card(board, "Ben Adeyemi", "Review")).to_be_visible()
    assert focused(board).startswith("move-")
    board.get_by_role("button", name="Undo all of it").click()
    expect(status(board)).to_contain_text("2 people back where they were.")
    expect(card(board, "Rosa Osei", "Received")).to_be_visible()
    assert focused(board) not in ("", "content")
    assert place(rosa) == "Received"


def test_more_than_thirty_are_counted_out_first(staff_page, live_server, rosa):
    for _ in range(29):
        ApplicationFactory(job=rosa.job)
    page = opened(staff_page, live_server, rosa.job)
    page.get_by_label("Choose Rosa Osei").check()
    page.get_by_label("All 32").check()
    page.get_by_label("Move those chosen to").select_option("Review")
    page.get_by_role("button", name="Move", exact=True).click()

    number = page.get_by_label("Type the number of people, 32, to confirm")
    expect(number).to_be_visible()
    assert violations(page) == []
    number.fill("32")
    page.get_by_role("button", name="Move 32 people to Review").click()
    expect(page.get_by_role("heading", name="Move 32 people of Marine Electrician")).to_be_visible()


def test_a_filter_keeps_the_focus_and_stands_in_the_address(board, rosa):
    name = board.get_by_label("Name", exact=True)
    name.fill("rosa")
    name.press("Enter")

    expect(board.get_by_role("link", name="Ben Adeyemi", exact=True)).to_have_count(0)
    expect(card(board, "Rosa Osei", "Received")).to_be_visible()
    expect(board.locator("#announcer")).to_have_text("1 person shown.")
    assert ("q=rosa" in board.url, focused(board)) == (True, "id_q")
    drag(board, board.locator(f"#application-{rosa.public_id}"), column(board, "Review"))
    expect(card(board, "Rosa Osei", "Review")).to_be_visible()
    board.goto(board.url)
    expect(board.get_by_role("link", name="Ben Adeyemi", exact=True)).to_have_count(0)


def test_enter_in_a_filter_draws_the_board_once(board):
    """Enter says that the field changed and that the form is sent: that is one question."""
    board.evaluate(
        "window.drawn = 0; document.addEventListener('htmx:afterSwap', () => window.drawn++)"
    )
    length = board.evaluate("history.length")
    name = board.get_by_label("Name", exact=True)
    name.fill("rosa")
    name.press("Enter")

    expect(board.locator("#announcer")).to_have_text("1 person shown.")
    board.wait_for_load_state("networkidle")
    assert board.evaluate("[window.drawn, history.length]") == [1, length + 1]

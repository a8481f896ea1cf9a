"""The pipeline in a browser: dragged, moved by menu and by keys, several at once, undone, answered,
and what colleagues do meanwhile. After each the focus stands somewhere that can be seen.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role
from applications.actions.jobs import add_standard_stages
from applications.actions.moves import move_to_stage, set_board
from applications.models import Letter
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Dr Ana Maria de los Angeles Ruiz-Cortes y Pena-Halloran-O'Neil-d'Arc"
ARABIC = "كريم حداد"


@pytest.fixture
def rosa():
    OrganisationFactory()
    job = JobFactory(title="Marine Electrician")
    add_standard_stages(job)
    ApplicationFactory(job=job, candidate__name="Ben Adeyemi")
    rosa = ApplicationFactory(
        job=job,
        candidate__name="Rosa Osei",
        candidate__call_name="Rosa",
        candidate__time_zone="Pacific/Auckland",
    )
    ApplicationFactory(job=job, candidate__name="Zoe Late", hear_by=rosa.hear_by)
    return rosa


@pytest.fixture
def board(staff_page, live_server, rosa):
    return opened(staff_page, live_server, rosa.job)


def opened(page, live_server, job, query=""):
    page.goto(f"{live_server.url}/jobs/{job.public_id}/pipeline{query}")
    return page


def column(page, name):
    return page.get_by_role("region", name=re.compile(f"^{name}"))


def card(page, name, stage):
    return column(page, stage).get_by_role("link", name=name, exact=True)


def drag(page, source, target, *, steps=12):
    if target.locator("[data-stage]").count():
        target = target.locator("[data-stage]")
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=steps)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 34, steps=3)
    page.mouse.up()


def focused(page):
    return page.evaluate("document.activeElement.id")


def status(page):
    return page.locator("#board-status")


def place(application):
    application.refresh_from_db()
    return application.stage.name


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
    expect(board.locator(f"#application-{rosa.public_id}")).to_be_visible()
    board.wait_for_load_state("networkidle")
    drag(board, board.locator(f"#application-{rosa.public_id}"), column(board, "Review"))
    expect(card(board, "Rosa Osei", "Review")).to_be_visible()
    board.reload()
    expect(board.get_by_role("link", name="Ben Adeyemi", exact=True)).to_have_count(0)


# ----------------------------------------------------------------------- two colleagues


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

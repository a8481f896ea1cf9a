"""The shell in a real browser: keyboard, phone, light and dark, with and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHT, DARK = "rgb(247, 245, 241)", "rgb(20, 22, 21)"


@pytest.fixture
def gallery(settings, live_server):
    settings.DEBUG = True
    return live_server.url + reverse("components")


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gallery_is_accessible(staff_page, gallery, scheme):
    staff_page.emulate_media(color_scheme=scheme)

    staff_page.goto(gallery)

    assert violations(staff_page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_candidate_parts_are_accessible(staff_page, gallery, live_server, scheme):
    staff_page.emulate_media(color_scheme=scheme)

    staff_page.goto(live_server.url + reverse("candidate_components"))

    assert violations(staff_page) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_candidate_page_fits_a_small_phone_and_is_light(
    plain_page, gallery, live_server, direction
):
    sizes = []
    plain_page.on("response", lambda response: sizes.append(len(response.body())))

    plain_page.goto(f"{live_server.url}{reverse('candidate_components')}?dir={direction}")

    content = plain_page.locator("main").bounding_box()
    assert (content["x"], content["width"]) == (0, 320)
    buttons = plain_page.locator(".button").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert min(buttons) >= 44
    assert sum(sizes) < 40_000


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
def test_nothing_sticks_out_sideways(staff_page, gallery, width):
    staff_page.set_viewport_size({"width": width, "height": 800})

    staff_page.goto(gallery)

    assert staff_page.evaluate("document.documentElement.scrollWidth") <= width


def test_question_mark_lists_the_shortcuts_and_escape_closes_them(staff_page, live_server):
    staff_page.goto(live_server.url + "/today")

    staff_page.keyboard.press("?")

    dialog = staff_page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    staff_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_g_then_t_goes_to_today(staff_page, live_server):
    staff_page.goto(live_server.url + "/help/shortcuts")

    staff_page.keyboard.press("g")
    staff_page.keyboard.press("t")

    staff_page.wait_for_url("**/today")


def test_j_and_k_walk_the_rows_and_enter_opens_one(staff_page, live_server):
    for name in ["Berta", "Anna"]:
        CandidateFactory(name=name)
    staff_page.goto(live_server.url + "/people")

    for key, name in [("j", "Anna"), ("j", "Berta"), ("k", "Anna")]:
        staff_page.keyboard.press(key)
        expect(staff_page.locator("[data-row-link]", has_text=name)).to_be_focused()


def test_keys_are_text_inside_a_field(staff_page, gallery):
    staff_page.goto(gallery)

    field = staff_page.locator("#gallery-search")
    field.press_sequentially("gt?/")

    expect(field).to_have_value("gt?/")
    assert staff_page.url == gallery


def test_no_single_key_does_anything_when_switched_off(page, live_server):
    sign_in_browser(page, live_server.url, UserFactory(shortcuts_enabled=False))
    page.goto(live_server.url + "/help/shortcuts")

    for key in "?/gtpjc":
        page.keyboard.press(key)

    assert page.url.endswith("/help/shortcuts")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement === document.body")


def test_skip_link_is_the_first_stop_and_leads_to_the_content(staff_page, live_server):
    staff_page.goto(live_server.url + "/today")

    staff_page.keyboard.press("Tab")
    expect(staff_page.get_by_role("link", name="Skip to content")).to_be_focused()
    staff_page.keyboard.press("Enter")

    assert staff_page.evaluate("document.activeElement.id") == "content"


def test_escape_closes_a_menu_and_gives_the_focus_back(staff_page, live_server):
    staff_page.goto(live_server.url + "/today")
    summary = staff_page.locator(".sidebar summary")

    summary.press("Enter")
    expect(staff_page.get_by_role("button", name="Sign out")).to_be_visible()
    staff_page.keyboard.press("Escape")

    expect(staff_page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def test_dialog_link_opens_the_dialog_in_place(staff_page, gallery):
    staff_page.goto(gallery)

    staff_page.get_by_role("link", name="Open a dialog").click()

    expect(staff_page.get_by_role("dialog", name="A dialog")).to_be_visible()
    assert staff_page.url == gallery


def test_errors_take_the_focus(staff_page, gallery):
    staff_page.goto(gallery)

    assert staff_page.evaluate("document.activeElement.className") == "error-summary"


def test_user_chooses_dark_in_a_light_system(staff_page, live_server):
    staff_page.emulate_media(color_scheme="light")
    staff_page.goto(live_server.url + "/today")
    assert background(staff_page) == LIGHT

    staff_page.locator(".sidebar summary").click()
    staff_page.locator(".sidebar").get_by_role("button", name="Dark").click()

    assert background(staff_page) == DARK


@pytest.fixture
def plain_page(browser, live_server, recruiter):
    """A page without JavaScript in a dark system, signed in as `recruiter`."""
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    yield page
    context.close()


def test_phone_menu_and_dark_work_without_javascript(plain_page, live_server):
    plain_page.goto(live_server.url + "/help/shortcuts")

    plain_page.locator(".topbar summary").click()
    link = plain_page.get_by_role("link", name="Today")
    expect(link).to_be_visible()
    link.click()

    assert plain_page.url == live_server.url + "/today"
    expect(plain_page.locator("body")).to_have_css("background-color", DARK)


def test_sign_out_works_without_javascript(plain_page, live_server):
    plain_page.goto(live_server.url + "/today")
    plain_page.locator(".topbar summary").click()

    plain_page.get_by_role("button", name="Sign out").click()

    assert plain_page.url == live_server.url + reverse("accounts:sign_in")

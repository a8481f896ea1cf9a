"""Three ways to use a page: with the pointer, with the keyboard alone, and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from accounts.models import User
from tests.browser_guard import ConsoleGuard
from tests.conftest import sign_in_browser

WAYS = ["pointer", "keyboard", "plain"]


@dataclass
class Way:
    """A page and the hands that use it. `scripts` is false where JavaScript is switched off."""

    page: Page
    address: str
    guard: ConsoleGuard
    hands: str

    @property
    def scripts(self) -> bool:
        return self.hands != "plain"

    def sign_in(self, user: User, *, confirmed: bool = True) -> None:
        sign_in_browser(self.page, self.address, user, confirmed=confirmed)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def press(self, what: Locator) -> None:
        """Follow a link, press a button, open a menu."""
        if self.hands == "keyboard":
            what.focus()
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def tick(self, box: Locator) -> None:
        if self.hands == "keyboard":
            box.focus()
            self.page.keyboard.press("Space")
        else:
            box.click()

    def narrow(self, value: str) -> None:
        """Tick a value of a filter of the people list. Without JavaScript a button applies it."""
        box = self.page.get_by_role("checkbox", name=value)
        if not self.scripts and not box.is_visible():
            self.press(self.page.locator("summary", has_text="Filters"))
        self.tick(box)
        if not self.scripts:
            self.press(self.page.get_by_role("button", name="Apply"))

    def write(self, field: Locator, text: str) -> None:
        if self.hands == "keyboard":
            field.focus()
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        else:
            field.fill(text)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Way]:
    """Give each way in turn; nobody is signed in yet."""
    context = browser.new_context(
        java_script_enabled=request.param != "plain",
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    page = context.new_page()
    guard = ConsoleGuard(page)
    yield Way(page, live_server.url, guard, request.param)
    guard.check()
    context.close()


@pytest.fixture
def recruiters_way(way: Way, recruiter: User) -> Way:
    """Give each way in turn, signed in as `recruiter`."""
    way.sign_in(recruiter)
    return way

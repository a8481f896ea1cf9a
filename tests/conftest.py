"""Fixtures for every test: colleagues, signed-in clients, a real SMTP server, a guarded browser."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from config.today import prepared
from launcher import browser as browsers
from tests.browser_guard import ConsoleGuard
from tests.factories.accounts import UserFactory
from tests.smtp import SmtpServer
from tests.storage import one_private_storage

# Playwright keeps an event loop running in the test's thread, which Django takes for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# How long one example takes says what else the machine does. The test as a whole has its limit.
hypothesis.settings.register_profile("any_machine", deadline=None)
hypothesis.settings.load_profile("any_machine")


@pytest.fixture(autouse=True)
def _today_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Today asks is kept for as long as a process runs; a test may change what it names."""
    monkeypatch.setattr(prepared, "_kept", {})


@pytest.fixture
def recruiter(db: None) -> User:
    return UserFactory(name="Rowan Ashdown", email="rowan@larkspur-tidal.example")


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(admin=True, name="Ada Lindqvist", email="ada@larkspur-tidal.example")


@pytest.fixture
def hiring_manager(db: None) -> User:
    return UserFactory(
        hiring_manager=True, name="Hanne Moreau", email="hanne@larkspur-tidal.example"
    )


@pytest.fixture
def interviewer(db: None) -> User:
    return UserFactory(interviewer=True, name="Idris Okafor", email="idris@larkspur-tidal.example")


@pytest.fixture
def privacy_officer(db: None) -> User:
    return UserFactory(
        privacy_officer=True, name="Orla Penhaligon", email="orla@larkspur-tidal.example"
    )


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Give a client that is signed in as the user it is called with."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture
def staff_client(signed_in: Callable[[User], Client], recruiter: User) -> Client:
    """Give a client that is signed in as `recruiter`."""
    return signed_in(recruiter)


@pytest.fixture
def privacy_client(signed_in: Callable[[User], Client], privacy_officer: User) -> Client:
    """Give a client of the privacy officer, who gave their password just now."""
    client = signed_in(privacy_officer)
    confirm_password(client)
    return client


def confirm_password(client: Client) -> None:
    """Let the session of a client count as one that gave its password just now."""
    session = client.session
    session["confirmed_at"] = time.time()
    session.save()


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Forget what the test cached or counted. Only this worker's keys: others run beside it."""
    yield
    backend = cache._cache.get_client(write=True)
    if keys := list(backend.scan_iter(cache.make_key("*"), count=1000)):
        backend.delete(*keys)


@pytest.fixture(autouse=True)
def _one_private_storage() -> None:
    """Let `private_storage()` be the one that the model fields hold."""
    one_private_storage()


@pytest.fixture
def smtp_server(settings: LazySettings) -> Iterator[SmtpServer]:
    """Give a real SMTP server that Django sends to; what arrives is in `.messages`."""
    server = SmtpServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for pytest-playwright's own, which is written in a way that pytest 9 warns about."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that was found. None at all is a failure, never a skip."""
    found = browsers.find_installed()
    if found is None:
        pytest.fail(browsers.NONE_FOUND, pytrace=False)
    return {**browser_type_launch_args, **browsers.launch_options(found)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 800},
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def console_guard(page: Any) -> Iterator[ConsoleGuard]:
    """Fail the test on any console error, CSP violation, page error or request to a third party."""
    guard = ConsoleGuard(page)
    yield guard
    guard.check()


@pytest.fixture(autouse=True)
def _every_page_is_guarded(request: pytest.FixtureRequest) -> None:
    if "page" in request.fixturenames:
        request.getfixturevalue("console_guard")


@pytest.fixture
def staff_page(page: Any, live_server: Any, recruiter: User) -> Any:
    """Give a browser page on the live server, signed in as `recruiter`."""
    sign_in_browser(page, live_server.url, recruiter)
    return page


def sign_in_browser(page: Any, address: str, user: User, *, confirmed: bool = True) -> None:
    """Sign a browser in by the cookie alone; the sign-in form has tests of its own.

    confirmed: they gave their password just now, so no page asks for it once more.
    """
    client = Client()
    client.force_login(user)
    if confirmed:
        confirm_password(client)
    cookies = [
        {"name": morsel.key, "value": morsel.value, "url": address}
        for morsel in client.cookies.values()
    ]
    page.context.add_cookies(cookies)

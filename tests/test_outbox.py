"""The pages of caught mail: for development alone, and safe with whatever was caught."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from launcher.catcher import Keeper


def caught(folder: Path, subject: str, to: str, html: str = "<p>Hello</p>") -> str:
    """Keep one message as the catcher does, and return its name."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "jobs@larkspur.example", to, subject
    message["List-Unsubscribe"] = "<https://larkspur.example/u/1>"
    message.set_content("Hello in plain text")
    message.add_alternative(html, subtype="html")
    return Keeper(folder).keep(message.as_bytes(), "bounce@larkspur.example", [to]).stem


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.DEBUG, settings.OUTBOX_DIR = True, str(tmp_path)
    return tmp_path


def addresses(name: str) -> list[str]:
    pages = ("outbox_message", "outbox_message_html", "outbox_message_raw")
    return [reverse("outbox"), *(reverse(page, args=[name]) for page in pages)]


@pytest.mark.parametrize("off", ["DEBUG", "OUTBOX_DIR"])
def test_outbox_exists_only_in_development(
    client: Client, settings, folder: Path, off: str
) -> None:
    name = caught(folder, "One", "zoe@mail.example")
    setattr(settings, off, "")

    assert [client.get(address).status_code for address in addresses(name)] == [404] * 4


def test_outbox_shows_the_newest_first(client: Client, folder: Path) -> None:
    caught(folder, "First", "zoe@mail.example")
    caught(folder, "Second", "ada@mail.example")

    page = client.get(reverse("outbox")).content.decode()

    assert page.index("Second") < page.index("First")


def test_outbox_searches_by_recipient(client: Client, folder: Path) -> None:
    caught(folder, "To Zoe", "zoe@mail.example")
    caught(folder, "To Ada", "ada@mail.example")

    response = client.get(reverse("outbox"), {"to": "ZOE@"})

    assertContains(response, "To Zoe")
    assertNotContains(response, "To Ada")


def test_outbox_is_paged(client: Client, folder: Path) -> None:
    for number in range(51):
        caught(folder, f"Message {number}", "zoe@mail.example")

    first = client.get(reverse("outbox"), {"to": "zoe"})
    second = client.get(reverse("outbox"), {"to": "zoe", "page": "2"})

    assertContains(first, "1–50 of 51")
    assertContains(first, "?to=zoe&amp;page=2")
    assertContains(second, "51–51 of 51")


def test_message_shows_headers_and_both_parts(client: Client, folder: Path) -> None:
    name = caught(folder, "Grüße <b>", "zoe@mail.example")

    response = client.get(reverse("outbox_message", args=[name]))

    assertContains(response, "Grüße &lt;b&gt;")
    assertContains(response, "&lt;https://larkspur.example/u/1&gt;")
    assertContains(response, "Hello in plain text")
    assertContains(response, f'src="{reverse("outbox_message_html", args=[name])}"')


def test_html_part_can_do_nothing(client: Client, folder: Path) -> None:
    name = caught(folder, "One", "zoe@mail.example", "<head></head><script>alert(1)</script>")

    response = client.get(reverse("outbox_message_html", args=[name]))

    policy = response["Content-Security-Policy"].split("; ")
    assert policy[:2] == [
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
    ]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assertContains(response, '<head><base target="_blank"></head>')


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?utf-8?b?!!!?=\r\n\r\nbroken",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n\xe4",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Date: not a date\r\nTo: ,,,\r\nFrom: @@\r\n\r\n",
    ],
)
def test_any_message_can_be_shown(client: Client, folder: Path, raw: bytes) -> None:
    name = Keeper(folder).keep(raw, "", ["a@b.example"]).stem

    assert [client.get(address).status_code for address in addresses(name)] == [200] * 4


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e%2fsecret"])
def test_unknown_message_is_not_found(client: Client, folder: Path, name: str) -> None:
    assert client.get(f"/outbox/{name}").status_code == 404


@pytest.mark.browser
def test_message_is_readable_in_its_frame(page, console_guard, live_server, folder: Path) -> None:
    console_guard.allow("Blocked script execution")  # the test's own look into the frame
    style = '<p style="color: rgb(1, 2, 3)">Framed</p><a href="/sign-in">Choose</a>'
    name = caught(folder, "One", "zoe@mail.example", style)

    page.goto(live_server.url + reverse("outbox_message", args=[name]))

    framed = page.frame_locator("iframe").get_by_text("Framed")
    assert framed.evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Choose").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == live_server.url + "/sign-in"

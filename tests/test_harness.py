"""The fixtures themselves: a guard that never barks would let everything pass."""

import pytest
from django.core import mail
from django.core.cache import cache

from tests.browser_guard import ConsoleGuard
from tests.smtp import SmtpServer


def test_smtp_server_keeps_the_message_and_its_envelope(smtp_server: SmtpServer) -> None:
    mail.EmailMessage("Hello Zoë", "Body", "jobs@a.example", ["zoe@b.example"]).send()

    (message,) = smtp_server.messages
    assert message["Subject"] == "Hello Zoë"
    assert message.envelope.mail_from == "jobs@a.example"
    assert message.envelope.rcpt_tos == ["zoe@b.example"]
    assert smtp_server.to("zoe@b.example") == [message]


def test_smtp_server_gives_the_reply_it_was_told(smtp_server: SmtpServer) -> None:
    smtp_server.replies = ["451 try later"]

    with pytest.raises(OSError, match="451"):
        mail.EmailMessage("One", "Body", "a@a.example", ["b@b.example"]).send()
    mail.EmailMessage("Two", "Body", "a@a.example", ["b@b.example"]).send()

    assert [message["Subject"] for message in smtp_server.messages] == ["Two"]


@pytest.mark.parametrize("turn", [1, 2])
def test_cache_starts_empty_in_each_test(turn: int) -> None:
    assert cache.get("left-over") is None

    cache.set("left-over", turn)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("console.error('broken')", "console: broken"),
        ("setTimeout(() => { throw new Error('late') })", "page error: late"),
        ("fetch('https://cdn.invalid/x.js')", "request to a third party: https://cdn.invalid/x.js"),
    ],
)
def test_guard_sees(page, console_guard: ConsoleGuard, script: str, problem: str) -> None:
    page.evaluate(f"() => {{ {script} }}")
    page.wait_for_timeout(100)

    seen = [line for line in console_guard.problems if line.startswith(problem)]
    console_guard.problems.clear()
    assert len(seen) == 1


@pytest.mark.browser
def test_staff_page_is_signed_in(staff_page, live_server, recruiter) -> None:
    client_cookies = {cookie["name"] for cookie in staff_page.context.cookies()}

    assert client_cookies == {"sessionid"}

"""Reading a mailbox by IMAP, from a server on loopback."""

from collections.abc import Iterator

import pytest

from engagement import tasks
from engagement.models import Incoming, Mailbox, Reply
from tests.engagement.mails import mail
from tests.factories.engagement import MessageFactory
from tests.imap import ImapServer

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def imap(settings) -> Iterator[ImapServer]:
    server = ImapServer()
    settings.IMAP_URL = server.url
    yield server
    server.stop()


def visit(clock=None):
    """Ask the mailbox, as beat does: at most once in twenty seconds."""
    if clock:
        clock.shift(21)
    return tasks.read_mailbox()


def test_what_was_there_before_is_left_alone(imap, monday_morning):
    imap.put(mail("Old"))

    first = visit()
    imap.put(mail("New"))

    assert [first, visit(monday_morning)] == [0, 1]
    assert b"New" in bytes(Incoming.objects.get().raw)


def test_an_answer_in_the_mailbox_is_read_once_and_nothing_is_marked(imap, monday_morning):
    message = MessageFactory(handed=True)
    visit()
    imap.put(mail("Yes.", answers=message))

    kept = [visit(monday_morning), visit(monday_morning), visit(monday_morning)]
    tasks.read_incoming()

    assert kept == [1, 0, 0]
    assert Reply.objects.get().message == message
    assert {"STORE", "UID STORE", "SELECT"} & set(imap.said) == set()


def test_two_workers_at_once_ask_once(imap):
    visit()
    imap.put(mail())

    assert tasks.read_mailbox() == 0  # the other one has just asked


def test_a_mailbox_that_counts_anew_gives_nothing_twice(imap, monday_morning):
    visit()
    imap.put(mail("One"))
    imap.put(mail("Two"))
    before = visit(monday_morning)

    imap.count_anew()
    imap.put(mail("Three"))
    after = visit(monday_morning)
    box = Mailbox.objects.get()

    assert (before, after, Incoming.objects.count()) == (2, 1, 3)
    assert (box.validity, box.last_uid) == (8, 3)


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "LOGIN"])
def test_a_line_that_breaks_loses_nothing(imap, monday_morning, command):
    visit()
    for number in range(3):
        imap.put(mail(f"Number {number}"))
    imap.drop, imap.times = command, 1

    broken = visit(monday_morning)
    problem = Mailbox.objects.get().problem
    rest = visit(monday_morning)

    assert broken + rest == Incoming.objects.count() == 3
    assert problem == "The mailbox does not answer. It is asked again in a minute."
    assert Mailbox.objects.get().problem == ""


def test_a_wrong_password_is_said_without_it(imap, settings, caplog):
    settings.IMAP_URL = imap.url.replace("only-for-tests", "guessed")

    assert visit() == 0

    assert Mailbox.objects.get().problem == (
        "The mailbox refuses: check user name, password and folder in IMAP_URL."
    )
    assert "guessed" not in caplog.text


def test_a_mailbox_that_is_away_is_said(imap, settings):
    imap.stop()

    assert visit() == 0

    assert Mailbox.objects.get().problem == (
        "The mailbox does not answer. It is asked again in a minute."
    )


def test_a_setting_that_is_no_mailbox_is_said(settings, monday_morning):
    settings.IMAP_URL = "pop3://user@mail.example"

    assert visit() == 0
    assert Mailbox.objects.get().problem == (
        "IMAP_URL is not of the shape imaps://user:password@host/INBOX."
    )


def test_without_a_mailbox_nothing_is_asked(settings, monday_morning):
    settings.IMAP_URL = ""

    assert visit() == 0
    assert not Mailbox.objects.exists()


def test_only_the_beginning_of_a_long_message_is_fetched(imap, monday_morning, monkeypatch):
    monkeypatch.setattr("engagement.incoming.mailbox.MOST_BYTES", 400)
    visit()
    imap.put(mail("Words first.") + b"x" * 5_000)

    visit(monday_morning)

    assert len(Incoming.objects.get().raw) == 400

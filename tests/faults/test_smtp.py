"""Mail servers that misbehave: what was not said to be taken is tried again or named."""

import pytest
from django.utils import timezone

from candidates.models import EmailAddress
from engagement import tasks
from engagement.delivery import lanes
from engagement.delivery.transports import SmtpTransport
from engagement.models import Message
from tests.faults.conftest import counts, planned


@pytest.mark.parametrize(
    ("place", "what", "state"),
    [
        ("connect", "421 too busy", "due"),
        ("connect", "garbage", "due"),
        ("rcpt", "450 4.2.0 greylisted", "due"),
        ("rcpt", "550 5.1.1 no such user", "bounced"),
        ("rcpt", "554 5.7.1 not from you", "failed"),
        ("data", "drop", "due"),
        ("data", "stall", "due"),
        ("dot", "552 5.2.2 mailbox full", "failed"),
        ("dot", "451 4.3.0 try later", "due"),
        ("dot", "drop", "uncertain"),
        ("dot", "stall", "uncertain"),
        ("dot", "garbage", "uncertain"),
    ],
)
def test_a_server_that_misbehaves_with_every_message(server, clock, place, what, state):
    planned(2)
    server.trouble = {place: what}

    tasks.deliver()
    states = set(Message.objects.values_list("state", flat=True))
    server.trouble = {}
    clock.shift(300)
    tasks.deliver()

    found = counts(server)
    assert states == {state}
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed == (2 if state == "due" else 0)


@pytest.mark.parametrize(
    ("code", "state", "kept"),
    [("250", "handed", "2.0.0 so it is"), ("552", "failed", "552 2.0.0 so it is")],
)
def test_an_answer_with_signs_that_no_database_keeps_is_kept_without_them(
    server, code, state, kept
):
    planned(2)
    server.trouble = {"dot": f"{code} 2.0.0 \0so\x1b it is"}

    tasks.deliver()

    said = set(Message.objects.values_list("state", "provider_reply"))
    assert said == {(state, kept)}


def test_a_line_that_breaks_after_the_text_sends_nothing_twice(server, clock):
    """The dot may or may not have found the line open: tried again, or shown to a person."""
    planned(2)
    server.trouble = {"body": "drop"}
    tasks.deliver()
    server.trouble = {}
    clock.shift(300)
    tasks.deliver()

    found = counts(server)
    assert (found.duplicates, found.lost) == (0, 0)
    assert found.handed + found.uncertain == 2


def test_a_server_that_ends_each_connection_early_costs_nothing(server):
    """421 or a cut line between two messages: the next one goes over a new connection at once."""
    planned(6)
    server.trouble, server.times = {"data": "drop"}, 1
    tasks.deliver()
    Message.objects.filter(state=Message.State.DUE).update(due_at=timezone.now())
    tasks.deliver()

    assert counts(server).seen == 6


class Noting(SmtpTransport):
    """Notes of each dot whether the next message was begun with it."""

    noted: list[bool]

    def say_dot(self, following=None):
        is_begun = super().say_dot(following)
        Noting.noted.append(is_begun)
        return is_begun


@pytest.fixture
def noted(monkeypatch):
    Noting.noted = []
    monkeypatch.setattr(lanes, "transport_for_settings", Noting)
    return Noting.noted


def states():
    return sorted(Message.objects.values_list("state", flat=True))


def test_the_next_message_is_begun_with_the_dot_of_the_one_before(server, noted):
    planned(3)

    tasks.deliver()

    assert (noted, states()) == ([True, True, False], ["handed"] * 3)


def test_a_server_that_takes_one_command_at_a_time_gets_one_at_a_time(server, noted):
    server.extensions = []
    planned(3)

    tasks.deliver()

    assert (noted, states()) == ([False, False, False], ["handed"] * 3)


@pytest.mark.parametrize(
    ("what", "state"), [("451 4.3.0 try later", "due"), ("552 5.2.2 full", "failed")]
)
def test_a_no_to_a_dot_says_nothing_of_the_message_begun_with_it(server, what, state):
    planned(3)
    server.trouble, server.times = {"dot": what}, 1

    tasks.deliver()

    assert states() == sorted(["handed", "handed", state])


def test_a_line_that_breaks_at_a_dot_does_not_lose_the_message_begun_with_it(server):
    planned(3)
    server.trouble, server.times = {"dot": "drop"}, 1

    tasks.deliver()

    assert states() == ["handed", "handed", "uncertain"]
    assert counts(server).seen == 3


def test_an_address_that_the_server_cannot_be_told_is_refused_alone(server):
    planned(3)
    second = Message.objects.order_by("pk")[1]
    EmailAddress.objects.filter(candidate=second.candidate).update(address="ünal@mail.example")

    tasks.deliver()

    second.refresh_from_db()
    assert (second.state, second.provider_reply[:9]) == ("failed", "553 5.6.7")
    assert states() == ["failed", "handed", "handed"]


def test_a_message_begun_as_the_lease_runs_out_is_given_back(server, clock):
    planned(3)
    server.on_message = lambda name: clock.shift(45)

    tasks.deliver()

    assert states() == ["handed"] * 3
    assert (counts(server).seen, counts(server).duplicates) == (3, 0)

"""Mail servers that misbehave: what was not said to be taken is tried again or named."""

import pytest
from django.utils import timezone

from engagement import tasks
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

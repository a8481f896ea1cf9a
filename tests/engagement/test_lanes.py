"""Several connections at once: how many, to whom, and what becomes of one that breaks."""

import pytest
from django.utils import timezone

from engagement import tasks
from engagement.delivery import lanes
from engagement.models import Message
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.faults.server import Server

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.MAIL_PER_SECOND = settings.MAIL_PER_SECOND_PER_DOMAIN = 1000
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 1000  # a tenth of them at once


@pytest.fixture
def server(settings):
    server = Server()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_TIMEOUT = 2
    yield server
    server.stop()


def planned(count):
    campaign = CampaignFactory(running=True, with_step=True)
    for person in CandidateFactory.create_batch(count):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))


@pytest.mark.parametrize(
    ("messages", "most", "connections"),
    [(25, 8, 1), (26, 8, 2), (60, 8, 3), (60, 2, 2), (30, 1, 1)],
)
def test_a_connection_is_opened_for_each_25_messages_up_to_the_limit(
    smtp_server, settings, messages, most, connections
):
    settings.MAIL_CONNECTIONS = most
    planned(messages)

    assert tasks.deliver() == messages
    assert smtp_server.connections == connections
    assert len(smtp_server.messages) == messages


def test_a_server_that_takes_one_connection_gets_everything_over_it(server, monkeypatch):
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    server.most_connections = 1
    planned(9)

    assert tasks.deliver() == 9
    assert (len(server.seen), server.duplicates) == (9, 0)
    assert set(Message.objects.values_list("state", "attempts")) == {("handed", 0)}


def test_one_connection_that_breaks_holds_no_other(server, monkeypatch):
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    server.trouble, server.times = {"dot": "drop"}, 1
    planned(3)

    assert tasks.deliver() == 2

    states = sorted(Message.objects.values_list("state", flat=True))
    assert states == ["handed", "handed", "uncertain"]
    assert (len(server.seen), server.duplicates) == (3, 0)


def test_two_messages_to_one_person_are_never_asked_about_together(smtp_server, monkeypatch):
    """On one snapshot each would find the cap of one a week free."""
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    person = CandidateFactory()
    for _ in range(2):
        campaign = CampaignFactory(running=True, with_step=True)
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    assert tasks.deliver() == 1

    waiting = Message.objects.exclude(state=Message.State.HANDED).get()
    assert (waiting.state, waiting.due_at > timezone.now()) == (Message.State.DUE, True)
    assert len(smtp_server.messages) == 1

"""Sending through a provider's HTTP interface, by Anymail, to a provider on loopback."""

import threading
from collections.abc import Iterator

import pytest

from engagement import tasks
from engagement.delivery import lanes
from engagement.models import DeliveryEvent, Message
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.provider import Provider

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    provider = Provider()
    threading.Thread(target=provider.serve_forever, args=[0.05], daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "only-for-tests",
        "POSTMARK_API_URL": f"http://127.0.0.1:{provider.server_port}/",
        "REQUESTS_TIMEOUT": 1,
    }
    settings.MAIL_PER_SECOND = settings.MAIL_PER_SECOND_PER_DOMAIN = 1000
    yield provider
    provider.shutdown()
    provider.server_close()


def planned(count: int) -> None:
    campaign = CampaignFactory(running=True, with_step=True)
    for person in CandidateFactory.create_batch(count):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))


def test_a_provider_gets_the_whole_email_and_its_id_is_kept(provider):
    planned(1)

    assert tasks.deliver() == 1

    message = Message.objects.get()
    (sent,) = provider.requests
    headers = {header["Name"]: header["Value"] for header in sent["Headers"]}
    assert (message.state, message.provider_reply) == (Message.State.HANDED, "b7bc2f4a")
    assert sent["To"] == message.address
    assert sent["Subject"] == message.subject
    assert sent["TextBody"].startswith(message.text)
    assert "/u/" in sent["HtmlBody"]
    assert headers["X-Perennial-Message"] == str(message.public_id)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["Metadata"] == {"message": str(message.public_id)}
    assert DeliveryEvent.objects.get().kind == DeliveryEvent.Kind.HANDED


@pytest.mark.parametrize(
    ("status", "answer", "state"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid email request"}, "failed"),
        (429, {"ErrorCode": 429, "Message": "Rate limit exceeded"}, "due"),
        (500, {"ErrorCode": 100, "Message": "Maintenance"}, "uncertain"),
        (0, {}, "uncertain"),
    ],
)
def test_what_a_provider_answers_ends_in_its_named_state(provider, status, answer, state):
    planned(1)
    provider.status, provider.answer = status, answer

    assert tasks.deliver() == 0
    assert tasks.deliver() == 0  # never again by the machine

    assert Message.objects.get().state == state
    assert len(provider.requests) == 1


def test_a_provider_that_does_not_answer_in_time_leaves_it_uncertain(provider):
    planned(1)
    provider.delay = 1.5

    assert tasks.deliver() == 0
    assert Message.objects.get().state == Message.State.UNCERTAIN


def test_requests_to_a_provider_wait_together(provider, monkeypatch):
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    provider.delay = 0.2
    planned(4)

    assert tasks.deliver() == 4
    assert provider.most_at_once == 4
    assert len({request["Metadata"]["message"] for request in provider.requests}) == 4

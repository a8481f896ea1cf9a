"""Where answers to our emails go, for each kind of email."""

from email.utils import parseaddr

import pytest

from engagement import tasks
from engagement.models import Message
from engagement.return_address import message_id_in
from tests.factories.applications import LetterFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def sent(smtp_server, message):
    tasks.deliver()
    (email,) = smtp_server.messages
    return email, message.sender


def test_answers_to_a_job_email_come_to_us_in_the_senders_name(smtp_server, settings):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    message = MessageFactory()

    email, sender = sent(smtp_server, message)

    name, address = parseaddr(email["Reply-To"])
    assert (name, message_id_in(address)) == (sender.name, message.public_id)


def test_answers_to_a_letter_that_nobody_signed_come_to_us(smtp_server, settings):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    letter = LetterFactory(kind="receipt")
    message = MessageFactory(
        purpose=Message.Purpose.LETTER,
        letter=letter,
        sender=None,
        enrolment__candidate=letter.application.candidate,
    )

    email, _ = sent(smtp_server, message)

    assert message_id_in(parseaddr(email["Reply-To"])[1]) == message.public_id


def test_without_a_mailbox_of_ours_answers_go_to_the_sender(smtp_server, settings):
    settings.REPLIES_TO = ""
    message = MessageFactory()

    email, sender = sent(smtp_server, message)

    assert email["Reply-To"].endswith(f"<{sender.email}>")


def test_a_notice_is_not_answered(smtp_server, settings):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    message = Message.objects.create(
        purpose=Message.Purpose.NOTICE,
        candidate=CandidateFactory(),
        dedupe_key="notice:1",
        subject="Changed",
        text="Your choices were changed.",
        due_at=MessageFactory().due_at,
    )
    Message.objects.exclude(pk=message.pk).update(state="withheld", reason="replied")

    email, _ = sent(smtp_server, message)

    assert "replies+" not in email["Reply-To"]

"""Letters and notices through a real SMTP server: what passes where job emails do not."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from candidates.models import Activity
from engagement import tasks
from engagement.actions import messages
from engagement.delivery.outcomes import came_back
from engagement.models import Message
from tests.factories.applications import LetterFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory
from tests.factories.privacy import ExtensionRequestFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")


def test_letters_leave_once_and_say_so_below_even_to_who_stopped_job_emails(smtp_server):
    person = CandidateFactory(unsubscribed=True)
    letter = LetterFactory(
        application__candidate=person,
        application__rejected=True,
        send_after=timezone.now(),
        subject="Your application",
        text="Hello,\n\nwe chose somebody else.",
    )

    carried = [messages.carry_letters(), messages.carry_letters()]
    tasks.deliver()

    letter.refresh_from_db()
    (mail,) = smtp_server.messages
    assert carried == [1, 0]
    assert letter.sent_at is not None
    assert mail["From"] == "Larkspur Tidal Works <letters@larkspur-tidal.example>"
    assert mail["List-Unsubscribe"] is None
    assert person.gate.job_emails_at == []


def test_a_letter_to_a_bounced_address_becomes_a_problem(smtp_server):
    person = CandidateFactory(bounced=True)
    letter = LetterFactory(application__candidate=person, send_after=timezone.now())

    messages.carry_letters()
    tasks.deliver()

    letter.refresh_from_db()
    assert (smtp_server.messages, letter.sent_at) == ([], None)
    assert letter.problem == "Their address does not take our email."


def test_a_notice_passes_where_job_emails_do_not(smtp_server):
    person = CandidateFactory(unsubscribed=True)

    for _ in range(2):
        messages.notify(person, key="1", subject="You stopped job emails", text="Undo: …")
    tasks.deliver()

    (mail,) = smtp_server.messages
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_letter_that_came_back_tells_nobody_and_goes_to_that_address_no_more(
    smtp_server, recruiter, staff_client
):
    letter = LetterFactory(application__rejected=True, send_after=timezone.now(), kind="decision")
    messages.carry_letters()
    tasks.deliver()
    message = Message.objects.get()
    page = reverse("engagement:message", args=[message.public_id])
    assert "It came back" in staff_client.get(page).content.decode()

    for _ in range(2):  # said twice, it is noted once
        staff_client.post(reverse("engagement:message_came_back", args=[message.public_id]))

    message.refresh_from_db()
    letter.refresh_from_db()
    assert (message.state, message.events.filter(kind="bounced").count()) == ("bounced", 1)
    assert (letter.sent_at, letter.problem) == (None, "It came back.")
    assert list(Application.objects.untold()) == [letter.application]
    assert message.candidate.emails.get().bounced_at is not None
    assert Activity.objects.filter(kind="message.bounced").count() == 1


def test_the_question_whether_they_stay_was_not_put_when_it_came_back(recruiter):
    asked = ExtensionRequestFactory()
    message = MessageFactory(enrolment__candidate=asked.candidate, extension=asked, handed=True)

    came_back(message, by=recruiter, at=timezone.now())

    asked.refresh_from_db()
    assert asked.problem == "It came back."


def test_what_never_left_cannot_come_back(recruiter):
    with pytest.raises(ValidationError, match="Only an email that left can come back"):
        came_back(MessageFactory(), by=recruiter, at=timezone.now())

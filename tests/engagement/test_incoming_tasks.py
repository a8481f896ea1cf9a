"""What comes in by mail and is for the privacy officer to look at (C-32)."""

import pytest

from candidates.models import Candidate, PrivacyTask
from engagement.actions.incoming import read_incoming, receive_message
from engagement.models import Incoming, Reply
from tests.engagement.mails import away, mail
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture(autouse=True)
def _return_address(settings):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"


def receive(raw):
    receive_message(raw, source=Incoming.Source.HOOK)
    read_incoming()
    return Reply.objects.order_by("-pk").first()


def test_that_somebody_in_the_archive_wrote_is_told_to_the_privacy_officer_alone():
    person = CandidateFactory(archived=True)
    sender = person.emails.get().address

    first = receive(mail("Are you there?", sender=sender))
    second = receive(mail("Hello?", sender=sender))

    assert (first.candidate, second.candidate) == (person, person)
    task = PrivacyTask.objects.get()
    assert (task.candidate, task.kind) == (person, "archived_wrote")
    assert not Reply.objects.visible_to(UserFactory(roles=["recruiter"])).exists()


def test_what_a_program_of_somebody_in_the_archive_answers_is_no_task():
    person = CandidateFactory(archived=True)

    receive(away("I am away.", sender=person.emails.get().address))

    assert not PrivacyTask.objects.exists()


def test_whoever_says_that_they_are_a_minor_gets_no_job_email_any_more():
    message = MessageFactory(handed=True)
    pending = MessageFactory(enrolment=EnrolmentFactory(candidate=message.candidate))

    receive(mail("I would like to, but I am only 16.", answers=message))

    task = PrivacyTask.objects.get()
    assert (task.candidate, task.kind) == (message.candidate, "minor")
    assert task.why == "They wrote in an answer: “I am only 16”."
    pending.refresh_from_db()
    assert pending.state == "withheld"
    assert not Candidate.objects.contactable().filter(pk=message.candidate_id).exists()


def test_of_what_an_answer_repeats_nothing_is_said_of_them():
    message = MessageFactory(handed=True)

    receive(mail("No.\n\nOn Monday we wrote:\n> I am only 16.", answers=message))

    assert not PrivacyTask.objects.exists()

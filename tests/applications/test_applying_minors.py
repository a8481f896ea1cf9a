"""Somebody says in the form of a job that they are a minor: job emails stop, and a person looks."""

import pytest

from applications.models import Answer, Application, Arrival
from candidates.models import Activity, Candidate, PrivacyTask, Stop
from engagement.actions.enrolments import carry_stops
from tests.applications.applying import ANA, only, open_job, send
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import QuestionFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready():
    OrganisationFactory()


def asking(text="Why us?", **values):
    job = open_job()
    return job, QuestionFactory(job=job, text=text, **values)


def answered(job, question, text, **fields):
    return send(job, **{f"q-{question.public_id}": text}, **fields)


@pytest.mark.parametrize(
    ("asked", "text", "words"),
    [
        ("Why us?", "I am 17, and I love boats.", "I am 17"),
        ("Why us?", "Je suis mineure.", "Je suis mineure"),
        ("Why us?", "Born on 1 May 2012.", "Born on"),
        ("What is your date of birth?", "1 May 2012", "date of birth"),
    ],
)
@pytest.mark.parametrize("kind", ["short", "long"])
def test_an_answer_in_words_that_says_so_stops_job_emails(asked, text, words, kind):
    job, question = asking(asked, kind=kind)

    response = answered(job, question, text)

    assert response.status_code == 303
    person = only(Candidate)
    task = only(PrivacyTask)
    assert (task.candidate, task.kind, task.is_open) == (person, "minor", True)
    assert task.why == f"When they applied for {job.title} they wrote: “{words}”."
    assert Stop.objects.filter(candidate=person, reason="minor").exists()
    assert not Candidate.objects.contactable("nurture").filter(pk=person.pk).exists()
    assert Activity.objects.filter(candidate=person, kind="contact.minor").count() == 1
    assert only(Answer).text == text
    assert only(Application).is_open


def test_so_does_what_they_write_to_us_and_once_is_enough():
    job, question = asking()

    answered(job, question, "I am 17.", note="I'm under 18.")

    assert only(PrivacyTask).why.endswith("they wrote: “I'm under 18”.")
    assert Stop.objects.filter(reason="minor").count() == 1


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("Why us?", "I am 18."),
        ("Why us?", "I am 35, my daughter is 12."),
        ("What is your date of birth?", "1 May 1990"),
        ("Say so if I am under 18 is true for you", "No."),
        ("How many years have you worked?", "17"),
    ],
)
def test_who_does_not_say_so_is_left_alone(asked, text):
    job, question = asking(asked, kind="long")

    answered(job, question, text)

    assert not PrivacyTask.objects.exists()
    assert not Stop.objects.filter(reason="minor").exists()


def test_a_choice_of_ours_is_nobodys_words():
    job, question = asking("Who are you?", kind="choice", choices=["I am under 18", "Other"])

    answered(job, question, "I am under 18")

    assert not PrivacyTask.objects.exists()


def test_somebody_we_know_is_answered_alike_and_their_campaigns_end():
    person = CandidateFactory(email__address=ANA)
    waiting = MessageFactory(enrolment=EnrolmentFactory(candidate=person))
    job, question = asking()

    first = answered(job, question, "I am 16.")
    carry_stops()

    waiting.refresh_from_db()
    assert (first.status_code, only(PrivacyTask).candidate) == (303, person)
    assert waiting.state == "withheld"


def test_the_same_form_twice_and_another_one_open_one_task():
    job, question = asking()

    for _ in range(2):
        answered(job, question, "I am 16.")

    assert Arrival.objects.count() == 2
    assert only(PrivacyTask).is_open

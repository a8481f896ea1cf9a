"""Whoever was asked how it was and did not answer is reminded once, a week later."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Organisation
from candidates.models import Stop
from engagement import links, tasks
from engagement.actions import surveys
from engagement.delivery.outcomes import came_back
from engagement.models import Decision, Message, Survey
from tests.engagement.conftest import MONDAY
from tests.engagement.extensions import parts
from tests.engagement.surveys import applicant, asked, told

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture(autouse=True)
def switched_on(organisation):
    Organisation.objects.update(asks_how_it_was=True)


def plan() -> int:
    return surveys.plan(timezone.now())


def reminder() -> Message:
    return Message.objects.get(dedupe_key__endswith=":reminder")


def test_one_reminder_and_no_second_one(smtp_server):
    survey = asked(8, job__title="Cable Technician")

    assert ([plan(), plan()], tasks.deliver()) == ([1, 0], 1)
    with time_machine.travel(MONDAY + timedelta(days=5), tick=True):
        assert (plan(), tasks.deliver()) == (0, 0)

    (mail,) = smtp_server.messages
    assert (
        mail["Subject"] == "Once more: how was it to apply to Larkspur Tidal Works? Four questions"
    )
    plain = parts(mail)[0].replace("\r\n", "\n")
    assert "A week ago we asked you how it was to apply for Cable Technician" in plain
    assert "This is the only reminder." in plain
    assert "You can answer until 6 December 2026, and" in plain  # as the first one said
    lines = plain.splitlines()
    link = lines[lines.index("Answer four questions:") + 1]
    opened = links.open_token(links.Purpose.SURVEY, link.rpartition("/")[2])
    assert opened.about == survey.public_id
    sent_at = survey.sent_at
    survey.refresh_from_db()
    assert survey.sent_at == sent_at


def test_the_first_one_says_that_there_is_one_reminder(smtp_server):
    told(applicant())
    plan()
    tasks.deliver()

    assert "If you do nothing, we remind you once." in parts(smtp_server.messages[0])[0]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr-FR", "Rappel : comment s’est passée", "le seul rappel"),
        ("ar", "تذكير: كيف كان التقدّم", "التذكير الوحيد"),
    ],
)
def test_it_speaks_their_language(smtp_server, language, subject, words):
    asked(8, person=applicant(language=language))
    plan()

    tasks.deliver()

    assert smtp_server.messages[0]["Subject"].startswith(subject)
    assert words in parts(smtp_server.messages[0])[0]


def answered(survey):
    surveys.answer_survey(survey, recommend=9)


def objected(survey):
    surveys.ask_no_more(survey.candidate)


def replied(survey):
    Stop.objects.create(candidate=survey.candidate, reason=Stop.Reason.REPLIED)


def reopened(survey):
    survey.application.closed_at, survey.application.outcome = None, ""
    survey.application.rejection_reason = ""
    survey.application.save()


def letter_came_back(survey):
    Message.objects.filter(purpose="letter").update(state="bounced", reason="bounced")


@pytest.mark.parametrize("days", [6.9, 14.1])
def test_not_before_a_week_nor_long_after(days):
    asked(days)

    assert plan() == 0


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (answered, ""),
        (objected, "no_surveys"),
        (reopened, "not_told"),
        (letter_came_back, "not_told"),
    ],
)
def test_who_is_not_reminded(happens, code):
    survey = asked(8)
    happens(survey)

    assert [plan(), plan()] == [0, 0]

    said = Decision.objects.filter(candidate=survey.candidate)
    assert [decision.reasons[0] for decision in said] == ([code] if code else [])


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        (answered, "answered"),
        (objected, "no_surveys"),
        (replied, "replied"),
        (reopened, "not_told"),
        (letter_came_back, "not_told"),
    ],
)
def test_what_happens_between_planning_and_sending_withholds_it(smtp_server, happens, code):
    survey = asked(8)
    plan()
    happens(survey)

    assert (tasks.deliver(), smtp_server.messages) == (0, [])

    assert (reminder().state, reminder().reason) == ("withheld", code)


def test_one_that_came_back_is_not_repeated(recruiter):
    survey = asked(8)
    came_back(survey.messages.get(), by=recruiter, at=timezone.now())

    assert (plan(), Survey.objects.get().sent_at) == (0, None)


def test_a_reminder_that_came_back_leaves_the_question_that_had_arrived(smtp_server, recruiter):
    survey = asked(8)
    plan()
    tasks.deliver()

    came_back(reminder(), by=recruiter, at=timezone.now())

    assert Survey.objects.get().sent_at == survey.sent_at


def test_where_it_is_switched_off_nobody_is_reminded(smtp_server):
    asked(8)
    plan()
    asked(8)
    Organisation.objects.update(asks_how_it_was=False)

    assert (plan(), tasks.deliver()) == (0, 0)
    assert (reminder().state, reminder().reason) == ("withheld", "surveys_off")


def test_many_cost_as_many_queries_as_one(django_assert_max_num_queries):
    for _ in range(12):
        asked(8)

    with django_assert_max_num_queries(15):
        assert plan() == 12

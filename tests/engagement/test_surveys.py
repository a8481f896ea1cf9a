"""Whom we ask how it was to apply, when, and whom never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation
from applications.models import Letter
from candidates.actions.grounds import record_objection
from candidates.actions.merging import merge_people
from candidates.models import Activity, GroundEvent, Stop
from engagement import links, tasks
from engagement.actions import surveys
from engagement.models import Decision, Message, Survey
from tests.engagement.extensions import parts
from tests.engagement.surveys import applicant, told
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import SurveyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture(autouse=True)
def switched_on(organisation):
    Organisation.objects.update(asks_how_it_was=True)


def plan() -> int:
    return surveys.plan(timezone.now())


def test_whoever_was_told_is_asked_once_in_one_email(smtp_server):
    person = applicant(name="Ines Duarte", call_name="Ines")
    application = told(person, job__title="Cable Technician", furthest=3)

    planned = [plan(), plan()]
    assert tasks.deliver() == 1

    survey = Survey.objects.get()
    message = Message.objects.get(purpose="survey")
    assert (planned, message.dedupe_key) == ([1, 0], f"survey:{survey.pk}")
    assert (survey.candidate, survey.application) == (person, application)
    assert (survey.outcome, survey.sent_at) == ("late", message.handed_at)
    (mail,) = smtp_server.messages
    assert mail["Subject"] == "How was it to apply to Larkspur Tidal Works? Four questions"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (part.replace("\r\n", "\n") for part in parts(mail))
    assert plain.startswith("Hello Ines,\n\nYou applied for Cable Technician, and you have our")
    assert "You can answer until 14 December 2026, and" in plain
    lines = plain.splitlines()
    link = lines[lines.index("Answer four questions:") + 1]
    opened = links.open_token(links.Purpose.SURVEY, link.rpartition("/")[2])
    assert (opened.candidate, opened.about) == (person.public_id, survey.public_id)
    assert html.count('class="do"') == 1
    said = Activity.objects.get(candidate=person, kind="message.sent").text
    assert said == "Sent the question how it was to apply."


def test_the_email_speaks_their_language(smtp_server):
    told(applicant(name="Anne", language="fr-CA"), job__title="Technicienne")
    plan()

    tasks.deliver()

    (mail,) = smtp_server.messages
    plain, html = (part.replace("\r\n", "\n") for part in parts(mail))
    assert mail["Subject"].startswith("Comment s’est passée votre candidature chez Larkspur")
    assert plain.startswith("Bonjour Anne,\n\nVous avez postulé au poste « Technicienne »")
    assert 'lang="fr" dir="ltr"' in html


@pytest.mark.parametrize(
    "facts",
    [
        {"days": 2.9},
        {"days": 10.1},
        {"state": "armed"},
        {"state": "uncertain"},
        {"state": "bounced"},
        {"state": "due"},
    ],
)
def test_nobody_is_asked_before_their_letter_left_nor_long_after(facts):
    told(applicant(), **facts)

    assert (plan(), Survey.objects.count()) == (0, 0)


def test_a_letter_that_is_not_the_decision_is_none():
    told(applicant())
    Letter.objects.update(kind=Letter.Kind.LATER)

    assert plan() == 0


def test_a_rejection_that_was_taken_back_is_not_asked_about():
    application = told(applicant())
    application.closed_at, application.outcome, application.rejection_reason = None, "", ""
    application.save()

    assert plan() == 0


def test_where_it_is_switched_off_nobody_is_asked(smtp_server):
    told(applicant())
    plan()
    Organisation.objects.update(asks_how_it_was=False)
    told(applicant())

    assert (plan(), tasks.deliver()) == (0, 0)
    assert reason() == ("withheld", "surveys_off")


def reason() -> tuple[str, str]:
    return Message.objects.filter(purpose="survey").values_list("state", "reason").get()


def no_ground(person):
    person.ground_events.all().delete()


def stopped(person):
    record_objection(person, by=UserFactory())


def wants_none(person):
    surveys.ask_no_more(person)


def asked_lately(person):
    survey = SurveyFactory(candidate=person)
    Message.objects.create(
        dedupe_key="survey:before",
        purpose="survey",
        candidate=person,
        survey=survey,
        state="handed",
        due_at=timezone.now(),
        armed_at=timezone.now() - timedelta(days=182),
    )


def considered(person):
    ApplicationFactory(candidate=person)


def no_address(person):
    person.emails.all().delete()


BARRED = [
    (no_ground, "did_not_apply"),
    (stopped, "objected"),
    (wants_none, "no_surveys"),
    (asked_lately, "asked_lately"),
    (considered, "active_application"),
    (no_address, "no_address"),
]


@pytest.mark.parametrize(("bar", "code"), BARRED)
def test_whoever_is_not_to_be_asked_is_not_planned_and_the_reason_is_kept_once(bar, code):
    person = applicant()
    told(person)
    bar(person)

    assert [plan(), plan()] == [0, 0]

    decision = Decision.objects.get(candidate=person)
    assert (decision.allowed, decision.reasons[0]) == (False, code)
    assert Message.objects.filter(survey__application__letters__isnull=False).count() == 0


@pytest.mark.parametrize(("bar", "code"), BARRED)
def test_what_changes_between_planning_and_sending_withholds_it(smtp_server, bar, code):
    person = applicant()
    told(person)
    plan()
    bar(person)

    assert tasks.deliver() == 0

    message = Message.objects.get(purpose="survey", dedupe_key__regex=r"^survey:\d+$")
    assert (message.state, message.reason, smtp_server.messages) == ("withheld", code, [])
    assert message.survey.sent_at is None


def test_a_letter_that_came_back_meanwhile_withholds_it(smtp_server):
    told(applicant())
    plan()
    Message.objects.filter(purpose="letter").update(state="bounced", reason="bounced")

    assert (tasks.deliver(), reason()) == (0, ("withheld", "not_told"))


def test_whoever_wrote_to_us_meanwhile_is_not_asked(smtp_server):
    person = applicant()
    told(person)
    plan()
    Stop.objects.create(candidate=person, reason=Stop.Reason.REPLIED)

    assert (tasks.deliver(), reason()) == (0, ("withheld", "replied"))


def test_a_merge_before_it_leaves_withholds_it(smtp_server):
    person, other = applicant(), CandidateFactory(without_consent=True)
    told(person)
    plan()
    merge_people(other, person, by=UserFactory(roles=["recruiter"]))

    assert (tasks.deliver(), reason()) == (0, ("withheld", "merged"))
    assert Survey.objects.get().candidate == other


def test_six_months_later_they_may_be_asked_again():
    person = applicant()
    asked_lately(person)
    Message.objects.update(armed_at=timezone.now() - timedelta(days=184))
    told(person)

    assert plan() == 1


def test_of_two_letters_in_one_week_one_is_asked_about():
    person = applicant()
    first, last = told(person), told(person)

    assert [plan(), plan()] == [1, 0]

    assert Survey.objects.get().application == last
    assert first.pk < last.pk


def test_one_that_came_back_counts_as_not_asked(smtp_server, recruiter):
    from engagement.delivery.outcomes import came_back

    told(applicant())
    plan()
    tasks.deliver()

    came_back(Message.objects.get(purpose="survey"), by=recruiter, at=timezone.now())

    assert Survey.objects.get().sent_at is None


def test_asking_for_no_more_of_them_is_kept_once_with_its_channel():
    person = applicant()

    assert [surveys.ask_no_more(person), surveys.ask_no_more(person)] == [True, False]

    event = GroundEvent.objects.get(candidate=person, purpose="survey")
    assert (event.kind, event.channel, event.actor) == ("objected", "link", "The candidate")

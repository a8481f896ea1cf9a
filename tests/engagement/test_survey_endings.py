"""Who was hired, withdrew or was told by phone is asked too: once they know, never before."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Organisation
from applications.actions.closing import Draft, hire, reopen, withdraw
from applications.actions.own_wish import take_back_withdrawal, withdraw_themselves
from applications.actions.telling import answer_anew, record_told
from applications.models import Letter
from engagement import tasks
from engagement.actions import surveys
from engagement.models import Decision, Message, Survey
from tests.engagement.conftest import MONDAY
from tests.engagement.extensions import parts
from tests.engagement.surveys import applicant, told
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, ToldFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
WELCOME = Draft("Welcome", "Hello Ines,\n\nwe are glad that you come to us. Until soon.\n", MONDAY)


@pytest.fixture(autouse=True)
def switched_on(organisation):
    Organisation.objects.update(asks_how_it_was=True)


def plan() -> int:
    return surveys.plan(timezone.now())


def withheld() -> tuple[str, str]:
    found = Message.objects.filter(purpose="survey").order_by("-pk")
    return found.values_list("state", "reason")[0]


ENDINGS = [
    ({"outcome": "hired", "days": 8}, "hired", "you were chosen"),
    ({"outcome": "withdrawn", "kind": "closing"}, "left", "then decided not to go on"),
    ({"outcome": "offer_declined", "kind": "closing"}, "left", "then decided not to go on"),
    ({"furthest": 3}, "late", "you have our decision"),
    ({"furthest": 2}, "early", "you have our decision"),
]


@pytest.mark.parametrize(("facts", "outcome", "words"), ENDINGS)
def test_each_is_asked_once_in_the_words_of_how_it_ended(smtp_server, facts, outcome, words):
    told(applicant(), **facts)

    assert ([plan(), plan()], tasks.deliver()) == ([1, 0], 1)

    assert Survey.objects.get().outcome == outcome
    plain, html = parts(smtp_server.messages[0])
    assert words in " ".join(plain.split())
    assert words in " ".join(html.split())


@pytest.mark.parametrize(
    "facts",
    [
        {"outcome": "hired", "days": 6.9},
        {"outcome": "hired", "days": 14.1},
        {"outcome": "hired", "days": 8, "state": "due"},
        {"outcome": "withdrawn", "kind": "closing", "days": 2.9},
        {"outcome": "withdrawn", "kind": "closing", "state": "armed"},
        {"outcome": "withdrawn", "kind": "closing", "state": "bounced"},
        {"outcome": "withdrawn", "kind": "decision"},  # overtaken by their own wish
        {"outcome": "withdrawn", "kind": "receipt"},
        {"outcome": "hired", "days": 8, "kind": "closing"},
        {"outcome": "duplicate", "kind": "closing"},
    ],
)
def test_nobody_is_asked_before_they_know_nor_long_after(facts):
    told(applicant(), **facts)

    assert (plan(), Survey.objects.count()) == (0, 0)


def test_a_confirmation_of_a_withdrawal_that_was_taken_back_tells_nothing_of_the_next_end():
    application = told(applicant(), outcome="withdrawn", kind="closing")
    application.closed_at = timezone.now() - timedelta(days=1)
    application.save()

    assert plan() == 0


@pytest.mark.parametrize(
    ("facts", "planned"),
    [
        ({}, 1),
        ({"days": 2.9}, 0),
        ({"days": 10.1}, 0),
        ({"how": "elsewhere"}, 0),
        ({"how": "mistake"}, 0),
        ({"how": "no_address"}, 0),
        ({"about": "date"}, 0),
        ({"taken_back_at": MONDAY}, 0),
    ],
)
def test_a_decision_that_was_told_by_phone_and_recorded_counts(facts, planned):
    at = timezone.now() - timedelta(days=facts.pop("days", 4))
    application = ApplicationFactory(candidate=applicant(), rejected=True, closed_at=at)
    ToldFactory(application=application, at=at, **facts)

    assert plan() == planned


def test_a_call_that_was_taken_back_meanwhile_withholds_it(smtp_server):
    at = timezone.now() - timedelta(days=4)
    application = ApplicationFactory(candidate=applicant(), rejected=True, closed_at=at)
    call = ToldFactory(application=application, at=at)
    plan()
    call.taken_back_at = timezone.now()
    call.save()

    assert (tasks.deliver(), withheld()) == (0, ("withheld", "not_told"))


@pytest.mark.parametrize("kind", ["hired", "withdrawn"])
def test_a_confirmation_that_came_back_meanwhile_withholds_it(smtp_server, kind):
    letter = {"hired": "decision", "withdrawn": "closing"}[kind]
    told(applicant(), outcome=kind, kind=letter, days=8)
    plan()
    Message.objects.filter(purpose="letter").update(state="bounced", reason="bounced")

    assert (tasks.deliver(), withheld()) == (0, ("withheld", "not_told"))


def test_whoever_was_hired_for_another_job_is_not_asked_about_this_one():
    person = applicant()
    told(person)
    ApplicationFactory(candidate=person, hired=True)

    assert plan() == 0
    assert Decision.objects.get(candidate=person).reasons == ["hired"]


def test_one_in_six_months_whatever_the_end(smtp_server):
    person = applicant()
    told(person, outcome="withdrawn", kind="closing")
    plan()
    tasks.deliver()
    told(person, outcome="hired", days=8)

    assert plan() == 0
    assert "asked_lately" in Decision.objects.latest("pk").reasons


def test_a_withdrawal_is_confirmed_and_three_days_later_asked_about(smtp_server):
    application = withdraw_themselves(ApplicationFactory(candidate=applicant(language="ar")))
    tasks.carry_letters()
    early = len(smtp_server.messages)

    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=True):
        tasks.carry_letters()
        tasks.deliver()
        before = plan()
    with time_machine.travel(MONDAY + timedelta(days=3, minutes=5), tick=True):
        after = plan()
        tasks.deliver()

    confirmed, question = smtp_server.messages
    assert (early, before, after) == (0, 0, 1)
    assert confirmed["Auto-Submitted"] == "auto-generated"
    assert confirmed["Subject"].startswith("أُغلق طلبك")
    assert 'lang="ar" dir="rtl"' in parts(confirmed)[1]
    assert 'lang="ar" dir="rtl"' in parts(question)[1]
    assert Survey.objects.get().application == application


def test_a_withdrawal_that_is_taken_back_in_time_is_not_confirmed(smtp_server):
    application = withdraw_themselves(ApplicationFactory(candidate=applicant()))
    take_back_withdrawal(application)

    with time_machine.travel(MONDAY + timedelta(minutes=2), tick=True):
        tasks.carry_letters()
        tasks.deliver()

    assert smtp_server.messages == []
    assert application.letters.get().cancelled_at is not None


def test_what_a_colleague_recorded_waits_two_hours_so_that_a_slip_can_be_undone(recruiter):
    application = withdraw(ApplicationFactory(candidate=applicant()), by=recruiter)
    letter = application.letters.get()

    reopen(application, by=recruiter)

    letter.refresh_from_db()
    wait = letter.send_after - letter.created_at
    assert timedelta(hours=1, minutes=59) < wait <= timedelta(hours=2)
    assert (letter.kind, letter.cancelled_at is not None) == (Letter.Kind.CLOSING, True)


def test_without_an_address_nothing_is_left_that_could_not_leave(recruiter):
    person = applicant()
    person.emails.all().delete()

    withdraw(ApplicationFactory(candidate=person), by=recruiter)

    assert Letter.objects.count() == 0


def test_a_hire_is_asked_about_a_week_after_it_was_confirmed_by_letter(smtp_server, recruiter):
    application = ApplicationFactory(candidate=applicant())
    hire(application, by=recruiter)
    with time_machine.travel(MONDAY + timedelta(days=8), tick=True):
        unconfirmed = plan()
        answer_anew(application, WELCOME, by=recruiter)
        tasks.carry_letters()
        tasks.deliver()

    with time_machine.travel(MONDAY + timedelta(days=15, minutes=5), tick=True):
        assert (unconfirmed, plan(), tasks.deliver()) == (0, 1, 1)

    assert [mail["Subject"][:7] for mail in smtp_server.messages] == ["Welcome", "How was"]


def test_a_hire_that_was_confirmed_by_phone_is_asked_about(recruiter):
    application = hire(ApplicationFactory(candidate=applicant()), by=recruiter)
    record_told(application, "told", "They said yes at once.", by=recruiter)

    with time_machine.travel(MONDAY + timedelta(days=7, minutes=1), tick=True):
        assert plan() == 1

    assert Survey.objects.get().outcome == "hired"


def test_stop_holds_for_those_who_were_hired_too(smtp_server):
    person = applicant()
    told(person, outcome="hired", days=8)
    plan()
    surveys.ask_no_more(person)

    assert (tasks.deliver(), withheld()) == (0, ("withheld", "no_surveys"))


def test_a_colleague_of_ours_is_not_asked():
    person = applicant()
    told(person, outcome="hired", days=8)
    UserFactory(email=person.emails.get().address)

    assert plan() == 0

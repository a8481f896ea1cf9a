"""Sandbox mode: what leaves goes to one address, names whom it was for, counts for nobody."""

import ast
from pathlib import Path

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Organisation
from applications.models import Application
from candidates.models import Activity
from engagement import arbiter, tasks
from engagement.actions import reports
from engagement.actions.surveys import plan
from engagement.models import DeliveryEvent, Message, ProviderReport, Survey
from tests.engagement.extensions import parts
from tests.engagement.surveys import applicant, told
from tests.factories.accounts import UserFactory
from tests.factories.applications import LetterFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    TrialFactory,
)
from tests.factories.privacy import ExtensionRequestFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
SANDBOX = "sandbox@staging.example"


@pytest.fixture(autouse=True)
def sandbox(settings):
    settings.MAIL_SANDBOX = SANDBOX


def test_a_job_email_goes_to_the_sandbox_and_counts_for_nobody(smtp_server):
    message = MessageFactory()
    StepFactory(campaign=message.campaign, position=2)
    real = message.candidate.emails.get().address

    assert tasks.deliver() == 0

    (received,) = smtp_server.messages
    assert received.envelope.rcpt_tos == [SANDBOX]
    assert (received["To"], received["X-Perennial-Original-To"]) == (SANDBOX, real)
    assert received["Reply-To"] == SANDBOX
    assert received["List-Unsubscribe"] is None
    note = f"Sandbox: this email was written to {real}. Nobody but you has it."
    plain, html = parts(received)
    assert plain.startswith(note)
    assert f"<body>\n<p><strong>{note}</strong></p>" in html.replace("\r\n", "\n")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("diverted", "diverted")
    assert (message.armed_at, message.handed_at) == (None, None)
    assert message.candidate.gate.job_emails_at == []
    assert DeliveryEvent.objects.get().kind == "diverted"
    line = Activity.objects.get(candidate=message.candidate, kind="message.diverted")
    assert line.text.startswith("Sandbox: the email about ")


def test_whoever_was_in_a_campaign_then_gets_no_later_step_of_it(smtp_server, settings):
    message = MessageFactory()
    StepFactory(campaign=message.campaign, position=2)
    tasks.deliver()
    settings.MAIL_SANDBOX = ""

    tasks.plan()

    message.enrolment.refresh_from_db()
    assert (message.enrolment.state, message.enrolment.end_reason) == ("ended", "diverted")
    assert Message.objects.count() == 1


def test_what_the_sandbox_got_does_not_stand_in_the_way_of_the_real_one(smtp_server, settings):
    message = MessageFactory()
    tasks.deliver()
    settings.MAIL_SANDBOX = ""
    real = MessageFactory(
        enrolment=EnrolmentFactory(
            candidate=message.candidate, campaign=CampaignFactory(job=message.job, running=True)
        )
    )

    assert arbiter.decide(real, timezone.now()).allowed


def test_a_letter_told_nobody_and_waits_for_a_colleague(smtp_server):
    letter = LetterFactory(application__rejected=True, send_after=timezone.now())
    tasks.carry_letters()

    assert tasks.deliver() == 0

    letter.refresh_from_db()
    assert letter.sent_at is None
    assert letter.problem == "Sandbox mode is on: it went to the address for tests, not to them."
    assert Application.objects.untold().get() == letter.application


def test_a_question_and_a_survey_count_as_not_asked(smtp_server):
    request = ExtensionRequestFactory()
    Organisation.objects.update(asks_how_it_was=True)
    told(applicant())
    plan(timezone.now())
    Message.objects.create(
        dedupe_key=f"extension:{request.pk}",
        purpose="notice",
        extension=request,
        candidate=request.candidate,
        due_at=timezone.now(),
    )

    tasks.deliver()

    request.refresh_from_db()
    assert [message.envelope.rcpt_tos for message in smtp_server.messages] == [[SANDBOX]] * 2
    assert request.sent_at is None
    assert Survey.objects.get().sent_at is None


def test_tests_to_oneself_are_diverted_too(smtp_server):
    TrialFactory(campaign=MessageFactory(handed=True).campaign)

    tasks.send_trials()

    assert [message.envelope.rcpt_tos for message in smtp_server.messages] == [[SANDBOX]]


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "554 no"])
def test_a_sandbox_that_refuses_says_nothing_about_the_person(smtp_server, answer):
    message = MessageFactory()
    smtp_server.replies.append(answer)

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("due", 1)
    assert message.candidate.emails.get().bounced_at is None


def test_an_address_that_the_server_does_not_know_is_the_sandbox_alone(smtp_server):
    message = MessageFactory()
    smtp_server.refused[SANDBOX] = "550 5.1.1 no such user"

    tasks.deliver()

    message.refresh_from_db()
    assert message.state == "due"
    assert message.candidate.emails.get().bounced_at is None


def test_what_a_provider_reports_of_it_is_about_nobody(smtp_server):
    message = MessageFactory()
    tasks.deliver()
    ProviderReport.objects.create(
        provider="postmark",
        event_id="1",
        kind="complained",
        about=message.public_id,
        at=timezone.now(),
    )

    reports.carry_reports()

    message.refresh_from_db()
    assert message.state == "diverted"
    assert message.candidate.emails.get().suppressed == ""
    assert ProviderReport.objects.get().worked_at is not None


def test_every_staff_page_says_that_it_is_on(client, settings):
    client.force_login(UserFactory(roles=["recruiter"]))
    said = (
        f'<b>Sandbox:</b> every email goes to <bdi dir="ltr">{SANDBOX}</bdi>, and to nobody else.'
    )
    for name in ("today", "engagement:campaigns", "accounts:account"):
        assertContains(client.get(reverse(name)), said, html=False)

    settings.MAIL_SANDBOX = ""
    assertNotContains(client.get(reverse("today")), "Sandbox")


def test_a_candidate_page_does_not_speak_of_it(client):
    assertNotContains(client.get("/careers"), "Sandbox")


def test_no_connection_is_made_but_by_the_one_place_that_decides():
    """Whoever made a transport of their own would send to real people while the banner is up."""
    makers = {"SmtpTransport", "ProviderTransport"}
    found = {
        str(path.relative_to(project.BASE_DIR))
        for app in ("accounts", "candidates", "applications", "engagement", "config")
        for path in (Path(project.BASE_DIR) / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers
    }

    assert found == {"engagement/delivery/sandbox.py"}


def test_people_erased_or_new_are_all_diverted_in_one_batch(smtp_server, settings):
    settings.MAIL_PER_SECOND = settings.MAIL_PER_SECOND_PER_DOMAIN = 1000
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 1000  # a tenth of them at once
    campaign = CampaignFactory(running=True, with_step=True)
    for person in CandidateFactory.create_batch(30):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    tasks.deliver()

    assert {tuple(m.envelope.rcpt_tos) for m in smtp_server.messages} == {(SANDBOX,)}
    assert len({m["X-Perennial-Original-To"] for m in smtp_server.messages}) == 30
    assert set(Message.objects.values_list("state", flat=True)) == {"diverted"}

"""Emails whose words are ours speak the language of whom they go to (A-12, A-19)."""

import re
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from applications.actions.applications import add_applicant
from candidates.models import Candidate, PrivacyRequest
from engagement import links, tasks
from engagement.actions import access, again, own_address, own_details
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.links import Purpose
from engagement.models import Message
from tests.engagement.test_languages import ENGLISH, english_in, every_language
from tests.factories.applications import JobFactory, MatchFactory, StageFactory
from tests.factories.candidates import CandidateFactory, PreferenceFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
DIRECTION = {"en": "ltr", "fr": "ltr", "ar": "rtl"}


def person(code: str) -> Candidate:
    return CandidateFactory(
        language=code,
        call_name="Ana",
        email__address="ana@mail.example",
        time_zone="UTC",
        pool__wording="…",
        nurture__wording="…",
    )


def parts(mail: EmailMessage) -> tuple[str, str]:
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def delivered(server) -> list[EmailMessage]:
    tasks.send_codes()
    tasks.deliver()
    return list(server.messages)


def apply_for_a_job(ana: Candidate) -> None:
    stage = StageFactory(job=JobFactory(title="Technicienne"))
    add_applicant(ana, stage.job, stage, by="The candidate", source="", hear_by=date(2026, 12, 1))
    tasks.carry_letters()


OURS = {
    "stop": lambda ana: reduce(ana, Choices(stopped=True), channel="link"),
    "pause": lambda ana: reduce(ana, Choices(paused_until=date(2127, 1, 1)), channel="link"),
    "monthly": lambda ana: reduce(ana, Choices(monthly=True), channel="link"),
    "code": lambda ana: access.ask("ana@mail.example"),
    "again": lambda ana: again.ask("ana@mail.example"),
    "address": lambda ana: own_address.ask_change(ana, "new@mail.example"),
    "deletion": lambda ana: own_details.ask_deletion(ana, wait=False),
    "receipt": apply_for_a_job,
}


@every_language
@pytest.mark.parametrize("what", OURS)
def test_what_we_write_by_ourselves_is_in_their_language(smtp_server, code, what):
    ana = person(code)

    OURS[what](ana)
    (mail,) = delivered(smtp_server)

    plain, html = parts(mail)
    said = [mail["Subject"], *re.sub(r"\S+@\S+|https?://\S+", "", plain).splitlines()]
    assert [line for line in said if ENGLISH.search(line)] == []
    assert f'<html lang="{code}" dir="{DIRECTION[code]}">' in html
    assert f'<div lang="{code}" dir="{DIRECTION[code]}"' in html


@pytest.mark.parametrize(
    ("theirs", "ours", "speaks"),
    [("fr-CA", "en", "fr"), ("pl", "ar", "ar"), ("", "fr", "fr"), ("pl", "en", "en")],
)
def test_whose_language_we_do_not_have_reads_that_of_the_organisation(
    smtp_server, theirs, ours, speaks
):
    Organisation.objects.update(language=ours)
    reduce(person(theirs), Choices(monthly=True), channel="link")

    (mail,) = delivered(smtp_server)

    assert f'<html lang="{speaks}" dir="{DIRECTION[speaks]}">' in parts(mail)[1]
    greeting = {"fr": "Bonjour Ana,", "ar": "مرحبًا Ana،", "en": "Hello Ana,"}[speaks]
    assert parts(mail)[0].startswith(greeting)


def test_colleagues_read_in_english_what_was_done(recruiter: User):
    ana = person("ar")

    reduce(ana, Choices(monthly=True), channel="link")
    own_details.ask_deletion(ana, wait=False)

    texts = [line.text for line in ana.activities.all()]
    assert [text for text in texts if re.search("[؀-ۿ]", text)] == []
    assert Message.objects.filter(text__startswith="مرحبًا Ana،").count() == 2
    assert PrivacyRequest.objects.get().kind == "erasure"


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("en", "What you hope to earn fits what the job pays."),
        ("fr", "Ce que vous espérez gagner correspond à ce que paie le poste."),
        ("ar", "ما تأمل أن تكسبه يناسب أجر الوظيفة."),
    ],
)
def test_why_a_job_email_came_is_said_in_its_language(smtp_server, code, fact):
    message = job_email(person(code), code)
    MatchFactory(
        candidate=message.candidate,
        job=message.job,
        inputs={"job": {}, "person": {}},
        criteria=[{"code": "pay", "label": "Pay", "verdict": "meets", "evidence": ""}],
    )

    (mail,) = delivered(smtp_server)

    assert fact in parts(mail)[0]


def job_email(ana: Candidate, code: str = "en") -> Message:
    campaign = CampaignFactory(running=True, job__title="Technicienne")
    step = StepFactory(campaign=campaign, template_version__language=code)
    enrolment = EnrolmentFactory(campaign=campaign, candidate=ana)
    return MessageFactory(enrolment=enrolment, step=step)


@every_language
def test_every_page_behind_a_job_email_is_in_their_language(smtp_server, code):
    message = job_email(person(code), code)
    (mail,) = delivered(smtp_server)
    change = reduce(message.candidate, Choices(monthly=True), channel="link")
    assert change is not None
    found = re.findall(r"https?://[^/\s]+(/(?:p|u|why)/\S+)", parts(mail)[0])
    ours = [links.path(Purpose.INTERESTED, message.candidate.public_id, message.public_id)]
    ours += [links.path(Purpose.UNDO, message.candidate.public_id, change.public_id)]

    pages = {path: Client().get(path, follow=True) for path in [*found, *ours]}

    assert len(pages) == 6
    assert {path: lines for path, page in pages.items() if (lines := english_in(page))} == {}
    said = f'<html lang="{code}" dir="{DIRECTION[code]}">'
    assert [path for path, page in pages.items() if said not in page.content.decode()] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Your pause ended on 20 November 2026, so job emails come again."),
        ("fr", "Votre pause a pris fin le 20 novembre 2026"),
        ("ar", "انتهى الإيقاف المؤقت في 20 نوفمبر 2026"),
    ],
)
def test_c28_the_first_email_after_a_pause_says_so(smtp_server, code, said):
    ana = person(code)
    PreferenceFactory(candidate=ana, paused_until=date(2026, 11, 20))
    job_email(ana, code)

    (mail,) = delivered(smtp_server)

    assert all(said in part for part in parts(mail))


@pytest.mark.parametrize(
    ("paused_until", "sent_days_ago"),
    [(date(2026, 11, 10), 12), (date(2026, 8, 1), None), (None, None)],
    ids=["one-came-since", "long-ago", "never"],
)
def test_c28_later_emails_and_whoever_never_paused_do_not_read_it(
    smtp_server, paused_until, sent_days_ago
):
    ana = person("en")
    PreferenceFactory(candidate=ana, paused_until=paused_until)
    if sent_days_ago:
        ana.gate.job_emails_at = [timezone.now() - timedelta(days=sent_days_ago)]
        ana.gate.save()
    job_email(ana)

    (mail,) = delivered(smtp_server)

    assert "pause ended" not in parts(mail)[0]

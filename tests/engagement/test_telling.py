"""P-05: the letter and the first job email tell whom we found ourselves, and it is noted once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from applications.actions.locking import lock_untold
from applications.models import MatchProfile
from candidates.models import Activity, Basis, Candidate, GroundEvent
from engagement import tasks
from engagement.actions import telling
from engagement.actions.messages import settle_uncertain
from engagement.delivery import lanes
from engagement.models import Message
from tests.factories.applications import ApplicationFactory, LetterTemplateFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")
WORDS = "although you did not send them to us. We have them from: Tidal fair 2026."


def found(**facts):
    return CandidateFactory(without_consent=True, source="Tidal fair 2026", **facts)


def opt_out_country(**facts):
    """Somebody whom we may write to without having asked, and who does not know of us."""
    person = found(country="US", **facts)
    for purpose in ("pool", "nurture"):
        GroundEventFactory(candidate=person, purpose=purpose, basis=Basis.LEGITIMATE_INTEREST)
    return person


def notices():
    return GroundEvent.objects.filter(kind="notice_given")


def plain(mail):
    return " ".join(mail.get_body(("plain",)).get_content().split())


def test_the_letter_says_who_what_why_from_where_and_how_long(recruiter, smtp_server):
    person = found(call_name="Inês")

    assert telling.tell([person.pk], by=recruiter) == 1
    assert notices().count() == 0
    tasks.deliver()

    (mail,) = smtp_server.messages
    text = plain(mail)
    assert mail["Subject"] == "We keep your details: Larkspur Tidal Works"
    assert text.startswith("Hello Inês, Larkspur Tidal Works Ltd keeps your details, " + WORDS)
    assert "We delete them after 23 May 2027, unless you agree to more." in text
    assert "You may object, see them, correct them or have them deleted at any time" in text
    event = notices().get()
    message = Message.objects.get()
    assert (event.purpose, event.channel, event.notice_version, event.candidate) == (
        "pool", "mail", "told-1", person,
    )  # fmt: skip
    assert event.wording == message.notice
    assert event.evidence == f"Message {message.public_id}"
    assert MatchProfile.objects.get().notice_due is None
    line = Activity.objects.get(kind="message.sent")
    assert line.text == "Sent the notice that we keep their details."
    assert AuditEvent.objects.get(verb="candidate.telling").actor == recruiter.email


def test_of_emails_that_go_together_only_the_one_that_told_counts(smtp_server, monkeypatch):
    monkeypatch.setattr(lanes, "WORTH_A_CONNECTION", 1)
    told = opt_out_country(call_name="Inês")
    campaign = CampaignFactory(running=True, with_step=True)
    for person in (CandidateFactory(), told, CandidateFactory()):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    assert tasks.deliver() == 3

    event = notices().get()
    message = Message.objects.get(candidate=told)
    assert (event.candidate, event.wording) == (told, message.notice)
    assert event.evidence == f"Message {message.public_id}"
    assert set(Message.objects.exclude(pk=message.pk).values_list("notice", flat=True)) == {""}


def test_nobody_was_told_by_a_letter_that_the_server_refused(recruiter, smtp_server):
    person = found(email__address="gone@mail.example")
    smtp_server.refused["gone@mail.example"] = "550 5.1.1 no such user"
    telling.tell([person.pk], by=recruiter)

    tasks.deliver()

    assert Message.objects.get().state == Message.State.BOUNCED
    assert notices().count() == 0


def test_pressed_twice_it_is_one_letter(recruiter):
    person = found()

    assert [telling.tell([person.pk], by=recruiter) for _ in range(2)] == [1, 0]


def test_who_may_have_been_told_is_not_told_again_before_a_colleague_knows(recruiter):
    person = found()
    telling.tell([person.pk], by=recruiter)
    Message.objects.update(state="uncertain", armed_at=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert telling.tell([person.pk], by=recruiter) == 0


@pytest.mark.parametrize(
    "left_out",
    [
        CandidateFactory,
        lambda: ApplicationFactory(candidate=found()).candidate,
        lambda: (
            GroundEventFactory(
                candidate=found(), kind="notice_given", basis="", wording=""
            ).candidate
        ),
        lambda: found(without_email=True),
        lambda: found(bounced=True),
        lambda: CandidateFactory(erased=True),
    ],
    ids=["agreed", "applied", "was told", "has no address", "bounced", "erased"],
)
def test_no_letter_goes_to_whoever(left_out, recruiter):
    assert telling.tell([left_out().pk], by=recruiter) == 0


def test_a_letter_that_came_too_late_is_withheld(recruiter, smtp_server):
    person = found()
    telling.tell([person.pk], by=recruiter)
    ApplicationFactory(candidate=person)

    tasks.deliver()

    assert smtp_server.messages == []
    assert (Message.objects.get().state, Message.objects.get().reason) == (
        "withheld",
        "told_already",
    )


def test_somebody_locked_can_still_be_told(recruiter, smtp_server):
    person = found(created_at=timezone.now() - timedelta(days=40))
    lock_untold(timezone.now())

    assert telling.tell([person.pk], by=recruiter) == 1
    tasks.deliver()

    assert len(smtp_server.messages) == 1
    assert notices().get().candidate == person


def test_the_first_job_email_carries_the_notice_and_the_second_does_not(smtp_server):
    person = opt_out_country()
    enrolment = EnrolmentFactory(candidate=person)
    MessageFactory(enrolment=enrolment)

    tasks.deliver()

    (mail,) = smtp_server.messages
    assert WORDS in plain(mail)
    assert "although you did not send them to us" in mail.get_body(("html",)).get_content().replace(
        "\r\n", " "
    )
    assert notices().get().wording.startswith("Larkspur Tidal Works Ltd keeps your details")

    person.gate.job_emails_at = []
    person.gate.save()
    MessageFactory(enrolment=enrolment)
    tasks.deliver()

    assert WORDS not in plain(smtp_server.messages[1])
    assert notices().count() == 1


def test_a_job_email_to_somebody_who_agreed_carries_no_notice(smtp_server):
    MessageFactory()

    tasks.deliver()

    assert "did not send them to us" not in plain(smtp_server.messages[0])
    assert notices().count() == 0


def test_nobody_was_told_by_a_message_of_which_nobody_knows(recruiter):
    person = found()
    message = MessageFactory(
        candidate=person,
        enrolment=None,
        campaign=None,
        job=None,
        sender=None,
        step=None,
        purpose=Message.Purpose.TOLD,
        uncertain=True,
        notice="We keep your details.",
    )

    settle_uncertain(message, arrived=True, by=recruiter)

    assert notices().get().wording == "We keep your details."


# The page


def page(client, query=""):
    return client.get(reverse("engagement:untold_people") + query)


def test_the_page_lists_the_most_urgent_first_and_tells_the_chosen(staff_client):
    now = timezone.now()
    later, sooner = (
        found(name="Later Lee"),
        found(name="Sooner Sue", created_at=now - timedelta(days=25)),
    )
    CandidateFactory(name="Told Tom")

    response = page(staff_client)

    body = response.content.decode()
    assert body.index("Sooner Sue") < body.index("Later Lee")
    assertContains(response, "5 days left")
    assertNotContains(response, "Told Tom")
    answer = staff_client.post(
        reverse("engagement:untold_people"), {"who": "chosen", "people": [sooner.public_id]}
    )
    assert answer.status_code == 302
    assert list(Message.objects.values_list("candidate", flat=True)) == [sooner.pk]
    assertContains(page(staff_client), "Notice on its way")
    assert later.messages.count() == 0


def test_everybody_is_told_but_those_without_an_address(privacy_client):
    first, second = found(), found()
    found(without_email=True)

    response = privacy_client.post(reverse("engagement:untold_people"), {"who": "all"}, follow=True)

    assertContains(response, "The notice to 2 people is on its way.")
    assert set(Message.objects.values_list("candidate", flat=True)) == {first.pk, second.pk}


def test_nobody_chosen_is_said(staff_client):
    found()

    response = staff_client.post(reverse("engagement:untold_people"), {"who": "chosen"})

    assertContains(response, "Tick the people first.", status_code=422)


def test_one_person_is_told_from_their_page(staff_client):
    person = found()
    address = reverse("engagement:person_tell", args=[person.public_id])
    assertContains(
        staff_client.get(reverse("candidates:privacy", args=[person.public_id])), address
    )

    response = staff_client.post(address, follow=True)

    assertContains(response, "The notice is on its way.")
    assert Message.objects.get().candidate == person
    assertContains(staff_client.post(address, follow=True), "No notice was sent")


def test_a_recruiter_cannot_tell_somebody_who_is_locked(staff_client, privacy_client):
    person = found(created_at=timezone.now() - timedelta(days=40))
    lock_untold(timezone.now())
    address = reverse("engagement:person_tell", args=[person.public_id])

    assert staff_client.post(address).status_code == 404
    assert privacy_client.post(address).status_code == 302
    assert Message.objects.get().candidate == person


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_at_any_size(staff_client, people, django_assert_num_queries):
    for _ in range(people):
        found()

    # session, user, people, their addresses
    with django_assert_num_queries(4):
        page(staff_client)


def test_an_empty_page_says_why(staff_client):
    assertContains(page(staff_client), "Everybody was told")
    assert not Candidate.objects.exists()


@pytest.mark.parametrize(
    ("code", "subject", "words", "direction"),
    [
        ("fr-FR", "Nous conservons vos données : Larkspur Tidal Works", "bien que vous ne", "ltr"),
        ("ar", "نحتفظ ببياناتك: Larkspur Tidal Works", "مع أنك لم ترسلها إلينا", "rtl"),
    ],
)
def test_the_notice_is_in_their_language_and_is_noted_in_it(
    recruiter, smtp_server, code, subject, words, direction
):
    person = found(language=code)
    telling.tell([person.pk], by=recruiter)

    tasks.deliver()

    (mail,) = smtp_server.messages
    assert mail["Subject"] == subject
    assert words in plain(mail)
    assert "Tidal fair 2026" in plain(mail)
    html = mail.get_body(("html",)).get_content()
    assert f'lang="{code[:2]}" dir="{direction}"' in html
    event = notices().get()
    assert (event.language, event.wording) == (code[:2], Message.objects.get().notice)


def test_a_notice_that_a_colleague_says_arrived_is_noted_in_its_language(recruiter):
    person = found(language="ar")
    telling.tell([person.pk], by=recruiter)
    message = Message.objects.get()
    Message.objects.update(
        state="uncertain", armed_at=timezone.now(), notice="كلمات", notice_language="ar"
    )

    settle_uncertain(message, arrived=True, by=recruiter)

    assert (notices().get().language, notices().get().wording) == ("ar", "كلمات")


def test_words_of_colleagues_come_before_those_of_the_product(recruiter, smtp_server):
    text = "Nous avons vos données. {{ source }}\n\n{{ until }} {{ contact }}"
    LetterTemplateFactory(kind="notice", language="fr", subject="Vos données", text=text)
    people = [found(language="fr"), found(language="en")]
    telling.tell([person.pk for person in people], by=recruiter)

    tasks.deliver()

    mails = {mail["Subject"]: plain(mail) for mail in smtp_server.messages}
    assert set(mails) == {"Vos données", "We keep your details: Larkspur Tidal Works"}
    assert "Nous avons vos données. Nous les tenons de : Tidal fair 2026." in mails["Vos données"]
    wordings = set(notices().values_list("wording", flat=True))
    assert any(words.startswith("Nous avons vos données. Nous les tenons") for words in wordings)


@pytest.mark.parametrize(("language", "spoken"), [("fr", "fr"), ("ar", "en")])
def test_a_job_email_tells_in_its_own_language(smtp_server, language, spoken):
    """Whoever has no translation of a job email reads its own words, and the notice in those."""
    message = MessageFactory(
        enrolment=EnrolmentFactory(candidate=opt_out_country(language=language))
    )
    version = message.step.template_version
    type(version).objects.filter(pk=version.pk).update(language=spoken)

    tasks.deliver()

    told = {"fr": "Nous les tenons de", "en": "We have them from"}[spoken]
    assert told in plain(smtp_server.messages[0])
    assert notices().get().language == spoken

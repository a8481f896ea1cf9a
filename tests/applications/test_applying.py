"""Somebody new applies on the careers site: from the form to the letter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from applications import postings
from applications.models import Answer, Application, Arrival, Letter
from candidates.models import Candidate, GroundEvent
from candidates.working_days import working_day_from
from engagement.actions.messages import carry_letters
from engagement.models import Message
from tests.applications.applying import ANA, PDF, cv, only, open_job, send, thanks, typed
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory, QuestionFactory

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------------------- somebody new


def test_somebody_new_applies_with_a_file_and_gets_a_receipt_with_the_day():
    OrganisationFactory()
    job = open_job()

    response = send(job, file=cv(), link=None, phone="+44 117 496 0000", note="I know boats.")

    assert (response.status_code, dict(response.cookies)) == (303, {})
    application = only(Application)
    person = application.candidate
    assert (person.name, person.source, person.emails.get().address) == (
        "Ana Horvat", "Careers site", ANA,
    )  # fmt: skip
    assert person.phones.get().canonical == "+441174960000"
    arrival = only(Arrival)
    assert (arrival.application, arrival.note, arrival.is_again) == (
        application, "I know boats.", False,
    )  # fmt: skip
    assert (arrival.document.file_name, arrival.document.state) == ("cv.pdf", "uploaded")
    letter = only(Letter)
    day = f"{application.hear_by:%-d %B %Y}"
    assert (letter.kind, f"by {day}" in " ".join(letter.text.split())) == ("receipt", True)
    status, html = thanks(response)
    assert (status, f"<b>{day}</b>" in html) == (200, True)
    assert application.hear_by == working_day_from(timezone.now().date() + timedelta(days=5))
    assert AuditEvent.objects.filter(verb="application.added").get().actor == "The candidate"


def test_the_receipt_leaves_as_every_letter_does(smtp_server):
    OrganisationFactory()
    send(open_job())

    carry_letters()

    message = only(Message)
    assert (message.purpose, message.letter.kind, message.state) == ("letter", "receipt", "due")


def test_a_file_or_a_link_is_enough_and_nothing_is_not():
    job = open_job()

    assert send(job, link=None).status_code == 422
    assert send(job, link="portfolio.example/ana").status_code == 303
    assert only(Arrival).link == "https://portfolio.example/ana"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Give your name."),
        ({"name": "🎉"}, "Leave pictures and symbols out of your name."),
        ({"name": "123"}, "Write your name in letters, of any alphabet."),
        ({"email": "ana"}, "It looks like name@mail.example."),
        ({"email": ""}, "Give the address that we should answer to."),
        ({"phone": "12"}, "That is not a phone number."),
        ({"link": "javascript:alert(1)"}, "That is not a web address."),
        ({"stamp": ""}, "Please send the form once more."),
        ({"homepage": "https://spam.example"}, "This field must stay empty"),
        ({"file": cv("cv.exe", b"MZ")}, "We take PDF, DOCX, ODT, RTF and TXT files."),
        ({"file": cv("cv.pdf", b"MZ")}, "but inside it is a program"),
        ({"file": cv("cv.pdf", b"")}, "This file is empty. Save it once more"),
        ({"file": cv("cv.exe.pdf")}, "The name of this file has two endings."),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_stays(fields, words):
    job = open_job()

    response = send(job, **{"note": "All my words", "phone": "+44 117 496 0000", **fields})

    html = response.content.decode()
    assert (response.status_code, words in html, Arrival.objects.count()) == (422, True, 0)
    assert ("All my words</textarea>" in html, "<title>Error: " in html) == (True, True)
    for name, value in typed(**fields).items():
        if name in {"name", "email", "link"} and value.strip():
            assert f'value="{value}"' in html
    assert Candidate.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_with_what_to_do():
    response = send(open_job(), file=cv(content=PDF + b"x" * 10 * 1024 * 1024))

    assert (response.status_code, "larger than 10 MB" in response.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "name",
    [
        "Sukarno",
        "María José Carreño Quiñones",
        "O'Neil-d'Arc",
        "王小明",
        "فاطمة الزهراء",
        "N" * 120,
    ],
)
def test_any_name_is_a_name(name):
    assert send(open_job(), name=name).status_code == 303
    assert only(Candidate).name == name


def test_a_good_file_must_be_chosen_again_and_the_page_says_so():
    response = send(open_job(), file=cv(), name="")

    assert "Please choose your file again" in response.content.decode()


def test_the_form_has_a_label_for_each_field_and_ticks_nothing():
    job = open_job()
    QuestionFactory(job=job, kind="yes_no", text="Nights?")

    response = Client().get(reverse("applications:apply", args=[postings.key_of(job)]))

    html = response.content.decode()
    assert (response.status_code, response["Cache-Control"], dict(response.cookies)) == (
        200, "no-store", {},
    )  # fmt: skip
    assert " checked" not in html
    assert "Keep my details for 1 year and email me when a similar job opens." in html
    assert "No software rejects anyone here." in html
    job.automation_notice = "A program counts words."
    job.save()
    html = Client().get(reverse("applications:apply", args=[postings.key_of(job)]))
    assert "A program counts words." in html.content.decode()


# ------------------------------------------------------------------------- questions


def test_answers_are_kept_with_the_words_and_marked_ones_only_carry_a_label():
    job = open_job()
    shift = QuestionFactory(
        job=job,
        kind="choice",
        text="Shift?",
        choices=["Day", "Night"],
        is_required=True,
        marked_answers=["Night"],
        mark="Night only",
    )
    QuestionFactory(job=job, text="Anything?")
    why = QuestionFactory(job=job, kind="long", text="Why?")

    refused = send(job)
    accepted = send(job, **{f"q-{shift.public_id}": "Night", f"q-{why.public_id}": "Sea\nair"})

    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert list(Answer.objects.values_list("position", "asked", "text", "mark")) == [
        (1, "Shift?", "Night", "Night only"),
        (3, "Why?", "Sea\r\nair" if Answer.objects.filter(text="Sea\r\nair") else "Sea\nair", ""),
    ]
    assert only(Application).is_open


def test_an_answer_that_was_not_offered_is_refused():
    job = open_job()
    shift = QuestionFactory(job=job, kind="choice", choices=["Day", "Night"])

    assert send(job, **{f"q-{shift.public_id}": "Noon"}).status_code == 422


def test_pay_history_is_not_asked_once_the_job_has_a_place_in_the_european_union():
    job = open_job()
    QuestionFactory(job=job, text="Your pay?", asks_pay_history=True, reason="x", is_required=True)
    address = reverse("applications:apply", args=[postings.key_of(job)])

    assert "Your pay?" in Client().get(address).content.decode()
    job.offices.add(OfficeFactory(country="FR"))
    assert "Your pay?" not in Client().get(address).content.decode()
    assert send(job).status_code == 303


# ------------------------------------------------------------------------- job emails


def test_without_the_tick_there_is_an_application_and_no_ground_for_job_emails():
    assert send(open_job()).status_code == 303

    assert list(GroundEvent.objects.values_list("purpose", "kind")) == [
        ("application", "notice_given")
    ]
    assert only(Arrival).job_emails == ""


def test_the_tick_is_kept_with_the_exact_words_and_the_end_they_name():
    job = open_job()

    send(job, job_emails="on")

    events = GroundEvent.objects.filter(kind="granted").order_by("purpose")
    html = Client().get(reverse("applications:apply", args=[postings.key_of(job)])).content.decode()
    assert [event.purpose for event in events] == ["nurture", "pool"]
    for event in events:
        assert (event.basis, event.channel, event.language) == ("consent", "form", "en")
        assert (event.notice_version, event.wording in html) == ("apply-1", True)
        assert event.expires_at.date() == (timezone.now() + timedelta(days=365)).date()
    assert only(Arrival).job_emails == "granted"


def test_the_length_is_that_of_the_place_of_the_job():
    job = JobFactory()
    job.offices.add(OfficeFactory(country="FR"))

    html = Client().get(reverse("applications:apply", args=[postings.key_of(job)])).content.decode()

    assert "Keep my details for 2 years and email me" in html

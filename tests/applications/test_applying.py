"""Somebody applies on the careers site: from the form to the letter, whoever they are."""

import re
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.humans import make_stamp
from accounts.models import AuditEvent
from applications import postings
from applications.actions.jobs import add_standard_stages
from applications.arrivals import of_application
from applications.models import Answer, Application, Arrival, Job, Letter
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from candidates.models import Candidate, Document, GroundEvent, Suppression
from candidates.working_days import working_day_from
from engagement.actions.messages import carry_letters
from engagement.models import Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    ApplicationFactory,
    ArrivalFactory,
    JobFactory,
    OfficeFactory,
    QuestionFactory,
)
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
ANA = "ana@mail.example"


def open_job(**fields):
    job = JobFactory(**fields)
    add_standard_stages(job)
    job.offices.add(OfficeFactory())
    return job


def cv(name="cv.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def typed(**fields):
    sent = {
        "stamp": make_stamp(at=timezone.now().timestamp() - 20),
        "name": "Ana Horvat",
        "email": ANA,
        "link": "https://portfolio.example/ana",
        **fields,
    }
    return {name: value for name, value in sent.items() if value is not None}


def send(job, client=None, **fields):
    address = reverse("applications:apply", args=[postings.key_of(job)])
    return (client or Client(enforce_csrf_checks=True)).post(address, typed(**fields))


def thanks(response):
    page = Client().get(response["Location"])
    return page.status_code, page.content.decode()


def only(model):
    return model.objects.get()


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


# ------------------------------------------------------------------------- whoever it is


def stranger(_recruiter):
    return None


def known(_recruiter):
    return CandidateFactory(name="Ana Known", email__address=ANA)


def stopped(recruiter):
    person = known(recruiter)
    GroundEventFactory(candidate=person, purpose="nurture", kind="withdrawn")
    return person


def suppressed(recruiter):
    person = known(recruiter)
    suppress_address(ANA, scope="nurture", reason="objected", by=recruiter)
    return person


def erased(recruiter):
    erase_candidate(known(recruiter), by=recruiter)


def archived(recruiter):
    return archive_candidate(known(recruiter), "refused", by=recruiter)


def considered(recruiter):
    person = known(recruiter)
    ApplicationFactory(candidate=person, job=Job.objects.get(), hear_by=None)
    return person


WHOEVER = [stranger, known, stopped, suppressed, erased, archived, considered]


@pytest.mark.parametrize("who", WHOEVER)
def test_the_answer_is_the_same_whoever_it_is(who, recruiter):
    OrganisationFactory()
    job = open_job(title="One job", owner=None)
    expected_day = f"{timezone.now().date() + timedelta(days=5):%-d %B %Y}"
    who(recruiter)

    response = send(job, job_emails="on")

    status, html = thanks(response)
    assert (response.status_code, response.content) == (303, b"")
    assert re.sub(r"by=.*", "by=", response["Location"]) == (
        f"/careers/{postings.key_of(job)}/thanks?by="
    )
    assert (status, expected_day in html, "One job" in html) == (200, True, True)
    assert "Known" not in html
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize("who", WHOEVER[1:])
def test_nobody_is_added_twice(who, recruiter):
    job = open_job()
    person = who(recruiter)

    send(job)

    application = Application.objects.open().get()
    if person is not None:
        assert application.candidate_id == person.pk
    assert Candidate.objects.live().count() == 1


@pytest.mark.parametrize("who", [stopped, suppressed, erased])
def test_a_tick_is_no_proof_for_somebody_who_had_refused(who, recruiter):
    job = open_job()
    who(recruiter)
    granted = GroundEvent.objects.filter(kind="granted").count()

    send(job, job_emails="on")

    assert only(Arrival).job_emails == "to_prove"
    assert GroundEvent.objects.filter(kind="granted").count() == granted
    if who is not stopped:
        assert Suppression.objects.count() == 1


def test_a_person_we_know_keeps_every_fact_and_colleagues_see_the_difference(recruiter):
    job = open_job()
    person = CandidateFactory(name="Ana Known", email__address=ANA)

    send(job, name="ANA MARIA HORVAT", phone="+44 117 496 0000")

    person.refresh_from_db()
    assert (person.name, person.phones.count(), person.links.count()) == ("Ana Known", 0, 0)
    ((_, differences),) = of_application(only(Application))
    assert [difference.typed for difference in differences] == [
        "ANA MARIA HORVAT", "+44 117 496 0000", "https://portfolio.example/ana",
    ]  # fmt: skip


def test_the_same_spelling_is_no_difference():
    job = open_job()
    send(job)
    send(job, name="ana horvat", email="ANA@Mail.Example")

    assert [differences for _, differences in of_application(only(Application))] == [[], []]


def test_who_applies_again_adds_to_the_open_application(recruiter):
    job = open_job()
    question = QuestionFactory(job=job, text="Why?")
    send(job, **{f"q-{question.public_id}": "First"})
    first = only(Application)
    first.hear_by += timedelta(days=30)
    first.save()

    response = send(job, file=cv(), **{f"q-{question.public_id}": "Second"})

    application = only(Application)
    assert (response.status_code, thanks(response)[0]) == (303, 200)
    assert [arrival.is_again for arrival in application.arrivals.all()] == [True, False]
    assert list(Answer.objects.order_by("pk").values_list("text", flat=True)) == ["First", "Second"]
    assert Document.objects.count() == 1
    assert application.hear_by == working_day_from(timezone.now().date() + timedelta(days=5))
    assert "We added it to the application" in Letter.objects.order_by("-pk").first().text
    assert application.candidate.activities.filter(kind="application.again").count() == 1


def test_after_a_closed_application_a_new_one_begins():
    job = open_job()
    send(job)
    Application.objects.update(
        closed_at=timezone.now(), outcome="rejected", rejection_reason="other"
    )

    send(job)

    assert Application.objects.count() == 2


def test_a_person_with_very_many_files_is_not_told_and_colleagues_are(monkeypatch):
    job = open_job()
    send(job)
    monkeypatch.setattr("applications.actions.applying.MOST_FILES", 0)

    response = send(job, file=cv())

    assert response.status_code == 303
    assert Arrival.objects.first().file_lost.startswith("Their file was not kept")


# ------------------------------------------------------------------------- at the same time


def test_the_same_form_sent_twice_arrives_once():
    job = open_job()
    stamp = make_stamp(at=timezone.now().timestamp() - 20)

    responses = [send(job, stamp=stamp) for _ in range(2)]

    assert [response.status_code for response in responses] == [303, 303]
    assert (Arrival.objects.count(), Letter.objects.count()) == (1, 1)


def at_once(*calls):
    results = []

    def run(call):
        try:
            results.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_many_times_at_once_arrives_once():
    job = open_job()
    stamp = make_stamp(at=timezone.now().timestamp() - 20)

    responses = at_once(*[lambda: send(job, stamp=stamp)] * 4)

    assert [response.status_code for response in responses] == [303] * 4
    assert (Arrival.objects.count(), Application.objects.count(), Candidate.objects.count()) == (
        1, 1, 1,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_forms_of_one_new_person_at_once_make_one_person_and_one_application():
    job = open_job()

    responses = at_once(*[lambda: send(job)] * 4)

    assert [response.status_code for response in responses] == [303] * 4
    assert (Candidate.objects.count(), Application.objects.count(), Arrival.objects.count()) == (
        1, 1, 4,
    )  # fmt: skip
    assert sorted(Arrival.objects.values_list("is_again", flat=True)) == [False, True, True, True]


@pytest.mark.parametrize("status", ["closed", "on_hold"])
def test_a_job_that_closes_while_somebody_writes_gives_them_back_their_words(status):
    job = open_job()
    question = QuestionFactory(job=job, text="Why boats?")
    Job.objects.update(status=status, closed_at=timezone.now())

    response = send(job, note="All my words", **{f"q-{question.public_id}": "Sea air"})

    html = response.content.decode()
    assert (response.status_code, Arrival.objects.count()) == (410, 0)
    assert "nothing was sent" in html
    for words in ("Ana Horvat", ANA, "All my words", "Why boats?", "Sea air"):
        assert words in html


def test_a_job_that_closes_in_the_last_moment_leaves_nothing_behind(recruiter, monkeypatch):
    job = open_job()
    from applications.actions import applying

    real = applying.take_in

    def closes_meanwhile(said):
        Job.objects.update(status="closed", closed_at=timezone.now())
        return real(said)

    monkeypatch.setattr(applying, "take_in", closes_meanwhile)

    response = send(job, file=cv())

    assert response.status_code == 410
    assert (Candidate.objects.count(), Document.objects.count()) == (0, 0)


def test_the_form_of_a_closed_job_is_its_closed_page():
    job = open_job(closed=True)

    response = Client().get(reverse("applications:apply", args=[postings.key_of(job)]))

    assert (response.status_code, "This job is closed" in response.content.decode()) == (410, True)


# ------------------------------------------------------------------------- too much


def test_of_many_forms_from_one_network_only_so_many_are_stored(settings):
    settings.APPLICATIONS_PER_NETWORK_PER_HOUR = 10
    job = open_job()

    responses = [send(job, email=f"bot-{n}@mail.example", note="Words") for n in range(100)]

    statuses = [response.status_code for response in responses]
    assert (statuses[:10], set(statuses[10:])) == ([303] * 10, {429})
    assert Application.objects.count() == 10
    last = responses[-1]
    assert (0 < int(last["Retry-After"]) <= 3600, "Words" in last.content.decode()) == (True, True)


def test_one_address_sends_five_forms_an_hour_and_is_told_when_to_go_on():
    job = open_job()

    responses = [send(job) for _ in range(6)]

    assert [response.status_code for response in responses] == [303] * 5 + [429]
    assert (
        "Try again in 60 minutes. What you typed is still here." in responses[-1].content.decode()
    )


def test_wrong_forms_count_as_well_so_that_uploads_end(settings):
    settings.APPLICATIONS_PER_NETWORK_PER_HOUR = 1

    statuses = [send(open_job(), name="").status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_five_hundred_forms_without_waiting_store_nothing():
    job = open_job()
    client = Client()
    fast = [send(job, client, stamp=make_stamp()).status_code for _ in range(50)]

    assert (set(fast), Arrival.objects.count()) == ({422}, 0)


# ------------------------------------------------------------------------- colleagues


def test_colleagues_read_what_was_sent_and_hiring_managers_no_contact_details(
    staff_client, signed_in, hiring_manager
):
    job = open_job()
    job.team.create(user=hiring_manager, part="hiring_manager")
    shift = QuestionFactory(job=job, text="Nights?", kind="yes_no", marked_answers=["No"],
                            mark="Not at night")  # fmt: skip
    send(job, file=cv(), phone="+44 117 496 0000", note="Hello", **{f"q-{shift.public_id}": "No"})
    send(job, name="Ana H.")
    address = reverse("applications:application", args=[only(Application).public_id])

    theirs = staff_client.get(address).content.decode()
    managers = signed_in(hiring_manager).get(address).content.decode()

    for words in ("Nights?", "Not at night", "Hello"):
        assert (words in theirs, words in managers) == (True, True)
    for words in (
        "Applied again",
        "cv.pdf",
        "+44 117 496 0000",
        "portfolio.example",
        "another name than we hold",
    ):
        assert (words, words in theirs, words in managers) == (words, True, False)


@pytest.mark.parametrize("many", [1, 3])
def test_what_was_sent_costs_the_same_at_any_size(many, django_assert_num_queries):
    application = ApplicationFactory()
    for _ in range(many):
        arrival = ArrivalFactory(application=application)
        Answer.objects.create(arrival=arrival, position=1, asked="Why?", text="So")

    with django_assert_num_queries(4):  # arrivals, answers, phones, links
        rows = of_application(application)

    assert len(rows) == many


def test_the_thanks_need_the_day_that_we_signed():
    job = open_job()
    address = reverse("applications:applied", args=[postings.key_of(job)])

    for by in ("", "2026-12-24", "x:y:z"):
        response = Client().get(f"{address}?by={by}")
        assert (response.status_code, response["Location"]) == (302, postings.path_of(job))


def test_the_privacy_page_says_how_long_and_links_the_whole_notice():
    OrganisationFactory(privacy_url="https://larkspur-tidal.example/privacy")

    html = Client().get(reverse("applications:privacy_notice")).content.decode()

    assert "we keep your application for 1 year" in html
    assert 'href="https://larkspur-tidal.example/privacy"' in html


def test_a_form_costs_few_queries(django_assert_max_num_queries):
    job = open_job()

    with django_assert_max_num_queries(60):
        assert send(job).status_code == 303
    assert settings.APPLICATIONS_PER_NETWORK_PER_HOUR == 60

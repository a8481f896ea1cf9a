"""The email that asks whether we may keep somebody longer: its words, languages and hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from candidates.models import Activity, Candidate, ExtensionRequest, Preference
from engagement import links, tasks
from engagement.actions.extensions import plan
from engagement.extension_words import ARABIC, ENGLISH, FRENCH, language_for
from engagement.models import Message
from tests.engagement.conftest import MONDAY
from tests.engagement.extensions import in_france, parts
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    OfficeFactory,
    PromiseFactory,
)
from tests.factories.privacy import ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")


def test_the_email_leaves_by_day_where_the_person_lives(smtp_server):
    night = datetime(2026, 11, 27, 23, tzinfo=UTC)  # a Friday
    with time_machine.travel(night, tick=False):
        ending_in(29, time_zone="America/Toronto")
        plan(night)
        assert Message.objects.get().due_at == datetime(2026, 11, 30, 13, tzinfo=UTC)


def test_a_question_that_waited_into_the_night_waits_until_morning(smtp_server):
    ending_in(30)
    plan(timezone.now())

    with time_machine.travel(datetime(2026, 11, 23, 22, tzinfo=UTC), tick=False):
        assert tasks.deliver() == 0

    message = Message.objects.get()
    assert (message.state, message.due_at) == ("due", datetime(2026, 11, 24, 8, tzinfo=UTC))


def test_the_email_asks_with_two_equal_answers_and_says_what_silence_means(smtp_server):
    person = ending_in(30, name="Ines Duarte", call_name="Ines")
    plan(timezone.now())

    assert tasks.deliver() == 1

    (received,) = smtp_server.messages
    assert received["Subject"] == "Shall we keep your details until 23 December 2027?"
    assert received["Auto-Submitted"] == "auto-generated"
    plain, html = parts(received)
    request = ExtensionRequest.objects.get()
    lines = plain.splitlines()
    link = next(line for line in lines if line.endswith("#keep"))
    assert lines[lines.index(link) - 1] == "Keep my details for 12 more months:"
    assert lines[lines.index(link.replace("#keep", "#delete")) - 1] == "Delete my details:"
    token = link.rpartition("/")[2].removesuffix("#keep")
    opened = links.open_token(links.Purpose.EXTENSION, token)
    assert (opened.candidate, opened.about) == (person.public_id, request.public_id)
    body = plain.partition("- - -")[0].strip()
    assert body.startswith("Hello Ines,")
    assert body.endswith("If you do nothing, we will delete them on 23 December 2026.")
    assert "This is the last time" not in plain
    buttons = [part.split("</a>")[0] for part in html.split('<a class="do"')[1:]]
    assert [button.partition(" href=")[0] for button in buttons] == [
        ' style="display:inline-block;padding:12px 0;"'
    ] * 2
    assert [button.rpartition(">")[2] for button in buttons] == [
        "Keep my details for 12 more months",
        "Delete my details",
    ]
    assert "If you do nothing, we will delete them on 23 December 2026." in html
    assert 'lang="en" dir="ltr"' in html
    assert request.sent_at == Message.objects.get().handed_at
    line = Activity.objects.get(candidate=person, kind="message.sent")
    assert line.text == "Sent the question whether we may keep them longer."


def test_the_email_says_what_really_happens_while_a_decision_must_be_explained(smtp_server):
    person = ending_in(7, country="GB")
    job = JobFactory()
    job.offices.add(OfficeFactory(country="GB"))
    ago = MONDAY - timedelta(days=90)
    ApplicationFactory(candidate=person, job=job, rejected=True, closed_at=ago)
    plan(timezone.now())
    tasks.deliver()

    plain, _ = parts(smtp_server.messages[0])

    assert "If you do nothing, we stop using them on 30 November 2026" in plain
    assert "locked away until 25 August 2027" in plain
    assert "we will delete them on" not in plain
    assert "This is the last time that we ask." in plain


def test_whoever_paused_reads_that_the_pause_stays(smtp_server):
    person = ending_in(7)
    Preference.objects.create(candidate=person, paused_until=date(2027, 2, 1))
    plan(timezone.now())
    tasks.deliver()

    plain, html = parts(smtp_server.messages[0])

    said = "They stay paused until 1 February 2027, whatever you answer."
    assert said in plain.replace("\n", " ")
    assert said in html


def test_whoever_was_promised_something_is_asked_because_of_the_promise(smtp_server):
    person = ending_in(30)
    PromiseFactory(candidate=person, families=["Electrical", "Data"])
    PromiseFactory(candidate=person, families=["Welding"], state="released")
    plan(timezone.now())
    tasks.deliver()

    plain, html = parts(smtp_server.messages[0])

    said = "We promised to keep you in mind for Electrical, Data jobs."
    assert said in plain.replace("\n", " ")
    assert said in html
    assert "Welding" not in plain


def test_the_email_speaks_the_language_of_the_person(smtp_server):
    in_france(30, expires=True)
    plan(timezone.now())
    tasks.deliver()

    (received,) = smtp_server.messages
    plain, html = parts(received)
    assert received["Subject"] == ("Pouvons-nous garder vos données jusqu’au 23 décembre 2028 ?")
    assert "Garder mes données 24 mois de plus :" in plain
    assert "Si vous ne faites rien, nous les supprimerons le 23 décembre 2026." in plain
    assert 'lang="fr" dir="ltr"' in html


@pytest.mark.parametrize(
    ("own", "ours", "expected"),
    [
        ("fr", "en", "fr"),
        ("fr-CA", "en", "fr"),
        ("FR_be", "en", "fr"),
        ("pl", "fr", "fr"),
        ("", "fr", "fr"),
        ("pl", "de", "en"),
        ("ar-JO", "en", "ar"),
        ("", "", "en"),
    ],
)
def test_a_language_without_words_falls_back(own, ours, expected):
    assert language_for(own, ours) == expected


def test_the_email_is_arabic_and_right_to_left_for_whom_reads_it(smtp_server):
    person = in_france(30, expires=True)
    Candidate.objects.filter(pk=person.pk).update(language="ar")
    plan(timezone.now())
    tasks.deliver()

    (received,) = smtp_server.messages
    plain, html = parts(received)
    assert received["Subject"] == "هل نحتفظ ببياناتك حتى 23 ديسمبر 2028؟"
    assert "إن لم تفعل شيئًا، نحذفها في 23 ديسمبر 2026." in plain
    assert 'lang="ar" dir="rtl"' in html
    assert "هل نحتفظ بها 24 شهرًا أخرى" in plain


@pytest.mark.parametrize(("number", "said"), [(6, "6 أشهر"), (10, "10 أشهر"), (12, "12 شهرًا")])
def test_months_in_arabic_agree_with_their_number(number, said):
    assert ARABIC.months(number) == said


def test_every_sentence_fills_in_the_same_in_every_language():
    import string

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    fields = [f for f in vars(ENGLISH) if f not in {"code", "day", "months"}]
    for other in (FRENCH, ARABIC):
        assert {f: names(getattr(other, f)) for f in fields} == {
            f: names(getattr(ENGLISH, f)) for f in fields
        }
    assert ARABIC.day(date(2027, 8, 1)) == "1 أغسطس 2027"
    assert FRENCH.day(date(2027, 8, 1)) == "1er août 2027"

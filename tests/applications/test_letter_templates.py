"""The words that letters start from: who may write them, what is refused, what stays as it was."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.models import AuditEvent
from applications import letter_templates, letter_wording
from applications.actions.letter_templates import reset_template, write_template
from applications.letter_templates import Key
from applications.models import Letter, LetterTemplate, LetterTemplateVersion
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db
PAY = Key("decision", "pay", "en")
ANY = Key("decision", "", "en")
LATER = Key("later", "", "en")
TEXT = "Hello {{ candidate.call_name }},\n\nthank you. We looked at what you sent: {{ reason }}."
DAY = "Hello {{ candidate.call_name }},\n\nyou will hear from us by {{ date }} at the latest."


def codes_of(refusal):
    error = refusal.value
    return [error.code] if hasattr(error, "code") else [each.code for each in error.error_list]


# ---------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "key", [PAY, ANY, LATER, Key("decision", "other_job", "pt-BR"), Key("notice", "", "ar")]
)
def test_a_key_reads_what_it_wrote(key):
    assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    "text", ["", "new", "decision", "decision-any", "decision-nonsense-en", "later-pay-en",
             "receipt-any-en", "decision-any-xx", "decision-any-" + "e" * 30]
)  # fmt: skip
def test_what_is_no_letter_has_no_key(text):
    assert Key.parse(text) is None


# ------------------------------------------------------------------- actions


def test_each_change_is_a_version_and_an_audit_entry_without_words(recruiter):
    first = write_template(PAY, "One", TEXT, by=recruiter, seen=0)
    second = write_template(PAY, "Two", TEXT, by=recruiter, seen=1)

    assert (first.pk, second.number, second.subject) == (second.pk, 2, "Two")
    versions = LetterTemplateVersion.objects.order_by("number")
    assert [(one.number, one.subject, one.by) for one in versions] == [
        (1, "One", recruiter),
        (2, "Two", recruiter),
    ]
    events = AuditEvent.objects.order_by("pk").values_list("verb", "changes")
    assert list(events) == [
        ("letter_template.changed", {"version": ["", "1"]}),
        ("letter_template.changed", {"version": ["1", "2"]}),
    ]


def test_unchanged_words_make_no_version(recruiter):
    write_template(PAY, "One", TEXT, by=recruiter, seen=0)
    again = write_template(PAY, " One ", TEXT.replace("\n", "\r\n"), by=recruiter, seen=1)

    assert (again.number, LetterTemplateVersion.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("key", "subject", "text", "code"),
    [
        (PAY, " ", TEXT, "empty_letter"),
        (PAY, "One", " \n ", "empty_letter"),
        (PAY, "One", TEXT + "{{ candidate.salary }}", "mistake"),
        (PAY, "One", TEXT + "{{ date }}", "mistake"),
        (PAY, "{{ promise }}", TEXT, "mistake"),
        (PAY, "One", TEXT + "{{ reason", "mistake"),
        (LATER, "One", DAY + "{{ reason }}", "mistake"),
        (LATER, "One", DAY + "{{ promise }}", "mistake"),
        (PAY, "One", TEXT + " We keep you in mind.", "letter_warning"),
        (PAY, "One", TEXT + " [name of the team]", "letter_warning"),
        (PAY, "One", "Dear all, no.", "letter_warning"),
        (LATER, "One", "Hello {{ candidate.name }}, we need some more time.", "letter_warning"),
        (Key("decision", "pay", "pt"), "Um", TEXT, "letter_warning"),
        (Key("decision", "pay", "pt"), "Um", TEXT.replace("reason", "promise"), "letter_warning"),
        (Key("later", "", "pt"), "Um", DAY, "letter_warning"),
        (PAY, "One", TEXT + "{{ source }}", "mistake"),
        (Key("notice", "", "en"), "One", "We have what you sent: {{ reason }}.", "mistake"),
        (
            Key("notice", "", "en"),
            "One",
            "{{ source }} {{ until }} Nothing else.",
            "letter_warning",
        ),
    ],
)
def test_what_is_refused_leaves_nothing(recruiter, key, subject, text, code):
    with pytest.raises(ValidationError) as refusal:
        write_template(key, subject, text, by=recruiter, seen=0)

    assert codes_of(refusal) == [code]
    assert (LetterTemplate.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_what_the_check_found_is_taken_when_it_was_read(recruiter):
    text = TEXT + " We keep you in mind."

    write_template(PAY, "One", text, by=recruiter, seen=0, warnings_accepted=True)

    assert LetterTemplate.objects.get().text == text


def test_the_field_of_the_promise_is_no_promise_without_a_record():
    assert letter_templates.found_in(ANY, "One", f"{TEXT}\n\n{{{{ promise }}}}\n\nBye") == []


@pytest.mark.parametrize("seen", [0, 2])
def test_who_did_not_see_the_newest_version_is_refused(recruiter, seen):
    write_template(PAY, "One", TEXT, by=recruiter, seen=0)

    with pytest.raises(ValidationError) as refusal:
        write_template(PAY, "Mine", TEXT, by=recruiter, seen=seen)
    assert codes_of(refusal) == ["conflict"]
    with pytest.raises(ValidationError) as refusal:
        reset_template(PAY, by=recruiter, seen=seen)
    assert codes_of(refusal) == ["conflict"]
    assert LetterTemplate.objects.get().subject == "One"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_the_first_words_at_once_one_is_refused(recruiter):
    start, results = threading.Barrier(2), []

    def write(subject):
        start.wait()
        try:
            results.append(write_template(PAY, subject, TEXT, by=recruiter, seen=0).subject)
        except ValidationError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    both = [threading.Thread(target=write, args=[name]) for name in ("One", "Two")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    row = LetterTemplate.objects.get()
    assert sorted(results) == sorted(["conflict", row.subject])
    assert row.versions.count() == 1


def test_a_reset_keeps_the_versions_and_brings_back_what_stands_in(recruiter):
    OrganisationFactory()
    write_template(ANY, "For any", TEXT, by=recruiter, seen=0)
    write_template(PAY, "For pay", TEXT, by=recruiter, seen=0)

    reset_template(PAY, by=recruiter, seen=1)

    wording = letter_wording.Wording(Letter.Kind.DECISION)
    assert wording.of("pay", "en")[0] == "For any"
    assert letter_templates.standing_of(PAY).origin == "The words for any reason stand in."
    rows = LetterTemplateVersion.objects.filter(template__reason="pay").order_by("number")
    assert [(row.number, row.subject, row.is_own) for row in rows] == [
        (1, "For pay", True),
        (2, "", False),
    ]
    assert AuditEvent.objects.first().verb == "letter_template.reset"


def test_words_that_nobody_wrote_cannot_be_reset(recruiter):
    with pytest.raises(ValidationError) as refusal:
        reset_template(PAY, by=recruiter, seen=0)

    assert codes_of(refusal) == ["not_own"]
    assert LetterTemplate.objects.count() == 0


def test_after_a_reset_a_person_is_written_to_in_the_language_of_the_house(recruiter):
    OrganisationFactory()
    polish = Key("decision", "", "pl")
    application = ApplicationFactory(candidate__language="pl", job__title="Rigger")
    write_template(polish, "Podanie", TEXT, by=recruiter, seen=0, warnings_accepted=True)
    assert letter_wording.decision(application, "pay", by=recruiter)[0] == "Podanie"

    reset_template(polish, by=recruiter, seen=1)

    subject, _ = letter_wording.decision(application, "pay", by=recruiter)
    assert subject == "Your application: Rigger"

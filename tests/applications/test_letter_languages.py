"""The words that come with the product reach people in their own language, and the check of letters
reads it too."""

import re
from datetime import date

import pytest

from accounts import languages
from accounts.models import Organisation
from applications import bulk_letters, letter_templates, letter_wording, letters
from applications.actions.letter_templates import write_template
from applications.letter_templates import Key
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, LetterTemplateFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 30)
ENGLISH = re.compile(r"\b(the|you|your|we|our|with|about|have|this|that|will)\b", re.IGNORECASE)
CODES = ["fr", "ar"]


@pytest.fixture(autouse=True)
def house():
    OrganisationFactory()


def somebody(language, **facts):
    return ApplicationFactory(candidate__language=language, job__title="Rigger", **facts)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("reason", list(letters.REASON_WORDS))
def test_a_decision_in_each_language_for_each_reason_passes_its_own_check(recruiter, code, reason):
    subject, text = letter_wording.decision(somebody(code), reason, by=recruiter)

    assert ENGLISH.findall(f"{subject} {text}") == []
    assert letters.lint(subject, text, has_promise=False) == []
    with languages.speaking(code):
        assert letters.reason_in_words(reason) in text
    assert letters.REASON_WORDS[reason] not in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fr", "Nous pensons à vous jusqu’au 30 décembre 2026 pour les postes de ce domaine :"),
        ("ar", "سنتذكّرك حتى 30 ديسمبر 2026 للوظائف في هذا المجال:"),
    ],
)
def test_a_promise_is_said_in_their_language_and_is_known_as_one(recruiter, code, words):
    promised = DAY, ["Nacelle"]

    subject, text = letter_wording.decision(somebody(code), "pay", by=recruiter, promised=promised)

    assert words in text
    assert letters.lint(subject, text, has_promise=True) == []
    (found,) = letters.lint(subject, text, has_promise=False)
    assert "is a promise" in found


@pytest.mark.parametrize(
    "words",
    [
        "Nous conservons votre candidature.",
        "Nous vous recontacterons si un poste s’ouvre.",
        "Nous avons souvent d’autres postes.",
        "سنحتفظ ببياناتك.",
        "سنتواصل معك عندما تشغر وظيفة.",
        "لدينا وظائف أخرى.",
    ],
)
def test_words_of_a_promise_are_found_in_every_language(words):
    found = letters.lint("Sujet", f"{words} {'-' * 40}", has_promise=False)

    assert len(found) == 1
    assert "is a promise" in found[0]


@pytest.mark.parametrize(
    ("code", "day"), [("fr", "mercredi 30 décembre 2026"), ("ar", "الأربعاء 30 ديسمبر 2026")]
)
def test_a_later_day_is_named_in_their_language(recruiter, code, day):
    subject, text = letter_wording.later(somebody(code), DAY, by=recruiter)

    assert day in text
    assert ENGLISH.findall(f"{subject} {text}") == []
    assert letters.lint(subject, text, has_promise=False) == []


@pytest.mark.parametrize(
    ("own", "theirs", "ours", "subject"),
    [
        ([], "fr-CA", "en", "Votre candidature : Rigger"),
        ([], "pl", "en", "Your application: Rigger"),
        ([], "pl", "fr", "Votre candidature : Rigger"),
        ([], "", "ar", "طلبك: Rigger"),
        ([], "pl", "de", "Your application: Rigger"),
        (["fr"], "fr-CA", "en", "Words of fr"),
        (["fr", "fr-CA"], "fr-CA", "en", "Words of fr-CA"),
        (["fr-CA"], "fr", "en", "Votre candidature : Rigger"),
        (["en"], "fr", "en", "Votre candidature : Rigger"),
        (["pl"], "pl", "en", "Words of pl"),
        (["en"], "pl", "en", "Words of en"),
    ],
)
def test_whose_words_in_which_language(recruiter, own, theirs, ours, subject):
    Organisation.objects.update(language=ours)
    for code in own:
        LetterTemplateFactory(language=code, subject=f"Words of {code}")

    assert letter_wording.decision(somebody(theirs), "pay", by=recruiter)[0] == subject


def test_own_words_are_filled_in_their_own_language(recruiter):
    LetterTemplateFactory(language="fr", text="Bonjour, merci beaucoup : {{ reason }}.")

    _, text = letter_wording.decision(somebody("fr"), "pay", by=recruiter)

    assert "votre attente et la fourchette de ce poste ne se rejoignent pas" in text


@pytest.mark.parametrize("kind", ["decision", "later", "notice"])
@pytest.mark.parametrize("code", ["en", *CODES])
def test_what_comes_with_the_product_passes_the_check_of_templates(recruiter, kind, code):
    key = Key(kind, "", code)
    now = letter_templates.standing_of(key)

    assert now.origin == "The words that come with the product."
    assert letter_templates.found_in(key, now.subject, now.text) == []
    kept = write_template(key, now.subject, f"{now.text} .", by=recruiter, seen=0)
    assert kept.is_own


@pytest.mark.parametrize(("code", "found"), [("fr", 0), ("ar", 0), ("pl", 1)])
def test_only_where_the_product_has_no_words_a_field_is_in_english(code, found):
    text = "Dzień dobry {{ candidate.call_name }}, dziękujemy za czas i cierpliwość: {{ reason }}."

    assert len(letter_templates.found_in(Key("decision", "pay", code), "Temat", text)) == found


@pytest.mark.parametrize("left_out", list(letter_wording.OWED))
def test_a_notice_without_what_the_law_wants_is_pointed_at(left_out):
    fields = " ".join(f"{{{{ {name} }}}}" for name in letter_wording.OWED if name != left_out)

    (found,) = letter_templates.found_in(Key("notice", "", "en"), "We keep you", f"Hello. {fields}")

    assert found.startswith("The law wants it to say")
    assert f"{{{{ {left_out} }}}}" in found


def test_those_who_are_written_to_together_are_grouped_by_language(recruiter):
    people = [somebody(code) for code in ("fr", "fr-CA", "ar", "en", "pl")]

    groups = bulk_letters.groups_of(people, {one.pk: "pay" for one in people}, {}, by=recruiter)

    assert {group.language: len(group.people) for group in groups} == {"ar": 1, "en": 2, "fr": 2}
    texts = {group.language: group.letters[0].text for group in groups}
    assert texts["fr"].startswith("Bonjour ")
    assert texts["ar"].startswith("مرحبًا ")
    assert [group.found for group in groups] == [[], [], []]


@pytest.mark.parametrize(("code", "hello"), [("fr", "Bonjour"), ("ar", "مرحبًا")])
def test_feedback_begins_in_their_language_and_has_a_gap_to_fill(recruiter, code, hello):
    application = somebody(code, rejected=True)
    with languages.speaking(code):
        text = letters.feedback_text(application, by=recruiter, organisation="Larkspur")

    assert text.startswith(hello)
    assert ENGLISH.findall(text.replace(recruiter.name, "")) == []
    assert "was never filled in" in letters.lint("Sujet", text, has_promise=False)[0]

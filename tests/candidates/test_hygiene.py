"""The hints about notes (P-26), against sentences that people labelled."""

import time

import pytest

from candidates.hygiene import ADVICE, hints, kinds
from candidates.hygiene_words import WORDS

# sentence: what it is about, in the order of the words
FLAGGED = {
    # English
    "She was sick for most of the spring.": ["health"],
    "Has diabetes and needs breaks.": ["health"],
    "Uses a wheelchair; the workshop is on the second floor.": ["health"],
    "Seemed depressed on the phone.": ["health"],
    "Mentioned a medical condition.": ["health"],
    "Recovering from surgery until June.": ["health"],
    "Told me she is pregnant, due in March.": ["pregnancy"],
    "Pregnancy would make the offshore rota hard.": ["pregnancy"],
    "Comes back from maternity leave in May.": ["pregnancy"],
    "They are trying for a baby.": ["pregnancy"],
    "He is a Muslim and asked for Fridays.": ["religion"],
    "Wears a headscarf.": ["religion"],
    "Goes to church on Sundays, no weekend shifts.": ["religion"],
    "Religious, but flexible.": ["religion"],
    "Too old for a trainee place.": ["age"],
    "At her age she will not move again.": ["age"],
    "Aged 58, close to retirement.": ["age", "age"],
    "A young man with a lot of energy.": ["age"],
    "He is 61 years old.": ["age"],
    "Married, two children.": ["family", "family"],
    "Single mother, may not want nights.": ["family"],
    "His wife does not want to move.": ["family"],
    "Family comes first for him.": ["family"],
    "Strong foreign accent.": ["ethnicity"],
    "She is of African origin.": ["ethnicity"],
    "An immigrant with good papers.": ["ethnicity"],
    "Asked about nationality, did not answer.": ["ethnicity"],
    "SICK again, and her kids too": ["health", "family"],
    # French
    "Souvent malade l'an dernier.": ["health"],
    "En situation de handicap, poste à adapter.": ["health"],
    "Elle est enceinte de cinq mois.": ["pregnancy"],
    "De retour de congé maternité en mai.": ["pregnancy"],
    "Musulman pratiquant.": ["religion"],
    "Elle porte le voile.": ["religion"],
    "Trop âgé pour ce poste.": ["age"],
    "Elle a 57 ans.": ["age"],
    "Jeune femme motivée.": ["age"],
    "Il est marié, trois enfants.": ["family", "family"],
    "Célibataire et mobile.": ["family"],
    "D’origine maghrébine.": ["ethnicity"],
    "Question sur la nationalité.": ["ethnicity"],
    "LA SANTÉ LUI PERMET DE TRAVAILLER": ["health"],
    # Arabic
    "كانت مريضة في الشتاء": ["health"],
    "قضى شهرا في المستشفى": ["health"],
    "هي حامل في الشهر الخامس": ["pregnancy"],
    "ستعود من إجازة أمومة": ["pregnancy"],
    "امرأة محجبة": ["religion"],
    "يطلب وقتا للصلاة": ["religion"],
    "كبير في السن": ["age"],
    "عمرها خمسون سنة": ["age"],
    "متزوجة ولديها أطفال": ["family", "family"],
    "مُتَزَوِّج": ["family"],
    "سألته عن جنسيته": ["ethnicity"],
    "من أصول إفريقية": ["ethnicity"],
}  # fmt: skip
HARMLESS = [
    # English
    "Strong on HV isolation; explained the permit sequence without notes.",
    "Knows our health and safety rules by heart.",
    "Ran occupational health audits for two sites.",
    "Offshore medical valid until June.",
    "Worked at an agency for three years.",
    "Managed the ageless archive and several packages.",
    "The age of the turbine was her main argument.",
    "Led a family of products from design to service.",
    "Suits our job family Electrical.",
    "Christian Weber recommended him.",
    "Speaks Arabic and French.",
    "Prefers day shifts; available from September.",
    "Old switchgear is his speciality.",
    "Foreign keys and child processes came up in the interview.",
    "Skilled, will fill the gap.",
    "Raced through the task; very embracing of change.",
    "Asked for the pay range and said it fits.",
    "Would need the vessel course before going out with the crew.",
    "Young company, so she wrote the handbook herself.",
    "Uses white paper and black box testing.",
    # French
    "Connaît les règles de santé et sécurité.",
    "A travaillé dans une enceinte de confinement.",
    "Marie Dupont l'a recommandé.",
    "Parle arabe et polonais.",
    "Disponible à partir de mai, préfère les équipes de jour.",
    "A navigué à la voile et connaît les amarres.",
    "Une famille de produits difficile.",
    "Bonne connaissance de l'entretien des éoliennes.",
    # Arabic
    "حامل شهادة في الكهرباء",
    "يعرف قواعد الصحة والسلامة",
    "متاح ابتداء من شهر أيلول",
    "يفضل العمل في النهار",
    "أوصى به عمر حداد",
    "خبرة طويلة في الكابلات",
    # neither
    "",
    "   ",
    "☃ 🙂 …",
]


@pytest.mark.parametrize("sentence", FLAGGED)
def test_what_says_more_about_the_person_is_flagged(sentence):
    assert [hint.kind for hint in hints(sentence)] == FLAGGED[sentence]


@pytest.mark.parametrize("sentence", HARMLESS)
def test_what_is_about_the_work_is_not(sentence):
    assert hints(sentence) == []


def test_a_hint_quotes_the_text_as_it_stands_and_once():
    found = hints("Très MALADE, vraiment malade. “Married”?")

    assert [(hint.kind, hint.word) for hint in found] == [
        ("health", "MALADE"),
        ("family", "Married"),
    ]


def test_the_longer_phrase_wins():
    assert [hint.word for hint in hints("A single  mother of two")] == ["single  mother"]


def test_kinds_hold_no_word_of_the_text():
    assert kinds("Married, sick, and sick of it") == "family, health"
    assert kinds("Good with cables") == ""


def test_every_kind_has_its_advice():
    assert set(WORDS) == set(ADVICE)


def test_a_long_note_is_read_at_once():
    started = time.perf_counter()
    hints("She explained the isolation sequence. " * 130)

    assert time.perf_counter() - started < 0.2

"""What is found in a file, and where."""

import time

import pytest

from candidates.documents import findings
from candidates.documents.spellings import Spelling, Spellings
from tests.candidates.findings.conftest import CV
from tests.factories.candidates import SkillAliasFactory, SkillFactory

pytestmark = pytest.mark.django_db


def known(*rows: tuple[str, int, str, bool]) -> Spellings:
    return Spellings(Spelling(*row) for row in rows)


SKILLS = known(
    ("python", 1, "Software", False), ("django", 2, "Software", False), ("go", 3, "Software", True),
    ("c", 4, "Software", True), ("c++", 5, "Software", False), ("java", 6, "Software", False),
    ("java script", 7, "Software", False), (".net", 8, "Software", False),
    ("resume", 9, "", False), ("ci/cd", 10, "Software", False), ("r", 11, "Data", True),
    ("node.js", 12, "Software", False), ("node", 13, "Software", False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("PYTHON, Django.", [1, 2]),
        ("Python/Django & C++", [1, 2, 5]),
        ("pythonic djangos", []),
        ("Java-Script and  java\nscript", [7]),
        ("Java, then JavaScript", [6]),
        ("ASP.NET is not .NET.", [8]),
        ("node.js", [12]),
        ("Node and Node.js", [13, 12]),
        ("CI/CD", [10]),
        ("Résumé, ＰＹＴＨＯＮ", [9, 1]),
        ("Python and Go", [1, 3]),
        ("Python: we go to sea", [1]),
        ("Go away", []),
        ("vitamin C", []),
        ("Python and R", [1]),  # R is of another family
        ("Python." + " x" * 60 + " Go", [1]),  # too far from what says what it means
        ("", []),
        ("ﬁ…İ Python", [1]),  # letters that change their number when folded
    ],
)
def test_skills_are_whole_words_and_the_longest(text, ids):
    assert [hit.skill_id for hit in SKILLS.find(text)] == ids


@pytest.mark.parametrize("text", ["ﬁnd İt: Python, C++", "Ⅷ ½ — python", "résumé  \n python"])
def test_a_hit_names_its_place_in_the_text(text):
    places = [text[hit.start : hit.end].casefold() for hit in SKILLS.find(text)]

    assert "python" in places
    assert set(places) <= {"python", "c++", "résumé"}


def test_no_skill_is_found_where_there_are_none():
    assert Spellings([]).find("Python") == []


def test_everything_is_found_once_with_its_place(catalogue):
    found = findings.find(f"{CV}\n{CV}", "GB")

    assert [(one.kind, one.shown) for one in found] == [
        ("email", "ana.roehm@mail.example"),
        ("phone", "07700 900456"),
        ("link", "linkedin.com/in/ana-roehm/"),
        ("link", "https://work.example/ana?ref=cv"),
        ("skill", "HV isolation"),
        ("skill", "Python"),
        ("skill", "Go"),
    ]
    assert all(CV[one.start : one.end] == one.shown for one in found)
    assert found[1].value == "+447700900456"


def test_the_catalogue_is_read_again_when_it_changed(catalogue):
    assert [one.shown for one in findings.find("Welding")] == []

    SkillAliasFactory(skill__name="Welding", spelling="welding")

    assert [one.shown for one in findings.find("Welding")] == ["Welding"]


def test_a_spelling_that_was_given_to_another_skill_finds_that_one(catalogue):
    alias = SkillAliasFactory(skill__name="Welding", spelling="welding")
    assert [one.skill_id for one in findings.find("Welding")] == [alias.skill_id]

    alias.skill = SkillFactory(name="Hot work")
    alias.save()

    assert [one.skill_id for one in findings.find("Welding")] == [alias.skill_id]


def test_two_spellings_that_change_places_find_the_other_skill(catalogue):
    """As many rows as before, and the same sums: so it was after another demo had been written."""
    one = SkillAliasFactory(skill__name="Welding", spelling="welding")
    other = SkillAliasFactory(skill__name="Brazing", spelling="brazing")
    assert [hit.skill_id for hit in findings.find("Welding")] == [one.skill_id]

    one.skill, other.skill = other.skill, one.skill
    one.save()
    other.save()

    assert [hit.skill_id for hit in findings.find("Welding")] == [one.skill_id]


def test_a_skill_that_moved_to_another_family_makes_no_ambiguous_spelling_clear_any_more(catalogue):
    elm = SkillAliasFactory(
        skill__name="Elm", skill__family="Wood", spelling="elm", is_ambiguous=True
    ).skill
    ash = SkillAliasFactory(skill__name="Ash", skill__family="Wood", spelling="ash").skill
    assert {hit.skill_id for hit in findings.find("Ash and Elm")} == {elm.pk, ash.pk}

    ash.family = "Volcanoes"
    ash.save()

    assert [hit.skill_id for hit in findings.find("Ash and Elm")] == [ash.pk]


@pytest.mark.parametrize(
    "text",
    ["a@" * 30_000, "a." * 30_000 + "@", "www." * 20_000, "+44" * 20_000, "1 " * 30_000,
     "https://" + "x." * 30_000, "https://[" * 5_000, "github.com/" * 6_000, "é" * 60_000],
)  # fmt: skip
def test_text_made_to_take_long_does_not(catalogue, text):
    start = time.process_time()

    assert len(findings.find(text, "GB")) <= findings.MOST_OF_A_KIND

    assert time.process_time() - start < 3

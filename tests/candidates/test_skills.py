import pytest
from django.core.exceptions import ValidationError

from candidates.actions.skills import add_skill, name_skill, remove_skill
from candidates.models import Activity, CandidateSkill, Skill
from candidates.skills import normalise, resolve
from tests.factories.candidates import CandidateFactory, SkillAliasFactory, SkillFactory


@pytest.mark.parametrize(
    ("spelling", "normal"),
    [
        ("  Java   Script ", "java script"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("C", "c"),
        (".NET", ".net"),
        ("Node.js", "node.js"),
        ("Docker.", "docker"),
        ("Müller-Brot", "muller brot"),
        ("Ｊａｖａ", "java"),
        ("HV (isolation)", "hv isolation"),
        ("CI/CD", "ci/cd"),
        ("R&D", "r&d"),
        ("!!!", ""),
    ],
)
def test_normalise(spelling, normal):
    assert normalise(spelling) == normal
    assert normalise(normal) == normal


@pytest.mark.django_db
def test_resolve_knows_spellings_and_survivors(django_assert_num_queries):
    javascript = SkillFactory(name="JavaScript")
    SkillAliasFactory(skill=javascript, spelling="js")
    old = SkillFactory(name="ECMAScript", merged_into=javascript)
    SkillAliasFactory(skill=old, spelling="ecmascript")

    with django_assert_num_queries(1):
        found = resolve(["JS", "ECMAScript", "Cobol"])

    assert found == {"JS": javascript, "ECMAScript": javascript}


@pytest.mark.django_db
def test_ambiguous_spellings_count_in_a_list_but_not_in_text():
    go = SkillFactory(name="Go")
    SkillAliasFactory(skill=go, spelling="go", is_ambiguous=True)
    SkillAliasFactory(skill=go, spelling="golang")

    assert resolve(["Go", "golang"]) == {"Go": go, "golang": go}
    assert resolve(["Go", "golang"], in_text=True) == {"golang": go}


@pytest.mark.django_db
def test_a_new_spelling_becomes_a_skill_once(recruiter):
    first = name_skill("HV  Isolation", by=recruiter)
    again = name_skill("hv isolation", by=recruiter)

    assert (first, first.name, Skill.objects.count()) == (again, "HV Isolation", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["", " !! ", "x" * 101])
def test_not_every_text_is_a_skill(recruiter, spelling):
    with pytest.raises(ValidationError) as refusal:
        name_skill(spelling, by=recruiter)

    assert refusal.value.code == "not_a_skill"


@pytest.mark.django_db
def test_a_person_has_a_skill_once(recruiter):
    candidate = CandidateFactory()
    noted = add_skill(candidate, "Welding", by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        add_skill(candidate, "welding", by=recruiter)
    assert refusal.value.code == "known_skill"

    remove_skill(noted, by=recruiter)
    assert CandidateSkill.objects.count() == 0
    assert list(Activity.objects.values_list("text", flat=True)) == [
        "Removed the skill Welding.",
        "Noted the skill Welding.",
    ]

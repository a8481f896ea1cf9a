"""What the list of people can be narrowed by, with the facets of every floor."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Role
from accounts.permissions import PERMISSIONS_OF, Permission
from candidates import facets
from candidates.contact import contact_state
from candidates.filters import PeopleFilterForm, people_of
from candidates.models import Candidate
from tests.engagement.test_agrees_with_people import people_of_all_kinds
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    CandidateTagFactory,
    DuplicateSuggestionFactory,
    LegalHoldFactory,
    SkillAliasFactory,
    SkillFactory,
    TagFactory,
)

pytestmark = pytest.mark.django_db

# What must not decide (P-33) must not be one click away either.
FORBIDDEN = (
    "age", "birth", "born", "gender", "sex", "nationality", "school", "graduated", "graduation",
    "photo", "marital", "religion", "health", "origin", "years", "salary", "pay", "name",
)  # fmt: skip


def ask(query, user):
    return sorted(people_of(QueryDict(query), user).values_list("name", flat=True))


def counted(query, user):
    """Facet → value → how many people."""
    form = PeopleFilterForm(QueryDict(query), user=user)
    return {
        group.facet.code: {line.value: line.count for line in group.values if line.count}
        for group in form.groups(form.counts())
    }


def test_there_is_no_facet_on_what_must_not_decide():
    assert {facet.code for facet in facets.all_facets()} == {
        "emails", "milestone", "skill", "place", "country", "tag", "seniority", "language", "owner",
        "contact", "source", "pool",
    }  # fmt: skip
    for facet in facets.all_facets():
        said = re.split(
            r"\W+|_", f"{facet.code} {facet.label} {facet.column} {facet.rows}".casefold()
        )
        assert not set(said) & set(FORBIDDEN), facet.code


def test_may_be_sent_is_whom_the_record_says(recruiter):
    people_of_all_kinds()
    ApplicationFactory(candidate__name="Considered")
    LegalHoldFactory(candidate__name="Held")
    twin = CandidateFactory(name="Twin")
    DuplicateSuggestionFactory(one=twin, other=CandidateFactory(name="Other twin"), is_sure=True)
    said = {
        value: set(people_of(QueryDict(f"emails={value}"), recruiter).values_list("pk", flat=True))
        for value in ("yes", "hold", "no")
    }

    everybody = set(Candidate.objects.live().values_list("pk", flat=True))
    box = {"yes": set(), "hold": set(), "no": set()}
    for person in Candidate.objects.live():
        state = contact_state(person).state
        box["hold" if state in {"on_hold", "paused"} else state].add(person.pk)
    assert said == box
    assert said["yes"] <= set(Candidate.objects.contactable().values_list("pk", flat=True))
    assert said["yes"] | said["hold"] | said["no"] == everybody
    assert len(said["yes"]) + len(said["hold"]) + len(said["no"]) == len(everybody)
    assert len(said["hold"]) == 4  # paused, considered, and two who are surely one person
    assert counted("", recruiter)["emails"] == {value: len(ids) for value, ids in said.items()}


def test_the_furthest_stage_of_all_applications_counts(recruiter):
    CandidateFactory(name="New")
    far = CandidateFactory(name="Far")
    ApplicationFactory(candidate=far, furthest=4)
    ApplicationFactory(candidate=far, furthest=2)
    ApplicationFactory(candidate__name="Near", furthest=1)

    assert ask("milestone=4", recruiter) == ["Far"]
    assert ask("milestone=1&milestone=never", recruiter) == ["Near", "New"]
    assert counted("milestone=4", recruiter)["milestone"] == {"4": 1, "1": 1, "never": 1}


def test_all_skills_are_needed_and_what_they_mean_counts(recruiter):
    python, django = SkillFactory(name="Python"), SkillFactory(name="Django")
    django.implies.add(python)
    SkillAliasFactory(skill=python, spelling="py")
    both, one = CandidateFactory(name="Both"), CandidateFactory(name="One")
    CandidateSkillFactory(candidate=both, skill=django)
    CandidateSkillFactory(candidate=one, skill=python)

    assert ask("skill=Python", recruiter) == ["Both", "One"]
    assert ask("skill=py&skill=Django", recruiter) == ["Both"]
    assert ask("skill=Cobol", recruiter) == []
    assert counted("skill=Django", recruiter)["skill"] == {"Django": 1, "Python": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("place=Bristol,+GB", ["Bristol"]),
        ("place=bristol", ["Bristol"]),
        ("place=Bristol,+GB&km=25", ["Bath", "Bristol"]),
        ("place=Bristol,+GB&km=250", ["Bath", "Bristol", "London"]),
        ("place=Bristol,+GB&place=Suva,+FJ&km=25", ["Bath", "Bristol", "Suva", "Taveuni"]),
        ("place=Suva,+FJ&km=250", ["Suva", "Taveuni"]),  # across the date line
        ("place=Nowhere&km=25", ["Nowhere"]),  # nobody knows where it is
        ("place=Bristol,+GB&km=9", ["Bristol"]),  # not one of the choices
        ("place=Atlantis", []),
    ],
)
def test_places_have_a_radius(recruiter, query, expected):
    for city, country, latitude, longitude in (
        ("Bristol", "GB", 51.45, -2.59),
        ("Bath", "GB", 51.38, -2.36),
        ("London", "GB", 51.51, -0.13),
        ("Suva", "FJ", -16.9, 179.95),
        ("Taveuni", "FJ", -16.9, -179.95),
        ("Nowhere", "", None, None),
    ):
        CandidateFactory(
            name=city, city=city, country=country, latitude=latitude, longitude=longitude
        )

    assert ask(query, recruiter) == expected


def test_the_rest_of_the_record_narrows_too(recruiter):
    now = timezone.now()
    mine = CandidateFactory(
        name="Mine", owner=recruiter, source="fair", language="de", seniority=4,
        last_contact_at=now - timedelta(days=40),
    )  # fmt: skip
    CandidateFactory(name="Other", last_contact_at=now - timedelta(days=3))
    CandidateTagFactory(candidate=mine, tag__name="Silver 2026")

    for query in (
        f"owner={recruiter.public_id}", "source=fair", "language=de", "seniority=4", "contact=90",
        "tag=Silver+2026",
    ):  # fmt: skip
        assert ask(query, recruiter) == ["Mine"], query
    assert ask("contact=30", recruiter) == ["Other"]
    assert ask("contact=30&contact=90", recruiter) == ["Mine", "Other"]
    assert counted("source=fair", recruiter) == {
        "emails": {"yes": 1}, "milestone": {"never": 1}, "skill": {},
        "place": {"Bristol, GB": 1}, "country": {"GB": 1}, "tag": {"Silver 2026": 1}, "pool": {},
        "seniority": {"4": 1}, "language": {"de": 1}, "owner": {str(recruiter.public_id): 1},
        "contact": {"90": 1}, "source": {"fair": 1, "own site": 1},
    }  # fmt: skip


def test_a_condition_that_means_nothing_finds_nobody_and_is_left_out_of_the_page(
    recruiter, staff_client
):
    """A living pool must not fill with everybody because a tag was deleted."""
    CandidateFactory(name="Rosa Osei")

    assert ask("tag=Gone", recruiter) == []
    response = staff_client.get("/people?tag=Gone&country=GB")
    assertContains(response, "Rosa Osei")
    assertContains(response, "Left out of this list")
    assertContains(response, "Tags: Gone")
    assert response.context["form"].query == "country=GB"


def test_a_facet_that_the_user_may_not_use_is_not_there(recruiter, staff_client, monkeypatch):
    ApplicationFactory(candidate__name="Rosa Osei", furthest=4)
    allowed = PERMISSIONS_OF[Role.RECRUITER] - {Permission.VIEW_JOBS}
    monkeypatch.setitem(PERMISSIONS_OF, Role.RECRUITER, allowed)

    assert "milestone" not in counted("", recruiter)
    assert ask("milestone=4", recruiter) == []
    response = staff_client.get("/people?milestone=4")
    assertContains(response, "Furthest stage: you may not use this filter")
    assertNotContains(response, "facet-milestone")


def test_numbers_are_of_people_whom_the_user_may_see():
    CandidateFactory()

    assert set(map(len, counted("", UserFactory(hiring_manager=True)).values())) == {0}


@pytest.mark.parametrize("count", [1, 3])
def test_all_facets_at_once_cost_the_same_at_any_number(
    staff_client, count, django_assert_num_queries
):
    silver = TagFactory(name="Silver")
    for _ in range(count):
        person = CandidateFactory(current_title="Electrician", seniority=3)
        CandidateSkillFactory(candidate=person, skill__name="HV isolation")
        CandidateTagFactory(candidate=person, tag=silver)
        ApplicationFactory(candidate=person, furthest=4)
    query = (
        "q=electrician&emails=hold&milestone=4&skill=HV+isolation&place=Bristol&km=25&tag=Silver"
        "&seniority=3&language=en&country=GB&source=own+site&owner=nobody&contact=never"
    )

    # session, user, views, duplicates; tag; skill: spelling, name, meaning; place; the words with
    # private notes, is anybody exactly so, who is ranked; people of the page; their texts; counts
    with django_assert_num_queries(15):
        response = staff_client.get(f"/people?{query}")

    assertContains(response, 'class="person-name"', count=count)

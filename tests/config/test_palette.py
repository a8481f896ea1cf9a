"""The command palette: who finds what."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from config.palette import REMEMBERED
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, HiringTeamMemberFactory, JobFactory
from tests.factories.candidates import CandidateFactory, NoteFactory

pytestmark = pytest.mark.django_db


def ask(client, text=""):
    return client.get("/palette", {"q": text}, headers={"HX-Request": "true"})


def test_people_jobs_and_pages_are_found(staff_client):
    CandidateFactory(name="Rosa Osei", current_title="Electrician")
    JobFactory(title="Oseigraphic surveyor")

    response = ask(staff_client, "osei")

    assertContains(response, "Rosa Osei")
    assertContains(response, "Oseigraphic surveyor")
    assertNotContains(response, "<html")
    assertContains(ask(staff_client, "rosaa oseii"), "Rosa Osei")  # typed wrongly
    assertContains(ask(staff_client, "camp"), 'href="/campaigns"')
    assertContains(ask(staff_client, "qqqq"), "Nothing here is called that.")


def test_people_are_not_listed_by_single_letters(staff_client):
    CandidateFactory(name="Rosa Osei")

    assertNotContains(ask(staff_client, "ro"), "Rosa Osei")
    assertContains(ask(staff_client, "qq"), "Type 3 letters")


def test_a_hiring_manager_finds_the_candidates_of_their_own_jobs_alone(signed_in, hiring_manager):
    own = ApplicationFactory(candidate__name="Rosa Osei", candidate__current_title="Electrician")
    HiringTeamMemberFactory(job=own.job, user=hiring_manager)
    ApplicationFactory(candidate__name="Rosa Foreign")
    NoteFactory(candidate=own.candidate, text="Considers leaving.")
    client = signed_in(hiring_manager)

    response = ask(client, "rosa")
    assertContains(response, f"/applications/{own.public_id}")
    assertNotContains(response, "Foreign")
    foreign, nobody = ask(client, "foreign"), ask(client, "nosuchname")
    assert foreign.content == nobody.content
    assertNotContains(ask(client, "leaving"), "Rosa")


@pytest.mark.parametrize("role", ["interviewer", "admin"])
def test_who_may_see_nobody_finds_nobody(signed_in, role):
    CandidateFactory(name="Rosa Osei")

    assertNotContains(ask(signed_in(UserFactory(**{role: True})), "rosa"), "Rosa Osei")


def test_the_last_five_come_first_and_only_while_they_can_be_seen(staff_client):
    people = [CandidateFactory(name=f"Person {n}") for n in range(REMEMBERED + 1)]
    for person in people:
        answer = staff_client.post("/palette/used", {"key": f"person:{person.public_id}"})
        assert answer.status_code == 204

    content = ask(staff_client).content.decode()
    assert "Used last" in content
    places = [content.find(f"Person {n}") for n in range(REMEMBERED, 0, -1)]
    assert places == sorted(places)
    assert -1 not in places
    assert "Person 0" not in content
    type(people[1]).objects.filter(pk=people[1].pk).update(erased_at="2026-01-01T00:00Z")
    assertNotContains(ask(staff_client), "Person 1")


@pytest.mark.parametrize("key", ["", "person:1", "page:<script>", "rubbish:x"])
def test_rubbish_is_not_remembered(staff_client, key):
    assert staff_client.post("/palette/used", {"key": key}).status_code == 422
    assertNotContains(ask(staff_client), "Used last")


def test_it_is_a_page_without_javascript(staff_client):
    CandidateFactory(name="Rosa Osei")

    assertContains(staff_client.get("/palette", {"q": "rosa"}), "Rosa Osei")
    assertContains(staff_client.get("/palette"), '<form class="filters" method="get"')


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_at_any_number(staff_client, count, django_assert_num_queries):
    for number in range(count):
        CandidateFactory(name=f"Rosa Osei {number}")
        JobFactory(title=f"Rosa {number}")

    with django_assert_num_queries(6):  # session, user; the words, notes, anybody?, people; jobs
        ask(staff_client, "rosa")

"""Whoever comes in is looked up by one rule: alone, among others, by a form or by a file."""

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import imports
from applications.actions import imports as actions
from candidates.actions.contact import suppress_address
from candidates.actions.merging import merge_people
from candidates.models import Candidate, ImportRow
from candidates.resolving import Said, resolve_candidate, resolve_many
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    LinkFactory,
    PhoneFactory,
)

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "rosa@x.example", "ROSA@x.example", "rosa+jobs@x.example", "li@x.example", "wen@x.example",
    "merged@x.example", "archived@x.example", "stopped@x.example", "two@x.example", "new@x.example",
)  # fmt: skip
people = st.builds(
    Said,
    name=st.sampled_from(["Rosa Osei", "Osei Rosa", "Li Wen", "Kofi Mensah"]),
    emails=st.lists(st.sampled_from(ADDRESSES), max_size=3, unique=True).map(tuple),
    phones=st.lists(st.sampled_from(["07700 900123", "+44 7700 900999"]), max_size=1).map(tuple),
    links=st.lists(st.sampled_from(["linkedin.com/in/rosa", "x.example/wen"]), max_size=1).map(
        tuple
    ),
    city=st.sampled_from(["", "Bristol"]),
    country=st.sampled_from(["", "GB"]),
)
in_the_database = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def known(recruiter):
    """People of every kind: with two addresses, merged, archived, suppressed."""

    def person(name: str, *addresses: str, **facts):
        candidate = CandidateFactory(name=name, without_email=True, country="GB", **facts)
        for address in addresses:
            EmailAddressFactory(
                candidate=candidate, address=address, is_primary=address == addresses[0]
            )
        return candidate

    rosa = person("Rosa Osei", "rosa@x.example", "two@x.example", city="Bristol")
    PhoneFactory(candidate=rosa, number="07700 900123")
    LinkFactory(candidate=rosa, url="https://www.linkedin.com/in/Rosa/")
    survivor = person("Li Wen", "li@x.example")
    merge_people(survivor, person("Wen Li", "merged@x.example"), by=recruiter)
    person("Archie Vale", "archived@x.example", archived=True)
    person("Stan Stopp", "stopped@x.example")
    suppress_address("stopped@x.example", scope="all", reason="erased", by="test")
    person("Wen Ng", "wen@x.example")
    return recruiter


@in_the_database
@given(said=st.lists(people, max_size=5))
def test_many_get_the_answer_that_each_would_get(known, said):
    everybody = Candidate.objects.live()

    assert resolve_many(said, everybody) == [resolve_candidate(one, everybody) for one in said]


@in_the_database
@given(said=people)
def test_a_line_of_a_file_joins_to_whom_the_form_would_name(known, said):
    found = resolve_candidate(said, Candidate.objects.live())
    cells = [said.name, "|".join(said.emails), "".join(said.phones), "".join(said.links)]
    content = "Name;Email;Phone;LinkedIn\n" + ";".join(cells)

    with transaction.atomic():
        run = actions.upload(io.BytesIO(content.encode()), "people.csv", by=known)
        actions.map_columns(run, run.mapping, by=known)
        imports.work_on(run.pk)
        run.refresh_from_db()
        actions.commit(run, by=known)
        imports.work_on(run.pk)
        row = run.rows.get()
        transaction.set_rollback(True)

    may_join = not found.is_withheld and len(found.people) < 2
    assert (row.state == ImportRow.State.REFUSED) == (not may_join)
    if may_join and found.person:
        assert row.candidate == found.person
    elif may_join:
        assert row.state == ImportRow.State.CREATED


def test_a_withheld_address_beside_a_known_one_joins_to_nobody(known):
    said = Said("Rosa Osei", emails=("rosa@x.example", "archived@x.example"))

    found = resolve_candidate(said, Candidate.objects.live())

    assert ([str(one) for one in found.people], found.is_withheld) == (["Rosa Osei"], True)
    assert found.person is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_exact_join_takes_two_questions(known, django_assert_num_queries, count):
    rosa = Said("Rosa Osei", emails=("rosa@x.example",))

    with django_assert_num_queries(2):
        found = resolve_many([rosa] * count, Candidate.objects.live())

    assert [str(one.person) for one in found] == ["Rosa Osei"] * count

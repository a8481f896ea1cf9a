"""Members of pools: many at once, and the list narrowed by pools."""

import pytest
from django.http import QueryDict
from pytest_django.asserts import assertContains, assertNotContains

from candidates import bulk, pools
from candidates.actions import pools as actions
from candidates.actions import work as work_actions
from candidates.filters import people_of
from candidates.models import Candidate
from candidates.tasks import do_work
from tests.candidates.pool_states import one, states
from tests.candidates.test_bulk import reasons, run, undo
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db


def test_bulk_add_joins_everybody_and_is_taken_back_exactly(recruiter):
    pool = TalentPoolFactory(name="Welders", owner=recruiter)
    member, waiting, out, _ = (CandidateFactory(name=name) for name in "ABCD")
    PoolMembershipFactory(pool=pool, candidate=member)
    PoolMembershipFactory(pool=pool, candidate=waiting, proposed=True)
    PoolMembershipFactory(pool=pool, candidate=out, left=True)
    before = list(pool.memberships.order_by("pk").values())

    work = run("pool", recruiter, pool=pool.public_id)

    assert work.title == "Add 4 people to the pool “Welders”"
    assert set(states(pool).values()) == {"member"}
    assert reasons(work) == ["They were in this pool already.", "", "", ""]

    undo(work)
    assert list(pool.memberships.order_by("pk").values()) == before


def test_bulk_add_that_somebody_changed_since_stays(recruiter):
    pool = TalentPoolFactory(owner=recruiter)
    ana, _ = CandidateFactory(name="Ana"), CandidateFactory(name="Bo")
    work = run("pool", recruiter, pool=pool.public_id)
    colleague = UserFactory()
    actions.remove_people(pool, one(ana), by=colleague)
    actions.add_people(pool, one(ana), by=colleague)

    undo(work)

    assert states(pool) == {"Ana": "member"}
    assert reasons(work) == ["Somebody said otherwise since.", ""]


def test_bulk_take_out_and_back(recruiter):
    pool = TalentPoolFactory(owner=recruiter)
    row = PoolMembershipFactory(pool=pool)
    CandidateFactory()
    before = list(pool.memberships.values())

    work = run("unpool", recruiter, pool=pool.public_id)

    assert list(states(pool).values()) == ["left"]
    assert reasons(work) == ["", "They were not in this pool."]

    undo(work)
    assert list(pool.memberships.values()) == before
    assert row.pool == pool


def test_bulk_add_to_a_pool_that_closes_meanwhile_changes_nobody(recruiter):
    pool = TalentPoolFactory(owner=recruiter)
    CandidateFactory()
    work = work_actions.freeze(Candidate.objects.all(), by=recruiter)
    values = bulk.kind_called("pool", recruiter).values({"pool": pool}, recruiter)
    work_actions.start(work, kind="pool", title="Add", values=values, by=recruiter)
    actions.close_pool(pool, by=recruiter)

    do_work(work.pk)

    assert reasons(work) == ["This pool was closed since."]


def test_what_a_search_finds_now(recruiter):
    CandidateFactory(country="PL")

    assert pools.found_by("country=PL", recruiter) == 1


# --------------------------------------------------------------------- facet


def test_the_list_of_people_is_narrowed_by_pools(recruiter, signed_in):
    row, other = PoolMembershipFactory(), PoolMembershipFactory()
    PoolMembershipFactory(pool=row.pool, left=True)
    PoolMembershipFactory(pool=row.pool, proposed=True)
    query = QueryDict(f"pool={row.pool.public_id}")

    assert list(people_of(query, recruiter)) == [row.candidate]
    page = signed_in(recruiter).get(f"/people?{query.urlencode()}")
    assertContains(page, row.candidate.name)
    assertContains(page, row.pool.name)
    assertNotContains(page, f"Choose {other.candidate.name}")


@pytest.mark.parametrize("value", ["7", "1b7e6c1a-0000-4000-8000-000000000000"])
def test_a_pool_that_is_not_there_finds_nobody(recruiter, value):
    CandidateFactory()

    assert list(people_of(QueryDict(f"pool={value}"), recruiter)) == []

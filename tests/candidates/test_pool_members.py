"""Members of pools: how many may be written to, many at once, and the list narrowed by pools."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates import bulk, pools
from candidates.actions import pools as actions
from candidates.actions import work as work_actions
from candidates.actions.grounds import record_objection
from candidates.filters import people_of
from candidates.models import Candidate, Preference, TalentPool
from candidates.pools import Health, health_of
from candidates.tasks import do_work
from tests.candidates.pool_states import one, states
from tests.candidates.test_bulk import reasons, run, undo
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------ consent health


def test_each_member_is_in_one_part_of_the_health(recruiter):
    pool = TalentPoolFactory()
    now = timezone.now()
    lasting, ending, paused = CandidateFactory(), CandidateFactory(without_consent=True), None
    for purpose in ("pool", "nurture"):
        GroundEventFactory(candidate=ending, purpose=purpose, expires_at=now + timedelta(days=30))
    paused = CandidateFactory()
    Preference.objects.create(candidate=paused, paused_until=now.date() + timedelta(days=40))
    objected = CandidateFactory()
    record_objection(objected, by=recruiter)
    people = [
        lasting,
        ending,
        paused,
        objected,
        CandidateFactory(without_consent=True),
        CandidateFactory(without_email=True),
    ]
    for person in people:
        PoolMembershipFactory(pool=pool, candidate=person)
    PoolMembershipFactory(pool=pool, proposed=True)
    PoolMembershipFactory(pool=pool, candidate__erased_at=now)

    health = health_of([pool])[pool.pk]

    assert health == Health(lasting=1, ending=1, paused=1, ask=1, refused=1, unreachable=1)
    assert health.writable == one_by_one(pool)
    assert [share.percent for share in health.shares] == [17] * 6


def one_by_one(pool: TalentPool) -> int:
    members = Candidate.objects.filter(pools__pool=pool, pools__state="member")
    return members.contactable().count()


def test_health_of_nothing_is_nothing():
    pool = TalentPoolFactory()

    assert health_of([pool]) == {pool.pk: Health()}
    assert health_of([]) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_health_of_many_pools_is_one_query(count, django_assert_num_queries):
    many = [row.pool for row in PoolMembershipFactory.create_batch(count)]

    with django_assert_num_queries(1):
        health_of(many)


# ---------------------------------------------------------------------- bulk


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

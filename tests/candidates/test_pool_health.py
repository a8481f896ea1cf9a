"""The consent health of pools: each member is in one part, whatever a pool holds it is cheap to
show, and numbers that were counted before say when."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates import pool_health
from candidates.actions import pool_counts
from candidates.actions import pools as actions
from candidates.actions.grounds import record_objection
from candidates.models import Candidate, PoolCount, Preference, TalentPool
from candidates.pool_health import Health, Waiting, health_of, shown_of
from candidates.tasks import count_pools
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.pools import PoolCountFactory, PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db

MORNING = "2026-11-23 09:00Z"


@pytest.fixture
def small_bounds(monkeypatch):
    """A pool of more than two is a large one, and more than two proposals are many."""
    monkeypatch.setattr(pool_health, "COUNTED_AT_ONCE", 2)
    monkeypatch.setattr(pool_health, "MOST_WAITING", 2)


def pool_of(count: int, **fields) -> TalentPool:
    pool = TalentPoolFactory(**fields)
    PoolMembershipFactory.create_batch(count, pool=pool)
    return pool


def health(pool: TalentPool) -> Health:
    return shown_of([pool])[pool.pk][0]


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


def test_small_pools_of_a_page_are_counted_now_and_large_ones_read(small_bounds):
    with time_machine.travel(MORNING, tick=False):
        one, two, large, new = pool_of(1), pool_of(2), pool_of(3), pool_of(4)
        pool_counts.count_pool(large, timezone.now())
        counted_at = timezone.now()

    assert {pk: found for pk, (found, _) in shown_of([one, two, large, new]).items()} == {
        one.pk: Health(lasting=1),
        two.pk: Health(is_known=False),  # together with the first they would be three
        large.pk: Health(lasting=3, counted_at=counted_at),
        new.pk: Health(is_known=False),
    }
    assert health(two) == Health(lasting=2)


def test_proposals_are_counted_up_to_a_bound(small_bounds):
    few, many = TalentPoolFactory(), TalentPoolFactory()
    PoolMembershipFactory.create_batch(2, pool=few, proposed=True)
    PoolMembershipFactory.create_batch(4, pool=many, proposed=True)
    PoolMembershipFactory(pool=few, proposed=True, candidate__archived=True)

    waiting = {pk: one for pk, (_, one) in shown_of([few, many]).items()}

    assert waiting == {few.pk: Waiting(2), many.pk: Waiting(3)}
    assert [waiting[few.pk].said, waiting[many.pk].said] == ["2", "2+"]


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_page_says_is_three_queries(small_bounds, count, django_assert_num_queries):
    pools = [pool_of(3) for _ in range(count)] + [pool_of(1)]

    with django_assert_num_queries(3):  # how many, the small ones, what was counted of the others
        shown_of(pools)


def test_large_pools_are_counted_when_they_are_new_changed_or_old(small_bounds, recruiter):
    with time_machine.travel(MORNING, tick=False) as clock:
        small, large, other = pool_of(2), pool_of(3), pool_of(4)
        pool_of(5, closed_at=timezone.now())
        assert count_pools() == 2
        assert count_pools() == 0

        clock.shift(timedelta(minutes=1))
        person = CandidateFactory()
        actions.add_people(large, Candidate.objects.filter(pk=person.pk), by=recruiter)
        assert pool_counts.due(timezone.now()) == [large]
        assert count_pools() == 1
        assert PoolCount.objects.get(pool=large).lasting == 4

        clock.shift(timedelta(minutes=1))
        actions.remove_people(large, Candidate.objects.filter(pk=person.pk), by=recruiter)
        assert pool_counts.due(timezone.now()) == [large]
        assert count_pools() == 1

        clock.shift(timedelta(minutes=9))
        assert pool_counts.due(timezone.now()) == [other]
        assert not PoolCount.objects.filter(pool=small).exists()


def test_a_pool_that_became_small_keeps_no_numbers(small_bounds):
    pool = PoolCountFactory(counted_at=timezone.now() - timedelta(hours=1)).pool
    PoolMembershipFactory(pool=pool)

    assert count_pools() == 1

    assert not PoolCount.objects.exists()
    assert health(pool) == Health(lasting=1)


def test_the_pages_say_when_a_large_pool_was_counted_or_that_it_is_being(
    small_bounds, staff_client
):
    pool = pool_of(3)
    page = reverse("candidates:pool", args=[pool.public_id])
    for address in (page, reverse("candidates:pools")):
        assertContains(staff_client.get(address), "Being counted")
    assertContains(staff_client.get(reverse("candidates:pools")), "2+ people")

    count_pools()

    for address in (page, reverse("candidates:pools")):
        response = staff_client.get(address)
        assertContains(response, "<b>3</b> may be sent job emails")
        assertContains(response, "again within ten minutes")
        assertNotContains(response, "Being counted")


def test_numbers_have_separators():
    counted = Health(lasting=12_345)

    assert (counted.said, counted.shares[0].said) == ("12,345", "12,345")

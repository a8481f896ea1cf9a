"""Talent pools that a search fills: who comes, waits, stays and leaves."""

import pytest
from django.utils import timezone

from candidates.actions import pools as actions
from candidates.models import Activity, PoolMembership, TalentPool
from candidates.tasks import fill_pool, fill_pools
from tests.candidates.pool_states import one, states
from tests.factories.candidates import CandidateFactory
from tests.factories.pools import TalentPoolFactory

pytestmark = pytest.mark.django_db


def living(**facts) -> TalentPool:
    return TalentPoolFactory(living=True, **facts)


def test_whoever_is_found_waits_for_approval_or_joins(recruiter):
    CandidateFactory(name="Ana", country="PL"), CandidateFactory(name="Bo", country="GB")
    asking, open_ = living(), living(joins_by_itself=True)

    fill_pools()

    assert states(asking) == {"Ana": "proposed"}
    assert states(open_) == {"Ana": "member"}
    assert Activity.objects.get(kind="pool.joined").actor == "talent pool"


def test_filling_twice_changes_nothing():
    CandidateFactory(country="PL")
    pool = living(joins_by_itself=True)

    assert fill_pool(pool.pk) == {"came": 1, "went": 0}
    assert fill_pool(pool.pk) == {"came": 0, "went": 0}

    assert PoolMembership.objects.count() == 1
    assert Activity.objects.filter(kind="pool.joined").count() == 1


def test_whoever_fits_later_comes_later():
    person, pool = CandidateFactory(name="Ana", country="GB"), living()
    fill_pools()
    one(person).update(country="PL")

    fill_pools()

    assert states(pool) == {"Ana": "proposed"}


@pytest.mark.parametrize("keep_out", [actions.remove_people, actions.decline])
def test_whoever_was_taken_out_or_declined_does_not_come_back(recruiter, keep_out):
    person = CandidateFactory(country="PL")
    pool = living(joins_by_itself=keep_out is actions.remove_people)
    fill_pools()
    keep_out(pool, one(person), by=recruiter)
    before = states(pool)

    fill_pools()

    assert states(pool) == before
    assert before[person.name] in {"left", "declined"}


def test_whoever_is_no_longer_found_stays_or_leaves_as_the_pool_says(recruiter):
    people = [CandidateFactory(name=name, country="PL") for name in ("Ana", "Bo", "Cem")]
    staying = living(joins_by_itself=True)
    leaving = living(joins_by_itself=True, leaves_by_itself=True)
    fill_pools()
    by_hand = CandidateFactory(name="Dee", country="GB")
    actions.add_people(leaving, one(by_hand), by=recruiter)
    one(people[0]).update(country="GB")

    fill_pools()

    assert set(states(staying).values()) == {"member"}
    assert states(leaving) == {"Ana": "left", "Bo": "member", "Cem": "member", "Dee": "member"}
    row = leaving.memberships.get(candidate=people[0])
    assert (row.reason, row.kept_out) == ("No longer found by the search.", False)
    one(people[0]).update(country="PL")
    fill_pools()
    assert states(leaving)["Ana"] == "member"


def test_a_proposal_that_no_longer_fits_goes():
    person = CandidateFactory(name="Ana", country="PL")
    CandidateFactory(name="Bo", country="PL")
    pool = living()
    fill_pools()
    one(person).update(country="GB")

    fill_pools()

    assert states(pool) == {"Bo": "proposed"}


def test_a_search_that_finds_nobody_empties_nothing():
    person = CandidateFactory(name="Ana", country="PL")
    pool = living(joins_by_itself=True, leaves_by_itself=True)
    fill_pools()
    one(person).update(country="GB")

    fill_pools()

    assert states(pool) == {"Ana": "member"}


@pytest.mark.parametrize(
    "facts",
    [
        {"closed_at": timezone.now()},
        {"owner__is_active": False},
        {"owner__interviewer": True},
    ],
)
def test_a_pool_fills_only_while_somebody_who_may_looks_after_it(facts):
    CandidateFactory(country="PL")
    pool = living(joins_by_itself=True, **facts)

    fill_pools()

    assert states(pool) == {}


def test_approve_and_decline_answer_those_who_wait(recruiter):
    ana, bo = (CandidateFactory(name=name, country="PL") for name in ("Ana", "Bo"))
    pool = living()
    fill_pools()

    assert actions.approve(pool, one(ana), by=recruiter) == [ana.pk]
    assert actions.decline(pool, one(bo), by=recruiter) == [bo.pk]
    assert actions.approve(pool, one(bo), by=recruiter) == []

    assert states(pool) == {"Ana": "member", "Bo": "declined"}
    assert Activity.objects.get(kind="pool.joined").candidate == ana

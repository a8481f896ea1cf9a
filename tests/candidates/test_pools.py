"""Talent pools: who comes and goes by hand and by search, and how many may be written to."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates import bulk, pools
from candidates.actions import pools as actions
from candidates.actions import work as work_actions
from candidates.actions.grounds import record_objection
from candidates.filters import people_of
from candidates.models import Activity, Candidate, PoolMembership, Preference, TalentPool
from candidates.pools import Health, health_of
from candidates.tasks import do_work, fill_pool, fill_pools
from tests.candidates.test_bulk import reasons, run, undo
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db


def one(person: Candidate):
    return Candidate.objects.filter(pk=person.pk)


def states(pool: TalentPool) -> dict[str, str]:
    rows = pool.memberships.order_by("candidate__name")
    return dict(rows.values_list("candidate__name", "state"))


# ------------------------------------------------------------------ the pool


def test_create_makes_a_pool_of_ones_own(recruiter):
    pool = actions.create_pool(by=recruiter, name="  Silver   medalists ")

    assert (pool.name, pool.owner, pool.kind) == ("Silver medalists", recruiter, "by_hand")
    assert AuditEvent.objects.get().verb == "pool.created"


@pytest.mark.parametrize(("name", "code"), [(" ", "no_name"), ("WELDERS", "taken")])
def test_create_refuses_no_name_and_one_that_is_there(recruiter, name, code):
    TalentPoolFactory(name="Welders")

    with pytest.raises(ValidationError) as refusal:
        actions.create_pool(by=recruiter, name=name)

    assert refusal.value.code == code


def test_change_says_what_changed_and_nothing_when_nothing_did(recruiter):
    pool = TalentPoolFactory(name="Welders")

    actions.change_pool(pool, by=recruiter, name="Welders", description="")
    changed = actions.change_pool(pool, by=recruiter, name="Welders", description="For the yard")

    assert changed.description == "For the yard"
    assert AuditEvent.objects.get().changes == {"description": ["", "For the yard"]}


def test_a_closed_pool_stands_still_until_it_is_opened(recruiter):
    pool, person = TalentPoolFactory(), CandidateFactory()
    actions.close_pool(pool, by=recruiter)
    actions.close_pool(pool, by=recruiter)

    for act in (actions.add_people, actions.remove_people, actions.approve, actions.decline):
        with pytest.raises(ValidationError) as refusal:
            act(pool, one(person), by=recruiter)
        assert refusal.value.code == "closed"

    actions.reopen_pool(pool, by=recruiter)
    assert actions.add_people(pool, one(person), by=recruiter) == [person.pk]


def test_reopen_is_refused_while_another_has_the_name(recruiter):
    pool = TalentPoolFactory(name="Welders", closed_at=timezone.now())
    TalentPoolFactory(name="Welders")

    with pytest.raises(ValidationError) as refusal:
        actions.reopen_pool(pool, by=recruiter)

    assert refusal.value.code == "taken"


@pytest.mark.parametrize("facts", [{"query": "country=PL"}, {"kind": "living"}, {"name": ""}])
def test_a_living_pool_and_no_other_has_a_search(recruiter, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        TalentPoolFactory(**facts)


# ------------------------------------------------------------------- by hand


def test_people_join_once_with_a_line_each_and_one_audit_entry(recruiter):
    pool = TalentPoolFactory(name="Welders")
    people = CandidateFactory.create_batch(3)
    PoolMembershipFactory(pool=pool, candidate=people[0])

    joined = actions.add_people(pool, Candidate.objects.all(), by=recruiter)

    assert joined == [people[1].pk, people[2].pk]
    lines = Activity.objects.filter(kind="pool.joined")
    assert {line.text for line in lines} == {"Joined the talent pool “Welders”."}
    assert lines.count() == 2
    assert AuditEvent.objects.get(verb="pool.joined").changes == {"people": ["", "2"]}


@pytest.mark.parametrize("facts", [{"proposed": True}, {"left": True}, {"state": "declined"}])
def test_a_colleague_takes_in_whoever_waited_left_or_was_declined(recruiter, facts):
    row = PoolMembershipFactory(**facts)

    actions.add_people(row.pool, one(row.candidate), by=recruiter)

    row.refresh_from_db()
    assert (row.state, row.by, row.kept_out, row.left_at) == ("member", recruiter, False, None)


def test_whoever_is_taken_out_has_a_line_and_stays_out(recruiter):
    row = PoolMembershipFactory()

    assert actions.remove_people(row.pool, Candidate.objects.all(), by=recruiter)
    assert actions.remove_people(row.pool, Candidate.objects.all(), by=recruiter) == []

    row.refresh_from_db()
    assert (row.state, row.kept_out) == ("left", True)
    assert Activity.objects.get(kind="pool.left").candidate == row.candidate


def test_people_who_are_gone_do_not_join(recruiter):
    pool, gone = TalentPoolFactory(), CandidateFactory(erased_at=timezone.now())

    assert actions.add_people(pool, one(gone), by=recruiter) == []


# ---------------------------------------------------------------- by search


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

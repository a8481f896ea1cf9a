"""Talent pools: made, changed, closed, and who comes and goes by hand."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions import pools as actions
from candidates.models import Activity, Candidate
from tests.candidates.pool_states import one
from tests.factories.candidates import CandidateFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db

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


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(recruiter):
    pool = TalentPoolFactory(name="Welders", description="For the yard")
    was = {"name": "Welders", "description": "For the yard"}
    actions.change_pool(pool, by=recruiter, name="Welders", description="For both yards", was=was)

    for description in ("For the new yard", "For the yard"):  # typed, and left as it stood
        with pytest.raises(ValidationError) as refusal:
            actions.change_pool(
                pool, by=recruiter, name="Welders", description=description, was=was
            )
        assert refusal.value.code == "conflict"

    same = actions.change_pool(
        pool, by=recruiter, name="Riggers", description="For both yards", was=was
    )
    assert (same.name, same.description) == ("Riggers", "For both yards")


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

"""The triggers keep every profile what its definition says."""

from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from applications import profiles
from applications.models import MatchProfile, SkillMeaning
from candidates.models import Candidate, CandidateSkill, Skill
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db


def profile_of(candidate: Candidate) -> MatchProfile:
    return MatchProfile.objects.get(candidate=candidate)


def test_a_new_person_has_a_profile():
    candidate = CandidateFactory(
        latitude=51.45, longitude=-2.58, remote_preference="any", seniority=4
    )

    profile = profile_of(candidate)

    assert profile.skills == []
    assert profile.places == [1, 2 + 282 * 720 + 354]
    assert profile.seniority == 4
    assert profile.ground == MatchProfile.Ground.GIVEN
    assert profile.address == MatchProfile.Address.USABLE
    assert profile.furthest is None


def test_erased_and_merged_people_have_none():
    kept = CandidateFactory()
    CandidateFactory(erased=True)
    CandidateFactory(merged_into=kept)

    assert list(MatchProfile.objects.values_list("candidate_id", flat=True)) == [kept.pk]


def test_skills_that_follow_are_there_and_a_merged_skill_counts_as_its_heir():
    python, django, dj = (SkillFactory(name=name) for name in ("Python", "Django", "Dj"))
    candidate = CandidateSkillFactory(skill=dj).candidate

    django.implies.add(python)
    dj.merged_into = django
    dj.save()

    assert profile_of(candidate).skills == sorted([python.pk, django.pk])
    assert set(SkillMeaning.objects.filter(skill=dj).values_list("means_id", "is_implied")) == {
        (django.pk, False),
        (python.pk, True),
    }


def test_contactable_until_is_the_first_of_both_ends():
    candidate = CandidateFactory(without_consent=True)
    assert profile_of(candidate).ground == MatchProfile.Ground.MISSING

    GroundEventFactory(candidate=candidate, purpose="pool", expires_at=None)
    nurture = GroundEventFactory(candidate=candidate, purpose="nurture")

    assert profile_of(candidate).contactable_until == nurture.expires_at

    GroundEventFactory(
        candidate=candidate, purpose="nurture", occurred_at=timezone.now(), expires_at=None
    )

    assert profile_of(candidate).contactable_until == datetime(9999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("trait", "ground", "address"),
    [
        ("unsubscribed", MatchProfile.Ground.UNSUBSCRIBED, MatchProfile.Address.USABLE),
        ("without_consent", MatchProfile.Ground.MISSING, MatchProfile.Address.USABLE),
        ("without_email", MatchProfile.Ground.GIVEN, MatchProfile.Address.MISSING),
        ("bounced", MatchProfile.Ground.GIVEN, MatchProfile.Address.BOUNCED),
    ],
)
def test_what_takes_permission_away_stands_in_the_profile(trait, ground, address):
    profile = profile_of(CandidateFactory(**{trait: True}))

    assert (profile.ground, profile.address) == (ground, address)


def test_one_suppressed_address_is_enough():
    candidate = CandidateFactory()

    EmailAddressFactory(candidate=candidate, suppressed="nurture")

    assert profile_of(candidate).address == MatchProfile.Address.SUPPRESSED


def test_a_pause_ends_when_the_day_begins_where_they_are():
    tokyo = CandidateFactory(time_zone="Asia/Tokyo")
    nowhere = CandidateFactory(time_zone="Mars/Olympus")

    for candidate in (tokyo, nowhere):
        PreferenceFactory(candidate=candidate, paused_until="2027-02-01")

    assert profile_of(tokyo).paused_until == datetime(2027, 1, 31, 15, tzinfo=UTC)
    assert profile_of(nowhere).paused_until == datetime(2027, 2, 1, tzinfo=UTC)


def test_applications_give_milestone_silver_and_hired():
    candidate = CandidateFactory()
    ApplicationFactory(candidate=candidate, rejected=True, furthest=4)
    assert profile_of(candidate).is_silver is True

    ApplicationFactory(candidate=candidate)
    profile = profile_of(candidate)
    assert (profile.furthest, profile.open_applications, profile.is_hired) == (4, 1, False)

    ApplicationFactory(candidate=candidate, hired=True, furthest=6)
    profile = profile_of(candidate)
    assert (profile.furthest, profile.is_hired, profile.is_silver) == (6, True, False)


def test_a_bulk_insert_is_one_refresh():
    """The number of statements that touch the profiles does not depend on the number of people."""
    people = [Candidate(name=f"Bulk {n}") for n in range(500)]

    Candidate.objects.bulk_create(people)
    skill = SkillFactory()
    CandidateSkill.objects.bulk_create(
        CandidateSkill(candidate=person, skill=skill, source="stated") for person in people
    )

    assert MatchProfile.objects.filter(skills__contains=[skill.pk]).count() == 500
    assert profiles.differing() == []


def test_an_irrelevant_change_writes_no_profile():
    candidate = CandidateFactory()
    before = _version_of(candidate)

    Candidate.objects.filter(pk=candidate.pk).update(name="Somebody Else", headline="New")

    assert _version_of(candidate) == before


def _version_of(candidate: Candidate) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctid::text FROM applications_matchprofile WHERE candidate_id = %s",
            [candidate.pk],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_an_import_may_have_one_refresh_at_its_end():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL perennial.profiles = 'deferred'")
        candidate = CandidateFactory()
        CandidateSkillFactory(candidate=candidate)
        assert MatchProfile.objects.count() == 0

    assert len(profile_of(candidate).skills) == 1
    assert profiles.differing() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM applications_profiledue")
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_lose_nothing():
    """Of two skills added to one person at the same time, neither may vanish from the profile."""
    from concurrent.futures import ThreadPoolExecutor

    candidate = CandidateFactory()
    skills = [SkillFactory() for _ in range(8)]

    def add(skill: Skill) -> None:
        try:
            CandidateSkill.objects.create(candidate=candidate, skill=skill, source="stated")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, skills))

    assert profile_of(candidate).skills == sorted(skill.pk for skill in skills)


def test_the_command_prints_what_differs_and_mends_it():
    candidate = CandidateFactory()
    MatchProfile.objects.filter(candidate=candidate).update(skills=[42])
    said = StringIO()

    with pytest.raises(CommandError, match="1 differ"):
        call_command("rebuild_profiles", "--check", stdout=said)
    assert said.getvalue() == f"profile {candidate.pk}\n"

    call_command("rebuild_profiles", stdout=StringIO())
    call_command("rebuild_profiles", "--check", stdout=StringIO())

    assert profile_of(candidate).skills == []


def test_deleting_a_person_leaves_no_profile():
    candidate = CandidateFactory()
    CandidateSkillFactory(candidate=candidate)
    pk = candidate.pk

    candidate.delete()

    assert MatchProfile.objects.filter(pk=pk).count() == 0
    assert profiles.differing() == []


def test_pairs_of_cells_are_neighbours():
    """A cell is half a degree: going east by half a degree is the next number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT applications_cell(51.2, lon) FROM unnest(ARRAY[-2.9, -2.4, -1.9]::float8[])"
            " AS lon"
        )
        cells = [row[0] for row in cursor.fetchall()]

    assert [b - a for a, b in pairwise(cells)] == [1, 1]

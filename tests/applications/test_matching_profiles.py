"""The triggers keep every profile what its definition says, whatever is written and how."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import profiles
from applications.models import Application, MatchProfile, SkillMeaning
from candidates.models import (
    Candidate,
    CandidateSkill,
    EmailAddress,
    Preference,
    Skill,
)
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
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


# ------------------------------------------------------------- any sequence of writes

PEOPLE, SKILLS = 4, 5
numbers = st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, SKILLS - 1), st.integers(0, 9))
operations = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "skill", "unskill", "ground", "refuse", "pause", "address", "suppress", "bounce",
                "release", "apply", "reject", "hire", "erase", "revive", "merge", "place",
                "implies", "unimply", "merge_skill", "move_skills", "sql_bulk", "last_contact",
            ]
        ),
        numbers,
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(operations=operations)
def test_after_any_writes_nothing_differs(operations):
    with transaction.atomic():
        world = _World()
        for name, chosen in operations:
            getattr(world, name)(*chosen)

        assert profiles.differing() == []
        live = Candidate.objects.live().count()
        assert MatchProfile.objects.count() == live
        transaction.set_rollback(True)


class _World:
    def __init__(self) -> None:
        self.people = [CandidateFactory(without_consent=n % 2 == 0) for n in range(PEOPLE)]
        self.skills = [SkillFactory() for _ in range(SKILLS)]
        self.job = JobFactory()
        self.stage = StageFactory(job=self.job)

    def skill(self, who, what, n):
        CandidateSkill.objects.get_or_create(
            candidate=self.people[who], skill=self.skills[what], defaults={"source": "stated"}
        )

    def unskill(self, who, what, n):
        CandidateSkill.objects.filter(candidate=self.people[who], skill=self.skills[what]).delete()

    def ground(self, who, what, n):
        GroundEventFactory(
            candidate=self.people[who],
            purpose=["pool", "nurture", "survey", "evidence", "pool"][what],
            kind="granted" if n % 2 else "renewed",
            expires_at=None if n == 3 else timezone.now() + timedelta(days=n * 50 - 100),
            occurred_at=timezone.now() - timedelta(days=n),
        )

    def refuse(self, who, what, n):
        GroundEventFactory(
            candidate=self.people[who],
            purpose=["pool", "nurture"][what % 2],
            kind=["withdrawn", "objected", "expired", "notice_given"][n % 4],
            basis="",
            wording="",
            expires_at=None,
        )

    def pause(self, who, what, n):
        day = None if n == 0 else timezone.now().date() + timedelta(days=n * 10 - 20)
        Preference.objects.update_or_create(
            candidate=self.people[who], defaults={"paused_until": day}
        )

    def address(self, who, what, n):
        EmailAddressFactory(candidate=self.people[who])

    def suppress(self, who, what, n):
        emails = EmailAddress.objects.filter(candidate=self.people[who])
        emails.update(suppressed=["", "all", "nurture"][n % 3])

    def bounce(self, who, what, n):
        emails = EmailAddress.objects.filter(candidate=self.people[who], is_primary=True)
        emails.update(bounced_at=timezone.now() if n % 2 else None)

    def release(self, who, what, n):
        EmailAddress.objects.filter(candidate=self.people[who]).update(released_at=timezone.now())

    def apply(self, who, what, n):
        open_one = Application.objects.filter(candidate=self.people[who], closed_at=None)
        if not open_one.exists():
            ApplicationFactory(
                candidate=self.people[who], job=self.job, stage=self.stage, furthest=1 + n % 6
            )

    def reject(self, who, what, n):
        Application.objects.filter(candidate=self.people[who], closed_at=None).update(
            closed_at=timezone.now() - timedelta(days=n),
            outcome=["rejected", "offer_declined", "withdrawn"][n % 3],
            rejection_reason="pay",
        )

    def hire(self, who, what, n):
        Application.objects.filter(candidate=self.people[who], closed_at=None).update(
            closed_at=timezone.now(), outcome="hired", furthest=6
        )

    def erase(self, who, what, n):
        Candidate.objects.filter(pk=self.people[who].pk).update(erased_at=timezone.now())

    def revive(self, who, what, n):
        Candidate.objects.filter(pk=self.people[who].pk).update(erased_at=None, merged_into=None)

    def merge(self, who, what, n):
        into = self.people[(who + 1) % PEOPLE]
        Candidate.objects.filter(pk=self.people[who].pk).update(merged_into=into)
        Application.objects.filter(candidate=self.people[who]).exclude(closed_at=None).update(
            candidate=into
        )

    def place(self, who, what, n):
        Candidate.objects.filter(pk=self.people[who].pk).update(
            latitude=None if n == 0 else n * 20.0 - 90,
            longitude=None if n == 0 else n * 40.0 - 180,
            remote_preference=["", "remote", "any", "on_site"][n % 4],
            salary_expectation=n * 1000,
            salary_currency="GBP",
            time_zone=["Asia/Tokyo", "", "Nowhere/At_all"][what % 3],
        )

    def last_contact(self, who, what, n):
        Candidate.objects.filter(pk=self.people[who].pk).update(last_contact_at=timezone.now())

    def implies(self, who, what, n):
        self.skills[what].implies.add(self.skills[n % SKILLS])

    def unimply(self, who, what, n):
        self.skills[what].implies.clear()

    def merge_skill(self, who, what, n):
        source, target = sorted([what, n % SKILLS])
        if source != target:  # into a later one: never in a circle
            Skill.objects.filter(pk=self.skills[source].pk).update(merged_into=self.skills[target])

    def move_skills(self, who, what, n):
        taken = CandidateSkill.objects.filter(candidate=self.people[(who + 1) % PEOPLE])
        mine = CandidateSkill.objects.filter(candidate=self.people[who])
        mine.exclude(skill__in=taken.values("skill")).update(
            candidate=self.people[(who + 1) % PEOPLE]
        )

    def sql_bulk(self, who, what, n):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO candidates_candidateskill (candidate_id, skill_id, source, noted_at)"
                " SELECT id, %s, 'parsed', now() FROM candidates_candidate ON CONFLICT DO NOTHING",
                [self.skills[what].pk],
            )


def test_pairs_of_cells_are_neighbours():
    """A cell is half a degree: going east by half a degree is the next number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT applications_cell(51.2, lon) FROM unnest(ARRAY[-2.9, -2.4, -1.9]::float8[])"
            " AS lon"
        )
        cells = [row[0] for row in cursor.fetchall()]

    assert [b - a for a, b in pairwise(cells)] == [1, 1]

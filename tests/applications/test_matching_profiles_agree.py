"""After any sequence of writes every profile is what its definition says."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import profiles
from applications.models import Application, MatchProfile
from candidates.models import Candidate, CandidateSkill, EmailAddress, Preference, Skill
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    GroundEventFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db

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

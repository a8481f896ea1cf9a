"""The first page among very many is the one that a plain sort of everybody gives."""

import random
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applications import fit, matching, ranking
from applications.actions import matches as act
from applications.explaining import explain
from applications.fit import Narrowing
from applications.ranking import Bounds, Ranking, ways
from benchmarks import people_data
from candidates.models import Candidate, CandidateSkill
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    JobSkillFactory,
    OfficeFactory,
)
from tests.factories.candidates import CandidateFactory, SkillFactory

pytestmark = pytest.mark.django_db

BOUNDS = Bounds(counted=20, sample=15)
PEOPLE = 120
BRISTOL = {"latitude": 51.45, "longitude": -2.59}


@pytest.fixture
def people():
    """People who differ in all that counts; the first skills are the most frequent."""
    draw = random.Random(3)
    skills = [SkillFactory(name=name) for name in "abcdefg"]
    found = []
    for _ in range(PEOPLE):
        days = draw.choice([None, 5, 100, 300, 700, 800])
        person = CandidateFactory(
            without_consent=draw.random() < 0.2,
            seniority=draw.choice([None, 2, 4]),
            remote_preference=draw.choice(["", "remote"]),
            last_contact_at=None if days is None else timezone.now() - timedelta(days=days),
            **draw.choice([{}, BRISTOL]),
        )
        CandidateSkill.objects.bulk_create(
            CandidateSkill(candidate=person, skill=skill, source="stated")
            for place, skill in enumerate(skills)
            if draw.random() < 0.8 / (1 + place / 3)
        )
        if draw.random() < 0.4:
            ApplicationFactory(candidate=person, rejected=True, furthest=draw.choice([1, 4, 5]))
        found.append(person)
    return found


def job_for(must, nice, needed):
    job = JobFactory(must_needed=needed, work_mode="hybrid", seniority_from=3)
    job.offices.add(OfficeFactory(**BRISTOL))
    for name in must:
        JobSkillFactory(job=job, skill=SkillFactory(name=name))
    for weight, name in enumerate(nice, start=1):
        JobSkillFactory(job=job, skill=SkillFactory(name=name), need="nice", weight=weight)
    return job


def plainly(job, at, *, not_a_fit=(), keep=None):
    """Everybody who fits, sorted by what the words say: no index, no bound, nothing left out."""
    criteria = matching.criteria_of(job)
    fitting = [pk for pk, _ in matching.audience(job, at=at) if keep is None or pk in keep]
    inputs = matching.inputs_of(criteria, fitting, at.astimezone(UTC).date())
    scored = [
        (explain(inputs[pk]).score - (10_000 if pk in not_a_fit else 0), pk) for pk in fitting
    ]
    return [pk for _, pk in sorted(scored, key=lambda one: (-one[0], one[1]))]


def page_by_page(job, at, narrowing, limit):
    found, after = [], None
    ranking = Ranking(matching.criteria_of(job), at, narrowing, BOUNDS)
    while True:
        _, top = ranking.ask(limit, after)
        found += [pk for pk, _, _ in top[:limit]]
        if len(top) <= limit:
            return found
        after = Candidate.objects.get(pk=found[-1])


SHAPES = [
    ("abc", "", 1),
    ("abc", "def", 1),
    ("abc", "defg", 2),
    ("a", "", None),
    ("a", "bcd", None),
    ("ab", "c", None),
    ("abcd", "ef", 1),
    ("abcdefg", "", 2),
]


@pytest.mark.parametrize(("must", "nice", "needed"), SHAPES)
def test_the_pages_hold_everybody_in_the_right_order(people, must, nice, needed, recruiter):
    job, at = job_for(must, nice, needed), timezone.now()
    best = plainly(job, at)[:3]
    for pk in best:
        act.say_not_a_fit(job, Candidate.objects.get(pk=pk), "Too far.", by=recruiter)
    wanted = plainly(job, at, not_a_fit=best)
    assert len(wanted) > BOUNDS.counted

    for limit in (3, 7, 30):
        assert page_by_page(job, at, Narrowing(), limit) == wanted


def test_narrowed_pages_hold_everybody_they_are_narrowed_to(people):
    job, at = job_for("abc", "def", 1), timezone.now()
    sendable = set(Candidate.objects.contactable(at=at).values_list("pk", flat=True))
    sendable -= set(
        Candidate.objects.filter(applications__closed_at__gt=at - timedelta(days=30)).values_list(
            "pk", flat=True
        )
    )
    near = {person.pk for person in people if person.latitude is not None}

    contactable = page_by_page(job, at, Narrowing(only_contactable=True), 5)
    around = page_by_page(job, at, Narrowing(within_km=10), 5)

    assert contactable == plainly(job, at, keep=sendable)
    assert around == plainly(job, at, keep=near)
    assert len(contactable) > BOUNDS.counted
    assert len(around) > BOUNDS.counted


def test_up_to_the_bound_all_numbers_are_exact_and_beyond_of_those_spoken_with_last(people):
    job, at = job_for("abc", "", 1), timezone.now()
    criteria = matching.criteria_of(job)
    exact, _ = Ranking(criteria, at, Narrowing()).ask(5, None)
    rough, _ = Ranking(criteria, at, Narrowing(), BOUNDS).ask(5, None)
    fitting = Candidate.objects.filter(pk__in=plainly(job, at))
    last = list(fitting.by_last_contact().values_list("pk", flat=True)[: BOUNDS.sample])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM applications_matchprofile WHERE candidate_id = ANY(%s)"
            f" AND {fit.reason(job, at)} IS NULL",
            [last],
        )
        contactable = cursor.fetchone()[0]

    assert exact["total"] == exact["shown"] == fitting.count()
    assert (rough["total"], rough["shown"]) == (BOUNDS.counted + 1, BOUNDS.sample)
    assert rough["contactable"] == contactable
    assert 0 < contactable < BOUNDS.sample


def test_the_sets_of_skills_are_the_smallest_that_reach_a_level():
    job = job_for("ab", "cd", 1)  # a must is worth 200; c is worth 66 and d 133
    a, b, c, d = (SkillFactory(name=name).pk for name in "abcd")
    criteria = matching.criteria_of(job)

    def sets(level):
        return {frozenset(way) for way in ways(criteria, level)}

    assert sets(200) == {frozenset({a}), frozenset({b})}
    assert sets(333) == {frozenset({a, b}), frozenset({a, d}), frozenset({b, d})}
    assert sets(400) == {frozenset({a, b}), frozenset({a, c, d}), frozenset({b, c, d})}
    assert sets(600) == {frozenset({a, b, c, d})}
    assert sets(601) == set()


def test_every_reason_has_room_beside_the_place_in_the_list():
    assert (len(fit.ORDER) + 1) * ranking._REASON <= ranking._MARKS


def test_the_page_says_that_very_many_fit(staff_client):
    people_data.fill(10_050)
    everybody = SkillFactory(name="Everybody's")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL perennial.profiles = 'deferred'")
        CandidateSkill.objects.bulk_create(
            CandidateSkill(candidate=person, skill=everybody, source="stated")
            for person in Candidate.objects.all()
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    job = JobFactory()
    JobSkillFactory(job=job, skill=everybody)
    address = reverse("applications:known_people", args=[job.public_id])

    page = staff_client.get(address)
    narrowed = staff_client.get(address, {"silver": "on"})

    known = page.context["known"]
    assert (known.total_words, known.shown_words, known.counted) == ("10,000+", "10,000+", 2000)
    assert known.contactable + sum(reason.count for reason in known.reasons) == 2000
    assert "10,000+ people fit. Of the 2,000 spoken with last," in page.content.decode()
    assert len(known.people) == 50
    assert narrowed.context["known"].shown_words is None
    assert "That leaves 0 of the 2,000 spoken with last." in narrowed.content.decode()

"""Who fits, in which order, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications import fit, matching
from applications.actions import matches as act
from applications.fit import Narrowing
from applications.tasks import find_matches
from candidates.models import Candidate, Purpose
from tests.applications.matching import job_with, known, person_with
from tests.factories.applications import ApplicationFactory, OfficeFactory
from tests.factories.candidates import EmailAddressFactory, GroundEventFactory, SkillFactory

pytestmark = pytest.mark.django_db


def names(found):
    return [person.candidate.name for person in found.people]


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        (None, ["abcde"]),
        (4, ["abcde", "abcd"]),
        (3, ["abcde", "abcd", "abc"]),
        (2, ["abcde", "abcd", "abc", "bc"]),
        (1, ["abcde", "abcd", "abc", "bc", "e"]),
    ],
)
def test_k_of_n_must_haves(needed, expected):
    job = job_with(must="abcde", needed=needed)
    for letters in ("abcde", "abcd", "abc", "bc", "e", "x", ""):
        person_with(*letters, name=letters or "nothing")

    assert names(known(job)) == expected
    assert matching.known_count(job) == len(expected)
    assert matching.audience(job, at=timezone.now()).count() == len(expected)


def test_too_many_ways_to_choose_are_counted_instead():
    job = job_with(must="abcdefg", needed=3)
    person_with(*"abc", name="three")
    person_with(*"ab", name="two")
    assert "&&" in fit.fits(matching.criteria_of(job))

    assert names(known(job)) == ["three"]
    assert matching.known_count(job) == 1


def test_a_job_without_must_haves_finds_nobody():
    person_with("a")
    job = job_with(must=(), nice=("a",))

    assert known(job).total == 0
    assert matching.known_count(job) == 0
    assert list(matching.audience(job, at=timezone.now())) == []


def test_switched_off_finds_nobody(settings):
    job = job_with()
    person_with("HV isolation")
    settings.MATCHING_ENABLED = False

    assert known(job).total == 0
    assert matching.known_count(job) == 0
    assert list(matching.audience(job, at=timezone.now())) == []
    assert find_matches(job.pk) == 0


def test_those_who_applied_for_the_job_are_counted_apart():
    job = job_with()
    ApplicationFactory(candidate=person_with("HV isolation"), job=job)
    person_with("HV isolation", name="Ines")

    found = known(job)

    assert names(found) == ["Ines"]
    assert (found.total, found.applied) == (1, 1)


def test_everybody_is_counted_once_for_the_first_reason():
    job = job_with()
    person_with("HV isolation")
    person_with("HV isolation", unsubscribed=True, bounced=True)
    person_with("HV isolation", without_consent=True)
    person_with("HV isolation", paused=True)
    person_with("HV isolation", without_email=True)
    person_with("HV isolation", bounced=True)
    EmailAddressFactory(candidate=person_with("HV isolation"), suppressed="all")
    ApplicationFactory(candidate=person_with("HV isolation", without_consent=True))
    ApplicationFactory(candidate=person_with("HV isolation"))
    ApplicationFactory(candidate=person_with("HV isolation"), hired=True)
    ApplicationFactory(candidate=person_with("HV isolation"), rejected=True)
    over = person_with("HV isolation", without_consent=True)
    for purpose in ("pool", "nurture"):
        GroundEventFactory(candidate=over, purpose=purpose, expired=True)

    found = known(job)

    assert {reason.code: reason.count for reason in found.reasons} == {
        "unsubscribed": 1,
        "suppressed": 1,
        "no_address": 1,
        "bounced": 1,
        "no_ground": 2,
        "ground_expired": 1,
        "paused_until": 1,
        "hired": 1,
        "active_application": 1,
        "cool_off": 1,
    }
    assert (found.total, found.contactable) == (12, 1)
    assert found.contactable + sum(r.count for r in found.reasons) == found.total


def test_it_agrees_with_the_one_answer_about_the_person():
    """Who counts as contactable here is who `contactable()` lets through, for facts of theirs."""
    job = job_with()
    traits = ["paused", "bounced", "without_email", "without_consent", "unsubscribed", None]
    for trait in traits:
        person_with("HV isolation", **({trait: True} if trait else {}))
    later = timezone.now() + timedelta(days=400)

    for at in (timezone.now(), later):
        found = matching.known_people(job, at=at)
        may = Candidate.objects.contactable(Purpose.NURTURE, at)
        here = {p.candidate.pk for p in found.people if not p.reason}
        assert here == set(may.values_list("pk", flat=True))


@pytest.mark.parametrize("country", ["GB", "US", "CA", "", "DE"])
@pytest.mark.parametrize("basis", ["consent", "legitimate_interest"])
def test_without_consent_only_where_the_law_lets_us(country, basis):
    job = job_with()
    candidate = person_with("HV isolation", without_consent=True, country=country)
    GroundEventFactory(candidate=candidate, purpose="pool")
    GroundEventFactory(candidate=candidate, purpose="nurture", basis=basis)

    may = Candidate.objects.contactable(Purpose.NURTURE, timezone.now()).exists()

    assert (known(job).contactable == 1) == may
    reason = known(job).people[0].reason
    assert reason == ("" if may else "no_ground" if country else "jurisdiction_unknown")


def test_narrowing():
    job = job_with()
    job.offices.add(OfficeFactory(name="Bristol"))
    bath = person_with("HV isolation", name="Bath", latitude=51.38, longitude=-2.36)
    person_with(
        "HV isolation", name="London", latitude=51.51, longitude=-0.13, without_consent=True
    )
    person_with("HV isolation", name="Nowhere")
    ApplicationFactory(
        candidate=bath, rejected=True, furthest=4, closed_at=timezone.now() - timedelta(days=90)
    )

    assert names(known(job, narrowing=Narrowing(within_km=25))) == ["Bath"]
    assert names(known(job, narrowing=Narrowing(within_km=200))) == ["Bath", "London"]
    assert names(known(job, narrowing=Narrowing(only_silver=True))) == ["Bath"]
    found = known(job, narrowing=Narrowing(only_contactable=True))
    assert names(found) == ["Bath", "Nowhere"]
    assert (found.total, found.shown) == (3, 2)


def test_silver_and_recency_sort_higher():
    job = job_with(nice=("BOSIET",))
    now = timezone.now()
    person_with("HV isolation", name="plain")
    person_with("HV isolation", name="recent", last_contact_at=now)
    final = person_with("HV isolation", name="final")
    ApplicationFactory(candidate=final, rejected=True, furthest=4)
    person_with("HV isolation", "BOSIET", name="skilled")

    assert names(known(job)) == ["skilled", "final", "recent", "plain"]


def test_not_a_fit_stands_last_and_is_counted(recruiter):
    job = job_with(nice=("BOSIET",))
    best = person_with("HV isolation", "BOSIET", name="best")
    person_with("HV isolation", name="other")

    act.say_not_a_fit(job, best, "only day shifts", by=recruiter)

    found = known(job)
    assert names(found) == ["other", "best"]
    assert [(reason.code, reason.count) for reason in found.reasons] == [("not_a_fit", 1)]


def test_evidence_names_what_it_follows_from():
    python, django = SkillFactory(name="Python"), SkillFactory(name="Django")
    django.implies.add(python)
    job = job_with(must=("Python",))
    person_with("Django")

    row = known(job).people[0].counted[0]

    assert (row["label"], row["verdict"]) == ("Python", "meets")
    assert row["evidence"] == f"follows from Django, stated by the candidate, {timezone.now():%Y}"


def test_a_merged_skill_of_the_job_stands_for_its_heir():
    old, new = SkillFactory(name="High voltage"), SkillFactory(name="HV isolation")
    job = job_with(must=("High voltage",))
    old.merged_into = new
    old.save()
    person_with("HV isolation", name="Ines")

    assert names(known(job)) == ["Ines"]
    assert matching.known_count(job) == 1

"""Who fits, in which order, and why: the statement and the words agree."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import fit, matching
from applications.actions import matches as act
from applications.explaining import explain
from applications.fit import Narrowing
from applications.models import Match
from applications.tasks import find_matches, find_matches_of_open_jobs, mend_profiles
from candidates.models import Candidate, Purpose
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    JobSkillFactory,
    OfficeFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    EmailAddressFactory,
    GroundEventFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db


def job_with(must=("HV isolation",), nice=(), needed=None, **fields):
    job = JobFactory(must_needed=needed, **fields)
    for name in must:
        JobSkillFactory(job=job, skill=SkillFactory(name=name))
    for weight, name in enumerate(reversed(nice), start=1):
        JobSkillFactory(job=job, skill=SkillFactory(name=name), need="nice", weight=weight)
    return job


def person_with(*skills, **fields):
    candidate = CandidateFactory(**fields)
    for name in skills:
        CandidateSkillFactory(candidate=candidate, skill=SkillFactory(name=name))
    return candidate


def known(job, **more):
    return matching.known_people(job, at=timezone.now(), **more)


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


# ------------------------------------------------------------ the record (P-32, P-33, P-36)


def test_the_stored_record_is_reproduced_byte_for_byte():
    job = job_with(must="ab", nice="cd", needed=1, work_mode="hybrid", seniority_from=3,
                   salary_to=5_000_000, salary_currency="GBP")  # fmt: skip
    job.offices.add(OfficeFactory())
    for letters in ("ab", "a", "bcd"):
        candidate = person_with(
            *letters, latitude=51.4, longitude=-2.4, seniority=4, remote_preference="any",
            salary_expectation=4_500_000, salary_currency="GBP", last_contact_at=timezone.now(),
        )  # fmt: skip
        ApplicationFactory(candidate=candidate, rejected=True, furthest=4)
    ids = list(Candidate.objects.values_list("pk", flat=True))

    assert matching.store_matches(job, ids) == 3

    for match in Match.objects.all():
        again = matching.again(match)
        assert json.dumps(again.criteria, sort_keys=True) == json.dumps(
            match.criteria, sort_keys=True
        )
        assert again.score == match.score


def test_storing_twice_keeps_one_record_and_what_was_said(recruiter):
    job = job_with()
    candidate = person_with("HV isolation")
    act.say_not_a_fit(job, candidate, "too far", by=recruiter)

    assert act.store(job, [candidate.pk], by=recruiter) == 1
    assert act.store(job, [candidate.pk], by=recruiter) == 1

    assert Match.objects.get().verdict_reason == "too far"


def test_the_task_may_run_any_number_of_times(recruiter):
    job = job_with()
    for _ in range(3):
        person_with("HV isolation")
    draft = job_with(status="draft", opened_at=None)

    assert [find_matches(job.pk), find_matches(job.pk), find_matches(draft.pk)] == [3, 3, 0]
    assert find_matches_of_open_jobs() == 1
    assert find_matches(0) == 0
    assert mend_profiles() == 0
    assert Match.objects.count() == 3


FORBIDDEN = [
    {"name": "Zoë Ng"},
    {"call_name": "Mr Z"},
    {"country": "NG"},
    {"region": "BS1 4DJ"},
    {"language": "ar"},
    {"years": 40},
    {"current_employer": "Elsewhere"},
    {"source": "agency"},
]


@pytest.mark.parametrize("change", FORBIDDEN, ids=lambda change: next(iter(change)))
def test_forbidden_inputs_change_neither_score_nor_order(change):
    """P-33, metamorphic. Birth date, gender, photo, health, previous pay have no column at all."""
    job = job_with(nice=("BOSIET",))
    for n in range(3):
        person_with("HV isolation", *["BOSIET"][: n % 2], years=3)
    before = [(p.candidate.pk, p.explanation) for p in known(job).people]
    changed = before[1][0]

    Candidate.objects.filter(pk=changed).update(**change)

    assert [(p.candidate.pk, p.explanation) for p in known(job).people] == before


def test_the_domain_of_an_address_changes_nothing():
    job = job_with()
    candidate = person_with("HV isolation")
    before = known(job).people[0].explanation

    candidate.emails.update(address="x@prestigious.example", canonical="x@prestigious.example")

    assert known(job).people[0].explanation == before


def test_the_record_has_no_forbidden_input():
    job = job_with()
    candidate = person_with("HV isolation", name="Ines Duarte", call_name="Ines", region="BS1 4DJ")
    matching.store_matches(job, [candidate.pk])

    stored = json.dumps(Match.objects.get().inputs)

    for forbidden in ("Ines", "Duarte", "BS1", "mail.example"):
        assert forbidden not in stored


def test_what_the_candidate_reads_is_met_facts_only():
    job = job_with(
        must=("HV isolation",),
        nice=("BOSIET",),
        seniority_from=4,
        salary_to=1,
        salary_currency="GBP",
    )
    job.offices.add(OfficeFactory(name="Bristol"))
    candidate = person_with(
        "HV isolation", latitude=51.4, longitude=-2.5, seniority=4,
        salary_expectation=100, salary_currency="GBP",
    )  # fmt: skip
    ApplicationFactory(candidate=candidate, rejected=True, furthest=4)
    matching.store_matches(job, [candidate.pk])

    assert matching.criteria_for_candidate(Match.objects.get()) == [
        "You told us you know HV isolation.",
        "You are near the Bristol office.",
        "Your level fits: Senior.",
    ]


# ------------------------------------------------------------------ SQL and words agree

people = st.lists(
    st.fixed_dictionaries(
        {
            "skills": st.sets(st.sampled_from("abcde")),
            "place": st.sampled_from(
                [None, (51.45, -2.59), (51.0, -2.3), (51.89, -2.59), (0.0, 179.9), (89.9, 0.0)]
            ),
            "remote": st.sampled_from(["", "on_site", "hybrid", "remote", "any"]),
            "level": st.sampled_from([None, 1, 3, 6]),
            "furthest": st.sampled_from([None, 1, 4, 5, 6]),
            "days": st.sampled_from([None, 0, 90, 91, 180, 365, 366, 730, 731]),
        }
    ),
    min_size=1,
    max_size=4,
)
jobs = st.fixed_dictionaries(
    {
        "must": st.sampled_from(["a", "ab", "abc"]),
        "nice": st.sampled_from(["", "d", "de"]),
        "needed": st.sampled_from([None, 1, 2]),
        "mode": st.sampled_from(["on_site", "hybrid", "remote"]),
        "levels": st.sampled_from([(None, None), (3, None), (None, 3), (2, 4)]),
        "offices": st.sampled_from([[], [(51.4545, -2.5879)], [(0.1, -179.9), (51.4, -2.5)]]),
    }
)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=people, asked=jobs)
def test_sql_and_words_give_the_same_score(people, asked):
    from django.db import transaction

    now = timezone.now()
    with transaction.atomic():
        job = job_with(
            must=asked["must"],
            nice=asked["nice"],
            needed=asked["needed"] if (asked["needed"] or 0) < len(asked["must"]) else None,
            work_mode=asked["mode"],
            seniority_from=asked["levels"][0],
            seniority_to=asked["levels"][1],
        )
        for latitude, longitude in asked["offices"]:
            job.offices.add(OfficeFactory(latitude=latitude, longitude=longitude))
        for one in people:
            latitude, longitude = one["place"] or (None, None)
            candidate = person_with(
                *one["skills"],
                latitude=latitude,
                longitude=longitude,
                remote_preference=one["remote"],
                seniority=one["level"],
                last_contact_at=None if one["days"] is None else now - timedelta(days=one["days"]),
            )
            if one["furthest"]:
                ApplicationFactory(candidate=candidate, rejected=True, furthest=one["furthest"])

        in_sql = list(matching.audience(job, at=now))
        criteria = matching.criteria_of(job)
        inputs = matching.inputs_of(criteria, [pk for pk, _ in in_sql], now.date())

        assert in_sql == [(pk, explain(inputs[pk]).score) for pk, _ in in_sql]
        assert [p.candidate.pk for p in matching.known_people(job, at=now).people] == [
            pk for pk, _ in in_sql
        ]
        transaction.set_rollback(True)


@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    turn=st.floats(0, 360),
    share=st.floats(0, 1),
    reach=st.sampled_from([25, 50, 200]),
)
@settings(max_examples=200, deadline=None)
def test_the_cells_of_a_circle_hold_everybody_in_it(latitude, longitude, turn, share, reach):
    from math import asin, atan2, cos, degrees, floor, radians, sin

    away, bearing, lat = share * reach / 6371, radians(turn), radians(latitude)
    there = asin(min(1, max(-1, sin(lat) * cos(away) + cos(lat) * sin(away) * cos(bearing))))
    east = atan2(sin(bearing) * sin(away) * cos(lat), cos(away) - sin(lat) * sin(there))
    other_latitude = degrees(there)
    other_longitude = (longitude + degrees(east) + 540) % 360 - 180

    cell = 2 + floor((other_latitude + 90) * 2) * 720 + floor((other_longitude + 180) * 2) % 720

    assert cell in fit.cells_around(latitude, longitude, reach)

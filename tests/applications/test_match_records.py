"""The stored record of a match: repeated byte for byte, and without a forbidden input."""

import json

import pytest
from django.utils import timezone

from applications import matching
from applications.actions import matches as act
from applications.models import Match
from applications.tasks import find_matches, find_matches_of_open_jobs, mend_profiles
from candidates.models import Candidate
from tests.applications.matching import job_with, known, person_with
from tests.factories.applications import ApplicationFactory, OfficeFactory

pytestmark = pytest.mark.django_db


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

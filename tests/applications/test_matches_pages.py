"""The pages about people we know: who sees what, what they do, and what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from applications.models import Match
from candidates.models import Activity, Candidate
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    MatchFactory,
    OfficeFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    SkillFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    job = JobFactory(title="Cable Technician")
    job.offices.add(OfficeFactory(name="Bristol"))
    JobSkillFactory(job=job, skill=SkillFactory(name="HV isolation"))
    JobSkillFactory(job=job, skill=SkillFactory(name="BOSIET"), need="nice")
    return job


def knows(candidate: Candidate, *names: str) -> Candidate:
    for name in names:
        CandidateSkillFactory(candidate=candidate, skill=SkillFactory(name=name))
    return candidate


def page_of(job, **query):
    return reverse("applications:known_people", args=[job.public_id], query=query)


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_list_gives_reasons_for_and_against(staff_client, job):
    ines = knows(
        CandidateFactory(name="Ines Duarte", latitude=51.45, longitude=-2.42), "HV isolation"
    )
    ApplicationFactory(
        candidate=ines,
        rejected=True,
        furthest=4,
        would_hire=True,
        job__title="Turbine Technician",
        closed_at="2026-04-11T10:00Z",
    )

    text = words_of(staff_client.get(page_of(job)))

    assert "Ines Duarte" in text
    assert "Reached the final round for Turbine Technician in April 2026" in text
    assert "We would hire them" in text
    assert "HV isolation : stated by the candidate, 2026" in text
    assert "BOSIET : not stated" in text
    assert "12 km from the Bristol office" in text
    assert "1 can be contacted." in text


def test_a_town_without_a_position_is_not_known_to_be_far(staff_client, job):
    """A file gives towns and no positions: that is no reason against anybody."""
    knows(CandidateFactory(name="Alun Penrose", city="Bristol"), "HV isolation")

    text = words_of(staff_client.get(page_of(job)))

    assert "Bristol; how far that is, is not known" in text
    assert "km from" not in text


def test_those_who_cannot_be_contacted_stand_in_the_list_and_are_counted(staff_client, job):
    knows(CandidateFactory(name="May Write"), "HV isolation")
    knows(CandidateFactory(name="Never Asked", without_consent=True), "HV isolation")
    knows(CandidateFactory(name="Ewa Nowak", paused=True), "HV isolation")

    text = words_of(staff_client.get(page_of(job)))

    assert "1 can be contacted, 2 cannot (1 no consent, 1 paused)." in text
    assert all(name in text for name in ("May Write", "Never Asked", "Ewa Nowak"))

    text = words_of(staff_client.get(page_of(job, contactable="on")))

    assert "May Write" in text
    assert "Never Asked" not in text
    assert "Show all 3" in text


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_at_any_size(staff_client, job, people):
    for _ in range(people):
        candidate = knows(CandidateFactory(), "HV isolation")
        ApplicationFactory(candidate=candidate, rejected=True)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = staff_client.get(page_of(job))

    assert response.content.count(b"row-item match") == people
    assert len(queries) <= 15
    shown = [query["sql"] for query in queries.captured_queries]
    assert len(shown) == COST, shown


# session, user, job, skills, heirs, offices, list, evidence, past, profiles, people, matches
COST = 12


def test_nobody_is_hidden_pages_follow_each_other(staff_client, job):
    for n in range(53):
        knows(CandidateFactory(name=f"Person {n:02}"), "HV isolation")

    first = staff_client.get(page_of(job)).content.decode()
    following = re.search(r'href="(\?after=[^"]+)"', first)
    second = staff_client.get(page_of(job) + following[1]).content.decode()

    names = re.findall(r'aria-label="Choose (Person \d\d)"', first + second)
    if not names:  # nobody builds campaigns here yet
        names = re.findall(r"<bdi>(Person \d\d)</bdi>", first + second)
    assert names == [f"Person {n:02}" for n in range(53)]


def test_a_job_without_must_have_skills_says_what_to_do(staff_client):
    response = staff_client.get(page_of(JobFactory()))

    assert response.status_code == 200
    assert "Say first what the job needs" in words_of(response)


def test_nobody_fits(staff_client, job):
    assert "Nobody we know fits yet" in words_of(staff_client.get(page_of(job)))


def test_nobody_is_left_after_narrowing(staff_client, job):
    knows(CandidateFactory(), "HV isolation")

    assert "Nobody is left" in words_of(staff_client.get(page_of(job, silver="on")))


def test_switched_off_says_so(staff_client, job, settings):
    settings.MATCHING_ENABLED = False
    knows(CandidateFactory(name="Ines Duarte"), "HV isolation")

    text = words_of(staff_client.get(page_of(job)))

    assert "Matching is switched off" in text
    assert "Ines Duarte" not in text


def test_a_hiring_manager_sees_names_and_what_is_met_only(signed_in, hiring_manager, job):
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    ines = knows(CandidateFactory(name="Ines Duarte", without_consent=True), "HV isolation")
    ApplicationFactory(candidate=ines, rejected=True, furthest=4)

    text = words_of(signed_in(hiring_manager).get(page_of(job)))

    assert "Ines Duarte" in text
    assert "Known to us" in text
    assert "HV isolation" in text
    for hidden in ("final round", "BOSIET", "consent", "Silver", "meets", "Choose", "stated"):
        assert hidden not in text.partition("Keyboard shortcuts")[0]


def test_a_manager_of_another_job_finds_nothing(signed_in, hiring_manager, job):
    assert signed_in(hiring_manager).get(page_of(job)).status_code == 404


def test_set_aside_with_a_reason_and_taken_back(staff_client, recruiter, job):
    ines = knows(CandidateFactory(name="Ines Duarte"), "HV isolation")

    response = staff_client.post(
        reverse("applications:match_not_a_fit", args=[job.public_id]),
        {"person": ines.public_id, "reason": "place_or_shift", "detail": "no night shifts"},
        follow=True,
    )

    match = Match.objects.get()
    assert match.verdict == Match.Verdict.NOT_A_FIT
    assert match.verdict_reason == "Place or working hours do not fit: no night shifts"
    assert match.verdict_by == recruiter
    assert "0 can be contacted, 1 cannot (1 not a fit)." in words_of(response)
    assert Activity.objects.filter(candidate=ines, kind="match.not_a_fit").count() == 1
    event = AuditEvent.objects.get(verb="match.not_a_fit")
    assert event.changes == {"verdict": ["", "not_a_fit"]}

    response = staff_client.post(
        reverse("applications:match_take_back", args=[match.public_id]), follow=True
    )

    match.refresh_from_db()
    assert (match.verdict, match.verdict_reason, match.verdict_by) == ("", "", None)
    assert "1 can be contacted." in words_of(response)


@pytest.mark.parametrize("data", [{"reason": ""}, {"reason": "other", "detail": " "}])
def test_without_a_reason_nobody_is_set_aside(staff_client, job, data):
    ines = knows(CandidateFactory(), "HV isolation")

    response = staff_client.post(
        reverse("applications:match_not_a_fit", args=[job.public_id]),
        {"person": ines.public_id, **data},
    )

    assert response.status_code == 422
    assert Match.objects.count() == 0


def test_opening_a_page_from_the_list_is_remembered_once(staff_client, job):
    ines = knows(CandidateFactory(), "HV isolation")
    address = reverse("applications:match_look", args=[job.public_id])

    response = staff_client.post(address, {"person": ines.public_id})
    opened_at = Match.objects.get().opened_at
    staff_client.post(address, {"person": ines.public_id})

    assert response.url == reverse("candidates:profile", args=[ines.public_id])
    assert opened_at is not None
    assert Match.objects.get().opened_at == opened_at
    assert AuditEvent.objects.filter(verb="match.opened").count() == 1


def test_somebody_unknown_is_not_found(staff_client, job):
    gone = CandidateFactory(erased=True)
    for name in ("match_look", "match_not_a_fit"):
        address = reverse(f"applications:{name}", args=[job.public_id])
        assert staff_client.post(address, {"person": gone.public_id}).status_code == 404
        assert staff_client.post(address, {"person": "nonsense"}).status_code == 404


def test_the_record_shows_what_was_stored(staff_client, job):
    ines = knows(CandidateFactory(name="Ines Duarte"), "HV isolation")
    staff_client.post(
        reverse("applications:match_look", args=[job.public_id]), {"person": ines.public_id}
    )
    ines.skills.all().delete()  # known of no more, but it was then

    match = Match.objects.get()
    text = words_of(staff_client.get(reverse("applications:match", args=[match.public_id])))

    assert "HV isolation : stated by the candidate, 2026" in text
    assert "version 1" in text


@pytest.mark.parametrize("matches", [1, 3])
def test_the_panel_of_a_person_lists_open_jobs(
    staff_client, matches, django_assert_max_num_queries
):
    candidate = CandidateFactory()
    for n in range(matches):
        MatchFactory(candidate=candidate, job__title=f"Open job {n}")
    MatchFactory(candidate=candidate, job=JobFactory(closed=True, title="Closed job"))

    with django_assert_max_num_queries(5):
        response = staff_client.get(
            reverse("applications:candidate_matches_panel", args=[candidate.public_id])
        )

    assert response.content.count(b"row-item") == matches
    assert b"Closed job" not in response.content

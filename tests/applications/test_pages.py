"""Who sees the pages of jobs, applications, letters and promises, and what they cost."""

import pytest
from django.urls import reverse

from tests.applications.pages import page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobSkillFactory,
    LetterFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db

# ----------------------------------------------------------------- who sees what


def test_a_hiring_manager_reads_own_jobs_and_no_others(signed_in, hiring_manager):
    mine, other = job_with_stages(), job_with_stages()
    HiringTeamMemberFactory(job=mine, user=hiring_manager)
    here, elsewhere = ApplicationFactory(job=mine), ApplicationFactory(job=other)
    client = signed_in(hiring_manager)

    for name in ("job", "pipeline"):
        assert client.get(page(name, mine)).status_code == 200
        assert client.get(page(name, other)).status_code == 404
    assert client.get(page("application", here)).status_code == 200
    assert client.get(page("application", elsewhere)).status_code == 404
    listed = client.get(reverse("applications:jobs")).content.decode()
    assert (mine.title in listed, other.title in listed) == (True, False)


def test_a_hiring_manager_reads_no_letter_promise_or_reason(signed_in, hiring_manager):
    job = job_with_stages()
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    application = ApplicationFactory(job=job, rejected=True)
    LetterFactory(application=application, text="Only for Rosa")
    PromiseFactory(candidate=application.candidate, application=application)
    client = signed_in(hiring_manager)

    html = client.get(page("application", application)).content.decode()

    assert [
        words in html
        for words in ("Only for Rosa", "Keep in mind", "Somebody else fitted better", "Undo")
    ] == [False] * 4
    assert client.post(page("application_move", application)).status_code == 403


def test_an_erased_person_is_on_no_page(staff_client):
    job = job_with_stages()
    application = ApplicationFactory(job=job, candidate__erased=True)

    assert staff_client.get(page("application", application)).status_code == 404
    assert "Nobody here" in staff_client.get(page("pipeline", job)).content.decode()


# --------------------------------------------------------------------------- costs


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_at_any_size(staff_client, django_assert_num_queries, rows):
    job = job_with_stages()
    for _ in range(rows):
        application = ApplicationFactory(job=job)
        LetterFactory(application=application)
        PromiseFactory(candidate=application.candidate, application=application, due_job=job)
        job_with_stages()
    staff_client.get(reverse("applications:jobs"))
    costs = {
        reverse(
            "applications:jobs"
        ): 8,  # session, user, offices, owners, counts, page, rows, places
        page("pipeline", job): 13,  # with the choices of three filters and what changed just now
        page("pipeline", job) + "?view=table": 13,
        page("job_promises", job): 5,
        page("job_stages", job): 4,
        page("job_team", job): 5,
        reverse("applications:letters"): 5,
        reverse("applications:promises"): 9,  # with four lists to choose from, and what erased left
    }

    for address, cost in costs.items():
        with django_assert_num_queries(cost, info=address):
            staff_client.get(address)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_panel_of_a_person_costs_the_same(staff_client, django_assert_num_queries, rows):
    candidate = CandidateFactory()
    for _ in range(rows):
        ApplicationFactory(candidate=candidate, rejected=True)
        PromiseFactory(candidate=candidate)

    with django_assert_num_queries(5):  # session, user, person, applications, promises
        html = staff_client.get(page("candidate_panel", candidate)).content.decode()

    assert html.count("Promise to keep in mind for") == rows


def test_long_and_hostile_words_are_shown_as_words(staff_client):
    job = job_with_stages(title="<script>alert(1)</script>" + "x" * 150)
    JobSkillFactory(job=job, skill__name="<i>Skill</i>")
    application = ApplicationFactory(
        job=job, candidate__name="<b>" + "N" * 190, candidate__call_name=""
    )

    for address in (page("job", job), page("pipeline", job), page("application", application)):
        html = staff_client.get(address).content.decode()
        assert ("<script>alert" in html, "<b>NNN" in html, "<i>Skill" in html) == (False,) * 3

"""The pages of jobs, their stages and their pipeline: what each button does and refuses."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Job
from tests.applications.pages import page
from tests.applications.people_on_jobs import job_with_stages
from tests.factories.applications import ApplicationFactory, OfficeFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory, SkillFactory

pytestmark = pytest.mark.django_db


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# ---------------------------------------------------------------------------- jobs


def test_a_job_is_made_described_and_opened(staff_client):
    office = OfficeFactory()
    values = {"title": "Cable Technician", "family": "Electrical", "work_mode": "on_site",
              "offices": [office.pk], "salary_from": "41000", "salary_to": "47000",
              "salary_currency": "gbp"}  # fmt: skip

    response = staff_client.post(reverse("applications:job_new"), values)

    job = Job.objects.get()
    assert response["Location"] == page("job_skills", job)
    assert (job.status, job.pay_text) == ("draft", "GBP 41,000 to 47,000")
    SkillFactory(name="BOSIET")
    staff_client.post(
        page("job_skills", job),
        {"must": "HV isolation, Cable jointing", "add_must": "HV isolation", "nice": "BOSIET"},
    )
    skills = [(row.skill.name, row.need, row.weight) for row in job.job_skills.all()]
    assert skills == [
        ("HV isolation", "must", 2),
        ("Cable jointing", "must", 1),
        ("BOSIET", "nice", 1),
    ]
    PromiseFactory()
    response = staff_client.post(page("job_open", job))
    assert said(response)[-1] == "Cable Technician is open. 1 promise fell due."
    assert response["Location"] == page("known_people", job)


def test_a_job_without_must_have_skills_opens_and_says_what_that_means(staff_client):
    job = job_with_stages(draft=True, work_mode="remote")

    response = staff_client.post(page("job_open", job))

    job.refresh_from_db()
    assert (job.status, response["Location"]) == ("open", page("job_skills", job))
    assert said(response)[-1].startswith("No must-have skill is named, so nobody you already know")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"salary_from": "50", "salary_to": "40"}, "The upper end is below the lower one."),
        ({"salary_from": "50", "salary_currency": ""}, "Say in which currency."),
        ({"seniority_from": "4", "seniority_to": "2"}, "The upper level is below the lower one."),
        ({"salary_from": "much"}, "Enter a number."),
    ],
)
def test_a_job_that_makes_no_sense_is_refused_beside_the_field(staff_client, values, words):
    base = {"title": "T", "work_mode": "on_site", "salary_currency": "GBP"}

    response = staff_client.post(reverse("applications:job_new"), {**base, **values})

    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert Job.objects.count() == 0


def test_a_refusal_to_open_is_shown_on_the_job(staff_client):
    job = job_with_stages(draft=True)

    response = staff_client.post(page("job_open", job))

    assert response.status_code == 422
    assert "Say where the work is: name an office" in response.content.decode()


def test_closing_lists_those_who_wait(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Noel Roy")

    response = staff_client.post(page("job_close", application.job))

    html = response.content.decode()
    assert response.status_code == 422
    assert ("1 person is still waiting" in html, "Noel Roy" in html) == (True, True)
    assert page("application_reject", application) in html


def test_somebody_who_saved_meanwhile_is_shown_and_saving_again_wins(staff_client):
    job = job_with_stages(title="Theirs")
    values = {"title": "Mine", "work_mode": "on_site", "version": job.version}
    Job.objects.update(version=2)

    response = staff_client.post(page("job_edit", job), values)

    html = response.content.decode()
    assert (response.status_code, "Theirs" in html, 'value="2"' in html) == (422, True, True)
    staff_client.post(page("job_edit", job), {**values, "version": 2})
    assert Job.objects.get().title == "Mine"


def test_stages_of_another_job_are_not_found(staff_client):
    mine, other = job_with_stages(), job_with_stages()
    stage = other.stages.first()
    for name in ("stage_edit", "stage_move", "stage_remove"):
        address = reverse(f"applications:{name}", args=[mine.public_id, stage.public_id])
        assert staff_client.post(address).status_code == 404


def test_a_used_stage_says_why_it_stays(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    address = reverse(
        "applications:stage_remove",
        args=[application.job.public_id, application.stage.public_id],
    )

    response = staff_client.post(address)

    assert response.status_code == 422
    assert "Somebody is or was in “Received”" in response.content.decode()


# ------------------------------------------------------------------------ pipeline


def test_a_move_without_javascript_comes_back_to_the_card(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Rosa Osei")
    stage = application.job.stages.get(name="Interview")

    response = staff_client.post(
        page("application_move", application), {"stage": stage.public_id}, follow=True
    )

    assert response.redirect_chain[0][0].endswith(f"#application-{application.public_id}")
    assert "Rosa Osei moved from Received to Interview. They are told “Interviewing”." in (
        response.content.decode().replace("\n", " ")
    )


def test_a_refused_move_is_said_and_changes_nothing(staff_client):
    application = ApplicationFactory(job=job_with_stages())
    stage = job_with_stages().stages.first()

    response = staff_client.post(page("application_move", application), {"stage": stage.public_id})

    assert response.status_code == 422
    assert "That stage belongs to another job." in response.content.decode()


def test_undo_on_the_board(staff_client):
    application = ApplicationFactory(job=job_with_stages(), candidate__name="Rosa Osei")
    stage = application.job.stages.get(name="Interview")
    staff_client.post(page("application_move", application), {"stage": stage.public_id})

    response = staff_client.post(page("application_undo", application), follow=True)

    application.refresh_from_db()
    assert application.stage.name == "Received"
    assert "Rosa Osei is back in Received." in response.content.decode()
    again = staff_client.post(page("application_undo", application))
    assert again.status_code == 422


def test_only_late_shows_only_those(staff_client):
    job = job_with_stages()
    ApplicationFactory(job=job, candidate__name="Anna Late", hear_by=timezone.now() - timedelta(3))
    ApplicationFactory(job=job, candidate__name="Ben Intime")

    for view in ("", "&view=table"):
        html = staff_client.get(f"{page('pipeline', job)}?late=on{view}").content.decode()
        assert ("Anna Late" in html, "Ben Intime" in html) == (True, False)


def test_somebody_is_found_and_added(staff_client):
    job = job_with_stages()
    candidate = CandidateFactory(name="Ines Duarte")
    address = page("application_add", job)

    assert "Ines Duarte" in staff_client.get(f"{address}?q=duarte").content.decode()
    response = staff_client.post(address, {"candidate": candidate.public_id, "source": "referral"})
    assert response.status_code == 302
    twice = staff_client.post(address, {"candidate": candidate.public_id})

    assert (twice.status_code, Application.objects.count()) == (422, 1)
    assert "Is considered already" in staff_client.get(f"{address}?q=duarte").content.decode()
    stranger = CandidateFactory(erased=True)
    assert staff_client.post(address, {"candidate": stranger.public_id}).status_code == 404

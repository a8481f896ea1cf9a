"""Answering people and ending a job in a browser, by pointer, by keyboard and without JavaScript;
and two people who do it at once.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from applications.actions.jobs import add_standard_stages
from applications.models import Application, Job, Letter
from candidates import work as runner
from candidates.models import Work
from tests.browser.axe import violations
from tests.browser.conftest import Way
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ["Ana Osei", "Ben Adeyemi", "Chi Nguyen"]


@pytest.fixture
def job(recruiter: User) -> Job:
    OrganisationFactory()
    job = JobFactory(title="Cable Technician", owner=recruiter)
    add_standard_stages(job)
    for name in NAMES:
        ApplicationFactory(job=job, stage=job.stages.first(), candidate__name=name)
    return job


def test_answering_one_person_is_reason_letter_and_one_press(recruiters_way: Way, job: Job):
    way, page = recruiters_way, recruiters_way.page
    application = Application.objects.get(candidate__name="Ana Osei")
    way.open(f"/jobs/{job.public_id}/end")
    way.press(page.get_by_role("link", name="Answer Ana Osei"))
    page.get_by_label("Reason", exact=True).select_option("stronger_applicant")
    way.press(page.get_by_role("button", name=re.compile("^Write the letter anew")))
    expect(page.get_by_label("Subject")).not_to_have_value("")
    typed = "\n\nThank you for coming all the way to us."
    letter = page.get_by_label("Letter", exact=True)
    letter.fill(letter.input_value() + typed)

    way.press(page.get_by_role("button", name="Close the application"))

    expect(page).not_to_have_url(re.compile("/reject"))
    application.refresh_from_db()
    assert (application.outcome, application.rejection_reason) == ("rejected", "stronger_applicant")
    assert typed.strip() in Letter.objects.get(application=application, kind="decision").text


def test_the_gate_refuses_answers_all_and_opens(recruiters_way: Way, job: Job):
    way, page = recruiters_way, recruiters_way.page
    way.open(f"/jobs/{job.public_id}/end")
    for name in NAMES:
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="It is filled")).to_have_count(0)
    way.tick(page.get_by_label("All 3"))
    way.press(page.get_by_role("button", name="Write to them…"))
    page.get_by_label("Why they were not chosen").select_option("job_closed")
    way.press(page.get_by_role("button", name="Show the letters"))
    expect(page.get_by_role("button", name="Answer 3 people")).to_be_visible()
    assert Application.objects.open().count() == 3

    way.press(page.get_by_role("button", name="Answer 3 people"))
    page.wait_for_url(re.compile("/tasks/"))
    runner.work_on(Work.objects.latest("pk").pk)
    way.open(f"/jobs/{job.public_id}/end")
    expect(page.get_by_role("heading", name="Everybody has an answer")).to_be_visible()
    way.press(page.get_by_role("button", name="It is filled"))

    expect(page).not_to_have_url(re.compile("/(end|fill)$"))
    job.refresh_from_db()
    assert job.status == "filled"
    assert Letter.objects.filter(kind="decision").count() == 3


@pytest.fixture
def second(browser: Browser, live_server, recruiter: User):
    """Another browser of the same house."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    sign_in_browser(page, live_server.url, recruiter)
    yield page
    context.close()


def test_two_browsers_answer_one_person_and_the_second_is_told(
    page: Page, second: Page, console_guard, live_server, recruiter, job
):
    console_guard.allow("status of 422")
    application = Application.objects.get(candidate__name="Ben Adeyemi")
    sign_in_browser(page, live_server.url, recruiter)
    for one in (page, second):
        one.goto(f"{live_server.url}/applications/{application.public_id}/reject")
        one.get_by_label("Reason", exact=True).select_option("stronger_applicant")
        one.get_by_role("button", name=re.compile("^Write the letter anew")).click()

    page.get_by_role("button", name="Close the application").click()
    expect(page).not_to_have_url(re.compile("/reject"))
    second.get_by_role("button", name="Close the application").click()

    expect(
        second.get_by_text(re.compile("closed|answered|settled", re.IGNORECASE)).first
    ).to_be_visible()
    assert Letter.objects.filter(application=application, kind="decision").count() == 1


def test_a_job_that_ends_while_somebody_applies_gives_them_back_every_word(
    page: Page, second: Page, console_guard, live_server, recruiter, job
):
    console_guard.allow("status of 410")  # the job is gone
    key = job.public_id.hex[:12]
    page.goto(f"{live_server.url}/careers/{key}")
    page.get_by_role("link", name="Apply for this job").click()
    page.get_by_label("Your full name").fill("Zoe Late")
    page.get_by_label("Your email address").fill("zoe@mail.example")
    page.get_by_label("Or a link to your CV").fill("zoe.example/cv")
    page.get_by_label("Anything else").fill("I can begin in January.")
    Application.objects.all().delete()
    second.goto(f"{live_server.url}/jobs/{job.public_id}/end")
    second.get_by_role("button", name="Close without hiring").click()
    second.wait_for_load_state()
    page.wait_for_timeout(3100)  # nobody fills in a form faster

    page.get_by_role("button", name="Send my application").click()

    expect(page.get_by_role("heading", name="This job is closed")).to_be_visible()
    expect(page.get_by_text("I can begin in January.")).to_be_visible()
    assert Application.objects.count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gate_is_accessible_refused_and_open(page, live_server, recruiter, job, scheme):
    page.emulate_media(color_scheme=scheme)
    sign_in_browser(page, live_server.url, recruiter)
    page.goto(f"{live_server.url}/jobs/{job.public_id}/end")
    refused = violations(page)
    Application.objects.all().delete()
    page.goto(page.url)

    assert (refused, violations(page)) == ([], [])

"""Two browsers with the same form: whoever saves second sees what the first one saved."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Interview, Job
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.interviews import InterviewFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other(browser, live_server):
    """The browser of a colleague."""
    context = browser.new_context()
    page = context.new_page()
    sign_in_browser(page, live_server.url, UserFactory(name="Rosa Amsel"))
    yield page
    context.close()


def test_of_two_who_change_a_job_the_second_overwrites_nothing(
    staff_page, other, live_server, console_guard
):
    console_guard.allow("status of 422")
    job = JobFactory(title="Technician", description="Old words")
    address = f"{live_server.url}/jobs/{job.public_id}"
    for page in (staff_page, other):
        page.goto(f"{address}/edit")
    staff_page.get_by_label("Title").fill("Cable Technician")
    staff_page.get_by_role("button", name="Save").click()
    staff_page.wait_for_url(address)

    other.get_by_label("Title").fill("Blade Technician")
    other.get_by_role("button", name="Save").click()

    warning = other.get_by_role("main").locator(".alert", has_text="Somebody else saved meanwhile")
    expect(warning).to_contain_text("Cable Technician")
    expect(other.get_by_label("Title")).to_have_value("Blade Technician")
    assert violations(other) == []
    assert Job.objects.get().title == "Cable Technician"
    other.get_by_role("button", name="Save").click()  # knowingly
    other.wait_for_url(address)
    assert Job.objects.get().title == "Blade Technician"


def test_of_two_who_change_an_interview_the_second_overwrites_nothing(
    staff_page, other, live_server, console_guard, interviewer
):
    console_guard.allow("status of 422")
    OrganisationFactory()
    interview = InterviewFactory(
        application=ApplicationFactory(),
        starts_at=(timezone.now() + timedelta(days=9)).replace(second=0, microsecond=0),
        link="https://meet.example/1",
        panel=[interviewer],
    )
    address = f"{live_server.url}/interviews/{interview.public_id}"
    for page in (staff_page, other):
        page.goto(f"{address}/change")
    staff_page.get_by_label("What the invitation says besides").fill("Bring a helmet.")
    staff_page.get_by_role("button", name="Save and tell them").click()
    staff_page.wait_for_url(address)

    other.get_by_label("What the invitation says besides").fill("Bring boots.")
    other.get_by_role("button", name="Save and tell them").click()

    warning = other.get_by_role("main").locator(".alert", has_text="was changed meanwhile")
    expect(warning.first).to_contain_text("Bring a helmet.")
    expect(other.get_by_label("What the invitation says besides")).to_have_value("Bring boots.")
    assert violations(other) == []
    assert Interview.objects.get().words == "Bring a helmet."
    other.get_by_role("button", name="Save and tell them").click()
    other.wait_for_url(address)
    assert Interview.objects.get().words == "Bring boots."

"""States of pages that no link of the demo leads to: accessible, and narrow enough for a phone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from applications.actions.jobs import add_standard_stages
from applications.models import Promise
from tests.applications.closing_pages import TEXT
from tests.browser.axe import violations
from tests.browser.test_accessibility import problems_of
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, PromiseFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["light", "dark"])
def seen_in(request, staff_page):
    """The page of a recruiter, in the light and in the dark."""
    OrganisationFactory()
    staff_page.emulate_media(color_scheme=request.param)
    return staff_page


def test_review_mode_with_nobody_left(seen_in, live_server):
    job = JobFactory()
    add_standard_stages(job)

    address = f"{live_server.url}{reverse('applications:review_mode')}?job={job.public_id}"

    assert problems_of(seen_in, address) == []
    expect(seen_in.get_by_text("Nobody waits here")).to_be_visible()


def test_a_letter_in_which_the_check_found_something(seen_in, live_server, console_guard):
    console_guard.allow("status of 422")
    job = JobFactory()
    add_standard_stages(job)
    application = ApplicationFactory(job=job, stage=job.stages.first())
    address = reverse("applications:application_reject", args=[application.public_id])
    seen_in.goto(live_server.url + address)
    letter = seen_in.locator("textarea[name=text]")
    seen_in.locator("select[name=reason]").select_option("pay")
    expect(letter).to_have_value(re.compile("your expectation and the range of this job"))
    letter.fill(TEXT + "We keep you in mind.")
    seen_in.get_by_role("button", name="Close the application").click()
    expect(seen_in.get_by_text("The check found something in the letter")).to_be_visible()

    assert violations(seen_in) == []
    seen_in.set_viewport_size({"width": 320, "height": 640})
    assert seen_in.evaluate("document.documentElement.scrollWidth") == 320


def test_the_ledger_with_a_promise_of_each_state(seen_in, live_server, recruiter):
    now = timezone.now()
    for state in Promise.State:
        due = {"due_at": now, "due_job": JobFactory()} if state == Promise.State.DUE else {}
        PromiseFactory(state=state, owner=recruiter, until=now.date() + timedelta(90), **due)

    assert problems_of(seen_in, live_server.url + reverse("applications:promises")) == []

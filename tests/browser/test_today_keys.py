"""Today's rows by keys and by pointer: e does the first thing, s puts off, the next row follows."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import PutOff, User
from applications.actions.jobs import add_standard_stages
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def today(staff_page: Page, live_server, recruiter: User) -> Page:
    """Two people of one job who should have heard, the later one second."""
    OrganisationFactory()
    job = JobFactory(owner=recruiter)
    add_standard_stages(job)
    for days, name in [(5, "Ana Osei"), (3, "Ben Adeyemi")]:
        ApplicationFactory(
            job=job,
            stage=job.stages.first(),
            candidate__name=name,
            hear_by=timezone.localdate() - timedelta(days=days),
        )
    staff_page.goto(f"{live_server.url}/today")
    return staff_page


def test_s_puts_a_row_off_and_the_next_one_takes_the_focus(today):
    ana, ben = (
        today.get_by_role("link", name=name, exact=True) for name in ("Ana Osei", "Ben Adeyemi")
    )
    expect(ana).to_be_visible()
    today.keyboard.press("j")
    expect(ana).to_be_focused()
    today.keyboard.press("s")
    expect(today.get_by_role("button", name="Tomorrow").first).to_be_focused()

    today.keyboard.press("Enter")

    expect(ana).to_have_count(0)
    expect(ben).to_be_focused()
    assert PutOff.objects.count() == 1


def test_e_does_the_first_thing_of_the_row(today):
    today.keyboard.press("j")
    today.keyboard.press("e")

    expect(today.get_by_role("heading", name="Ana Osei", level=1)).to_be_visible()


def test_the_same_by_pointer(today):
    row = today.locator("[data-row]", has_text="Ana Osei")
    row.locator("summary").click()
    row.get_by_role("button", name="Not mine").click()

    expect(today.get_by_role("link", name="Ana Osei", exact=True)).to_have_count(0)
    expect(today.get_by_role("link", name="Ben Adeyemi", exact=True)).to_be_visible()
    today.locator("[data-row]", has_text="Ben Adeyemi").get_by_role("link", name="Answer").click()
    expect(today.get_by_role("heading", name="Ben Adeyemi", level=1)).to_be_visible()

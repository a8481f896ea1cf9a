"""Deleting a person, from what they ask to what a link in an old email says afterwards."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from applications.models import Application
from candidates.models import Candidate, PrivacyRequest
from engagement import links
from tests.browser.axe import violations
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def totals(page, *addresses: str) -> list[str]:
    """What these pages count."""
    counted = []
    for address in addresses:
        page.goto(address)
        counted += page.locator("main .stat, main .stats + p").all_inner_texts()
    return counted


@pytest.fixture
def rosa(settings, live_server):
    """Somebody who was hired for a job at which another waits, and who had an email from us."""
    settings.BASE_URL = live_server.url
    OrganisationFactory()
    candidate = CandidateFactory(name="Rosa Osei", country="", time_zone="Europe/London")
    job = JobFactory(title="Cable Technician")
    first = StageFactory(job=job, name="Received")
    ApplicationFactory(job=job, stage=first)
    ApplicationFactory(job=job, stage=first, candidate=candidate, hired=True)
    MessageFactory(enrolment__candidate=candidate, handed=True)
    return candidate


def test_from_the_request_to_the_old_link(way, rosa, privacy_officer, recruiter):
    page = way.page
    way.guard.allow("status of 422")
    message = rosa.messages.get()
    link = urlsplit(links.preference_url(rosa, message)).path
    job = Application.objects.filter(candidate=rosa).get().job
    profile = f"/people/{rosa.public_id}"
    pages = [f"/jobs/{job.public_id}", f"/campaigns/{message.campaign.public_id}"]
    counting = [way.address + one for one in pages]
    way.sign_in(recruiter)
    counted = totals(page, *counting)
    assert "1 hired" in " ".join(counted)
    page.context.clear_cookies()
    way.sign_in(privacy_officer, confirmed=False)

    way.open(f"{profile}/privacy")
    way.press(page.locator("summary", has_text="Write down what they ask"))
    page.get_by_label("They ask for").select_option("erasure")
    way.write(page.get_by_label("In short"), "Wants to be gone.")
    way.press(page.get_by_role("button", name="Write it down"))
    expect(page.locator("#messages")).to_contain_text("Written down. It is to be answered by")

    way.press(page.get_by_role("link", name="Go on to the deletion"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    way.write(page.get_by_label("Password"), "wrong")
    way.press(page.get_by_role("button", name="Go on"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    if way.scripts:
        assert violations(page) == []
    way.write(page.get_by_label("Password"), "correct horse battery")
    way.press(page.get_by_role("button", name="Go on"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete their details")
    if way.scripts:
        assert violations(page) == []

    way.tick(page.get_by_label("Now. They do not want to wait."))
    way.tick(page.get_by_label("I have read what goes, and that it cannot be undone."))
    way.press(page.get_by_role("button", name="Delete their details"))
    expect(page.locator("#messages")).to_contain_text("Their details are deleted.")
    expect(page.locator("body")).not_to_contain_text("Rosa Osei")
    request = PrivacyRequest.objects.get()
    assert (request.state, request.outcome) == ("closed", "done")
    assert Candidate.objects.get(pk=rosa.pk).erased_at is not None

    way.guard.allow("status of 404")
    page.context.clear_cookies()
    way.sign_in(recruiter)
    assert page.goto(way.address + profile).status == 404
    way.open("/people?q=osei")
    expect(page.get_by_text("Nobody fits", exact=True)).to_be_visible()
    assert totals(page, *counting) == counted

    page.context.clear_cookies()
    way.open(link)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("We hold no details for this link")
    if way.scripts:
        assert violations(page) == []


def test_seven_days_in_which_they_may_stay_after_all(way, rosa, privacy_officer):
    Application.objects.all().delete()
    way.sign_in(privacy_officer)
    way.open(f"/people/{rosa.public_id}/privacy/erase")

    way.tick(way.page.get_by_label("I have read what goes, and that it cannot be undone."))
    way.press(way.page.get_by_role("button", name="Delete their details"))
    expect(way.page.locator("#messages")).to_contain_text("deleted in seven days")
    way.press(way.page.get_by_role("button", name="They want to stay after all"))

    expect(way.page.locator("#messages")).to_contain_text("Nothing is deleted.")
    assert Candidate.objects.get(pk=rosa.pk).erased_at is None

"""The page of a campaign under way asks again every two seconds, and leaves the keyboard alone."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from engagement.models import Campaign, Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campaign() -> Campaign:
    OrganisationFactory()
    campaign: Campaign = CampaignFactory(running=True, with_step=True)
    for name in ("Ana Lund", "Bo Free"):
        enrolment = EnrolmentFactory(campaign=campaign, candidate__name=name)
        MessageFactory(enrolment=enrolment, handed=True)
    return campaign


@pytest.fixture
def live(staff_page: Page, live_server, campaign) -> Page:
    staff_page.goto(live_server.url + reverse("engagement:campaign", args=[campaign.public_id]))
    return staff_page


def asked_again(page: Page, campaign: Campaign) -> None:
    """Wait until the page has been put together anew: somebody else's email left meanwhile."""
    enrolment = EnrolmentFactory(campaign=campaign, candidate__name="Cy Later")
    MessageFactory(enrolment=enrolment, handed=True, settled_at=timezone.now())
    expect(page.get_by_role("link", name="Cy Later")).to_be_visible()


@pytest.mark.parametrize("name", ["Ana Lund", "replied", "Pause"])
def test_the_focus_stays_where_it_was(live, campaign, name):
    role = "button" if name == "Pause" else "link"
    live.get_by_role(role, name=name).focus()

    asked_again(live, campaign)

    expect(live.get_by_role(role, name=name)).to_be_focused()


def test_the_focus_of_a_line_that_is_gone_goes_to_the_heading(live, campaign):
    live.get_by_role("link", name="Ana Lund").focus()
    Message.objects.filter(candidate__name="Ana Lund").delete()

    asked_again(live, campaign)

    expect(live.get_by_role("heading", level=1)).to_be_focused()

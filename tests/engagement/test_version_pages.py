"""The pages of a new version of a message: writing, comparing, asking, approving."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Organisation
from engagement import next_versions
from engagement.models import StepVersion
from tests.engagement.versions import SECOND, running, written
from tests.factories.accounts import UserFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    StepVersionFactory,
)

pytestmark = pytest.mark.usefixtures("monday_morning")


def at(name, campaign, query="?step=1"):
    return reverse(f"engagement:{name}", args=[campaign.public_id]) + query


def test_the_pages_write_show_the_difference_and_approve(staff_client, signed_in):
    campaign = running()
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign))
    seen = campaign.steps.get().template_version.fingerprint
    page = at("campaign_version", campaign)
    assertContains(staff_client.get(page), "Write a new version")
    form = {"subject": "A job that may fit you", "text": SECOND, "html": "", "seen": seen}

    assertRedirects(staff_client.post(at("campaign_version_write", campaign), form), page)

    shown = staff_client.get(page)
    assertContains(shown, "<del>the first words.</del>", html=True)
    assertContains(shown, "<ins>the second words.</ins>", html=True)
    assertContains(shown, "<b>1</b> waits.")
    assertContains(shown, "Whoever comes in from now on")
    assertContains(staff_client.get(at("campaign", campaign, "")), "A new version waits")
    preview = staff_client.get(at("campaign_preview", campaign, "?step=1&new=1"))
    assertContains(preview, "the second words.")
    assertContains(staff_client.get(at("campaign_preview", campaign)), "the first words.")
    version = StepVersion.objects.get()
    approver = UserFactory()
    sent = {"seen": next_versions.fingerprint(version), "whom": "later"}
    answer = signed_in(approver).post(at("campaign_version_approve", campaign), sent)
    assertRedirects(answer, page, fetch_redirect_response=False)
    version.refresh_from_db()
    assert (version.approved_by, version.reaches_inside) == (approver, False)
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign), step_version=version)
    live = staff_client.get(at("campaign", campaign, ""))
    assertContains(live, "Version 2: 0 sent, 1 waiting")
    assertContains(live, "Version 1: 0 sent, 1 waiting")


def test_a_second_author_is_shown_the_first_ones_text_and_keeps_their_own(staff_client, admin):
    campaign = running()
    seen = campaign.steps.get().template_version.fingerprint
    written(campaign, admin)

    answer = staff_client.post(
        at("campaign_version_write", campaign),
        {"subject": "A job", "text": "Mine.", "html": "", "seen": seen},
    )

    assertContains(answer, "the second words.", status_code=422)
    assertContains(answer, "Mine.</textarea>", status_code=422)


def test_a_version_is_thrown_away_on_its_page(staff_client, recruiter):
    campaign = running()
    written(campaign, recruiter)

    staff_client.post(at("campaign_version_discard", campaign))

    assert not StepVersion.objects.exists()


def test_the_approver_says_whether_it_reaches_the_people_inside(signed_in, recruiter):
    campaign = running(takes_in_later=False)
    StepFactory(campaign=campaign, position=2)
    EnrolmentFactory(campaign=campaign)
    version = written(campaign, recruiter, 2)
    client, page = signed_in(UserFactory()), at("campaign_version", campaign, "?step=2")
    address = at("campaign_version_approve", campaign, "?step=2")
    seen = next_versions.fingerprint(version)
    assertContains(client.get(page), "The 1 person inside to whom it was not sent yet")

    refused = client.post(address, {"seen": seen, "whom": "later"}, follow=True)
    assertContains(refused, "Choose again who gets it.")
    client.post(address, {"seen": seen, "whom": "inside"})

    version.refresh_from_db()
    assert (version.reaches_inside, version.will_get) == (True, 1)


def test_a_colleague_is_asked_on_the_page_and_finds_it_on_today(staff_client, signed_in, recruiter):
    Organisation.objects.update(two_people_approve=True)
    campaign, asked = running(name="Tides"), UserFactory(name="Asked Colleague")
    written(campaign, recruiter)
    page, address = at("campaign_version", campaign), at("campaign_version_ask", campaign)
    assertContains(staff_client.get(page), "Asked Colleague")

    refused = staff_client.post(address, {"colleague": recruiter.public_id}, follow=True)
    assertContains(refused, "Choose a colleague who may approve it.")
    staff_client.post(address, {"colleague": asked.public_id})

    assertContains(staff_client.get(page), "<bdi>Asked Colleague</bdi> was asked")
    today = signed_in(asked).get(reverse("today"))
    assertContains(today, "New versions to approve")
    assertContains(today, page)
    assertNotContains(staff_client.get(reverse("today")), "New versions to approve")


def test_where_nobody_would_get_it_none_can_be_written(staff_client):
    campaign = running(takes_in_later=False)

    page = staff_client.get(at("campaign_version", campaign))

    assertContains(page, "A new version would reach nobody")
    assertNotContains(page, "Write a new version")


def test_what_cannot_be_approved_has_no_button_for_it(signed_in, recruiter):
    campaign = running()
    written(campaign, recruiter, text="Hello {{ candidate.salary }}")

    page = signed_in(UserFactory()).get(at("campaign_version", campaign))

    assertContains(page, "It cannot be approved yet")
    assertNotContains(page, at("campaign_version_approve", campaign))


@pytest.mark.parametrize("name", ["campaign_version", "campaign_version_write"])
def test_a_draft_and_a_message_that_is_not_there_have_no_such_page(staff_client, name):
    draft = CampaignFactory(with_step=True)

    assert staff_client.get(at(name, draft)).status_code == 404
    assert staff_client.get(at(name, running(), "?step=3")).status_code == 404


def test_without_a_version_that_waits_there_is_no_preview_of_it(staff_client):
    page = at("campaign_preview", running(), "?step=1&new=1")

    assert staff_client.get(page).status_code == 404


def test_a_test_to_oneself_is_of_the_version_that_waits(staff_client, recruiter):
    campaign = running()
    version = written(campaign, recruiter)

    staff_client.post(at("campaign_test", campaign, "?step=1&new=1"))

    assert campaign.trials.get().template_version == version.template_version


def test_the_page_of_a_version_is_made_by_the_factory_too(staff_client):
    version = StepVersionFactory()

    page = staff_client.get(at("campaign_version", version.step.campaign))

    assertContains(page, "a new job opened.")

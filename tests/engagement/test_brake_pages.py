"""The pages of what stopped by itself."""

import pytest
from django.urls import reverse

from engagement.actions import brakes
from engagement.models import Campaign
from tests.factories.engagement import BrakeFactory, CampaignFactory, StepFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def test_a_campaign_that_stopped_by_itself_says_why_and_asks_why_it_may_go_on(staff_client):
    brake = BrakeFactory()
    StepFactory(campaign=brake.campaign)
    address = reverse("engagement:campaign_resume", args=[brake.campaign.public_id])
    live = reverse("engagement:campaign", args=[brake.campaign.public_id])

    shown = staff_client.get(live).content.decode()
    empty = staff_client.post(address, {"reason": " "})
    done = staff_client.post(address, {"reason": "The list was cleaned."})

    brake.campaign.refresh_from_db()
    after = staff_client.get(live).content.decode()
    assert "2 of 10 emails came back or were refused." in shown
    assert f'href="{address}"' in shown
    assert (empty.status_code, "This field is required." in empty.content.decode()) == (422, True)
    assert (done.status_code, done.url) == (302, live)
    assert brake.campaign.state == Campaign.State.RUNNING
    assert "The list was cleaned." in after


def test_one_that_a_person_paused_goes_on_by_one_press(staff_client):
    campaign = CampaignFactory(paused=True, with_step=True)
    address = reverse("engagement:campaign_resume", args=[campaign.public_id])

    looked = staff_client.get(address)
    staff_client.post(address)

    campaign.refresh_from_db()
    assert (looked.status_code, campaign.state) == (302, Campaign.State.RUNNING)


def test_what_refuses_to_go_on_is_said(staff_client):
    """The job was closed meanwhile: shown beside the reason, which is not lost."""
    brake = BrakeFactory(campaign__job__status="closed")
    StepFactory(campaign=brake.campaign)
    address = reverse("engagement:campaign_resume", args=[brake.campaign.public_id])

    response = staff_client.post(address, {"reason": "All is well."})

    page = response.content.decode()
    assert response.status_code == 422
    assert ("The job is not open." in page, "All is well." in page) == (True, True)


def test_an_administrator_lets_all_job_emails_go_on(signed_in, admin, staff_client):
    BrakeFactory(over_all=True)
    BrakeFactory(campaign__name="Rov pilots")
    running = CampaignFactory(running=True)
    client = signed_in(admin)
    page, let_go = reverse("engagement:brakes"), reverse("engagement:brakes_let_go")

    shown = client.get(page).content.decode()
    live = reverse("engagement:campaign", args=[running.public_id])
    said = staff_client.get(live).content.decode()
    refused = client.post(let_go, {"reason": ""})
    client.post(let_go, {"reason": "The provider was wrong."})
    after = client.get(page).content.decode()

    assert "10 of 100 emails came back or were refused." in shown
    assert "Rov pilots" in shown
    assert "nothing leaves from any campaign" in said
    assert refused.status_code == 422
    assert not brakes.is_guard_on()
    assert "Let job emails go on" not in after
    assert "The provider was wrong." in after

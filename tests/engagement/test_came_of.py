"""What came of a campaign: also after its last message, once for each person, erased or not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.actions.erasure import erase_candidate
from candidates.models import Stop
from engagement.actions.interest import say_interested
from engagement.actions.preferences import reduce, say_why
from engagement.came_of import CameOf, came_of
from engagement.choices import Choices
from engagement.models import Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    ReplyFactory,
)
from tests.pages import without_ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    OrganisationFactory()
    return CampaignFactory(
        running=True, name="Cable people", approved_at=timezone.now() - timedelta(days=40)
    )


def wrote(campaign, *, days_ago=1, state="done"):
    enrolment = EnrolmentFactory(campaign=campaign, state=state)
    at = timezone.now() - timedelta(days=days_ago)
    return MessageFactory(enrolment=enrolment, handed=True, handed_at=at)


def test_whoever_answers_after_the_last_message_counts(campaign):
    message = wrote(campaign)
    ReplyFactory(message=message)
    ReplyFactory(message=message)
    ReplyFactory(message=wrote(campaign), away=True)
    ReplyFactory()  # to another campaign

    assert came_of(campaign) == CameOf(replied=1)


def test_interest_applications_and_stops_count_within_their_days(campaign):
    eager, applied, late, other_job, stopped, paused = [
        wrote(campaign, days_ago=days) for days in (1, 29, 31, 2, 6, 6)
    ]
    say_interested(eager.candidate, eager)
    say_interested(eager.candidate, eager)
    for message, job in [(applied, campaign.job), (late, campaign.job), (other_job, JobFactory())]:
        ApplicationFactory(candidate=message.candidate, job=job)
    Stop.objects.create(candidate=stopped.candidate, reason=Stop.Reason.UNSUBSCRIBED)
    Stop.objects.create(candidate=paused.candidate, reason=Stop.Reason.PAUSED)
    Stop.objects.create(
        candidate=wrote(campaign, days_ago=8).candidate, reason=Stop.Reason.OBJECTED
    )

    assert came_of(campaign) == CameOf(interested=1, applied=1, stopped=1)


def test_why_they_stopped_is_summed_up(campaign):
    for why in ("found", "wrong_jobs", "wrong_jobs", ""):
        message = wrote(campaign)
        change = reduce(message.candidate, Choices(stopped=True), channel="link")
        say_why(message.candidate, change.public_id, why)

    found = came_of(campaign)

    assert found.stopped == 4
    assert found.why == (("The wrong jobs", 2), ("They found a job", 1))


def test_who_was_erased_still_counts(campaign, recruiter):
    message = wrote(campaign)
    ReplyFactory(message=message)
    say_interested(message.candidate, message)
    before = came_of(campaign)

    erase_candidate(message.candidate, by=recruiter)

    assert came_of(campaign) == before == CameOf(replied=1, interested=1)
    assert not Message.objects.filter(campaign=campaign).exists()


def test_a_draft_has_nothing_to_count(django_assert_num_queries):
    campaign = CampaignFactory()

    with django_assert_num_queries(0):
        assert came_of(campaign) == CameOf()


def test_the_page_leads_to_the_answers_to_it_alone(campaign, staff_client):
    ReplyFactory(message=wrote(campaign), text="When could we talk?")
    ReplyFactory(text="About something else")

    page = staff_client.get(reverse("engagement:campaign", args=[campaign.public_id]))
    address = f"{reverse('engagement:replies')}?show=all&campaign={campaign.public_id}"
    listed = staff_client.get(address).content.decode()

    assert address.replace("&", "&amp;") in page.content.decode()
    assert "When could we talk?" in listed
    assert "About something else" not in listed
    assert "Cable people" in listed
    elsewhere = staff_client.get(f"{address}&intent=stop").content.decode()
    assert "None of these" in elsewhere


def test_answers_to_a_campaign_that_is_not_there_are_a_404(staff_client):
    unknown = "6b1f0a52-5a1e-4a5e-9d55-0f6f6a0f1c11"

    page = staff_client.get(reverse("engagement:replies"), {"campaign": unknown})
    nonsense = staff_client.get(reverse("engagement:replies"), {"campaign": "nonsense"})

    assert (page.status_code, nonsense.status_code) == (404, 200)


def test_a_campaign_without_answers_says_so(campaign, staff_client):
    page = staff_client.get(
        reverse("engagement:replies"), {"show": "all", "campaign": campaign.public_id}
    )

    assert "No answer to it here" in without_ids(page.content.decode())

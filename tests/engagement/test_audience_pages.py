"""The pages that say whom a campaign is for."""

import pytest
from django.urls import reverse
from django.utils import timezone

from engagement.actions import audience
from engagement.models import Campaign
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _organisation():
    OrganisationFactory()


@pytest.fixture
def pool():
    pool = TalentPoolFactory(name="Electricians")
    for name in ("Ana Able", "Ben Able"):
        PoolMembershipFactory(pool=pool, candidate=CandidateFactory(name=name), state="member")
    return pool


def at(name, *args):
    return reverse(f"engagement:{name}", args=args)


def chosen(campaign, **values):
    """What the form of the first step sends."""
    return {
        "name": campaign.name,
        "whom": "fit",
        "most_a_day": "20",
        "seen": campaign.audience_fingerprint,
        **values,
    }


@pytest.mark.parametrize(
    ("kind", "field"), [("silver", "source_job"), ("pool", "pool"), ("one_off", "pool")]
)
def test_each_kind_is_asked_for_what_it_needs(staff_client, pool, kind, field):
    given = {"pool": pool, "source_job": JobFactory(closed=True)}[field]

    page = staff_client.get(at("campaign_new"), {"kind": kind}).content.decode()
    started = staff_client.post(at("campaign_new"), {"kind": kind, field: given.public_id})

    campaign = Campaign.objects.get()
    assert f'name="{field}"' in page
    assert campaign.kind == kind
    assert started["Location"] == at("campaign_audience", campaign.public_id)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("pool", "This field is required."),
        ("one_off", "Pick somebody first."),
        ("nonsense", "This field is required."),
    ],
)
def test_a_kind_without_what_it_needs_is_refused(staff_client, kind, sentence):
    response = staff_client.post(at("campaign_new"), {"kind": kind, "name": "Typed already"})

    page = response.content.decode()
    assert (response.status_code, Campaign.objects.count()) == (422, 0)
    assert sentence in page
    assert "Typed already" in page


def test_a_closed_pool_and_a_closed_job_are_not_offered(staff_client, pool):
    closed = TalentPoolFactory(name="Closed pool", closed_at=timezone.now())

    page = staff_client.get(at("campaign_new"), {"kind": "pool"}).content.decode()
    refused = staff_client.post(at("campaign_new"), {"kind": "pool", "pool": closed.public_id})

    assert ("Electricians" in page, "Closed pool" in page) == (True, False)
    assert refused.status_code == 422


def test_picked_people_go_along_to_another_kind(staff_client):
    ana = CandidateFactory(name="Ana Picked")
    address = f"{at('campaign_new')}?kind=one_off&person={ana.public_id}"

    page = staff_client.get(address).content.decode()
    staff_client.post(at("campaign_new"), {"kind": "one_off", "people": [ana.public_id]})

    assert "Ana Picked" in page
    assert f"?kind=pool&amp;person={ana.public_id}" in page
    assert Campaign.objects.get().audience.chosen == [ana.pk]


def test_who_comes_in_later_is_chosen_on_the_first_step(staff_client, recruiter, pool):
    campaign = audience.start_draft(None, by=recruiter, kind="pool", pool=pool)
    values = chosen(
        campaign, takes_in_later="on", only_new="on", most_a_day="5", takes_in_until="2027-03-04"
    )

    saved = staff_client.post(at("campaign_audience", campaign.public_id), values)
    page = staff_client.get(at("campaign_audience", campaign.public_id)).content.decode()

    campaign.refresh_from_db()
    assert saved.status_code == 302
    assert (campaign.takes_in_later, campaign.only_new, campaign.most_a_day) == (True, True, 5)
    assert 'value="2027-03-04"' in page
    assert "Considered now" in page


def test_two_colleagues_choose_the_audience_and_nothing_is_lost(staff_client, recruiter, pool):
    campaign = audience.start_draft(None, by=recruiter, kind="pool", pool=pool)
    address = at("campaign_audience", campaign.public_id)
    theirs = chosen(campaign, name="Theirs", takes_in_later="on")
    mine = chosen(campaign, name="Mine", most_a_day="7")

    first = staff_client.post(address, theirs)
    refused = staff_client.post(address, mine)
    fresh = Campaign.objects.get().audience_fingerprint
    again = staff_client.post(address, {**mine, "seen": fresh})

    page = refused.content.decode()
    assert [first.status_code, refused.status_code, again.status_code] == [302, 422, 302]
    assert "Somebody else changed this step while you did." in page
    assert "Name: Theirs" in page
    assert 'value="Mine"' in page
    assert f'name="seen" value="{fresh}"' in page
    assert Campaign.objects.get().name == "Mine"


def test_left_out_people_are_counted_and_brought_back(staff_client, recruiter, pool):
    campaign = audience.start_draft(None, by=recruiter, kind="pool", pool=pool)
    ana = pool.memberships.get(candidate__name="Ana Able").candidate

    staff_client.post(at("campaign_leave_out", campaign.public_id, ana.public_id))
    page = staff_client.get(at("campaign_audience", campaign.public_id)).content.decode()
    staff_client.post(at("campaign_bring_back", campaign.public_id))

    assert "1 is left out by hand." in page
    assert Campaign.objects.get().audience.left_out == []


def test_a_campaign_that_stays_switched_on_says_so(staff_client, pool):
    campaign = CampaignFactory(kind="pool", pool=pool, job=None, running=True, takes_in_later=True)
    campaign.switched_on_at = campaign.approved_at
    campaign.save()
    EnrolmentFactory(campaign=campaign, enrolled_at=campaign.approved_at)

    page = staff_client.get(at("campaign", campaign.public_id)).content.decode()
    listed = staff_client.get(at("campaigns")).content.decode()

    assert "Who comes in later" in page
    assert "20 a day at most" in page
    assert "Pool “Electricians”" in listed


def test_the_approval_names_the_rule_that_is_switched_on(staff_client, recruiter, pool):
    from engagement.actions import drafts

    campaign = audience.start_draft(None, by=recruiter, kind="pool", pool=pool)
    entry = audience.Entry(takes_in_later=True, only_new=True)
    audience.set_audience(campaign, name="A", everybody=True, by=recruiter, entry=entry)
    drafts.write_step(campaign, 1, subject="A job", text="Hello you", wait_days=0, by=recruiter)
    address = at("campaign_approve", campaign.public_id)

    shown = staff_client.get(address)
    staff_client.post(address, {"sha256": shown.context["plan"].sha256})

    assert "You also approve a rule that stays switched on" in shown.content.decode()
    assert "Switch it on" in shown.content.decode()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.messages.count()) == ("holding", 0)
    assert campaign.switched_on_at is not None


@pytest.mark.parametrize("name", ["campaign_audience", "campaign_bring_back"])
def test_a_stranger_and_a_foreign_campaign_are_refused(staff_client, client, name):
    foreign = at(name, CandidateFactory().public_id)

    assert staff_client.post(foreign).status_code == 404
    assert client.post(foreign).status_code == 302

"""Looking at one person of a campaign: their email before it goes, and whether they get it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Job, Match
from candidates.models import Candidate
from tests.engagement.test_campaign_pages import at, draft_of
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, OfficeFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _organisation() -> None:
    OrganisationFactory()


@pytest.mark.parametrize("reader", ["longest", "rtl", "nonsense"])
def test_a_preview_shows_both_parts_with_links_to_nobody(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate], reader: str
) -> None:
    ana = fits(name="Ana Long")
    campaign = draft_of(job, recruiter, [ana])

    page = staff_client.get(at("campaign_preview", campaign.public_id), {"reader": reader})
    html = staff_client.get(at("campaign_preview_html", campaign.public_id), {"reader": reader})

    assert (page.status_code, html.status_code) == (200, 200)
    assert "sandbox" in html["Content-Security-Policy"]
    assert "joins cables" in html.content.decode()
    link = "/u/" + page.content.decode().partition("/u/")[2].split()[0]
    assert "We hold no details for this link" in Client().get(link, follow=True).content.decode()


def test_a_preview_is_of_whoever_was_named_and_says_when_nobody_is(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    people = [fits(name="Ana Lund", call_name="Anita"), fits(name="Bo Björklund-Andersson")]
    campaign = draft_of(job, recruiter, people)
    preview = at("campaign_preview", campaign.public_id)

    ana = staff_client.get(preview, {"step": 1, "reader": "longest", "named": "ana l"})
    nobody = staff_client.get(preview, {"step": 1, "named": "Zofia"})

    assert "Hello Anita," in ana.content.decode()
    assert f'<option value="{people[0].public_id}" selected>' in ana.content.decode()
    assert "Nobody of this campaign is called “Zofia”." in nobody.content.decode()


def test_the_people_of_a_campaign_are_found_by_name_with_reasons_that_occur(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    people = [fits(name="Ana Lund", paused=True), fits(name="Bo Free")]
    campaign = draft_of(job, recruiter, people)
    address = at("campaign_people", campaign.public_id)

    for _ in ("draft", "approved"):
        listed = without_ids(staff_client.get(address, {"named": "ana"}).content.decode())
        assert ("Ana Lund" in listed, "Bo Free" in listed) == (True, False)
        assert ('value="paused_until"' in listed, 'value="night"' in listed) == (True, False)
        nobody = staff_client.get(address, {"named": "Zofia"}).content.decode()
        assert "Nobody called “Zofia” was considered" in nobody
        approve = at("campaign_approve", campaign.public_id)
        if plan := (staff_client.get(approve).context or {}).get("plan"):
            staff_client.post(approve, {"sha256": plan.sha256})

    campaign.refresh_from_db()
    assert campaign.state != "draft"


def test_a_preview_of_somebody_gives_their_own_reasons_and_a_test_of_it_does_not(
    staff_client: Client, recruiter: User, job: Job, fits: Callable[..., Candidate]
) -> None:
    ana = fits(name="Ana Lund")
    campaign = draft_of(job, recruiter, [ana])
    preview = at("campaign_preview", campaign.public_id)

    hers = staff_client.get(preview, {"step": 1, "reader": ana.public_id}).content.decode()
    nobodys = staff_client.get(preview, {"step": 1, "reader": "rtl"}).content.decode()

    assert "Cable jointing" in hers
    assert "We keep your details until" in hers
    assert "When it is sent, this says why" not in hers
    assert "When it is sent, this says why" in nobodys
    assert Match.objects.count() == 0


def test_jobs_of_one_title_are_told_apart(staff_client: Client) -> None:
    for month, city in [(3, "Bristol"), (9, "Cardiff")]:
        job = JobFactory(title="Vessel Master", opened_at=datetime(2025, month, 4, tzinfo=UTC))
        job.offices.add(OfficeFactory(city=city))

    for kind in ("silver", "job_open"):
        page = staff_client.get(at("campaign_new"), {"kind": kind}).content.decode()
        assert ">Vessel Master · Bristol · opened March 2025<" in page
        assert ">Vessel Master · Cardiff · opened September 2025<" in page

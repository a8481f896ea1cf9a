"""Saved views of a pipeline, and the promises of a person, by pointer, by keys, without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Promise
from candidates.models import SavedView
from tests.browser.axe import violations
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_pipeline_is_kept_and_found_again(recruiters_way):
    way, page = recruiters_way, recruiters_way.page
    job = JobFactory(title="Rigger")
    late = timezone.now().date() - timedelta(days=3)
    ApplicationFactory(job=job, stage=StageFactory(job=job), hear_by=late, candidate__name="Ana")
    address = f"/jobs/{job.public_id}/pipeline"
    way.open(address)
    views = page.get_by_role("link", name="Saved views", exact=True)
    if not way.scripts:
        way.press(page.locator("summary", has_text="Narrow"))
    way.tick(page.get_by_label("Late", exact=True))
    if way.scripts:
        expect(page.get_by_text("1 person in this view.")).to_be_visible()
        way.press(views)
        way.press(page.locator("summary", has_text="Save this view"))
        way.write(page.get_by_label("Name of the view"), "Late ones")
        assert violations(page) == []
        way.press(page.locator("#pipeline-views").get_by_role("button", name="Save", exact=True))
    else:
        way.press(page.get_by_role("button", name="Apply"))
        way.press(views)
        way.write(page.get_by_label("Name", exact=True), "Late ones")
        way.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("#messages")).to_contain_text("“Late ones” is saved.")
    expect(page.get_by_label("Late", exact=True)).to_be_checked()
    view = SavedView.objects.get()
    assert view.query == "late=on"

    way.open(address)
    if way.scripts:
        way.press(views)
        way.press(page.get_by_role("link", name="Late ones"))
        expect(page.get_by_label("Late", exact=True)).to_be_checked()
        way.press(views)
        expect(page.get_by_role("link", name="Late ones")).to_have_attribute("aria-current", "true")
        way.tick(page.get_by_label("Mine", exact=True))
        expect(page.get_by_text("0 people in this view.")).to_be_visible()
        way.press(views)
        expect(page.get_by_text("Edited", exact=True)).to_be_visible()
        way.press(page.get_by_role("button", name="Save the change in Late ones"))
        expect(page.locator("#messages")).to_contain_text("shows this from now on")
        view.refresh_from_db()
        assert view.query == "late=on&mine=on"
        way.press(views)
        expect(page.get_by_role("link", name="Late ones")).to_be_visible()  # the bar has come
    way.press(views)
    way.press(page.get_by_role("link", name="Change Late ones"))
    way.press(page.get_by_role("button", name="Delete the view"))
    expect(page.get_by_text("No saved views yet")).to_be_visible()
    if way.scripts:
        assert violations(page) == []


def test_a_promise_is_released_where_its_person_stands(recruiters_way, recruiter):
    OrganisationFactory()
    way, page = recruiters_way, recruiters_way.page
    person = CandidateFactory(name="Ana Ruiz")
    promise = PromiseFactory(candidate=person, owner=recruiter)
    way.open(f"/people/{person.public_id}/applications-panel" if not way.scripts
             else f"/people/{person.public_id}")  # fmt: skip
    way.press(page.get_by_role("link", name="Extend, hand over or release"))
    way.write(page.get_by_label("What they said, or the reason"), "They moved away.")
    if way.scripts:
        assert violations(page) == []
    way.press(page.get_by_role("button", name="Release", exact=True))

    expect(page.locator("#messages")).to_contain_text("The promise is released.")
    expect(page.get_by_role("heading", name="Ana Ruiz", level=1)).to_be_visible()
    promise.refresh_from_db()
    assert promise.state == Promise.State.RELEASED

"""Notes, calls, follow-ups and facts on the page of a person, with each pair of hands."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from candidates.actions.people import change_candidate
from candidates.models import FollowUp, Note
from tests.conftest import sign_in_browser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, FollowUpFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_note_for_oneself_is_hinted_at_deleted_and_brought_back(recruiters_way, browser):
    way, page = recruiters_way, recruiters_way.page
    person = CandidateFactory()
    way.open(f"/people/{person.public_id}")

    way.write(page.get_by_label("Note", exact=True), "Often sick, but strong on cables.")
    page.get_by_label("Who sees it").select_option("Only me")
    way.press(page.get_by_role("button", name="Write note"))
    item = page.locator(".timeline-item", has_text="strong on cables")
    expect(item).to_contain_text("Only its author")
    expect(item).to_contain_text("“sick” is about health.")

    context = browser.new_context()
    colleague = context.new_page()
    sign_in_browser(colleague, way.address, UserFactory())
    colleague.goto(f"{way.address}/people/{person.public_id}")
    expect(colleague.locator("#timeline")).not_to_contain_text("strong on cables")
    context.close()

    way.press(item.get_by_role("button", name="Delete"))
    expect(page.locator("#timeline")).to_contain_text("Wrote a note that was deleted since.")
    way.press(page.locator("#timeline").get_by_role("button", name="Undo"))
    expect(item).to_contain_text("strong on cables")
    assert Note.objects.get().deleted_at is None


def test_a_note_is_opened_to_all_and_its_history_stands_beside_it(recruiters_way):
    way, page = recruiters_way, recruiters_way.page
    person = CandidateFactory()
    way.open(f"/people/{person.public_id}")
    way.write(page.get_by_label("Note", exact=True), "Asked about nights.")
    page.get_by_label("Who sees it").select_option("Only me")
    way.press(page.get_by_role("button", name="Write note"))

    way.press(page.get_by_role("link", name="Change of the note"))
    way.write(page.get_by_label("Note", exact=True), "Asked about nights and weekends.")
    page.get_by_label("Who sees it").select_option("All recruiters")
    way.press(page.get_by_role("button", name="Save"))

    item = page.locator(".timeline-item", has_text="nights and weekends")
    expect(item).to_contain_text("All recruiters")
    way.press(item.get_by_role("link", name="history"))
    expect(page.locator("#history")).to_contain_text("Asked about nights.")


def test_a_follow_up_is_put_off_on_today(recruiters_way, recruiter):
    way, page = recruiters_way, recruiters_way.page
    FollowUpFactory(owner=recruiter, candidate__name="Rosa Osei")
    way.open("/today")

    row = page.locator("#follow-ups").get_by_role("listitem")
    way.press(row.get_by_role("button", name="Tomorrow"))

    expect(page.locator("#messages")).to_contain_text("Rosa Osei: moved to")
    expect(page.locator("#follow-ups")).to_have_count(0)
    assert FollowUp.objects.get().on == timezone.localdate() + timedelta(days=1)


def test_a_call_is_logged_and_mail_that_waits_stops(recruiters_way):
    way, page = recruiters_way, recruiters_way.page
    person = CandidateFactory(last_contact_at=None)
    way.open(f"/people/{person.public_id}")

    way.write(page.get_by_label("In one sentence"), "Wants to start in May.")
    way.press(page.get_by_role("button", name="Log it"))

    expect(page.locator("#timeline")).to_contain_text("Wants to start in May.")
    person.refresh_from_db()
    assert person.last_contact_at is not None
    assert person.stops.get().reason == "called"


def test_a_fact_that_changed_meanwhile_is_settled(recruiters_way, recruiter):
    way, page = recruiters_way, recruiters_way.page
    way.guard.allow("status of 422")
    person = CandidateFactory(city="Bristol")
    way.open(f"/people/{person.public_id}")
    way.press(page.get_by_role("link", name="Change: Place"))
    expect(page.get_by_label("City")).to_have_value("Bristol")
    change_candidate(person, by=recruiter, version=1, city="Exeter")

    way.write(page.get_by_label("City"), "Bath")
    save = page.locator("#fact-place" if way.scripts else "#details").get_by_role(
        "button", name="Save", exact=True
    )
    way.press(save)
    expect(page.get_by_text(f"Saved meanwhile by {recruiter.name} on")).to_be_visible()
    expect(page.get_by_role("radio", name="You typed: Bath")).to_be_checked()
    way.tick(page.get_by_role("radio", name="Stored now: Exeter"))
    way.press(page.get_by_role("button", name="Save the choice"))

    expect(page.locator("#fact-place")).to_contain_text("Exeter, United Kingdom")
    person.refresh_from_db()
    assert person.city == "Exeter"

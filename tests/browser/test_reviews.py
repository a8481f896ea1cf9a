"""Views and review mode in a browser: on a phone, by pointer, by keys, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from applications.actions.jobs import add_standard_stages
from applications.models import Application, Review
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, JobSkillFactory
from tests.factories.documents import DocumentFactory
from tests.factories.reviews import ReviewFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Everything to press on the page, but for what stands inside a sentence.
SMALL = """[...document.querySelectorAll('main a, main button, main label:has(input)')]
  .filter(each => !each.closest('p') || each.matches('.button'))
  .map(each => [each.innerText, each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def review(hiring_manager, recruiter):
    OrganisationFactory()
    job = JobFactory(title="Marine Electrician", owner=recruiter)
    add_standard_stages(job)
    JobSkillFactory(job=job, skill__name="Switching")
    people = [
        ApplicationFactory(job=job, candidate__name=name) for name in ("Aylin Demir", "Ben Brook")
    ]
    DocumentFactory(candidate=people[0].candidate, text="Aylin Demir. Six years at 33 kV.")
    return ReviewFactory(application=people[0], reviewer=hiring_manager, asked_by=recruiter)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_view_is_given_on_a_phone(browser, live_server, review, hiring_manager, javascript):
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in_browser(page, live_server.url, hiring_manager)
    page.goto(f"{live_server.url}/review")
    if javascript:
        assert (page.evaluate(SMALL), page.evaluate(WIDTH)) == ([], 360)
        assert violations(page) == []

    page.get_by_role("link", name="Aylin Demir").tap()
    expect(page.get_by_text("Six years at 33 kV.")).to_be_visible()
    if javascript:
        assert (page.evaluate(SMALL), page.evaluate(WIDTH)) == ([], 360)
        assert violations(page) == []
    page.get_by_role("link", name="Give my view").tap()
    page.get_by_role("group", name="Switching").get_by_label("Yes").check()
    page.get_by_label("What shows it? Switching").fill("At 33 kV.")
    page.get_by_label("Meet", exact=True).check()
    page.get_by_role("button", name="Send view").tap()

    expect(page.get_by_text("Sent. Rowan Ashdown will act.")).to_be_visible()
    assert Review.objects.get().said == [("Switching", "Yes", "At 33 kV.")]
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_label("What shows it? Switching")).to_have_value("At 33 kV.")
    assert Review.objects.get().sent_at is None
    context.close()


def mode_of(live_server, review) -> str:
    return f"{live_server.url}/review-mode?job={review.application.job.public_id}"


def stage_of(application) -> str:
    return Application.objects.get(pk=application.pk).stage.name


def test_review_mode_by_keys_alone(staff_page, live_server, review):
    page = staff_page
    page.goto(mode_of(live_server, review))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Aylin Demir")
    assert violations(page) == []

    page.keyboard.press("j")
    expect(heading).to_have_text("Ben Brook")
    page.keyboard.press("k")
    expect(heading).to_have_text("Aylin Demir")
    page.keyboard.press("s")
    expect(page.get_by_text("Aylin Demir comes back after the others.")).to_be_visible()
    page.keyboard.press("z")
    expect(heading).to_have_text("Aylin Demir")
    page.keyboard.press("v")
    expect(page.get_by_text("Aylin Demir moved from Received to Review.")).to_be_visible()
    assert stage_of(review.application) == "Review"
    page.keyboard.press("z")
    expect(heading).to_have_text("Aylin Demir")
    assert stage_of(review.application) == "Received"
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Close the application")).to_be_visible()


def test_with_shortcuts_off_no_key_does_anything(staff_page, live_server, review, recruiter):
    recruiter.shortcuts_enabled = False
    recruiter.save()
    page = staff_page
    page.goto(mode_of(live_server, review))
    address = page.url

    for key in "jkvdhsz":
        page.keyboard.press(key)
    page.wait_for_timeout(300)

    assert page.url == address
    assert stage_of(review.application) == "Received"
    for name in ("Advance to Review", "Later"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    for name in ("The next one", "Decline…", "Ask the hiring manager…"):
        expect(page.get_by_role("link", name=name)).to_be_visible()


def test_a_view_of_somebody_who_was_rejected_meanwhile_is_kept_as_a_late_one(
    browser, page, live_server, review, hiring_manager, recruiter
):
    context = browser.new_context()
    other = context.new_page()
    sign_in_browser(other, live_server.url, recruiter)
    sign_in_browser(page, live_server.url, hiring_manager)
    page.goto(f"{live_server.url}/review")
    page.get_by_role("link", name="Aylin Demir").click()
    page.get_by_role("group", name="Switching").get_by_label("Yes").check()
    page.get_by_label("What shows it? Switching").fill("At 33 kV.")
    page.get_by_label("Meet", exact=True).check()

    other.goto(f"{live_server.url}/applications/{review.application.public_id}/reject")
    other.get_by_label("Reason", exact=True).select_option("stronger_applicant")
    other.get_by_role("button", name="Write the letter anew").click()
    other.get_by_role("button", name="Close the application").click()
    expect(other.get_by_text("Somebody else fitted better").first).to_be_visible()
    page.get_by_role("button", name="Send view").click()

    expect(page.get_by_text("It came after the decision and is kept with it.")).to_be_visible()
    review.refresh_from_db()
    assert Application.objects.get(pk=review.application.pk).outcome == "rejected"
    assert (review.is_late, review.said) == (True, [("Switching", "Yes", "At 33 kV.")])
    context.close()

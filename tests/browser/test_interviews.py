"""An interview in a browser: invited by pointer and by keyboard, chosen without a script, rated."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from applications.actions.jobs import add_standard_stages
from applications.models import Interview, Scorecard
from engagement import links
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, JobFactory, JobSkillFactory
from tests.factories.interviews import InterviewFactory, ProposedTimeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def application(recruiter, interviewer):
    OrganisationFactory()
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    JobSkillFactory(job=job, skill__name="Composite lay-up")
    return ApplicationFactory(
        job=job,
        stage=job.stages.get(name="Review"),
        candidate__name="Sabine Brandt",
        candidate__time_zone="Europe/Warsaw",
    )


def a_day(days: int) -> str:
    return f"{timezone.now() + timedelta(days=days):%Y-%m-%d}T15:30"


def fill(page) -> None:
    page.get_by_label("Idris Okafor").check()
    page.get_by_label("Time", exact=True).fill(a_day(9))
    page.get_by_label("Link where you meet").fill("https://meet.example/1")


def test_somebody_is_invited_by_pointer(staff_page, live_server, application):
    page = staff_page
    page.goto(f"{live_server.url}/applications/{application.public_id}")

    page.get_by_role("link", name="Invite to an interview").click()
    fill(page)
    assert violations(page) == []
    page.get_by_role("button", name="Invite").click()

    expect(page.get_by_role("heading", name="Sabine Brandt")).to_be_visible()
    expect(page.get_by_text("in Warsaw")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{live_server.url}/applications/{application.public_id}")
    expect(page.get_by_text("“Interviewing”")).to_be_visible()


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(
    staff_page, live_server, application, console_guard
):
    console_guard.allow("status of 422")
    page = staff_page
    page.goto(f"{live_server.url}/applications/{application.public_id}/interviews/new")

    page.get_by_label("What the invitation says besides").fill("Bring a helmet.")
    page.get_by_role("button", name="Invite").click()

    expect(page.get_by_role("link", name="Choose who holds the interview.")).to_be_visible()
    expect(page.get_by_label("What the invitation says besides")).to_have_value("Bring a helmet.")
    assert violations(page) == []


def test_a_scorecard_is_written_by_keyboard_alone(page, live_server, application, interviewer):
    interview = InterviewFactory(
        application=application,
        starts_at=timezone.now() - timedelta(hours=2),
        panel=[interviewer],
    )
    sign_in_browser(page, live_server.url, interviewer)
    page.goto(f"{live_server.url}/interviews/{interview.public_id}")

    page.get_by_role("radio", name="Outstanding").focus()
    page.keyboard.press("ArrowDown")  # Clearly shown
    page.keyboard.press("Tab")
    page.keyboard.type("Explained each step.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # Definitely yes
    page.keyboard.press("Tab")
    page.keyboard.type("Careful and quick.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Your scorecard, submitted")).to_be_visible()
    assert violations(page) == []
    card = Scorecard.objects.get()
    assert (card.recommendation, card.summary) == ("strong_yes", "Careful and quick.")
    rating = card.ratings.get()
    assert (rating.level, rating.evidence) == (3, "Explained each step.")


def test_a_word_about_the_person_is_hinted_at_while_typing(
    page, live_server, application, interviewer
):
    interview = InterviewFactory(application=application, held=True, panel=[interviewer])
    sign_in_browser(page, live_server.url, interviewer)
    page.goto(f"{live_server.url}/interviews/{interview.public_id}")

    page.get_by_label("Why, in a few sentences").press_sequentially("She is pregnant.")

    expect(page.get_by_text("is about pregnancy or parental leave")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_candidate_chooses_on_a_small_phone_without_a_script(
    browser, live_server, application, scheme
):
    interview = InterviewFactory(application=application, proposed=True)
    ProposedTimeFactory(interview=interview)
    wanted = ProposedTimeFactory(interview=interview, starts_at=timezone.now() + timedelta(days=3))
    person = application.candidate.public_id
    path = links.path(links.Purpose.INTERVIEW, person, interview.public_id)
    context = browser.new_context(
        java_script_enabled=False,
        color_scheme=scheme,
        viewport={"width": 320, "height": 640},
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")

    page.locator(f'input[value="{wanted.public_id}"]').check()
    page.get_by_role("button", name="Choose this time").click()

    expect(page.get_by_text("Thank you, that time is settled")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
    found = Interview.objects.get()
    assert (found.state, found.starts_at) == ("scheduled", wanted.starts_at)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_candidates_page_is_accessible(page, live_server, application, scheme, console_guard):
    console_guard.allow("status of 422")
    interview = InterviewFactory(application=application, proposed=True)
    ProposedTimeFactory(interview=interview)
    person = application.candidate.public_id
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})

    path = links.path(links.Purpose.INTERVIEW, person, interview.public_id)
    page.goto(f"{live_server.url}{path}")

    assert violations(page) == []
    page.get_by_role("button", name="Choose this time").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []

"""A person's own page in each state of an application, and an interview's in each of its own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Application, Letter, ProposedTime, Stage
from engagement import links
from engagement.links import Purpose
from tests.browser.axe import violations
from tests.browser.test_own_page import amal, fits, secrets
from tests.factories.applications import LetterFactory
from tests.factories.interviews import InterviewFactory

__all__ = ["amal"]  # the fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
States = Stage.CandidateState
SMALL = {"width": 320, "height": 640}


def wrong_on(page: Page) -> list[str]:
    return violations(page) + ([] if fits(page) else ["sticks out"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_of_the_six_states_is_accessible(page: Page, live_server, amal, smtp_server, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SMALL)
    page.goto(live_server.url + links.path(Purpose.STATUS, amal.public_id))
    page.get_by_role("button", name="Send a code to").click()
    page.get_by_label("Code from the email").fill(secrets(smtp_server)[0])
    page.get_by_role("button", name="Open my page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your applications")
    problems = {}

    for state in States:
        Stage.objects.update(candidate_state=state)
        page.goto(page.url)
        expect(page.get_by_text(state.label, exact=True)).to_be_visible()
        problems[state.value] = wrong_on(page)
    application = Application.objects.get()
    now = timezone.now()
    Application.objects.update(
        outcome="rejected",
        rejection_reason="stronger_applicant",
        closed_at=now - timedelta(hours=2),
    )
    LetterFactory(application=application, kind=Letter.Kind.DECISION, sent_at=now, created_at=now)
    page.goto(page.url)
    expect(page.get_by_text("Closed", exact=True)).to_be_visible()
    problems["closed"] = wrong_on(page)
    page.get_by_role("link", name="Read our letter about it").click()
    expect(page).to_have_url(re.compile("/s/letter/"))
    problems["letter"] = wrong_on(page)

    assert {state: wrong for state, wrong in problems.items() if wrong} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_interview_is_accessible_proposed_settled_called_off_and_over(
    page: Page, live_server, amal, scheme
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SMALL)
    application = Application.objects.get()
    now = timezone.now()
    shapes = {
        "proposed": InterviewFactory(application=application, proposed=True),
        "settled": InterviewFactory(application=application),
        "called off": InterviewFactory(application=application, cancelled=True),
        "over": InterviewFactory(
            application=application, held=True, starts_at=now - timedelta(days=2)
        ),
    }
    for days in (2, 3):
        ProposedTime.objects.create(
            interview=shapes["proposed"], starts_at=now + timedelta(days=days)
        )

    problems = {}
    for name, interview in shapes.items():
        page.goto(
            live_server.url + links.path(Purpose.INTERVIEW, amal.public_id, interview.public_id)
        )
        if wrong := wrong_on(page):
            problems[name] = wrong

    assert problems == {}

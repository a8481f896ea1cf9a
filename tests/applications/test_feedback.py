"""Feedback that a candidate asked for, answered by a letter."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from applications import due
from applications.actions.feedback import answer_feedback
from applications.actions.letters import cancel_letter
from applications.models import Letter
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory

pytestmark = pytest.mark.django_db
TEXT = "Hello Ana,\n\nYour talk about cables was clear. The work at sea was new to you.\n\nMina"


@pytest.fixture
def application():
    OrganisationFactory()
    return ApplicationFactory(rejected=True, feedback_asked_at=timezone.now())


def address(application):
    return reverse("applications:application_feedback", args=[application.public_id])


def test_it_stands_on_today_until_somebody_wrote(application, staff_client, recruiter):
    today = reverse("today")
    assertContains(staff_client.get(today, {"view": "all"}), "Feedback asked for")
    assert list(due.feedback_asked(recruiter)) == [application]

    letter = answer_feedback(application, subject="Feedback", text=TEXT, by=recruiter)

    assert list(due.feedback_asked(recruiter)) == []
    cancel_letter(letter, by=recruiter)
    assert list(due.feedback_asked(recruiter)) == [application]


def test_the_page_of_the_application_leads_to_the_letter(application, staff_client):
    page = reverse("applications:application", args=[application.public_id])
    assertContains(staff_client.get(page), address(application))
    form = staff_client.get(address(application))
    assertContains(form, "[What would have to change]")

    response = staff_client.post(
        address(application), {"subject": "Your feedback", "text": TEXT}, follow=True
    )

    assertContains(response, "The letter waits for the next working morning.")
    assertNotContains(response, "They asked for feedback")
    letter = Letter.objects.get()
    assert (letter.kind, letter.text.split(), letter.is_waiting) == ("feedback", TEXT.split(), True)


def test_a_letter_that_nobody_filled_in_does_not_leave(application, staff_client):
    text = staff_client.get(address(application)).context["form"].initial["text"]

    response = staff_client.post(address(application), {"subject": "Your feedback", "text": text})

    assertContains(response, "never filled in", status_code=422)
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"feedback_asked_at": None}, "not_asked"),
        ({"text": " "}, "empty_letter"),
        ({"text": "[name], it was close, and we thank you for your time."}, "letter_warning"),
    ],
)
def test_what_is_refused(application, recruiter, change, code):
    if "feedback_asked_at" in change:
        application.feedback_asked_at = None
        application.save()

    with pytest.raises(ValidationError) as refusal:
        answer_feedback(
            application, subject="Feedback", text=change.get("text", TEXT), by=recruiter
        )

    assert refusal.value.error_list[0].code == code


def test_it_is_answered_once(application, recruiter):
    answer_feedback(application, subject="Feedback", text=TEXT, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        answer_feedback(application, subject="Feedback", text=TEXT, by=recruiter)

    assert refusal.value.code == "answered"


def test_where_nobody_asked_there_is_no_form(staff_client):
    application = ApplicationFactory(rejected=True)

    response = staff_client.get(address(application), follow=True)

    assertContains(response, "They did not ask for feedback.")

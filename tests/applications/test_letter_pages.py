"""The pages of letters: which problems stand first, and what their buttons do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from tests.applications.pages import TEXT, page
from tests.factories.applications import LetterFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db


def test_letters_problems_stand_first(staff_client):
    LetterFactory(subject="Waits", send_after=timezone.now() + timedelta(hours=5))
    LetterFactory(subject="Broke", problem="The mailbox does not exist.")
    LetterFactory(subject="Gone", sent_at=timezone.now())

    html = without_ids(staff_client.get(reverse("applications:letters")).content.decode())

    assert html.index("Broke") < html.index("Waits")
    assert ("Gone" in html, "The mailbox does not exist." in html) == (False, True)


def test_a_decision_whose_letter_is_cancelled_says_that_they_were_not_told(staff_client):
    letter = LetterFactory(kind="decision", application__rejected=True)
    untold = "They have not been told"
    assert untold not in staff_client.get(page("application", letter.application)).content.decode()

    response = staff_client.post(page("letter_cancel", letter), {}, follow=True)

    assert "nobody tells them the decision" in response.content.decode()
    assert untold in staff_client.get(page("application", letter.application)).content.decode()


def test_a_letter_is_changed_cancelled_and_hurried_by_its_buttons(staff_client):
    changed, cancelled, hurried = LetterFactory.create_batch(3)

    staff_client.post(page("letter", changed), {"subject": "New", "text": TEXT})
    staff_client.post(page("letter_cancel", cancelled), {"next": "/jobs"})
    away = staff_client.post(page("letter_send_now", hurried), {"next": "//evil.example"})

    changed.refresh_from_db()
    cancelled.refresh_from_db()
    hurried.refresh_from_db()
    assert (changed.subject, cancelled.is_waiting, hurried.is_leaving) == ("New", False, True)
    assert away["Location"] == reverse("applications:letters")
    assert staff_client.post(page("letter_cancel", hurried)).status_code == 422
    assert AuditEvent.objects.count() == 3

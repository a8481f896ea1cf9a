"""What a person does on their own page: withdraws, takes that back, asks for feedback (U-11)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from applications.actions.letters import mark_sent
from applications.models import Application, Job, Letter
from candidates.models import Activity, FollowUp
from tests.engagement.own_page.conftest import post, reject, visitor_of, words
from tests.factories.candidates import CandidateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def test_withdrawing_takes_two_steps_and_stops_everything(visitor, application, owner):
    letter = Letter.objects.create(
        application=application, kind="invitation", subject="Come", text="Come to us",
        send_after=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    path = f"/s/withdraw/{application.public_id}"
    assertContains(visitor.get("/s/"), path)
    assertContains(visitor.get(path), "Withdraw from <bdi>Cable Technician</bdi>?")
    assert Application.objects.open().count() == 1

    response = post(visitor, path)

    assertContains(response, "You withdrew your application.")
    text = words(response)
    assert "Cable Technician Closed You withdrew it. That was on 23 November 2026." in text
    letter.refresh_from_db()
    assert letter.cancelled_at is not None
    row = FollowUp.objects.get()
    assert (row.owner, row.text) == (owner, "Withdrew from Cable Technician.")
    line = Activity.objects.get(kind="application.withdrawn")
    assert (line.actor, line.text) == ("The candidate", "Withdrew from Cable Technician.")
    assert post(visitor, path).status_code == 200
    assert FollowUp.objects.count() == 1


def test_a_withdrawal_can_be_taken_back(visitor, application, owner):
    post(visitor, f"/s/withdraw/{application.public_id}")

    response = post(visitor, f"/s/back/{application.public_id}")

    assertContains(response, "Your application goes on.")
    assert Application.objects.open().get() == application
    said = list(FollowUp.objects.order_by("pk").values_list("text", flat=True))
    assert said[1:] == ["Wants to go on after all: Cable Technician."]


def test_a_withdrawal_stays_when_the_job_is_over(visitor, application, job):
    post(visitor, f"/s/withdraw/{application.public_id}")
    Job.objects.update(status=Job.Status.CLOSED, closed_at=timezone.now())

    assertNotContains(visitor.get("/s/"), "Take that back")
    response = post(visitor, f"/s/back/{application.public_id}")
    assertContains(response, "The job is over", status_code=422)
    assert Application.objects.open().count() == 0


def test_withdrawing_overtakes_a_decision_that_nobody_has_told(visitor, application, owner):
    letter = reject(application, owner)

    response = post(visitor, f"/s/withdraw/{application.public_id}")

    assertContains(response, "You withdrew your application.")
    letter.refresh_from_db()
    application.refresh_from_db()
    assert (letter.cancelled_at is not None, application.outcome) == (True, "withdrawn")


def test_a_decision_that_is_leaving_is_not_overtaken(visitor, application, owner):
    letter = reject(application, owner)
    Letter.objects.update(send_after=timezone.now())

    response = post(visitor, f"/s/withdraw/{application.public_id}")

    assertContains(response, "Our answer is on its way to you.", status_code=422)
    letter.refresh_from_db()
    assert letter.cancelled_at is None


@pytest.mark.parametrize("what", ["withdraw", "back", "feedback"])
def test_nobody_acts_on_the_application_of_somebody_else(application, what):
    stranger = visitor_of(CandidateFactory())

    response = post(stranger, f"/s/{what}/{application.public_id}")

    assert response.status_code == 404
    assert Application.objects.open().count() == 1


@pytest.mark.parametrize("what", ["withdraw", "back", "feedback"])
def test_without_a_visit_or_its_proof_nothing_is_done(visitor, application, what):
    path = f"/s/{what}/{application.public_id}"

    assert visitor.post(path, {"proof": "x"}).status_code == 404
    assert Client().post(path)["Location"] == "/s/?over"
    assert Application.objects.open().count() == 1


def test_feedback_is_asked_for_once_and_answered_by_a_letter(visitor, application, owner):
    mark_sent(reject(application, owner), timezone.now())
    assertContains(visitor.get("/s/"), "Ask for feedback")

    response = post(visitor, f"/s/feedback/{application.public_id}")

    assertContains(response, "You asked for feedback on 23 November 2026.")
    assertNotContains(response, "Ask for feedback")
    post(visitor, f"/s/feedback/{application.public_id}")
    assert Activity.objects.filter(kind="feedback.asked").count() == 1
    answer = Letter.objects.create(
        application=application, kind="feedback", subject="Feedback", text="You explained well.",
        send_after=timezone.now(), by=owner,
    )  # fmt: skip
    assertNotContains(visitor.get("/s/"), "Read our feedback")
    mark_sent(answer, timezone.now())
    assertContains(visitor.get("/s/"), "Read our feedback")


def test_nobody_asks_for_feedback_before_the_decision_is_told(visitor, application, owner):
    reject(application, owner)

    post(visitor, f"/s/feedback/{application.public_id}")

    application.refresh_from_db()
    assert application.feedback_asked_at is None

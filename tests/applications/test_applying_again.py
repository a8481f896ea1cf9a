"""Whoever applies, known or not: the page answers the same, and what we know stays."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from applications import postings
from applications.arrivals import of_application
from applications.models import Answer, Application, Arrival, Job, Letter
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from candidates.models import Candidate, Document, GroundEvent, Suppression
from candidates.working_days import working_day_from
from tests.applications.applying import ANA, cv, only, open_job, send, thanks
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import ApplicationFactory, QuestionFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = pytest.mark.django_db


def stranger(_recruiter):
    return None


def known(_recruiter):
    return CandidateFactory(name="Ana Known", email__address=ANA)


def stopped(recruiter):
    person = known(recruiter)
    GroundEventFactory(candidate=person, purpose="nurture", kind="withdrawn")
    return person


def suppressed(recruiter):
    person = known(recruiter)
    suppress_address(ANA, scope="nurture", reason="objected", by=recruiter)
    return person


def erased(recruiter):
    erase_candidate(known(recruiter), by=recruiter)


def archived(recruiter):
    return archive_candidate(known(recruiter), "refused", by=recruiter)


def considered(recruiter):
    person = known(recruiter)
    ApplicationFactory(candidate=person, job=Job.objects.get(), hear_by=None)
    return person


WHOEVER = [stranger, known, stopped, suppressed, erased, archived, considered]


@pytest.mark.parametrize("who", WHOEVER)
def test_the_answer_is_the_same_whoever_it_is(who, recruiter):
    OrganisationFactory()
    job = open_job(title="One job", owner=None)
    expected_day = f"{timezone.now().date() + timedelta(days=5):%-d %B %Y}"
    who(recruiter)

    response = send(job, job_emails="on")

    status, html = thanks(response)
    assert (response.status_code, response.content) == (303, b"")
    assert re.sub(r"by=.*", "by=", response["Location"]) == (
        f"/careers/{postings.key_of(job)}/thanks?by="
    )
    assert (status, expected_day in html, "One job" in html) == (200, True, True)
    assert "Known" not in html
    assert Arrival.objects.count() == 1


@pytest.mark.parametrize("who", WHOEVER[1:])
def test_nobody_is_added_twice(who, recruiter):
    job = open_job()
    person = who(recruiter)

    send(job)

    application = Application.objects.open().get()
    if person is not None:
        assert application.candidate_id == person.pk
    assert Candidate.objects.live().count() == 1


@pytest.mark.parametrize("who", [stopped, suppressed, erased])
def test_a_tick_is_no_proof_for_somebody_who_had_refused(who, recruiter):
    job = open_job()
    who(recruiter)
    granted = GroundEvent.objects.filter(kind="granted").count()

    send(job, job_emails="on")

    assert only(Arrival).job_emails == "to_prove"
    assert GroundEvent.objects.filter(kind="granted").count() == granted
    if who is not stopped:
        assert Suppression.objects.count() == 1


def test_a_person_we_know_keeps_every_fact_and_colleagues_see_the_difference(recruiter):
    job = open_job()
    person = CandidateFactory(name="Ana Known", email__address=ANA)

    send(job, name="ANA MARIA HORVAT", phone="+44 117 496 0000")

    person.refresh_from_db()
    assert (person.name, person.phones.count(), person.links.count()) == ("Ana Known", 0, 0)
    ((_, differences),) = of_application(only(Application))
    assert [difference.typed for difference in differences] == [
        "ANA MARIA HORVAT", "+44 117 496 0000", "https://portfolio.example/ana",
    ]  # fmt: skip


def test_the_same_spelling_is_no_difference():
    job = open_job()
    send(job)
    send(job, name="ana horvat", email="ANA@Mail.Example")

    assert [differences for _, differences in of_application(only(Application))] == [[], []]


def test_who_applies_again_adds_to_the_open_application(recruiter):
    job = open_job()
    question = QuestionFactory(job=job, text="Why?")
    send(job, **{f"q-{question.public_id}": "First"})
    first = only(Application)
    first.hear_by += timedelta(days=30)
    first.save()

    response = send(job, file=cv(), **{f"q-{question.public_id}": "Second"})

    application = only(Application)
    assert (response.status_code, thanks(response)[0]) == (303, 200)
    assert [arrival.is_again for arrival in application.arrivals.all()] == [True, False]
    assert list(Answer.objects.order_by("pk").values_list("text", flat=True)) == ["First", "Second"]
    assert Document.objects.count() == 1
    assert application.hear_by == working_day_from(timezone.now().date() + timedelta(days=5))
    assert "We added it to the application" in Letter.objects.order_by("-pk").first().text
    assert application.candidate.activities.filter(kind="application.again").count() == 1


def test_after_a_closed_application_a_new_one_begins():
    job = open_job()
    send(job)
    Application.objects.update(
        closed_at=timezone.now(), outcome="rejected", rejection_reason="other"
    )

    send(job)

    assert Application.objects.count() == 2


def test_a_person_with_very_many_files_is_not_told_and_colleagues_are(monkeypatch):
    job = open_job()
    send(job)
    monkeypatch.setattr("applications.actions.applying.MOST_FILES", 0)

    response = send(job, file=cv())

    assert response.status_code == 303
    assert Arrival.objects.first().file_lost.startswith("Their file was not kept")

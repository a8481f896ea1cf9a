"""What nobody asked for and the privacy officer has to look at."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.actions import privacy_tasks as act
from candidates.contact import contact_state
from candidates.models import Candidate, PrivacyTask, Stop
from config.today import blocks
from tests.candidates.privacy_pages.conftest import at
from tests.candidates.reading import read
from tests.factories.candidates import CandidateFactory
from tests.factories.privacy import PrivacyTaskFactory


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


def tasks_of_today(user):
    return [
        (row.title, row.mark)
        for block in blocks(user, timezone.now())
        for row in block.rows
        if block.title == "Privacy tasks"
    ]


# ------------------------------------------------------------------------- of minors


def test_a_colleague_who_learned_it_stops_job_emails_and_asks_the_officer(
    staff_client, recruiter, person
):
    response = staff_client.post(at("minor", person), {"why": "Said so on the phone."})

    assert response.status_code == 302
    task = PrivacyTask.objects.get()
    assert (task.candidate, task.kind, task.outcome) == (person, "minor", "")
    assert task.why == "A colleague says so: Said so on the phone."
    assert Stop.objects.get().reason == "minor"
    assert not Candidate.objects.contactable().exists()
    assert contact_state(person).code == "minor"
    assert AuditEvent.objects.filter(verb="privacy_task.opened", actor=recruiter.email).exists()
    assertContains(staff_client.get(at("privacy", person)), "No job email goes to them.")


def test_it_is_one_task_however_often_it_is_said(recruiter, person):
    act.say_minor(person, "On the phone.", by=recruiter)
    act.say_minor(person, "And again.", by=recruiter)

    assert PrivacyTask.objects.get().why == "A colleague says so: On the phone."


def test_how_it_was_learned_is_said(staff_client, recruiter, person):
    refused("no_reason", act.say_minor, person, " ", by=recruiter)
    assert staff_client.post(at("minor", person), {"why": ""}).status_code == 422
    assert not PrivacyTask.objects.exists()


@pytest.mark.parametrize(("outcome", "may"), [("minor", False), ("of_age", True)])
def test_what_the_officer_found_decides(privacy_client, privacy_officer, person, outcome, may):
    task = PrivacyTaskFactory(candidate=person)

    response = privacy_client.post(
        at("privacy_task_settle", task), {"outcome": outcome, "text": "Asked them."}
    )

    assert response.status_code == 302
    task.refresh_from_db()
    assert (task.outcome, task.outcome_text, task.done_by) == (
        outcome, "Asked them.", privacy_officer,
    )  # fmt: skip
    assert Candidate.objects.contactable().exists() == may
    event = AuditEvent.objects.get(verb="privacy_task.settled")
    assert event.changes == {"outcome": ["", outcome]}


def test_a_minor_comes_of_age(privacy_client, person):
    task = PrivacyTaskFactory(candidate=person, confirmed=True)
    assertContains(privacy_client.get(at("privacy", person)), "Are they of age by now?")

    privacy_client.post(
        at("privacy_task_settle", task), {"outcome": "of_age", "text": "A year on."}
    )

    assert Candidate.objects.contactable().exists()


def test_refusals_of_settling(privacy_officer):
    task = PrivacyTaskFactory()
    refused("no_words", act.settle_task, task, "of_age", " ", by=privacy_officer)
    refused("unknown_outcome", act.settle_task, task, "done", "Seen.", by=privacy_officer)
    act.settle_task(task, "of_age", "Seen.", by=privacy_officer)
    refused("settled", act.settle_task, task, "minor", "Seen.", by=privacy_officer)


def test_a_form_that_lacks_something_is_shown_again(privacy_client):
    task = PrivacyTaskFactory()

    response = privacy_client.post(at("privacy_task_settle", task), {"outcome": "of_age"})

    assert response.status_code == 422
    assert PrivacyTask.objects.open().get() == task


def test_a_file_with_the_date_of_birth_of_a_minor_stops_job_emails(recruiter):
    year = timezone.now().year - 15

    document = read(f"Fitter\nDate of birth: 4 March {year}".encode(), "cv.txt", recruiter)

    task = PrivacyTask.objects.get()
    assert task.candidate == document.candidate
    assert task.why == "In the file “cv.txt” stands: “Date of birth”."
    assert Stop.objects.get().reason == "minor"


def test_a_file_of_somebody_of_age_does_not(recruiter):
    read(b"Fitter\nDate of birth: 4 March 1990", "cv.txt", recruiter)

    assert not PrivacyTask.objects.exists()
    assert not Stop.objects.exists()


# ---------------------------------------------------------------- who sees the tasks


def test_the_officer_finds_them_on_today_and_among_the_requests(
    privacy_client, privacy_officer, person
):
    PrivacyTaskFactory(candidate=person)
    archived = PrivacyTaskFactory(archived=True)

    assert [title for title, _ in tasks_of_today(privacy_officer)] == [
        f"Perhaps a minor: {person.name}",
        f"Somebody in the restricted archive wrote: Record {archived.candidate.reference}",
    ]
    page = privacy_client.get(at("requests"))
    assertContains(page, person.name)
    assertContains(page, archived.candidate.reference)
    assertNotContains(page, archived.candidate.name)


def test_a_settled_task_stands_on_no_list(privacy_client, privacy_officer):
    task = PrivacyTaskFactory(of_age=True)

    assert tasks_of_today(privacy_officer) == []
    assertNotContains(privacy_client.get(at("requests")), task.candidate.name)
    assertContains(privacy_client.get(at("privacy_task", task)), "They told us on the phone.")


def test_a_recruiter_sees_none_of_them(staff_client, recruiter):
    task = PrivacyTaskFactory(archived=True)

    assert tasks_of_today(recruiter) == []
    assert staff_client.get(at("privacy_task", task)).status_code == 403
    assert not PrivacyTask.objects.visible_to(recruiter).exists()


def test_the_page_of_an_archived_person_names_nobody(privacy_client):
    task = PrivacyTaskFactory(archived=True)

    page = privacy_client.get(at("privacy_task", task))

    assertContains(page, at("archived", task.candidate))
    assertNotContains(page, task.candidate.name)


def test_a_colleague_cannot_say_it_of_whom_they_do_not_see(staff_client):
    person = CandidateFactory(archived=True)

    assert staff_client.post(at("minor", person), {"why": "Heard it."}).status_code == 404

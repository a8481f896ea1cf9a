"""P-13: the parts of an archived record that floors above show, for the officer who said why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates.actions.archive import archive_candidate, open_archived
from candidates.models import ArchiveReading, Candidate
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    PromiseFactory,
)
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory, ReplyFactory

pytestmark = pytest.mark.django_db
PARTS = ("applications:archived_panel", "engagement:archived_panel")


@pytest.fixture
def person():
    candidate = CandidateFactory(name="Ottoline Vane")
    job = JobFactory(title="Cable Jointer")
    closed = ApplicationFactory(candidate=candidate, job=job, rejected=True)
    LetterFactory(application=closed, subject="Our decision", text="We chose somebody else.")
    PromiseFactory(candidate=candidate, families=["Turbine"])
    MessageFactory(
        enrolment__candidate=candidate,
        handed=True,
        subject="A job that may fit",
        text="Look: https://jobs.example/u/AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v",
    )
    archive_candidate(candidate, "expired", by="retention")
    return candidate


def part(client, name, person, **headers):
    return client.get(reverse(name, args=[person.public_id]), headers=headers)


def test_the_page_leads_to_both_parts(person, privacy_client, privacy_officer):
    open_archived(person, "A claim", by=privacy_officer)

    page = privacy_client.get(reverse("candidates:archived", args=[person.public_id]))

    for name in PARTS:
        assertContains(page, reverse(name, args=[person.public_id]), count=2)


def test_both_parts_are_read_and_each_look_is_written_down(person, privacy_client, privacy_officer):
    open_archived(person, "A claim", by=privacy_officer)

    applications, messages = (part(privacy_client, name, person) for name in PARTS)

    for words in ("Cable Jointer", "Our decision", "We chose somebody else.", "Turbine"):
        assertContains(applications, words)
    assertContains(messages, "A job that may fit")
    assertContains(messages, "/u/…")
    looks = AuditEvent.objects.filter(verb__startswith="read.archived_").order_by("pk")
    assert [(look.verb, look.actor, look.subject_id) for look in looks] == [
        ("read.archived_applications", privacy_officer.email, str(person.pk)),
        ("read.archived_messages", privacy_officer.email, str(person.pk)),
    ]


@pytest.mark.parametrize("name", PARTS)
def test_nobody_reads_it_who_did_not_say_why(name, person, privacy_client, privacy_officer):
    assert part(privacy_client, name, person).status_code == 404

    open_archived(person, "A claim", by=privacy_officer)
    ArchiveReading.objects.update(at=timezone.now() - timedelta(minutes=61))

    assert part(privacy_client, name, person).status_code == 404
    assert not AuditEvent.objects.filter(verb__startswith="read.archived_").exists()


@pytest.mark.parametrize("name", PARTS)
def test_a_recruiter_does_not_and_somebody_in_use_is_not_here(
    name, person, staff_client, privacy_client, privacy_officer
):
    assert part(staff_client, name, person).status_code == 403
    open_archived(person, "A claim", by=privacy_officer)
    Candidate.objects.filter(pk=person.pk).update(archived_at=None, archive_reason="")
    assert part(privacy_client, name, person).status_code == 404


@pytest.mark.parametrize("name", PARTS)
def test_nothing_in_a_part_can_be_changed(name, person, privacy_client, privacy_officer):
    open_archived(person, "A claim", by=privacy_officer)

    body = part(privacy_client, name, person, **{"HX-Request": "true"}).content.decode()

    assert "<form" not in body
    assert "<a " not in body
    assert privacy_client.post(reverse(name, args=[person.public_id])).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_a_part_costs_the_same_at_any_size(
    rows, privacy_client, privacy_officer, django_assert_num_queries
):
    candidate = CandidateFactory()
    for _ in range(rows):
        LetterFactory(application__candidate=candidate, application__rejected=True)
        ReplyFactory(message=MessageFactory(enrolment__candidate=candidate, handed=True))
    archive_candidate(candidate, "expired", by="retention")
    open_archived(candidate, "A claim", by=privacy_officer)

    for name, queries in zip(PARTS, (14, 12), strict=True):
        # session, user, person (four), the key, the look (three), then the part's own
        with django_assert_num_queries(queries):
            part(privacy_client, name, candidate, **{"HX-Request": "true"})


def test_an_answer_that_came_after_archiving_is_read_there_and_nowhere_else(
    person, privacy_client, privacy_officer, staff_client
):
    ReplyFactory(
        message=person.messages.get(),
        subject="Am I still with you?",
        text="Please delete me.",
        at=timezone.now() + timedelta(hours=1),
    )
    open_archived(person, "They wrote", by=privacy_officer)

    messages = part(privacy_client, "engagement:archived_panel", person)

    assertContains(messages, "Am I still with you?")
    assertContains(messages, "Please delete me.")
    assertContains(messages, "after the record was archived", count=1)
    assertNotContains(staff_client.get(reverse("engagement:replies")), "Please delete me.")

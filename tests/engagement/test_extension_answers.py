"""What somebody answers when they are asked whether we may keep them longer, and taking it back."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions.erasure import go_on
from candidates.actions.retention import execute, make_plan
from candidates.clocks import clock_of
from candidates.models import (
    Activity,
    Candidate,
    ExtensionAnswer,
    GroundEvent,
    GroundState,
    PrivacyRequest,
    RetentionPlan,
)
from engagement.actions.extension_answers import delete, keep, undo
from engagement.actions.extensions import plan
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.models import Message
from engagement.recipients import standing_of
from tests.engagement.conftest import MONDAY
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory, LegalHoldFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyRequestFactory, ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")
ENDS, LATER = date(2026, 12, 23), date(2027, 12, 23)


def refused(code, action, *args):
    with pytest.raises(ValidationError) as refusal:
        action(*args)
    assert refusal.value.code == code


def grounds(candidate: Candidate) -> dict[str, tuple[str, str, datetime | None]]:
    return {
        state.purpose: (state.kind, state.basis, state.expires_at)
        for state in GroundState.objects.filter(candidate=candidate)
    }


def may_be_written_to(candidate: Candidate) -> bool:
    return Candidate.objects.filter(pk=candidate.pk).contactable().exists()


def test_a_yes_keeps_them_for_the_time_that_was_offered_with_its_proof():
    request = ExtensionRequestFactory()

    answer = keep(request.candidate, request)

    clock = clock_of(request.candidate)
    assert (clock.pool, clock.pool_ends) == ("given", LATER)
    event = GroundEvent.objects.get(purpose="pool", kind="renewed")
    assert (event.basis, event.channel, event.language, event.notice_version) == (
        "consent",
        "link",
        "en",
        "extension-2",
    )
    assert event.wording == (
        "You allowed Larkspur Tidal Works to keep your details for other jobs. That ends on "
        "23 December 2026. [Keep my details for 12 more months] We keep your details until "
        "23 December 2027. You can change your mind at any time. Job emails go on as you chose "
        "them. You can stop them from any email."
    )
    assert (event.actor, event.counts_from) == ("The candidate", ENDS)
    assert GroundEvent.objects.filter(purpose="nurture", kind="renewed").count() == 1
    with time_machine.travel(datetime(2027, 12, 23, 9, tzinfo=UTC)):
        assert may_be_written_to(request.candidate)
    line = Activity.objects.get(candidate=request.candidate, kind="extension.kept")
    assert line.text == (
        "Wants us to keep their details until 23 December 2027. By the link in an email."
    )
    audited = AuditEvent.objects.get(verb="extension.kept")
    assert audited.changes == {"until": ["2026-12-23", "2027-12-23"]}
    assert (answer.kind, answer.keeps_until) == ("keep", LATER)


def test_the_owner_of_the_address_hears_of_it_with_a_way_back():
    request = ExtensionRequestFactory()

    answer = keep(request.candidate, request)

    notice = Message.objects.get()
    assert (notice.purpose, notice.dedupe_key) == ("notice", f"notice:{answer.public_id}")
    assert notice.subject == "We keep your details until 23 December 2027"
    assert "You can take it back until 21 December 2026:\n" in notice.text
    assert "/undo/" in notice.text


def test_nobody_without_an_address_is_sent_a_confirmation():
    request = ExtensionRequestFactory(candidate=ending_in(30, without_email=True))

    keep(request.candidate, request)

    assert Message.objects.count() == 0


def test_pressing_twice_changes_once():
    request = ExtensionRequestFactory()

    assert keep(request.candidate, request) == keep(request.candidate, request)

    assert GroundEvent.objects.filter(kind="renewed").count() == 2  # one for each purpose
    assert (ExtensionAnswer.objects.count(), Message.objects.count()) == (1, 1)


def test_whoever_gets_no_job_emails_gets_none_by_saying_yes():
    request = ExtensionRequestFactory(candidate=ending_in(30, "pool"))

    keep(request.candidate, request)

    assert set(grounds(request.candidate)) == {"pool"}
    wording = GroundEvent.objects.get(kind="renewed").wording
    assert wording.endswith("You get no job emails, as before.")


@pytest.mark.parametrize(
    ("country", "months", "until"), [("FR", 24, date(2028, 12, 23)), ("NL", 12, LATER)]
)
def test_the_length_is_that_of_the_request(country, months, until):
    person = ending_in(30, country=country)
    request = ExtensionRequestFactory(candidate=person, months=months, extends_to=until)

    keep(person, request)

    assert clock_of(person).pool_ends == until


def test_taking_a_yes_back_restores_exactly_what_was():
    request = ExtensionRequestFactory()
    person = request.candidate
    before, state = clock_of(person), grounds(person)
    answer = keep(person, request)

    undo(person, answer.public_id)
    undone = undo(person, answer.public_id)

    assert clock_of(person) == before
    assert grounds(person) == {
        purpose: ("restored", basis, ends) for purpose, (_, basis, ends) in state.items()
    }
    assert undone.undone_at is not None
    kinds = Activity.objects.filter(candidate=person, kind__startswith="extension.")
    assert sorted(kinds.values_list("kind", flat=True)) == ["extension.kept", "extension.undone"]
    assert AuditEvent.objects.filter(verb="extension.undone").count() == 1
    assert keep(person, request) != answer  # and they may say yes again


def test_taking_a_yes_back_restores_the_day_where_the_law_counts_from_contact():
    ends = MONDAY + timedelta(days=30)
    contact = ends.replace(year=2024)
    person = CandidateFactory(
        without_consent=True, country="FR", time_zone="Europe/Paris", last_contact_at=contact
    )
    GroundEventFactory(candidate=person, occurred_at=contact, expires_at=None)
    assert clock_of(person).pool_ends == ENDS
    request = ExtensionRequestFactory(candidate=person, months=24, extends_to=date(2028, 12, 23))
    answer = keep(person, request)
    assert clock_of(person).pool_ends == date(2028, 12, 23)

    undo(person, answer.public_id)

    assert clock_of(person).pool_ends == ENDS


def test_job_emails_that_were_stopped_meanwhile_stay_stopped_when_a_yes_is_taken_back():
    request = ExtensionRequestFactory()
    answer = keep(request.candidate, request)
    reduce(request.candidate, Choices(stopped=True), channel="link")

    undo(request.candidate, answer.public_id)

    assert clock_of(request.candidate).pool_ends == ENDS
    assert grounds(request.candidate)["nurture"][0] == "withdrawn"


def test_a_yes_after_the_day_is_refused():
    request = ExtensionRequestFactory()

    with time_machine.travel(datetime(2026, 12, 24, 0, 5, tzinfo=UTC)):
        refused("over", keep, request.candidate, request)
        refused("over", delete, request.candidate, request)
    with time_machine.travel(datetime(2026, 12, 23, 23, 55, tzinfo=UTC)):
        keep(request.candidate, request)


def test_a_yes_to_an_end_that_moved_is_refused():
    request = ExtensionRequestFactory()
    GroundEventFactory(candidate=request.candidate, kind="renewed", occurred_at=MONDAY)

    refused("changed", keep, request.candidate, request)


def test_a_yes_after_a_no_is_refused():
    request = ExtensionRequestFactory()
    delete(request.candidate, request)

    refused("asked_to_delete", keep, request.candidate, request)


def test_a_yes_while_staff_handles_a_deletion_is_refused():
    request = ExtensionRequestFactory()
    PrivacyRequestFactory(candidate=request.candidate, cooling_off=True)

    refused("asked_to_delete", keep, request.candidate, request)


@pytest.mark.parametrize("action", [keep, delete])
def test_an_erased_person_answers_nothing(action):
    request = ExtensionRequestFactory()
    Candidate.objects.filter(pk=request.candidate.pk).update(erased_at=timezone.now())

    refused("gone", action, request.candidate, request)


def test_a_no_stops_job_emails_at_once_and_begins_the_seven_days():
    request = ExtensionRequestFactory()
    person = request.candidate

    answer = delete(person, request)

    asked = PrivacyRequest.objects.get()
    assert (asked.kind, asked.state, asked.received_how, asked.identity, asked.recorded_by) == (
        "erasure",
        "cooling_off",
        "page",
        "known_address",
        "The candidate",
    )
    assert asked.cooling_off_until - timezone.now() > timedelta(days=6, hours=23)
    assert answer.request == asked
    assert not may_be_written_to(person)
    assert standing_of(person).choices.stopped
    notice = Message.objects.get()  # one email, not one for the stop and one for the deletion
    assert notice.subject == "You asked us to delete your details"
    assert "We delete your details on 30 November 2026." in notice.text
    assert "You can take it back until 30 November 2026:" in notice.text
    assert AuditEvent.objects.filter(verb="extension.deleted").count() == 1
    with time_machine.travel(MONDAY + timedelta(days=7, minutes=5)):
        assert go_on(timezone.now()) == 1
    person.refresh_from_db()
    assert person.erased_at


def test_a_no_twice_asks_once():
    request = ExtensionRequestFactory()

    assert delete(request.candidate, request) == delete(request.candidate, request)

    assert (PrivacyRequest.objects.count(), Message.objects.count()) == (1, 1)


def test_a_no_after_a_yes_counts():
    request = ExtensionRequestFactory()
    keep(request.candidate, request)

    assert delete(request.candidate, request).kind == "delete"
    assert PrivacyRequest.objects.get().state == "cooling_off"


def test_taking_a_no_back_restores_what_was():
    request = ExtensionRequestFactory()
    person = request.candidate
    before, choices = clock_of(person), standing_of(person).choices
    answer = delete(person, request)

    undo(person, answer.public_id)
    undo(person, answer.public_id)

    asked = PrivacyRequest.objects.get()
    assert (asked.state, asked.outcome) == ("closed", "taken_back")
    assert may_be_written_to(person)
    assert standing_of(person).choices == choices
    assert clock_of(person) == before
    assert AuditEvent.objects.filter(verb="extension.undone").count() == 1


def test_a_request_that_staff_wrote_down_before_goes_on():
    request = ExtensionRequestFactory()
    known = PrivacyRequestFactory(candidate=request.candidate, erasure=True)

    answer = delete(request.candidate, request)

    known.refresh_from_db()
    assert (answer.request, known.state) == (known, "cooling_off")
    refused("asked_before", undo, request.candidate, answer.public_id)


def test_c26_whoever_is_considered_is_deleted_once_they_have_heard():
    request = ExtensionRequestFactory()
    ApplicationFactory(candidate=request.candidate)

    answer = delete(request.candidate, request)

    assert answer.request.state == "waiting"
    assert not may_be_written_to(request.candidate)


def test_c27_a_legal_hold_locks_them_away_today():
    request = ExtensionRequestFactory()
    LegalHoldFactory(candidate=request.candidate)

    answer = delete(request.candidate, request)

    request.candidate.refresh_from_db()
    assert (request.candidate.archive_reason, answer.request.state) == ("asked", "restricted")
    assert answer.request.waits_for == (
        "We must keep your details until a legal matter is settled, because a claim needs them."
        " They are locked away, and deleted after that."
    )
    undo(request.candidate, answer.public_id)
    request.candidate.refresh_from_db()
    assert request.candidate.archived_at is None
    assert PrivacyRequest.objects.get().outcome == "taken_back"


def test_c27_a_law_says_how_long_they_must_be_kept():
    person = ending_in(30, country="US")
    request = ExtensionRequestFactory(candidate=person)
    job = JobFactory()
    job.offices.add(OfficeFactory(country="US"))
    ApplicationFactory(
        candidate=person, job=job, rejected=True, closed_at=datetime(2026, 6, 1, 12, tzinfo=UTC)
    )

    answer = delete(person, request)

    assert answer.request.waits_for == (
        "We must keep the record of your application until 1 June 2027, because of the law of"
        " United States. It is locked away, and deleted after that."
    )


def test_what_cannot_be_taken_back():
    request = ExtensionRequestFactory()
    person = request.candidate
    refused("unknown_change", undo, person, uuid4())
    answer = keep(person, request)
    refused("unknown_change", undo, CandidateFactory(), answer.public_id)
    with time_machine.travel(MONDAY + timedelta(days=28, hours=1)):
        refused("too_late", undo, person, answer.public_id)
    GroundEventFactory(candidate=person, kind="renewed", occurred_at=timezone.now())
    refused("changed_since", undo, person, answer.public_id)
    no = ExtensionRequestFactory()
    answer = delete(no.candidate, no)
    PrivacyRequest.objects.filter(candidate=no.candidate).update(
        state="closed", outcome="refused", outcome_text="x", closed_at=timezone.now()
    )
    refused("changed_since", undo, no.candidate, answer.public_id)


@pytest.mark.parametrize("action", [keep, delete])
def test_p09_an_answer_is_a_contact_and_so_is_taking_it_back(action):
    request = ExtensionRequestFactory()
    person = request.candidate
    answer = action(person, request)
    person.refresh_from_db()
    assert answer.at <= person.last_contact_at <= timezone.now()

    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        undo(person, answer.public_id)
        person.refresh_from_db()
        assert person.last_contact_at == timezone.now()


def run_until(day: datetime) -> None:
    """Let the nightly runs of the engagement and of retention pass, day by day."""
    at = MONDAY
    while at <= day:
        with time_machine.travel(at, tick=False):
            plan(at)
            execute(at)
            make_plan(at)
        at += timedelta(days=1)


def test_silence_is_never_a_yes():
    person = ending_in(30)

    run_until(datetime(2026, 12, 24, 10, tzinfo=UTC))

    asked = person.extension_requests.order_by("-step")
    person.refresh_from_db()
    assert [request.step for request in asked] == []  # they went with the person
    assert person.erased_at == datetime(2026, 12, 24, 10, tzinfo=UTC)
    assert not GroundEvent.objects.filter(kind="renewed").exists()


def test_nobody_goes_before_the_day_is_over():
    person = ending_in(30)

    run_until(datetime(2026, 12, 23, 10, tzinfo=UTC))

    person.refresh_from_db()
    assert (person.erased_at, person.archived_at) == (None, None)
    assert [request.step for request in person.extension_requests.order_by("-step")] == [30, 7]


def test_a_yes_in_the_last_three_days_takes_them_out_of_the_plan():
    person = ending_in(3)
    with time_machine.travel(MONDAY + timedelta(hours=15), tick=False):
        make_plan(timezone.now() + timedelta(days=1))
    request = ExtensionRequestFactory(
        candidate=person, ends_on=date(2026, 11, 26), extends_to=date(2027, 11, 26)
    )
    assert RetentionPlan.objects.get().items.count() == 1

    keep(person, request)
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        execute(timezone.now())

    person.refresh_from_db()
    assert (person.erased_at, person.archived_at) == (None, None)
    item = RetentionPlan.objects.get().items.get()
    assert (item.state, item.problem) == (
        "dropped",
        "Something changed meanwhile, and it is no longer due.",
    )

"""Somebody says yes when they are asked whether we may keep them longer, or says nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions.retention import execute, make_plan
from candidates.clocks import clock_of
from candidates.models import (
    Activity,
    Candidate,
    ExtensionAnswer,
    GroundEvent,
    GroundState,
    RetentionPlan,
)
from engagement.actions.extension_answers import delete, keep, undo
from engagement.actions.extensions import plan
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.models import Message
from tests.engagement.conftest import MONDAY
from tests.engagement.extension_answers import may_be_written_to, refused
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.privacy import ExtensionRequestFactory, PrivacyRequestFactory, ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")
ENDS, LATER = date(2026, 12, 23), date(2027, 12, 23)


def grounds(candidate: Candidate) -> dict[str, tuple[str, str, datetime | None]]:
    return {
        state.purpose: (state.kind, state.basis, state.expires_at)
        for state in GroundState.objects.filter(candidate=candidate)
    }


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

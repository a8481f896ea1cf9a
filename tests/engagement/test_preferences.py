"""What a person does about their job emails, as actions."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, User
from candidates.actions.grounds import record_objection
from candidates.models import (
    Activity,
    Candidate,
    GroundEvent,
    GroundState,
    Preference,
    PreferenceChange,
    Stop,
)
from engagement.actions.preferences import reduce, undo
from engagement.choices import Choices, Kinds
from engagement.models import Message
from engagement.recipients import standing_of
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import (
    CandidateFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
)

pytestmark = pytest.mark.django_db

LINK = GroundEvent.Channel.LINK
STOPPED = Choices(stopped=True)
ONLY = Kinds(
    families=frozenset({"Electrical", "Turbine"}),
    places=frozenset({"Bristol"}),
    work_modes=frozenset({"on_site", "hybrid"}),
    levels=frozenset({3, 4}),
)


@pytest.fixture(autouse=True)
def _organisation() -> None:
    OrganisationFactory()


def may_be_written_to(candidate: Candidate) -> bool:
    return Candidate.objects.filter(pk=candidate.pk).contactable().exists()


def nurture_state(candidate: Candidate) -> tuple[str, str, object]:
    state = GroundState.objects.get(candidate=candidate, purpose="nurture")
    return state.kind, state.basis, state.expires_at


def test_a_stop_takes_effect_at_once_and_is_remembered_everywhere() -> None:
    candidate = CandidateFactory()

    change = reduce(candidate, STOPPED, channel=LINK)

    assert change is not None
    assert not may_be_written_to(candidate)
    assert nurture_state(candidate) == ("withdrawn", "", None)
    ground = GroundEvent.objects.get(candidate=candidate, kind="withdrawn")
    assert (ground.channel, ground.wording) == ("link", "Stop all job emails")
    stop = Stop.objects.get(candidate=candidate)
    assert (stop.reason, stop.carried_at is not None) == ("unsubscribed", True)
    line = Activity.objects.get(candidate=candidate)
    assert line.kind == "preference.stopped"
    assert line.text == "Stopped all job emails. By the link in an email."
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == ("preference.reduced", {"stopped": ["False", "True"]})


def test_c03_a_change_is_confirmed_by_one_mail_with_undo() -> None:
    candidate = CandidateFactory(name="Ines Duarte")

    change = reduce(candidate, STOPPED, channel=LINK)

    assert change is not None
    notice = Message.objects.get()
    assert (notice.purpose, notice.dedupe_key) == ("notice", f"notice:{change.public_id}")
    assert notice.subject == "You stopped job emails from Larkspur Tidal Works"
    assert notice.text.startswith("Hello Ines,")
    assert "/undo/" in notice.text


def test_nobody_without_an_address_is_sent_a_confirmation() -> None:
    candidate = CandidateFactory(without_email=True)

    reduce(candidate, STOPPED, channel=LINK)

    assert Message.objects.count() == 0


def test_a_pause_is_kept_as_a_date_and_stops_what_waits() -> None:
    candidate = CandidateFactory()

    reduce(candidate, Choices(paused_until=date(2127, 2, 23)), channel=LINK)

    assert Preference.objects.get().paused_until == date(2127, 2, 23)
    assert not may_be_written_to(candidate)
    assert Stop.objects.get().reason == "paused"
    assert nurture_state(candidate)[0] == "granted"
    assert Activity.objects.get().text == (
        "Paused job emails until 23 February 2127. By the link in an email."
    )


def test_a_narrowing_keeps_exactly_what_was_left_ticked() -> None:
    candidate = CandidateFactory()

    reduce(candidate, Choices(only=ONLY), channel=LINK)

    preference = Preference.objects.get()
    assert preference.is_narrowed
    assert preference.families == ["Electrical", "Turbine"]
    assert (preference.places, preference.levels) == (["Bristol"], [3, 4])
    assert preference.work_modes == ["hybrid", "on_site"]


@pytest.mark.parametrize(
    ("held", "wanted", "left"),
    [
        (Choices(monthly=True), Choices(), Choices(monthly=True)),
        (STOPPED, Choices(), STOPPED),
        (
            Choices(paused_until=date(2127, 2, 1)),
            Choices(paused_until=date(2127, 1, 1)),
            Choices(paused_until=date(2127, 2, 1)),
        ),
        (Choices(only=ONLY), Choices(), Choices(only=ONLY)),
        (
            Choices(only=ONLY),
            Choices(only=Kinds(families=frozenset({"Electrical", "Software"}))),
            Choices(only=Kinds(families=frozenset({"Electrical"}))),
        ),
    ],
)
def test_c09_a_link_only_ever_reduces(held: Choices, wanted: Choices, left: Choices) -> None:
    assert held.reduced_by(wanted) == left


def test_c06_the_same_form_sent_twice_changes_once() -> None:
    candidate, action = CandidateFactory(), uuid4()
    wanted = Choices(monthly=True)

    first = reduce(candidate, wanted, channel=LINK, action_id=action, version=0)
    second = reduce(candidate, wanted, channel=LINK, action_id=action, version=0)

    assert second == first
    assert PreferenceChange.objects.count() == Message.objects.count() == 1
    assert Preference.objects.get().version == 1


def test_the_same_form_with_a_stricter_answer_still_counts() -> None:
    candidate, action = CandidateFactory(), uuid4()
    reduce(candidate, Choices(monthly=True), channel=LINK, action_id=action, version=0)

    reduce(candidate, STOPPED, channel=LINK, action_id=action, version=0)

    assert nurture_state(candidate)[0] == "withdrawn"
    assert PreferenceChange.objects.count() == 2


def test_c08_an_older_page_is_refused_and_says_so() -> None:
    candidate = CandidateFactory()
    reduce(candidate, Choices(monthly=True), channel=LINK)

    with pytest.raises(ValidationError) as refusal:
        reduce(candidate, Choices(paused_until=date(2127, 1, 1)), channel=LINK, version=0)

    assert refusal.value.code == "changed_meanwhile"
    assert Preference.objects.get().paused_until is None


def test_c08_a_stop_from_an_older_page_wins() -> None:
    candidate = CandidateFactory()
    reduce(candidate, Choices(monthly=True), channel=LINK)

    reduce(candidate, STOPPED, channel=LINK, version=0)

    assert standing_of(candidate).choices.stopped


def test_what_changes_nothing_leaves_no_trace() -> None:
    candidate = CandidateFactory()

    assert reduce(candidate, Choices(), channel=LINK) is None
    assert PreferenceChange.objects.count() == Activity.objects.count() == 0


def test_a_stop_by_mail_program_twice_is_one_stop() -> None:
    candidate = CandidateFactory()
    channel = GroundEvent.Channel.ONE_CLICK

    reduce(candidate, STOPPED, channel=channel)
    reduce(candidate, STOPPED, channel=channel)

    assert GroundEvent.objects.filter(candidate=candidate, kind="withdrawn").count() == 1


def test_c11_a_refusal_of_one_address_counts_for_all() -> None:
    candidate = CandidateFactory()
    EmailAddressFactory(candidate=candidate, suppressed="nurture")

    assert standing_of(candidate).choices.stopped


def test_c15_undo_restores_exactly_what_was() -> None:
    candidate = CandidateFactory()
    PreferenceFactory(candidate=candidate, frequency="monthly")
    held, ground = standing_of(candidate).choices, nurture_state(candidate)
    change = reduce(candidate, STOPPED, channel=LINK)
    assert change is not None

    undo(candidate, change.public_id)

    assert standing_of(candidate).choices == held
    assert nurture_state(candidate) == ("restored", *ground[1:])
    assert may_be_written_to(candidate)
    assert AuditEvent.objects.filter(verb="preference.undone").count() == 1
    assert Activity.objects.filter(kind="preference.undone").count() == 1


def test_undo_twice_is_undo_once() -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, STOPPED, channel=LINK)
    assert change is not None

    undo(candidate, change.public_id)
    undo(candidate, change.public_id)

    assert GroundEvent.objects.filter(candidate=candidate, kind="restored").count() == 1


def test_undo_gives_nobody_a_ground_they_did_not_have() -> None:
    candidate = CandidateFactory(without_consent=True)
    change = reduce(candidate, STOPPED, channel=LINK)
    assert change is not None

    undo(candidate, change.public_id)

    assert not standing_of(candidate).choices.stopped
    assert nurture_state(candidate)[0] == "expired"
    assert not may_be_written_to(candidate)


def test_undo_after_28_days_is_refused() -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, STOPPED, channel=LINK)
    assert change is not None

    with (
        time_machine.travel(timezone.now() + timedelta(days=28, minutes=1)),
        pytest.raises(ValidationError) as refusal,
    ):
        undo(candidate, change.public_id)

    assert refusal.value.code == "too_late"


def test_an_old_undo_never_brings_back_what_was_stopped_later() -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, Choices(monthly=True), channel=LINK)
    reduce(candidate, STOPPED, channel=LINK)
    assert change is not None

    with pytest.raises(ValidationError) as refusal:
        undo(candidate, change.public_id)

    assert refusal.value.code == "changed_since"
    assert standing_of(candidate).choices.stopped


def test_an_undo_never_lifts_an_objection_that_staff_recorded(recruiter: User) -> None:
    candidate = CandidateFactory()
    change = reduce(candidate, STOPPED, channel=LINK)
    assert change is not None
    record_objection(candidate, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        undo(candidate, change.public_id)

    assert refusal.value.code == "changed_since"


def test_undo_of_another_persons_change_is_refused() -> None:
    candidate, other = CandidateFactory(), CandidateFactory()
    change = reduce(other, STOPPED, channel=LINK)
    assert change is not None

    with pytest.raises(ValidationError) as refusal:
        undo(candidate, change.public_id)

    assert refusal.value.code == "unknown_change"


def test_a_pause_that_is_over_is_no_pause() -> None:
    candidate = CandidateFactory()
    PreferenceFactory(candidate=candidate, paused_until=timezone.localdate())

    assert standing_of(candidate).choices == Choices()


def test_a_stopped_pool_stops_job_emails_too() -> None:
    candidate = CandidateFactory(pool=None)
    GroundEventFactory(candidate=candidate, withdrawn=True)

    assert standing_of(candidate).choices.stopped


def test_an_erased_person_is_gone() -> None:
    candidate = CandidateFactory(erased=True)

    with pytest.raises(ValidationError) as refusal:
        reduce(candidate, STOPPED, channel=LINK)

    assert refusal.value.code == "gone"

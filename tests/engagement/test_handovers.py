"""A colleague was in touch with somebody of a campaign: asking, agreeing, deciding without them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from candidates.models import Activity, Candidate, FollowUp, Stop
from engagement import arbiter, due
from engagement.actions import handovers, lifecycle
from engagement.models import Decision, Handover
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, HandoverFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def mina(db):
    """Who called Ana yesterday."""
    return UserFactory(name="Mina Aldaco")


@pytest.fixture
def ana(mina):
    ana = CandidateFactory(name="Ana")
    yesterday = timezone.now() - timedelta(days=1)
    Stop.objects.create(candidate=ana, reason="called", by=mina, at=yesterday, carried_at=yesterday)
    return ana


@pytest.fixture
def draft(ana):
    return CampaignFactory(with_step=True, people=[ana, CandidateFactory()], name="Riggers")


def reasons_of(campaign, person):
    people = Candidate.objects.filter(pk=person.pk)
    ((_, decision),) = arbiter.decide_many(campaign, people, timezone.now())
    return decision.reasons


def test_the_colleague_is_asked_agrees_and_the_campaign_may_write(draft, ana, mina, recruiter):
    asked = handovers.ask(draft, ana, by=recruiter, reason=" They know\nme well ")
    waits = [list(due.handovers(user)) for user in (mina, recruiter)]
    before = reasons_of(draft, ana)

    handovers.answer(asked, by=mina, agrees=True, words="Go on.")

    asked.refresh_from_db()
    assert waits == [[asked], []]
    assert (before, reasons_of(draft, ana)) == (("colleague_wrote",), ())
    assert (asked.reason, asked.state, asked.answer) == ("They know me well", "agreed", "Go on.")
    assert reasons_of(CampaignFactory(with_step=True), ana) == ("colleague_wrote",)
    told = FollowUp.objects.get(owner=recruiter)
    assert told.text == "Mina Aldaco agreed that “Riggers” writes to them."
    kinds = Activity.objects.filter(candidate=ana).values_list("kind", flat=True)
    assert {"handover.asked", "handover.answered"} <= set(kinds)


def test_a_colleague_who_declines_is_left_to_it(draft, ana, mina, recruiter):
    asked = handovers.ask(draft, ana, by=recruiter, reason="They know me")

    handovers.answer(asked, by=mina, agrees=False)

    assert reasons_of(draft, ana) == ("colleague_wrote",)


def test_a_decision_without_them_is_kept_with_its_reason(draft, ana, mina, recruiter):
    handovers.ask(draft, ana, by=recruiter, reason="They know me")

    assert handovers.override(draft, ana, by=recruiter, reason="She is away for weeks") is None

    assert reasons_of(draft, ana) == ()
    settled = Handover.objects.get()
    assert (settled.state, settled.answer) == ("overridden", "She is away for weeks")
    event = AuditEvent.objects.get(verb="handover.overridden")
    assert (event.actor, event.changes["reason"]) == (
        recruiter.email,
        ["", "She is away for weeks"],
    )
    assert FollowUp.objects.get(owner=mina).text == (
        "Rowan Ashdown lets “Riggers” write to them: She is away for weeks"
    )


def test_whoever_is_in_touch_afterwards_holds_it_back_anew(draft, ana, mina, recruiter):
    handovers.override(draft, ana, by=recruiter, reason="She is away")

    Stop.objects.create(candidate=ana, reason="called", by=mina)

    assert reasons_of(draft, ana) == ("colleague_wrote",)


@pytest.mark.parametrize("is_clear", [True, False])
def test_under_way_they_come_in_if_nothing_else_is_against_it(draft, ana, recruiter, is_clear):
    lifecycle.approve(draft, by=recruiter)
    if not is_clear:
        ApplicationFactory(candidate=ana)

    still = handovers.override(draft, ana, by=recruiter, reason="She is away")

    messages = list(draft.messages.filter(candidate=ana).values_list("state", flat=True))
    last = Decision.objects.filter(campaign=draft, candidate=ana).latest("pk")
    assert (still and still.reason, messages, last.allowed) == (
        (None, ["planned"], True) if is_clear else ("active_application", [], False)
    )


def test_nobody_is_let_in_twice_or_who_left_it(draft, ana, recruiter):
    lifecycle.approve(draft, by=recruiter)
    handovers.override(draft, ana, by=recruiter, reason="She is away")
    handovers.override(draft, ana, by=recruiter, reason="Still away")

    assert draft.messages.filter(candidate=ana).count() == 1


def asks(campaign, person, by, **_):
    handovers.ask(campaign, person, by=by, reason="They know me")


def decides(campaign, person, by, **_):
    handovers.override(campaign, person, by=by, reason="She is away")


def by_mina(campaign, person, mina, **_):
    asks(campaign, person, mina)


def without_words(campaign, person, by, **_):
    handovers.override(campaign, person, by=by, reason=" \n")


def asks_twice(campaign, person, by, **_):
    asks(campaign, person, by)
    asks(campaign, person, by)


def answers_another(campaign, person, by, **_):
    handovers.answer(HandoverFactory(candidate=person, campaign=campaign), by=by, agrees=True)


def answers_twice(campaign, person, by, mina):
    asked = HandoverFactory(candidate=person, campaign=campaign, colleague=mina)
    handovers.answer(asked, by=mina, agrees=False)
    handovers.answer(asked, by=mina, agrees=True)


def of_a_manager(campaign, person, **_):
    decides(campaign, person, UserFactory(hiring_manager=True))


def of_two_people(campaign, person, by, **_):
    Organisation.objects.update(two_people_approve=True)
    lifecycle.approve(campaign, by=by)
    decides(campaign, person, campaign.by)


def when_over(campaign, person, by, **_):
    campaign.state, campaign.approved_by, campaign.approved_at = "finished", by, timezone.now()
    campaign.save()
    decides(campaign, person, by)


def when_nobody_was(campaign, person, by, **_):
    Stop.objects.update(at=timezone.now() - timedelta(days=7))
    asks(campaign, person, by)


def when_they_left(campaign, person, by, mina):
    mina.is_active = False
    mina.save()
    asks(campaign, person, by)


@pytest.mark.parametrize(
    ("does", "code"),
    [
        (by_mina, "yourself"),
        (without_words, "no_reason"),
        (asks_twice, "asked_already"),
        (answers_another, "not_yours"),
        (answers_twice, "settled"),
        (of_a_manager, "not_allowed"),
        (of_two_people, "two_people"),
        (when_over, "over"),
        (when_nobody_was, "no_contact"),
        (when_they_left, "nobody_to_ask"),
    ],
)
def test_what_is_refused(does, code, draft, ana, mina, recruiter):
    with pytest.raises(ValidationError) as refused:
        does(draft, ana, by=recruiter, mina=mina)

    assert refused.value.code == code


def test_a_contact_that_is_recorded_later_holds_back_however_it_is_dated(draft, ana, mina):
    handovers.override(draft, ana, by=draft.by, reason="She is away")

    before = timezone.now() - timedelta(hours=2)
    Stop.objects.create(candidate=ana, reason="called", by=mina, at=before)

    assert reasons_of(draft, ana) == ("colleague_wrote",)


@pytest.mark.parametrize(("who", "reasons"), [("mina", ()), ("another", ("colleague_wrote",))])
def test_who_agrees_speaks_for_themselves_alone(draft, ana, mina, recruiter, who, reasons):
    asked = handovers.ask(draft, ana, by=recruiter, reason="They know me")
    by = mina if who == "mina" else UserFactory()
    Stop.objects.create(candidate=ana, reason="called", by=by)

    handovers.answer(asked, by=mina, agrees=True)

    assert reasons_of(draft, ana) == reasons

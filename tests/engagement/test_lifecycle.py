"""The life of a campaign, from approval to the end."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from candidates.models import Activity
from engagement import planning
from engagement.actions import lifecycle
from engagement.models import Campaign, Decision, Enrolment, Message
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, StepFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday_morning():
    OrganisationFactory()
    with time_machine.travel(MONDAY, tick=False):
        yield


def test_approve_freezes_the_audience_and_plans_the_first_step(recruiter):
    people = CandidateFactory.create_batch(12)
    paused = CandidateFactory(paused=True)
    campaign = CampaignFactory(with_step=True, people=[*people, paused])
    plan = planning.dry_run(campaign, MONDAY)

    approved = lifecycle.approve(campaign, by=recruiter, audience_sha256=plan.sha256)

    assert (plan.will_get, plan.counts) == (12, {"paused_until": 1})
    assert approved.state == Campaign.State.HOLDING
    assert approved.starts_at == MONDAY + timedelta(seconds=60)
    assert approved.audience.sha256 == plan.sha256
    assert (approved.audience.will_get, approved.audience.will_not) == (12, 1)
    assert set(approved.messages.values_list("state", flat=True)) == {Message.State.PLANNED}
    assert approved.messages.filter(is_first_batch=True).count() == 10
    assert set(approved.enrolments.values_list("candidate_id", "next_step")) == {
        (person.pk, 2) for person in people
    }
    refused = Decision.objects.get(allowed=False)
    assert (refused.candidate, refused.reasons) == (paused, ["paused_until"])
    assert AuditEvent.objects.get().verb == "campaign.approved"


def test_after_the_hold_ten_go_first_and_the_rest_after_the_check(recruiter):
    campaign = CampaignFactory(with_step=True, people=CandidateFactory.create_batch(12))
    lifecycle.approve(campaign, by=recruiter)

    lifecycle.tick(MONDAY + timedelta(seconds=59))
    held = due(campaign)
    lifecycle.tick(MONDAY + timedelta(seconds=60))
    first = due(campaign)
    campaign.messages.filter(is_first_batch=True).update(
        state=Message.State.HANDED, armed_at=MONDAY, handed_at=MONDAY, settled_at=MONDAY
    )
    lifecycle.tick(MONDAY + timedelta(seconds=65))

    assert (held, first, due(campaign)) == (0, 10, 2)


def test_a_first_batch_that_bounces_pauses_the_campaign(recruiter):
    campaign = CampaignFactory(with_step=True, people=CandidateFactory.create_batch(12))
    lifecycle.approve(campaign, by=recruiter)
    start = MONDAY + timedelta(seconds=60)
    lifecycle.tick(start)
    first = campaign.messages.filter(is_first_batch=True)
    first.update(state=Message.State.HANDED, armed_at=start, settled_at=start)
    for message in first[:2]:
        message.state, message.reason = Message.State.BOUNCED, "bounced"
        message.save()

    lifecycle.tick(start + timedelta(seconds=5))

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PAUSED
    assert campaign.state_reason == "Paused by itself: 2 of 10 emails came back or were refused."
    assert due(campaign) == 0


def test_stop_withholds_the_rest_and_says_so_on_each_timeline(recruiter):
    campaign = CampaignFactory(with_step=True, people=CandidateFactory.create_batch(3))
    lifecycle.approve(campaign, by=recruiter)

    stopped = lifecycle.stop(campaign, by=recruiter)

    assert stopped.state == Campaign.State.STOPPED
    assert set(campaign.messages.values_list("state", "reason")) == {
        ("withheld", "campaign_stopped")
    }
    assert set(campaign.enrolments.values_list("state", "end_reason")) == {
        (Enrolment.State.ENDED, "campaign_stopped")
    }
    assert Activity.objects.filter(kind="message.withheld").count() == 3


def test_pause_holds_what_waits_and_resume_lets_it_go(recruiter):
    campaign = CampaignFactory(with_step=True, people=CandidateFactory.create_batch(3))
    lifecycle.approve(campaign, by=recruiter)
    lifecycle.tick(MONDAY + timedelta(seconds=60))

    with time_machine.travel(MONDAY + timedelta(seconds=61), tick=False):
        lifecycle.pause(campaign, by=recruiter)
        held = due(campaign)
        lifecycle.resume(campaign, by=recruiter)

    assert (held, due(campaign)) == (0, 3)


def test_cancel_hold_makes_it_a_draft_again(recruiter):
    campaign = CampaignFactory(with_step=True, people=CandidateFactory.create_batch(2))
    lifecycle.approve(campaign, by=recruiter)

    draft = lifecycle.cancel_hold(campaign, by=recruiter)

    assert (draft.state, draft.approved_by) == (Campaign.State.DRAFT, None)
    assert (Message.objects.count(), Enrolment.objects.count()) == (0, 0)
    assert lifecycle.approve(draft, by=recruiter).state == Campaign.State.HOLDING


def test_the_next_step_is_planned_working_days_and_the_cap_later(recruiter):
    ana = CandidateFactory()
    campaign = CampaignFactory(with_step=True, people=[ana])
    StepFactory(campaign=campaign, position=2, wait_days=2)
    lifecycle.approve(campaign, by=recruiter)
    lifecycle.tick(MONDAY + timedelta(seconds=60))
    campaign.messages.update(state=Message.State.HANDED, armed_at=MONDAY, handed_at=MONDAY)
    ana.gate.job_emails_at = [MONDAY]
    ana.gate.save()

    lifecycle.tick(MONDAY + timedelta(minutes=5))
    lifecycle.tick(MONDAY + timedelta(minutes=5))

    second = campaign.messages.get(step__position=2)
    assert second.due_at == MONDAY + timedelta(days=7)
    assert campaign.enrolments.get().next_step == 3


def test_a_campaign_finishes_when_nobody_is_left(recruiter):
    campaign = CampaignFactory(with_step=True, people=[CandidateFactory()])
    lifecycle.approve(campaign, by=recruiter)
    lifecycle.tick(MONDAY + timedelta(seconds=60))
    campaign.messages.update(state=Message.State.HANDED, armed_at=MONDAY, handed_at=MONDAY)

    lifecycle.tick(MONDAY + timedelta(minutes=5))

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FINISHED
    assert campaign.enrolments.get().state == Enrolment.State.DONE


def test_approve_refuses_what_cannot_be_sent(recruiter, hiring_manager):
    def code_of(campaign, by=recruiter, **kwargs):
        with pytest.raises(ValidationError) as refused:
            lifecycle.approve(campaign, by=by, **kwargs)
        return refused.value.code

    ana = CandidateFactory()
    nameless = CandidateFactory(call_name="")
    needs_name = {"template_version__text": "Hello {{ candidate.call_name }}"}

    assert (
        code_of(CampaignFactory(with_step=True, people=[ana]), by=hiring_manager) == "not_allowed"
    )
    assert code_of(CampaignFactory(with_step=True, people=[ana], running=True)) == "not_draft"
    assert code_of(CampaignFactory(people=[ana])) == "no_steps"
    assert (
        code_of(
            CampaignFactory(
                with_step=True,
                people=[ana],
                first_step__template_version__text="{{ settings.SECRET_KEY }}",
            )
        )
        == "template_problem"
    )
    assert code_of(CampaignFactory(with_step=True, people=[ana], job__closed=True)) == "job_closed"
    assert (
        code_of(CampaignFactory(with_step=True, people=[ana], by__is_active=False)) == "sender_gone"
    )
    assert (
        code_of(
            CampaignFactory(
                with_step=True,
                people=[ana, nameless],
                **{f"first_step__{key}": value for key, value in needs_name.items()},
            )
        )
        == "missing_merge_field"
    )
    assert code_of(CampaignFactory(with_step=True, people=[])) == "nobody"
    assert (
        code_of(CampaignFactory(with_step=True, people=[ana]), audience_sha256="seen")
        == "audience_changed"
    )
    OrganisationFactory().__class__.objects.update(legal_name="")
    assert code_of(CampaignFactory(with_step=True, people=[ana])) == "domain_not_ready"


def due(campaign):
    return campaign.messages.filter(state=Message.State.DUE).count()

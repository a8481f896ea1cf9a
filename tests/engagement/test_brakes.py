"""What stops a campaign, or all job emails, by itself, and who lets it go on (X-31)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from config import today
from engagement import arbiter, tasks
from engagement.actions import brakes, extensions, lifecycle, surveys
from engagement.models import Brake, Campaign, DeliveryEvent, Message
from tests.engagement.conftest import MONDAY
from tests.engagement.surveys import applicant, told
from tests.factories.accounts import UserFactory
from tests.factories.applications import LetterFactory
from tests.factories.engagement import (
    BrakeFactory,
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
)
from tests.factories.privacy import ending_in

pytestmark = pytest.mark.usefixtures("monday_morning")


def campaign_with(**settled):
    """A campaign past its first batch, with so many messages in each state."""
    campaign = CampaignFactory(
        running=True, with_step=True, first_batch_checked_at=MONDAY, counted_from=MONDAY
    )
    waiting = MessageFactory(enrolment=EnrolmentFactory(campaign=campaign))
    now = timezone.now()
    Message.objects.bulk_create(
        Message(
            dedupe_key=f"{state}:{n}",
            purpose=Message.Purpose.NURTURE,
            candidate=waiting.candidate,
            campaign=campaign,
            state=state,
            reason="" if state == "handed" else state,
            due_at=now,
            armed_at=now,
            settled_at=now,
        )
        for state, number in settled.items()
        for n in range(number)
    )
    return campaign


def mail(kind, number, at=None):
    """So many emails of which a mail server said this."""
    message = MessageFactory(handed=True, enrolment__campaign__state="finished")
    others = Message.objects.bulk_create(
        Message(
            dedupe_key=f"{kind}:{message.pk}:{n}",
            purpose=Message.Purpose.LETTER,
            candidate=message.candidate,
            state=Message.State.HANDED,
            due_at=message.due_at,
            armed_at=message.armed_at,
        )
        for n in range(number)
    )
    DeliveryEvent.objects.bulk_create(
        DeliveryEvent(
            message=one, kind=kind, at=at or timezone.now(), provider_event_id=f"{kind}:{one.pk}"
        )
        for one in others
    )


@pytest.mark.parametrize(
    ("settled", "stops"),
    [
        ({"handed": 19, "bounced": 1}, False),  # 5 %, not more
        ({"handed": 18, "bounced": 2}, True),
        ({"handed": 10, "bounced": 9}, False),  # too few to say anything
        ({"handed": 20, "failed": 3}, True),
        ({"handed": 999, "complained": 1}, False),  # 0.1 %, not more
        ({"handed": 998, "complained": 1}, True),
        ({"handed": 3, "complained": 1}, True),
    ],
)
def test_a_campaign_stops_by_itself(settled, stops):
    campaign = campaign_with(**settled)

    lifecycle.tick()

    campaign.refresh_from_db()
    assert campaign.state == ("paused" if stops else "running")
    assert [b.sentence for b in campaign.brakes.all()] == (
        [campaign.state_reason.removeprefix("Paused by itself: ")] if stops else []
    )


def test_only_a_person_with_a_reason_lets_it_go_on(recruiter):
    campaign = campaign_with(handed=18, bounced=2)
    lifecycle.tick()

    with pytest.raises(ValidationError) as refused:
        lifecycle.resume(campaign, by=recruiter, reason="  ")
    lifecycle.tick()
    lifecycle.resume(campaign, by=recruiter, reason="The list was\n cleaned.")
    lifecycle.tick()  # what came back before does not count again

    brake = campaign.brakes.get()
    campaign.refresh_from_db()
    assert refused.value.code == "no_reason"
    assert (campaign.state, campaign.messages.get(state="due").dedupe_key[:5]) == (
        "running",
        "test:",
    )
    assert (brake.released_by, brake.release_reason) == (recruiter, "The list was cleaned.")
    event = AuditEvent.objects.get(verb="campaign.resumed")
    assert event.changes["reason"] == ["", "The list was cleaned."]


def test_whoever_stops_it_for_good_ends_its_brake(recruiter):
    brake = BrakeFactory()

    lifecycle.stop(brake.campaign, by=recruiter)

    brake.refresh_from_db()
    assert (brake.released_by, brake.release_reason) == (
        recruiter,
        "The campaign was stopped for good.",
    )


@pytest.mark.parametrize(
    ("handed", "kind", "bad", "holds"),
    [
        (94, "bounced", 6, True),
        (95, "bounced", 5, False),  # 5 %, not more
        (90, "refused", 9, False),  # 99: too few to say anything
        (90, "refused", 10, True),
        (500, "complained", 2, False),  # of one campaign that would be enough
        (500, "complained", 3, True),
        (2997, "complained", 3, False),  # 0.1 %, not more
    ],
)
def test_all_job_emails_are_held_when_all_mail_goes_wrong(handed, kind, bad, holds):
    mail("handed", handed)
    mail(kind, bad)

    brakes.guard(timezone.now())
    brakes.guard(timezone.now())  # once is enough

    found = Brake.objects.guard().on()
    tried = handed + bad
    assert [(b.kind[:4], b.bad, b.tried) for b in found] == (
        [("comp" if kind == "complained" else "boun", bad, tried)] if holds else []
    )


def test_what_was_more_than_a_day_ago_counts_no_more():
    mail("handed", 100)
    mail("bounced", 90, timezone.now() - timedelta(days=1, minutes=1))

    assert brakes.guard(timezone.now()) is None


def test_while_all_are_held_letters_leave_and_job_emails_wait(smtp_server, admin):
    job_email = MessageFactory()
    letter = LetterFactory(send_after=timezone.now() - timedelta(minutes=1))
    claimed = MessageFactory(state="claimed", lease_until=MONDAY - timedelta(hours=1))
    mail("handed", 94)
    mail("bounced", 6)
    brakes.guard(timezone.now())
    tasks.reap()  # what a worker had in hand is due again, and is refused by the arbiter
    tasks.carry_letters()

    tasks.deliver()
    lifecycle.tick()
    held = {m.pk: m.state for m in (job_email, claimed) if not m.refresh_from_db()}
    sent = [one["To"] for one in smtp_server.messages]
    brakes.let_all_go(by=admin, reason="The provider was wrong.")
    lifecycle.tick()
    tasks.deliver()

    assert held == {job_email.pk: "planned", claimed.pk: "planned"}
    assert sent == [letter.application.candidate.emails.get().address]
    assert len(smtp_server.messages) == 3
    assert brakes.guard(timezone.now()) is None  # it counts from now on


def test_what_passes_by_itself_does_not_end_what_is_held():
    """A hold and a full cap together: the message waits, as it would for either."""
    message = MessageFactory()
    BrakeFactory(over_all=True)
    gate = message.candidate.gate
    gate.job_emails_at = [timezone.now()]
    gate.save()

    assert arbiter.decide(message, timezone.now()).reasons == ("frequency_cap", "all_held")
    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.reason) == ("planned", "")


def test_while_all_are_held_questions_of_ours_wait_and_the_last_word_leaves(smtp_server, admin):
    """Nobody waits for a survey, nor for the first question whether they stay. The last one says
    that we delete: it is owed."""
    Organisation.objects.update(asks_how_it_was=True)
    told(applicant())
    surveys.plan(timezone.now())
    early, late = ending_in(30), ending_in(7)
    extensions.plan(timezone.now())
    BrakeFactory(over_all=True)

    tasks.deliver()
    waiting = Message.objects.filter(state="due").order_by("purpose")
    held = [(m.purpose, m.candidate_id, m.due_at > timezone.now()) for m in waiting]
    sent = [one["To"] for one in smtp_server.messages]
    brakes.let_all_go(by=admin, reason="The provider was wrong.")
    Message.objects.filter(state="due").update(due_at=timezone.now())
    tasks.deliver()

    survey = Message.objects.get(purpose="survey")
    assert held == [("notice", early.pk, True), ("survey", survey.candidate_id, True)]
    assert sent == [late.emails.get().address]
    assert (len(smtp_server.messages), survey.state) == (3, "handed")


def test_a_question_that_was_held_too_long_is_too_late(smtp_server):
    Organisation.objects.update(asks_how_it_was=True)
    told(applicant())
    surveys.plan(timezone.now())
    BrakeFactory(over_all=True)
    tasks.deliver()

    with time_machine.travel(MONDAY + timedelta(days=7), tick=True):
        tasks.deliver()

    survey = Message.objects.get(purpose="survey")
    assert (survey.state, survey.reason, smtp_server.messages) == ("expired", "too_late", [])


@pytest.mark.parametrize(
    ("who", "reason", "is_held", "code"),
    [
        ("recruiter", "Because", True, "not_allowed"),
        ("admin", " \n", True, "no_reason"),
        ("admin", "Because", False, "not_held"),
    ],
)
def test_who_may_let_all_job_emails_go_on(who, reason, is_held, code, admin, recruiter):
    if is_held:
        BrakeFactory(over_all=True)

    with pytest.raises(ValidationError) as refused:
        brakes.let_all_go(by={"admin": admin, "recruiter": recruiter}[who], reason=reason)

    assert refused.value.code == code
    assert brakes.is_guard_on() == is_held


def test_its_people_and_the_administrator_are_told_on_today(recruiter, admin):
    brake = BrakeFactory(campaign__by=recruiter, campaign__name="Rov pilots")
    BrakeFactory(over_all=True)
    other = UserFactory()

    told = {
        user.name: [
            (block.title, [row.title for row in block.rows])
            for block in today.blocks(user, timezone.localtime(), whose="mine")
        ]
        for user in (recruiter, admin, other)
    }

    held = ("All job emails are held", ["Too many came back"])
    stopped = ("Campaigns that stopped by themselves", ["Rov pilots"])
    assert told == {
        recruiter.name: [held, stopped],
        admin.name: [held, stopped],
        other.name: [held],
    }
    assert brake.campaign.state == Campaign.State.PAUSED

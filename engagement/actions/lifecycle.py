"""The life of a campaign: approved, held, first batch, the rest, finished. Nothing else moves it.

Everything before the hold ends can be taken back. After it ten go first; only when these were taken
by the mail servers does the rest follow. A brake is a pause with a reason; a person lets go again.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from engagement import arbiter, audiences, planning, rendering
from engagement.actions import brakes, enrolments, entering, intake, sending_domain
from engagement.actions.approval import refuse_approver
from engagement.models import Audience, Campaign, Enrolment, Message

_ENGINE = "Perennial"


@transaction.atomic
def approve(campaign: Campaign, *, by: User, audience_sha256: str = "") -> Campaign:
    """Freeze the audience, plan the first step as rows, and start the hold.

    audience_sha256: `Plan.sha256` as the approver saw it; empty where nobody looked (the demo).

    Raises ValidationError: not a draft, no permission, no step, a text with a mistake, an empty
    merge field for somebody, nobody to write to, the job is not open, the sender has left, the
    organisation is not ready, or the audience is not the one that was shown.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    refuse_approver(campaign, by)
    if campaign.state != Campaign.State.DRAFT:
        raise ValidationError("This campaign was approved already.", code="not_draft")
    _refuse_unready(campaign)
    now = timezone.now()
    plan = planning.dry_run(campaign, now)
    if plan.missing_ids:
        raise ValidationError(
            "A field of the text is empty for %(count)s of the people. Give the field a fallback "
            "or leave these people out.",
            code="missing_merge_field",
            params={"count": len(plan.missing_ids), "people": plan.missing_ids},
        )
    if not plan.will_get and not campaign.takes_in_later:
        raise ValidationError("There is nobody to write to.", code="nobody")
    if audience_sha256 and audience_sha256 != plan.sha256:
        raise ValidationError(
            "The people or the text changed since you looked. Check the list again.",
            code="audience_changed",
        )

    campaign.state = Campaign.State.HOLDING
    campaign.approved_by, campaign.approved_at = by, now
    campaign.starts_at = now + timedelta(seconds=Campaign.HOLD_SECONDS)
    campaign.profiles_opened = audiences.opened_profiles(campaign, plan.will_get_ids)
    campaign.switched_on_at = now if campaign.takes_in_later else None
    campaign.version += 1
    campaign.save()
    campaign.audience, _ = Audience.objects.update_or_create(
        campaign=campaign,
        defaults={
            "sha256": plan.sha256,
            "will_get": plan.will_get,
            "will_not": plan.will_not,
            "frozen_at": now,
            "compared_with": None,
        },
    )
    _enrol(campaign, plan)
    unreviewed = audiences.is_unreviewed(campaign.profiles_opened, plan.will_get)
    audit.record(
        by,
        "campaign.approved",
        campaign,
        state=["draft", "holding"],
        will_get=["", str(plan.will_get)],
        profiles_opened=["", str(campaign.profiles_opened)],
        reviewed=["", "no" if unreviewed else "yes"],
    )
    return campaign


@transaction.atomic
def cancel_hold(campaign: Campaign, *, by: User) -> Campaign:
    """Take the approval back before anything left. The campaign is a draft again.

    Raises ValidationError: the hold is over.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    if campaign.state != Campaign.State.HOLDING:
        raise ValidationError(
            "It has started already. Pause it or stop it instead.", code="not_holding"
        )
    campaign.enrolments.all().delete()  # and with them the messages, none of which was let go
    campaign.decisions.all().delete()
    campaign.state = Campaign.State.DRAFT
    campaign.starts_at = None
    campaign.approved_by = campaign.approved_at = None
    campaign.profiles_opened, campaign.switched_on_at = 0, None
    campaign.version += 1
    campaign.save()
    Audience.objects.filter(campaign=campaign).update(frozen_at=None, sha256="")
    audit.record(by, "campaign.hold_cancelled", campaign, state=["holding", "draft"])
    return campaign


@transaction.atomic
def pause(campaign: Campaign, *, by: User | str, reason: str = "") -> Campaign:
    """Hold everything that has not left. What waits, waits on; nothing is lost.

    Raises ValidationError: it is neither starting nor running.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    if campaign.state not in {Campaign.State.HOLDING, Campaign.State.RUNNING}:
        raise ValidationError("This campaign is not running.", code="not_running")
    before, campaign.state = campaign.state, Campaign.State.PAUSED
    campaign.state_reason = reason[:200]
    campaign.version += 1
    campaign.save(update_fields=["state", "state_reason", "version"])
    campaign.messages.filter(state=Message.State.DUE).update(state=Message.State.PLANNED)
    audit.record(
        by, "campaign.paused", campaign, state=[before, "paused"], reason=["", reason[:200]]
    )
    return campaign


@transaction.atomic
def resume(campaign: Campaign, *, by: User, reason: str = "") -> Campaign:
    """Let a paused campaign go on. The brakes count from now.

    Somebody who resumes after the first batch failed has decided to send the rest.
    reason: why one that paused by itself may go on.

    Raises ValidationError: it is not paused, what it needs is missing by now, or it paused by
    itself and there is no reason.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    if campaign.state != Campaign.State.PAUSED:
        raise ValidationError("This campaign is not paused.", code="not_paused")
    _refuse_unready(campaign)
    now = timezone.now()
    if brake := campaign.brakes.on().first():
        brakes.let_go(brake, by=by, reason=reason, at=now)
    campaign.state = Campaign.State.RUNNING
    if campaign.starts_at is None or campaign.starts_at > now:
        campaign.state = Campaign.State.HOLDING  # it was paused during its hold
        campaign.starts_at = now + timedelta(seconds=Campaign.HOLD_SECONDS)
    elif campaign.first_batch_checked_at is None and _first_batch_is_settled(campaign):
        campaign.first_batch_checked_at = now
    if campaign.takes_in_later:
        intake.switch_on(campaign, now)  # who began to match while it was off stays out
    campaign.state_reason = ""
    campaign.counted_from = now
    campaign.version += 1
    campaign.save()
    _let_go(campaign)
    said = {"reason": ["", brake.release_reason]} if brake else {}
    audit.record(by, "campaign.resumed", campaign, state=["paused", campaign.state], **said)
    return campaign


@transaction.atomic
def stop(campaign: Campaign, *, by: User) -> Campaign:
    """Stop for good: whoever has not got it will not. Each message says so.

    Raises ValidationError: it is a draft, or over.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    if campaign.state not in {
        Campaign.State.HOLDING,
        Campaign.State.RUNNING,
        Campaign.State.PAUSED,
    }:
        raise ValidationError("This campaign is not under way.", code="not_under_way")
    now = timezone.now()
    before, campaign.state = campaign.state, Campaign.State.STOPPED
    campaign.state_reason, campaign.finished_at = "", now
    campaign.version += 1
    campaign.save(update_fields=["state", "state_reason", "finished_at", "version"])
    for brake in campaign.brakes.on():
        brakes.let_go(brake, by=by, reason="The campaign was stopped for good.", at=now)
    enrolments.keep_back(
        "m.campaign_id = %(campaign)s",
        {"campaign": campaign.pk},
        "campaign_stopped",
        at=now,
        actor=by.name,
        skip_busy=True,
    )
    campaign.enrolments.filter(state=Enrolment.State.ACTIVE).update(
        state=Enrolment.State.ENDED, end_reason="campaign_stopped", ended_at=now
    )
    audit.record(by, "campaign.stopped", campaign, state=[before, "stopped"])
    return campaign


def tick(now: datetime | None = None) -> None:
    """Do what time and events ask of the campaigns under way. Safe to run at any time."""
    now = now or timezone.now()
    starting = Campaign.objects.filter(state=Campaign.State.HOLDING, starts_at__lte=now)
    for pk in starting.values_list("pk", flat=True):
        _start(pk, now)
    for pk in Campaign.objects.filter(state=Campaign.State.RUNNING).values_list("pk", flat=True):
        _check(pk, now)
    enrolments.advance(now)
    idle = Campaign.objects.filter(
        ~Exists(Enrolment.objects.filter(campaign=OuterRef("pk"), state=Enrolment.State.ACTIVE)),
        state=Campaign.State.RUNNING,
    )
    for pk in idle.values_list("pk", flat=True):
        _finish(pk, now)


def _refuse_unready(campaign: Campaign) -> None:
    steps = rendering.steps_of(campaign)
    if not steps:
        raise ValidationError("Write at least one step first.", code="no_steps")
    for step in steps:
        for version in step.now.all_languages:
            for problem in rendering.version_problems(version):
                raise ValidationError(
                    f"{step}: {problem}", code="template_problem", params={"step": step.position}
                )
    if rendering.lacks_answer_link(steps):
        raise ValidationError(
            "A message is for those who want to hear more, and no message before it holds "
            "{{ answer.url }}, where they say so.",
            code="no_answer_link",
        )
    if campaign.job and not campaign.job.is_open:
        raise ValidationError("The job is not open.", code="job_closed")
    if campaign.pool and campaign.pool.closed_at:
        raise ValidationError("The talent pool is closed. Open it again first.", code="pool_closed")
    if not campaign.sender.is_active:
        raise ValidationError(arbiter.REASONS["sender_gone"], code="sender_gone")
    _refuse_silent(Organisation.current())


def _refuse_silent(organisation: Organisation) -> None:
    """Refuse while the organisation may not write job emails at all."""
    if sending_domain.holds_job_emails(organisation):
        raise ValidationError(
            "The sending domain is not ready, and job emails wait for it. An admin sees why under"
            " Sending.",
            code="domain_not_ready",
        )
    missing = organisation.missing_to_write
    if missing:
        raise ValidationError(
            "The organisation cannot write yet. Missing: %(missing)s.",
            code="domain_not_ready",
            params={"missing": ", ".join(missing)},
        )


def _enrol(campaign: Campaign, plan: planning.Plan) -> None:
    """Write one enrolment, one decision and one planned message for each who gets it, and one
    decision for each who does not."""
    assert campaign.starts_at is not None  # noqa: S101  (approve has just set it)
    entering.enter(
        campaign,
        plan.will_get_ids,
        at=plan.at,
        earliest=campaign.starts_at,
        state=Message.State.PLANNED,
        first_batch=Campaign.FIRST_BATCH,
    )
    entering.write_down(campaign, plan.decisions, plan.at)


@transaction.atomic
def _start(pk: int, now: datetime) -> None:
    campaign = Campaign.objects.locked(pk)
    if campaign.state != Campaign.State.HOLDING or (campaign.starts_at or now) > now:
        return  # another beat was quicker, or somebody cancelled
    campaign.state = Campaign.State.RUNNING
    campaign.counted_from = now
    campaign.save(update_fields=["state", "counted_from"])
    _let_go(campaign)
    audit.record(_ENGINE, "campaign.started", campaign, state=["holding", "running"])


def _let_go(campaign: Campaign) -> None:
    """Hand planned messages to the queue: the first batch, and the rest once that was checked."""
    if campaign.state != Campaign.State.RUNNING or brakes.is_guard_on():
        return
    planned = campaign.messages.filter(state=Message.State.PLANNED)
    if campaign.first_batch_checked_at is None:
        planned = planned.filter(is_first_batch=True)
    planned.update(state=Message.State.DUE)


@transaction.atomic
def _check(pk: int, now: datetime) -> None:
    """Brake a campaign that harms; let the rest go when the first batch arrived."""
    campaign = Campaign.objects.locked(pk)
    if campaign.state != Campaign.State.RUNNING:
        return
    if brake := brakes.of_campaign(campaign, now):
        brake.save()
        pause(campaign, by=_ENGINE, reason=f"Paused by itself: {brake.sentence}")
        return
    if campaign.first_batch_checked_at is None and _first_batch_is_settled(campaign):
        campaign.first_batch_checked_at = now
        campaign.save(update_fields=["first_batch_checked_at"])
    # Also what a worker laid down a moment after somebody had let the campaign, or all, go on.
    _let_go(campaign)


def _first_batch_is_settled(campaign: Campaign) -> bool:
    waiting = [
        Message.State.PLANNED,
        Message.State.DUE,
        Message.State.CLAIMED,
        Message.State.ARMED,
    ]
    return not campaign.messages.filter(is_first_batch=True, state__in=waiting).exists()


@transaction.atomic
def _finish(pk: int, now: datetime) -> None:
    campaign = Campaign.objects.locked(pk)
    if campaign.state != Campaign.State.RUNNING:
        return
    if campaign.enrolments.filter(state=Enrolment.State.ACTIVE).exists():
        return
    if not audiences.is_rule_over(campaign, now):
        return
    campaign.state, campaign.finished_at = Campaign.State.FINISHED, now
    campaign.save(update_fields=["state", "finished_at"])
    audit.record(_ENGINE, "campaign.finished", campaign, state=["running", "finished"])

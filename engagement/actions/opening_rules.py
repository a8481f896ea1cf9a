"""Standing rules for jobs that open: each opening leaves a draft, and asks somebody to approve it.

A rule that is switched on never fires for the past: only for jobs that open afterwards. Each firing
is one transaction with the rule locked, and the database knows one firing of a rule for a job: two
looks at once, or one that dies, leave one draft.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Job
from engagement.actions import approval, audience, drafts
from engagement.actions.audience import Entry
from engagement.models import Campaign, OpeningRule, RuleFiring, Template


@transaction.atomic
def create_rule(
    *,
    name: str,
    family: str,
    template: Template,
    sender: User,
    approver: User,
    takes_in_later: bool,
    by: User,
) -> OpeningRule:
    """Write a rule down. It is switched off at first.

    Raises ValidationError: the template is archived, or a colleague may not do their part.
    """
    _refuse(template, sender, approver)
    rule = OpeningRule.objects.create(
        name=name,
        family=family,
        template=template,
        sender=sender,
        approver=approver,
        takes_in_later=takes_in_later,
        by=by,
    )
    audit.record(by, "opening_rule.created", rule, family=["", family])
    return rule


@transaction.atomic
def switch_on(rule: OpeningRule, *, by: User) -> OpeningRule:
    """Let it fire for jobs that open from now on. Switching on what is on does nothing.

    Raises ValidationError: the template is archived, or a colleague may not do their part any more.
    """
    rule = OpeningRule.objects.locked(rule.pk)
    if rule.switched_on_at is None:
        _refuse(rule.template, rule.sender, rule.approver)
        rule.switched_on_at = timezone.now()
        rule.save(update_fields=["switched_on_at"])
        audit.record(by, "opening_rule.switched", rule, state=["off", "on"])
    return rule


@transaction.atomic
def switch_off(rule: OpeningRule, *, by: User) -> OpeningRule:
    """Let it fire no more. Drafts that it left stay. Switching off what is off does nothing."""
    rule = OpeningRule.objects.locked(rule.pk)
    if rule.switched_on_at is not None:
        rule.switched_on_at = None
        rule.save(update_fields=["switched_on_at"])
        audit.record(by, "opening_rule.switched", rule, state=["on", "off"])
    return rule


def fire(now: datetime) -> int:
    """Leave the drafts of the jobs that opened. Returns how many.

    Safe to run at any time, any number of times, at once with itself.
    """
    left = 0
    for rule in OpeningRule.objects.switched_on():
        for job in jobs_for(rule):
            left += _fire(rule.pk, job.pk, now)
    return left


def jobs_for(rule: OpeningRule) -> QuerySet[Job]:
    """Return the open jobs for which the rule has still to fire."""
    if rule.switched_on_at is None:
        return Job.objects.none()
    fired = RuleFiring.objects.filter(rule=rule, job=OuterRef("pk"))
    jobs = Job.objects.open().filter(~Exists(fired), opened_at__gt=rule.switched_on_at)
    return jobs.filter(family=rule.family) if rule.family else jobs


@transaction.atomic
def _fire(rule_pk: int, job_pk: int, now: datetime) -> bool:
    rule = OpeningRule.objects.locked(rule_pk)
    job = jobs_for(rule).filter(pk=job_pk).first()
    if job is None:
        return False  # another look was quicker, it was switched off, or the job is over
    campaign = audience.start_draft(job, by=rule.by, name=f"{job.title}: {rule.name}")
    sender = rule.sender if rule.sender.is_active else rule.by
    if may(sender, Permission.EDIT_CAMPAIGNS) and sender != rule.by:
        drafts.set_sender(campaign, sender, by=rule.by)
    if rule.template.archived_at is None:
        drafts.use_template(campaign, 1, rule.template, by=rule.by)
    if rule.takes_in_later:
        entry = Entry(takes_in_later=True)
        audience.set_audience(campaign, name=campaign.name, everybody=True, by=rule.by, entry=entry)
    RuleFiring.objects.create(rule=rule, job=job, campaign=campaign, at=now)
    _ask(Campaign.objects.get(pk=campaign.pk), rule)
    audit.record("Perennial", "opening_rule.fired", rule, job=["", str(job.public_id)])
    return True


def _ask(campaign: Campaign, rule: OpeningRule) -> None:
    """Ask whoever was named; where they may not any more, the draft waits for its author."""
    try:
        approval.refuse_approver(campaign, rule.approver, is_asked=True)
    except ValidationError:
        return
    approval.ask_to_approve(campaign, rule.approver, by=rule.by)


def _refuse(template: Template, sender: User, approver: User) -> None:
    if template.archived_at:
        raise ValidationError("This template is archived. Bring it back first.", code="archived")
    if not sender.is_active or not may(sender, Permission.EDIT_CAMPAIGNS):
        raise ValidationError(f"{sender.name} may not send campaigns.", code="sender_gone")
    if not approver.is_active or not may(approver, Permission.APPROVE_CAMPAIGNS):
        raise ValidationError(f"{approver.name} may not approve campaigns.", code="not_allowed")

"""Two recruiters and one person: a campaign waits because a colleague was in touch.

The colleague is asked and agrees, or somebody decides without them and says why. Either lets pass
what was before; a call or an answer after it holds the campaign back anew. Where the campaign is
under way, the arbiter is asked once more and the person comes in.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from candidates import timeline
from candidates.actions.follow_ups import leave_follow_up
from candidates.models import Activity, Candidate, ContactGate, Stop
from engagement import arbiter
from engagement.actions import brakes, entering
from engagement.actions.approval import refuse_approver
from engagement.arbiter.contact import COLLEAGUE_DAYS
from engagement.models import Campaign, Handover, Message

State = Handover.State


def contacts_of(candidate: Candidate, at: datetime) -> QuerySet[Stop]:
    """Return who was in touch with a person of late, the last one first."""
    since = at - timedelta(days=COLLEAGUE_DAYS)
    stops = Stop.objects.filter(candidate=candidate, reason=Stop.Reason.CALLED, at__gt=since)
    return stops.select_related("by").order_by("-at", "-pk")


@transaction.atomic
def ask(campaign: Campaign, candidate: Candidate, *, by: User, reason: str) -> Handover:
    """Ask the colleague who was in touch last whether the campaign may write to the person.

    It stands on their Today page.

    Raises ValidationError: no reason, nobody was in touch, nobody knows who or they have left, it
    was `by` themselves, they were asked already, or the campaign is over.
    """
    campaign, now = _locked(campaign, candidate), timezone.now()
    reason = _said(reason)
    colleague = _last_contact(candidate, now).by
    if colleague is None or not colleague.is_active:
        raise ValidationError(
            "Nobody can be asked: it is not known who was in touch, or they have left.",
            code="nobody_to_ask",
        )
    if colleague == by:
        raise ValidationError("That was you: say why the campaign may write.", code="yourself")
    if Handover.objects.open().filter(campaign=campaign, candidate=candidate).exists():
        raise ValidationError(f"{colleague.name} was asked already.", code="asked_already")
    handover = Handover.objects.create(
        candidate=candidate, campaign=campaign, colleague=colleague, asked_by=by, reason=reason
    )
    said = f"Asked {colleague.name} whether the campaign “{campaign}” may write to them."
    _remember(handover, "asked", said, by)
    return handover


@transaction.atomic
def answer(handover: Handover, *, by: User, agrees: bool, words: str = "") -> Handover:
    """Agree that the campaign writes to the person, or not. Whoever asked sees it on Today.

    Raises ValidationError: somebody else was asked, or it is settled.
    """
    campaign = _locked(handover.campaign, handover.candidate)
    handover = _open(handover)
    if handover.colleague_id != by.pk:
        raise ValidationError("Somebody else was asked.", code="not_yours")
    _settle(handover, State.AGREED if agrees else State.DECLINED, by, words)
    verb = "agreed" if agrees else "did not agree"
    said = f"{by.name} {verb} that the campaign “{campaign}” writes to them."
    _remember(handover, "answered", said, by)
    decision = _let_in(campaign, handover.candidate, by) if agrees else None
    still = f" Still kept back: {arbiter.SHORT[decision.reason]}." if decision else ""
    told = f"{by.name} {verb} that “{campaign}” writes to them.{still}"
    leave_follow_up(handover.candidate, told, owner=handover.asked_by, by=by.name)
    return handover


@transaction.atomic
def override(
    campaign: Campaign, candidate: Candidate, *, by: User, reason: str
) -> arbiter.Decision | None:
    """Let the campaign write without asking, or in spite of the answer. The reason is kept.

    Returns what the arbiter has against it apart from that, where the campaign is under way.

    Raises ValidationError: `by` may not approve this campaign, no reason, nobody was in touch, or
    the campaign is over.
    """
    campaign, now = _locked(campaign, candidate), timezone.now()
    _refuse_overriding(campaign, by)
    reason = _said(reason)
    contact = _last_contact(candidate, now)
    handover = Handover.objects.open().filter(campaign=campaign, candidate=candidate).first()
    if handover is None:
        handover = Handover(
            candidate=candidate, campaign=campaign, colleague=contact.by, asked_by=by, reason=reason
        )
    _settle(handover, State.OVERRIDDEN, by, reason)
    whom = contact.by.name if contact.by and contact.by != by else ""
    although = f"although {whom} was in touch" if whom else "after a contact of late"
    said = f"Decided that the campaign “{campaign}” may write to them {although}."
    _remember(handover, "overridden", said, by)
    if contact.by and contact.by != by and contact.by.is_active:
        told = f"{by.name} lets “{campaign}” write to them: {reason}"
        leave_follow_up(candidate, told, owner=contact.by, by=by.name)
    return _let_in(campaign, candidate, by)


def _let_in(campaign: Campaign, candidate: Candidate, by: User) -> arbiter.Decision | None:
    """Let somebody into a campaign under way who was considered and kept out. Returns the answer
    of the arbiter if it is still no; nothing if they are in, or the campaign is a draft."""
    if not campaign.is_under_way:
        return None
    person = Candidate.objects.filter(pk=candidate.pk)
    considered = campaign.decisions.filter(candidate=candidate, phase="planning").exists()
    if not considered or campaign.enrolments.filter(candidate=candidate).exists():
        return None
    now = timezone.now()
    decisions = arbiter.decide_many(campaign, person, now)
    entering.write_down(campaign, decisions, now)
    ((_, decision),) = decisions
    if not decision.allowed:
        return decision
    leaves = campaign.state == Campaign.State.RUNNING and campaign.first_batch_checked_at
    state = Message.State.DUE if leaves and not brakes.is_guard_on() else Message.State.PLANNED
    earliest = max(now, campaign.starts_at or now)
    entering.enter(campaign, [candidate.pk], at=now, earliest=earliest, state=state)
    audit.record(by, "campaign.let_in", campaign, people=["", "1"])
    return None


def _refuse_overriding(campaign: Campaign, by: User) -> None:
    if campaign.state == Campaign.State.DRAFT:
        # Whoever approves it does that later, and sees this in the list.
        if not may(by, Permission.APPROVE_CAMPAIGNS):
            raise ValidationError("You may not approve campaigns.", code="not_allowed")
        return
    refuse_approver(campaign, by)


def _locked(campaign: Campaign, candidate: Candidate) -> Campaign:
    campaign = Campaign.objects.locked(campaign.pk)
    ContactGate.objects.locked(candidate.pk)
    if campaign.state != Campaign.State.DRAFT and not campaign.is_under_way:
        raise ValidationError("This campaign is over.", code="over")
    return campaign


def _open(handover: Handover) -> Handover:
    related = Handover.objects.select_related("candidate", "asked_by", "campaign")
    found = related.select_for_update(of=("self",)).get(pk=handover.pk)
    if found.state != State.ASKED:
        raise ValidationError("This is settled already.", code="settled")
    return found


def _last_contact(candidate: Candidate, at: datetime) -> Stop:
    contact = contacts_of(candidate, at).first()
    if contact is None:
        raise ValidationError(
            f"Nobody was in touch with them in the last {COLLEAGUE_DAYS} days.", code="no_contact"
        )
    return contact


def _said(reason: str) -> str:
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise ValidationError("Say why.", code="no_reason")
    return reason


def _settle(handover: Handover, state: str, by: User, words: str) -> None:
    handover.state, handover.settled_at, handover.settled_by = state, timezone.now(), by
    handover.answer = " ".join(words.split())[:300]
    handover.save()


def _remember(handover: Handover, what: str, text: str, by: User) -> None:
    timeline.remember(
        handover.candidate,
        f"handover.{what}",
        text,
        by=by,
        group=Activity.Group.MAIL,
        campaign=str(handover.campaign.public_id),
    )
    audit.record(
        by,
        f"handover.{what}",
        handover,
        campaign=["", str(handover.campaign.public_id)],
        reason=["", handover.answer or handover.reason],
    )

"""Two recruiters and one person: a campaign, or an email of one of them, waits because the other
was in touch.

The colleague is asked and agrees, or somebody decides without them and says why. Either lets pass
what was before and known; a call or an answer after it holds back anew. Where a campaign is under
way, the arbiter is asked once more and the person comes in.

Without a campaign everything here is about an email that `by` wants to write themselves.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
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


def contacts_of(
    candidate: Candidate, at: datetime, *, others_than: User | None = None
) -> QuerySet[Stop]:
    """Return who was in touch with a person of late, the last one first.

    others_than: who wants to write, and needs no leave of their own.
    """
    since = at - timedelta(days=COLLEAGUE_DAYS)
    stops = Stop.objects.filter(candidate=candidate, reason=Stop.Reason.CALLED, at__gt=since)
    if others_than:
        stops = stops.filter(Q(by=None) | ~Q(by=others_than))
    return stops.select_related("by").order_by("-at", "-pk")


def last_known(contacts: Iterable[Stop]) -> int:
    """Return what a page carries to say which contacts it showed; 0: none."""
    return max((contact.pk for contact in contacts), default=0)


@transaction.atomic
def ask(campaign: Campaign | None, candidate: Candidate, *, by: User, reason: str) -> Handover:
    """Ask the colleague who was in touch last whether the campaign, or `by`, may write to them.

    It stands on their Today page.

    Raises ValidationError: no reason, nobody was in touch, nobody knows who or they may not answer
    any more, it was `by` themselves, they were asked already, `by` writes to nobody, or the
    campaign is over.
    """
    campaign = _locked(campaign, candidate)
    if campaign is None:
        _refuse_writing(by)
    reason = _said(reason)
    contacts = _contacts(campaign, candidate, by)
    colleague = contacts[0].by
    if colleague is None or not may(colleague, Permission.VIEW_CAMPAIGNS):
        raise ValidationError(
            "Nobody can be asked: it is not known who was in touch, or they have left.",
            code="nobody_to_ask",
        )
    if colleague == by:
        raise ValidationError("That was you: say why the campaign may write.", code="yourself")
    if asked := _asked(campaign, candidate, by):
        whom = asked.colleague.name if asked.colleague else "A colleague"
        raise ValidationError(f"{whom} was asked already.", code="asked_already")
    handover = Handover.objects.create(
        candidate=candidate,
        campaign=campaign,
        contact_id=last_known(contacts),
        colleague=colleague,
        asked_by=by,
        reason=reason,
    )
    said = f"Asked {colleague.name} whether {who_writes(handover)} may write to them."
    _remember(handover, "asked", said, by)
    return handover


@transaction.atomic
def answer(handover: Handover, *, by: User, agrees: bool, words: str = "") -> Handover:
    """Agree that the campaign, or whoever asked, writes to the person, or not.

    Whoever asked sees it on Today. It covers what was known when it was asked, and what the
    colleague themselves did since.

    Raises ValidationError: somebody else was asked, or it is settled.
    """
    campaign = _locked(handover.campaign, handover.candidate)
    handover = _open(handover)
    if handover.colleague_id != by.pk:
        raise ValidationError("Somebody else was asked.", code="not_yours")
    since = contacts_of(handover.candidate, timezone.now()).filter(pk__gt=handover.contact_id or 0)
    if handover.contact_id and all(contact.by_id == by.pk for contact in since):
        handover.contact_id = max(handover.contact_id, last_known(since))
    _settle(handover, State.AGREED if agrees else State.DECLINED, by, words)
    verb = "agreed" if agrees else "did not agree"
    said = f"{by.name} {verb} that {who_writes(handover)} writes to them."
    _remember(handover, "answered", said, by)
    decision = _let_in(campaign, handover, by) if agrees else None
    still = f" Still kept back: {arbiter.SHORT[decision.reason]}." if decision else ""
    told = f"{by.name} {verb} that {who_writes(handover, is_short=True)} to them.{still}"
    leave_follow_up(handover.candidate, told, owner=handover.asked_by, by=by.name)
    return handover


@transaction.atomic
def override(
    campaign: Campaign | None,
    candidate: Candidate,
    *,
    by: User,
    reason: str,
    seen: int | None = None,
) -> arbiter.Decision | None:
    """Let the campaign, or `by`, write without asking, or in spite of the answer. The reason is
    kept, and everybody who was in touch is told.

    seen: `last_known` of the contacts that `by` was shown; None: not compared.
    Returns what the arbiter has against it apart from that, where the campaign is under way or
    there is none.

    Raises ValidationError: `by` may not approve this campaign or writes to nobody, no reason,
    nobody was in touch, somebody was after `by` looked, or the campaign is over.
    """
    campaign = _locked(campaign, candidate)
    _refuse_overriding(campaign, by)
    reason = _said(reason)
    contacts = _contacts(campaign, candidate, by)
    if seen is not None and seen != last_known(contacts):
        raise ValidationError(
            "A colleague was in touch with them meanwhile. Read who, and decide again.",
            code="contact_since",
        )
    handover = _asked(campaign, candidate, by) or Handover(
        candidate=candidate,
        campaign=campaign,
        colleague=contacts[0].by,
        asked_by=by,
        reason=reason,
    )
    handover.contact_id = last_known(contacts)
    _settle(handover, State.OVERRIDDEN, by, reason)
    others = {contact.by for contact in contacts if contact.by and contact.by != by}
    names = ", ".join(sorted(other.name for other in others))
    although = f"although {names} was in touch" if names else "after a contact of late"
    said = f"Decided that {who_writes(handover)} may write to them {although}."
    _remember(handover, "overridden", said, by)
    for other in sorted(others, key=lambda user: user.pk):
        if other.is_active:
            whom = f"lets “{campaign}” write" if campaign else "writes"
            told = f"{by.name} {whom} to them: {reason}"
            leave_follow_up(candidate, told, owner=other, by=by.name)
    return _let_in(campaign, handover, by)


def who_writes(handover: Handover, *, is_short: bool = False) -> str:
    """Say who wants to write, for a sentence; is_short: with the verb, for whoever asked."""
    if handover.campaign:
        name = f"“{handover.campaign}”"
        return f"{name} writes" if is_short else f"the campaign {name}"
    return "you write" if is_short else handover.asked_by.name


def _let_in(campaign: Campaign | None, handover: Handover, by: User) -> arbiter.Decision | None:
    """Let somebody into a campaign under way who was considered and kept out. Returns the answer
    of the arbiter if it is still no; nothing if they are in, or the campaign is a draft. Without a
    campaign: what it still has against an email of whoever asked."""
    candidate = handover.candidate
    if campaign is None:
        decision = arbiter.decide_personal(candidate, handover.asked_by, timezone.now())
        return None if decision.allowed else decision
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


def _refuse_writing(by: User) -> None:
    if not may(by, Permission.EDIT_PEOPLE):
        raise ValidationError("You may not write to people.", code="not_allowed")


def _refuse_overriding(campaign: Campaign | None, by: User) -> None:
    if campaign is None:
        _refuse_writing(by)
    elif campaign.state == Campaign.State.DRAFT:
        # Whoever approves it does that later, and sees this in the list.
        if not may(by, Permission.APPROVE_CAMPAIGNS):
            raise ValidationError("You may not approve campaigns.", code="not_allowed")
    else:
        refuse_approver(campaign, by)


def _locked(campaign: Campaign | None, candidate: Candidate) -> Campaign | None:
    """Hold the campaign, if there is one, and the gate: nobody is in touch meanwhile."""
    if campaign:
        campaign = Campaign.objects.locked(campaign.pk)
    ContactGate.objects.locked(candidate.pk)
    if campaign and campaign.state != Campaign.State.DRAFT and not campaign.is_under_way:
        raise ValidationError("This campaign is over.", code="over")
    return campaign


def _open(handover: Handover) -> Handover:
    related = Handover.objects.select_related("candidate", "asked_by", "campaign")
    found = related.select_for_update(of=("self",)).get(pk=handover.pk)
    if found.state != State.ASKED:
        raise ValidationError("This is settled already.", code="settled")
    return found


def _contacts(campaign: Campaign | None, candidate: Candidate, by: User) -> list[Stop]:
    """Return who was in touch, the last one first. A colleague's own contact is no hindrance to
    their own email."""
    others = None if campaign else by
    contacts = list(contacts_of(candidate, timezone.now(), others_than=others))
    if not contacts:
        raise ValidationError(
            f"Nobody was in touch with them in the last {COLLEAGUE_DAYS} days.", code="no_contact"
        )
    return contacts


def _asked(campaign: Campaign | None, candidate: Candidate, by: User) -> Handover | None:
    """Return the question that waits: of this campaign, or of `by`."""
    related = Handover.objects.select_related("colleague", "campaign", "asked_by", "candidate")
    asked = related.filter(state=State.ASKED, campaign=campaign, candidate=candidate)
    return asked.first() if campaign else asked.filter(asked_by=by).first()


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
    of = handover.campaign.public_id if handover.campaign else None
    data: dict[str, Any] = {"campaign": str(of)} if of else {}
    group = Activity.Group.MAIL
    timeline.remember(handover.candidate, f"handover.{what}", text, by=by, group=group, **data)
    changes = {"reason": ["", handover.answer or handover.reason]}
    if of:
        changes["campaign"] = ["", str(of)]
    audit.record(by, f"handover.{what}", handover, **changes)

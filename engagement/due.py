"""What is due in this app today, for the home page. Reads only."""

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models.jobs import SubqueryCount
from engagement.models import (
    AddressClaim,
    Brake,
    Campaign,
    ErasedMessage,
    Handover,
    Message,
    Reply,
    StepVersion,
)
from engagement.models.campaigns import CampaignQuerySet

UNDER_WAY = [Campaign.State.HOLDING, Campaign.State.RUNNING, Campaign.State.PAUSED]
# A message in one of these states waits for nothing more.
OPEN_STATES = [
    Message.State.PLANNED,
    Message.State.DUE,
    Message.State.CLAIMED,
    Message.State.ARMED,
]


def campaigns(user: User, whose: str = "all") -> QuerySet[Campaign]:
    """Return campaigns under way or paused, this user's drafts, and those they are to approve.

    Each with how many messages it has (`planned`) and how many wait for nothing more (`settled`).
    """
    found = Campaign.objects.visible_to(user).filter(
        Q(state__in=UNDER_WAY) | Q(state=Campaign.State.DRAFT) & (Q(by=user) | Q(approver=user))
    )
    return (
        with_progress(_of(found, user, whose).exclude(pk__in=stopped(user, whose).values("pk")))
        .select_related("job", "source_job", "pool", "approver")
        .order_by(F("approved_at").desc(nulls_last=True), "-pk")
    )


def stopped(user: User, whose: str = "all") -> QuerySet[Campaign]:
    """Return campaigns that a brake holds: to whom they belong, and all to who keeps the settings.

    They wait for a person who says why they may go on.
    """
    braked = Brake.objects.on().filter(campaign=OuterRef("pk"))
    found = Campaign.objects.filter(Exists(braked), state=Campaign.State.PAUSED)
    if not may(user, Permission.MANAGE_SETTINGS):
        own = found.visible_to(user) if may(user, Permission.EDIT_CAMPAIGNS) else found.none()
        found = _of(own, user, whose)
    return found.order_by("approved_at", "pk")


def held(user: User) -> QuerySet[Brake]:
    """Return what holds all job emails, for whoever sends them or keeps the settings."""
    sees = may(user, Permission.EDIT_CAMPAIGNS) or may(user, Permission.MANAGE_SETTINGS)
    return Brake.objects.guard().on() if sees else Brake.objects.none()


def handovers(user: User) -> QuerySet[Handover]:
    """Return what colleagues ask this user: may it be written to somebody they spoke with?"""
    asked = Handover.objects.visible_to(user).open().filter(colleague=user)
    return asked.select_related("candidate", "campaign", "asked_by").order_by("asked_at", "pk")


def versions(user: User) -> QuerySet[StepVersion]:
    """Return the new versions of texts of running campaigns that this user is asked to approve."""
    if not may(user, Permission.APPROVE_CAMPAIGNS):
        return StepVersion.objects.none()
    asked = StepVersion.objects.waiting().filter(
        approver=user, step__campaign__state__in=[Campaign.State.RUNNING, Campaign.State.PAUSED]
    )
    return asked.select_related("step__campaign", "asked_by").order_by("asked_at", "pk")


def address_claims(user: User) -> QuerySet[AddressClaim]:
    """Return who cannot read their mailbox, of those about whom this user has to say something."""
    waiting = AddressClaim.objects.visible_to(user).waiting().exclude(checked_by=user)
    return waiting.select_related("candidate", "checked_by")


def _of(found: CampaignQuerySet, user: User, whose: str) -> CampaignQuerySet:
    asked = Q(approver=user, state=Campaign.State.DRAFT)
    own = Q(by=user) | Q(sender=user)
    if whose == "mine":
        return found.filter(own | Q(job__owner=user) | asked)
    if whose == "team" and user.team:
        of_team = Q(by__team=user.team) | Q(job__owner__team=user.team)
        return found.filter(own | of_team | asked)
    return found


def with_progress(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Count the messages of each campaign (`planned`) and those that wait no more (`settled`)."""
    gone = SubqueryCount(ErasedMessage.objects.filter(campaign=OuterRef("pk")))
    return campaigns.annotate(
        planned=Count("messages") + gone,
        settled=Count("messages", filter=~Q(messages__state__in=OPEN_STATES)) + gone,
    )


def uncertain(user: User) -> QuerySet[Message]:
    """Return messages of which nobody knows whether they left: a person must say."""
    return (
        Message.objects.visible_to(user)
        .filter(state=Message.State.UNCERTAIN)
        .select_related("candidate", "campaign", "job")
        .order_by("armed_at", "pk")
    )


def replies(user: User) -> QuerySet[Reply]:
    """Return the answers that wait for this user, and those that nobody has taken; oldest first."""
    waiting = Reply.objects.visible_to(user).to_answer().filter(candidate__isnull=False)
    return (
        waiting.filter(Q(owner=user) | Q(owner=None))
        .select_related("candidate", "message__job")
        .order_by("at", "pk")
    )

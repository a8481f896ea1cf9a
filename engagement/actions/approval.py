"""Before an approval: who is asked for it, what they looked at, and what the list is compared with.

The approval itself is in `lifecycle`.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from accounts.permissions import Permission, may
from candidates.models import Candidate
from engagement.actions import comparisons
from engagement.actions.drafts import locked_draft
from engagement.models import Audience, Campaign, StepVersion


@transaction.atomic
def ask_to_approve(campaign: Campaign, colleague: User, *, by: User) -> Campaign:
    """Ask one colleague to approve; it stands on their Today page. They see what changes from now.

    Asking somebody else takes the place of the one before.

    Raises ValidationError: it is no draft any more, or they may not approve it.
    """
    campaign = locked_draft(campaign)
    refuse_approver(campaign, colleague, is_asked=True)
    before = campaign.approver
    campaign.approver, campaign.asked_at = colleague, timezone.now()
    campaign.asked_by = by
    campaign.save(update_fields=["approver", "asked_at", "asked_by"])
    comparisons.keep(campaign)
    audit.record(
        by,
        "campaign.approval_asked",
        campaign,
        approver=[before.email if before else "", colleague.email],
    )
    return campaign


def refuse_approver(campaign: Campaign, by: User, *, is_asked: bool = False) -> None:
    """Raise a ValidationError when this colleague may not approve this campaign.

    is_asked: they are about to be asked, so that somebody else was asked before does not matter.
    """
    refuse(by, writers_of(campaign), campaign.approver, of="campaign", is_asked=is_asked)


def refuse(
    by: User, writers: Collection[int], asked: User | None, *, of: str, is_asked: bool = False
) -> None:
    """Raise a ValidationError when this colleague may not approve what these wrote.

    writers: ids. asked: who was asked for it. of: what it is, for the sentence.
    """
    who = "They" if is_asked else "You"
    if not by.is_active or not may(by, Permission.APPROVE_CAMPAIGNS):
        raise ValidationError(f"{who} may not approve campaigns.", code="not_allowed")
    if by.pk in writers and Organisation.current().two_people_approve:
        raise ValidationError(
            f"{who} wrote a part of this {of}, and here somebody else has to approve it.",
            code="two_people",
        )
    if not is_asked and asked and asked != by and asked.is_active:
        raise ValidationError(
            f"{asked.name} was asked to approve it. Ask another colleague, or yourself, first.",
            code="somebody_else_asked",
        )


def writers_of(campaign: Campaign) -> set[int]:
    """Return the ids of those who wrote a part of it."""
    return {*campaign.written_by, campaign.by_id}


@transaction.atomic
def compare_from_now(campaign: Campaign, *, by: User) -> Campaign:
    """Keep the present list as the one that later edits are compared with.

    Raises ValidationError: it is no draft any more.
    """
    campaign = locked_draft(campaign)
    comparisons.keep(campaign)
    audit.record(by, "campaign.list_kept", campaign)
    return campaign


@transaction.atomic
def look_at(campaign: Campaign, candidate: Candidate, *, by: User) -> None:
    """Note that somebody opened a person's profile from the list of a draft, and when (P-35, M-21).

    Of a campaign that was approved only who was opened, and only while a new version of a text
    waits for its approval: oversight is what came before. Of one draft the first
    `Audience.MOST_OPENINGS` openings are noted.
    """
    campaign = Campaign.objects.locked(campaign.pk)
    audience = getattr(campaign, "audience", None)
    is_looked_over = StepVersion.objects.of(campaign).waiting().exists()
    if audience is None or (campaign.state != Campaign.State.DRAFT and not is_looked_over):
        return
    is_first = candidate.pk not in audience.looked_at
    if campaign.state == Campaign.State.DRAFT and len(audience.openings) < Audience.MOST_OPENINGS:
        at = timezone.now().isoformat()
        audience.openings.append({"colleague": by.pk, "person": candidate.pk, "at": at})
    audience.looked_at = sorted({*audience.looked_at, candidate.pk})
    audience.save(update_fields=["looked_at", "openings"])
    if is_first:
        audit.record(by, "campaign.person_opened", campaign)

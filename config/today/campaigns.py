"""How campaigns stand in their rows on Today, and what the brakes hold."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format

from accounts.models import User
from accounts.permissions import Permission, may
from config.today.words import Action, Row
from engagement.models import AddressClaim, Brake, Campaign, Handover, StepVersion


def campaign_row(campaign: Campaign) -> Row:
    page = _page(campaign)
    if campaign.state == Campaign.State.DRAFT:
        return Row(
            icon="send",
            title=campaign.name,
            href=page,
            detail=f"Draft: {campaign.about}",
            mark=f"waits for {campaign.approver.name}" if campaign.approver else "not approved",
            actions=(Action("Look it over" if campaign.approver else "Go on", page),),
        )
    settled: int = campaign.settled  # type: ignore[attr-defined]  # annotated by `due`
    planned: int = campaign.planned  # type: ignore[attr-defined]
    paused = campaign.state == Campaign.State.PAUSED
    return Row(
        icon="pause" if paused else "send",
        title=campaign.name,
        href=page,
        detail=campaign.state_reason or campaign.about,
        tone="warn" if paused else "info",
        mark=campaign.get_state_display().lower(),
        progress=(settled, planned),
        actions=(
            Action(
                "Pause",
                reverse("engagement:campaign_pause", args=[campaign.public_id]),
                post=True,
                needs=Permission.EDIT_CAMPAIGNS,
            ),
        )
        if campaign.state == Campaign.State.RUNNING
        else (),
    )


def stopped_row(campaign: Campaign, user: User) -> Row:
    """Say which campaign stopped by itself; who may not open it is led to where it is named."""
    page = _page(campaign) if may(user, Permission.VIEW_CAMPAIGNS) else reverse("engagement:brakes")
    go_on = reverse("engagement:campaign_resume", args=[campaign.public_id])
    return Row(
        icon="octagon-alert",
        title=campaign.name,
        href=page,
        detail=campaign.state_reason,
        tone="bad",
        mark="stopped",
        actions=(Action("Let it go on…", go_on, needs=Permission.APPROVE_CAMPAIGNS),),
    )


def handover_row(handover: Handover) -> Row:
    page = reverse("engagement:handover", args=[handover.public_id])
    what = f"“{handover.campaign}”" if handover.campaign else "an email of their own"
    return Row(
        title=handover.candidate.name,
        href=page,
        detail=f"{handover.asked_by.name}, for {what}: {handover.reason}",
        tone="info",
        mark=f"asked {date_format(timezone.localtime(handover.asked_at), 'j M')}",
        actions=(Action("Answer", page),),
    )


def version_row(version: StepVersion) -> Row:
    campaign = version.step.campaign
    page = reverse("engagement:campaign_version", args=[campaign.public_id])
    page = f"{page}?step={version.step.position}"
    asked_by = version.asked_by.name if version.asked_by else ""
    return Row(
        icon="send",
        title=campaign.name,
        href=page,
        detail=f"Message {version.step.position}, version {version.number}; {asked_by} asks.",
        tone="info",
        mark=f"asked {date_format(timezone.localtime(version.asked_at), 'j M')}",
        actions=(Action("Look it over", page),),
    )


def address_claim_row(asked: AddressClaim) -> Row:
    page = reverse("engagement:address_claim", args=[asked.public_id])
    detail = "Compare what they say with what we know."
    if asked.checked_by:
        detail = f"{asked.checked_by.name} checked it: a second colleague has to agree."
    return Row(
        title=asked.candidate.name if asked.candidate else "",
        href=page,
        detail=detail,
        tone="info",
        mark=f"asked {date_format(timezone.localtime(asked.asked_at), 'j M')}",
        actions=(Action("Look at it", page),),
    )


def held_row(values: dict[str, Any], user: User) -> Row:
    """Say why all job emails are held, of the values of a brake; who may lets them go."""
    brake = Brake(kind=values["kind"], bad=values["bad"], tried=values["tried"])
    since = parse_datetime(values["at"])
    page = "engagement:brakes" if may(user, Permission.MANAGE_SETTINGS) else "engagement:campaigns"
    let_go = reverse("engagement:brakes")
    return Row(
        icon="octagon-alert",
        title=brake.get_kind_display(),
        href=reverse(page),
        detail=f"{brake.sentence} An administrator lets them go on.",
        tone="bad",
        mark=f"since {date_format(timezone.localtime(since), 'D j M, H:i')}" if since else "",
        actions=(Action("Let them go on…", let_go, needs=Permission.MANAGE_SETTINGS),),
    )


def _page(campaign: Campaign) -> str:
    return reverse("engagement:campaign", args=[campaign.public_id])

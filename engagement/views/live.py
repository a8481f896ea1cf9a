"""A campaign under way: how far it is, who was left out and why, and the brakes."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, hint, refusals_shown_on, render_part, requires
from accounts.permissions import Permission
from engagement import arbiter
from engagement.actions import lifecycle
from engagement.actions.messages import progress
from engagement.due import OPEN_STATES, with_progress
from engagement.forms.campaigns import ButtonForm, PeopleFilterForm
from engagement.models import Campaign, Decision, Enrolment, Message
from engagement.tasks import plan

PAGE = 50
_LIVE = {Campaign.State.HOLDING, Campaign.State.RUNNING}
_NUMBERS = [  # states of a message, the words for them, and their tone
    ((Message.State.HANDED, Message.State.DELIVERED, Message.State.COMPLAINED), "sent", "good"),
    ((Message.State.BOUNCED, Message.State.FAILED), "came back", "bad"),
    ((Message.State.WITHHELD, Message.State.EXPIRED), "left out since the start", "warn"),
    ((Message.State.UNCERTAIN,), "not known whether it arrived", "warn"),
    (tuple(OPEN_STATES), "still to go", ""),
]


@require_safe
@requires(Permission.VIEW_CAMPAIGNS)
def campaigns(request: StaffRequest) -> HttpResponse:
    """List campaigns, the newest first, each with how far it is."""
    listed = with_progress(Campaign.objects.visible_to(request.user)).order_by("-created_at", "-pk")
    page = Paginator(listed.select_related("job", "by"), PAGE).get_page(request.GET.get("page"))
    return render(request, "engagement/campaigns/list.html", {"page": page})


@require_safe
@requires(Permission.VIEW_CAMPAIGNS)
def campaign(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show how far a campaign is, polled while it is under way; a draft opens in the builder."""
    found = _campaign(request, public_id)
    if found.state == Campaign.State.DRAFT:
        return redirect("engagement:campaign_audience", public_id)
    return _live(request, found)


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take the approval back during the hold: the campaign is a draft again."""
    return _press(request, public_id, lifecycle.cancel_hold, "Taken back. Nothing was sent.")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_pause(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, lifecycle.pause, "Paused. Nothing more leaves.")


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_resume(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, lifecycle.resume, "It goes on.")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_stop(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, lifecycle.stop, "Stopped for good.")


@require_safe
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_people(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """List everybody who was considered, with what happened to their message, and why."""
    found = _campaign(request, public_id)
    form = PeopleFilterForm(request.GET)
    decisions = (
        Decision.objects.filter(campaign=found, phase=Decision.Phase.PLANNING)
        .select_related("candidate")
        .annotate(
            message_state=Subquery(_last_message("state")),
            message_reason=Subquery(_last_message("reason")),
            message_public_id=Subquery(_last_message("public_id")),
            armed_at=Subquery(_last_message("armed_at")),
        )
        .order_by("candidate__name", "pk")
    )
    page = Paginator(form.apply(decisions), PAGE).get_page(request.GET.get("page"))
    rows = [_row(decision) for decision in page.object_list]
    context = {"campaign": found, "form": form, "page": page, "rows": rows}
    return render(request, "engagement/campaigns/people.html", context)


def _campaign(request: StaffRequest, public_id: uuid.UUID) -> Campaign:
    campaigns = Campaign.objects.visible_to(request.user)
    return get_object_or_404(
        campaigns.select_related("job", "sender", "by", "approved_by"), public_id=public_id
    )


def _press(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., Campaign], said: str
) -> HttpResponse:
    found, form = _campaign(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form):
        action(found, by=request.user)
    if not form.is_valid():
        return _live(request, found, form)
    hint(plan)
    messages.success(request, said)
    return redirect("engagement:campaign", public_id)


def _live(
    request: StaffRequest, campaign: Campaign, form: ButtonForm | None = None
) -> HttpResponse:
    now = progress(campaign)
    states = now["states"]
    numbers = [
        (sum(states.get(state, 0) for state in group), words, tone)
        for group, words, tone in _NUMBERS
    ]
    uncertain = campaign.messages.filter(state=Message.State.UNCERTAIN).select_related("candidate")
    ended = campaign.enrolments.filter(state=Enrolment.State.ENDED)
    stops = ["unsubscribed", "paused_until", "objected", "complained"]
    hold_left = (campaign.starts_at - timezone.now()).total_seconds() if campaign.starts_at else 0
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "is_live": campaign.state in _LIVE,
        "progress": now,
        "numbers": [row for row in numbers if row[0] or row[2] in {"good", ""}],
        "reasons": [(arbiter.SHORT.get(code, code), n, code) for code, n in now["reasons"].items()],
        "uncertain": list(uncertain.order_by("armed_at")[:20]),
        "replies": ended.filter(end_reason="replied").count(),
        "stops": ended.filter(end_reason__in=stops).count(),
        "applied": ended.filter(end_reason="active_application").count(),
        "hold_left": max(0, round(hold_left)),
        "steps": list(campaign.steps.select_related("template_version")),
        "planned_out": Decision.objects.filter(
            campaign=campaign, phase=Decision.Phase.PLANNING, allowed=False
        ).count(),
    }
    status = 422 if form and form.errors else 200
    return render_part(request, "engagement/campaigns/live.html", "body", context, status)


def _last_message(field: str) -> Any:
    """Select one field of the latest message of a decision's person in its campaign."""
    return (
        Message.objects.filter(campaign=OuterRef("campaign"), candidate=OuterRef("candidate"))
        .order_by("-pk")
        .values(field)[:1]
    )


def _row(decision: Any) -> dict[str, Any]:
    """Say in words what happened to one person: what the message says, else what was decided."""
    code = decision.message_reason or (decision.reasons[0] if decision.reasons else "")
    state = decision.message_state or ("withheld" if not decision.allowed else "planned")
    return {
        "candidate": decision.candidate,
        "state": state,
        "label": Message.State(state).label,
        "reason": arbiter.REASONS.get(code, ""),
        "message": decision.message_public_id,
        "at": decision.armed_at,
    }

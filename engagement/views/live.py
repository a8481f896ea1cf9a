"""A campaign under way: what it does now, how to hold it, and who got it."""

import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, hint, render_part, requires
from accounts.permissions import Permission, may
from candidates.models import Candidate
from engagement import (
    arbiter,
    audiences,
    listing,
    pace,
    planning,
    schedule,
    tasks,
    versioning,
)
from engagement.actions import intake, lifecycle
from engagement.actions import messages as message_actions
from engagement.came_of import came_of
from engagement.delivery import outcomes
from engagement.forms.campaigns import PeopleFilterForm, SettleForm
from engagement.models import Brake, Campaign, Message
from engagement.views.common import campaign_of, told

_NOBODY = (
    "Nobody called “{}” was considered: they do not match its rule, were not picked, or are no"
    " longer here. Their own page says what else keeps job emails back."
)
_UNDER_WAY = {Campaign.State.HOLDING, Campaign.State.RUNNING, Campaign.State.PAUSED}


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaign(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a campaign as it stands; a draft is still being written."""
    found = campaign_of(request, public_id)
    if found.state == Campaign.State.DRAFT and may(request.user, Permission.EDIT_CAMPAIGNS):
        target = "campaign_check" if found.steps.exists() else "campaign_audience"
        return redirect(f"engagement:{target}", public_id)
    return _live(request, found)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_live(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The same, for the page that asks again every few seconds."""
    return _live(request, campaign_of(request, public_id))


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_cancel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = campaign_of(request, public_id)
    with told(request, "Cancelled. Nothing was sent, and the campaign is a draft again."):
        lifecycle.cancel_hold(found, by=request.user)
    return redirect("engagement:campaign", public_id)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_pause(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = campaign_of(request, public_id)
    with told(request, "Paused. Nothing more leaves until somebody lets it go on."):
        lifecycle.pause(found, by=request.user, reason=f"Paused by {request.user.name}.")
    return redirect("engagement:campaign", public_id)


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_stop(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show who got it and who will not, then stop for good on POST."""
    found = campaign_of(request, public_id)
    if request.method == "POST":
        with told(request, "Stopped for good. Whoever had not got it will not."):
            lifecycle.stop(found, by=request.user)
        return redirect("engagement:campaign", public_id)
    if found.state not in _UNDER_WAY:
        return redirect("engagement:campaign", public_id)
    got, got_more = listing.campaign_people(found, "got", "", "")
    waiting, waiting_more = listing.campaign_people(found, "waiting", "", "")
    context = {
        "campaign": found,
        "got": got,
        "got_more": got_more,
        "waiting": waiting,
        "waiting_more": waiting_more,
    }
    return render(request, "engagement/campaign_stop.html", context)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_people(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why did Ana not get this? Everybody who was considered, with the answer."""
    found = campaign_of(request, public_id)
    form = PeopleFilterForm(request.GET)
    show, reason = form.chosen("show"), form.chosen("reason")
    named, after = form.chosen("named"), str(form.chosen("after"))
    is_draft = found.state == Campaign.State.DRAFT
    if is_draft:
        plan = planning.dry_run(found, timezone.now())
        lines, older = listing.planned_people(plan, show, reason, after, named)
        form.offer(plan.counts)
    else:
        lines, older = listing.campaign_people(found, show, reason, after, named)
        form.offer(listing.reasons_of(found))
    query = "?" + urlencode({"show": show, "reason": reason, "named": named, "after": older})
    context = {
        "campaign": found,
        "form": form,
        "lines": [(line, listing.words_of(line.reasons)) for line in lines],
        "is_draft": is_draft,
        "is_narrowed": bool(show or reason or named),
        "nobody_named": _NOBODY.format(named) if named and not (show or reason) else "",
        "older": query if older else "",
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
        "may_hand_over": may(request.user, Permission.EDIT_CAMPAIGNS)
        and found.state in {Campaign.State.DRAFT, *_UNDER_WAY},
    }
    return render(request, "engagement/campaign_people.html", context)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def message(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one message as it was sent, what the arbiter said each time, and what came back."""
    found = _message(request, public_id)
    decisions = found.decisions.order_by("at", "pk")
    context = {
        "message": found,
        "text": listing.without_personal_links(found.text),
        "decisions": [(decision, listing.words_of(decision.reasons)) for decision in decisions],
        "events": found.events.order_by("at", "pk"),
        "reason": arbiter.REASONS.get(found.reason, found.reason),
        "is_uncertain": found.state == Message.State.UNCERTAIN,
        "has_left": found.state in {Message.State.HANDED, Message.State.DELIVERED},
        "may_settle": may(request.user, Permission.APPROVE_CAMPAIGNS),
        "may_take_back": arbiter.is_first_word(found)
        and found.state == Message.State.DUE
        and not found.attempts
        and may(request.user, Permission.EDIT_PEOPLE),
    }
    return render(request, "engagement/message.html", context)


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def message_settle(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say of an uncertain message that it arrived, or have it sent again."""
    found = _message(request, public_id)
    form = SettleForm(request.POST)
    if form.is_valid():
        arrived = form.cleaned_data["arrived"]
        with told(request, "Noted that it arrived." if arrived else "It is sent again."):
            message_actions.settle_uncertain(found, arrived=arrived, by=request.user)
            hint(tasks.deliver)
    else:
        messages.error(request, "Say whether it arrived or is to be sent again.")
    return redirect("engagement:message", public_id)


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def message_came_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that an email came back to our mailbox after it had left."""
    found = _message(request, public_id)
    with told(request, "Noted that it came back. Nothing more goes to that address."):
        outcomes.came_back(found, by=request.user, at=timezone.now())
    return redirect("engagement:message", public_id)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def candidate_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """A person's messages, and which campaigns left them out and why: a section of their page."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    context = {"candidate": candidate, **listing.panel_of(candidate, request.user)}
    context["may_edit"] = may(request.user, Permission.EDIT_CAMPAIGNS)
    context["may_write"] = may(request.user, Permission.EDIT_PEOPLE)
    context["left_out"] = [
        (decision, listing.words_of(decision.reasons[:1])) for decision in context["left_out"]
    ]
    return render_part(request, "engagement/candidate_panel.html", "panel", context)


def _live(request: StaffRequest, found: Campaign) -> HttpResponse:
    progress = message_actions.progress(found)
    now = timezone.now()
    states = progress["states"]
    line = listing.line_of(found, now) if found.state in _UNDER_WAY else None
    due = found.messages.filter(state__in=["planned", "due"]).aggregate(
        first=Min("due_at"), last=Max("due_at")
    )
    context: dict[str, Any] = {
        "campaign": found,
        "campaign_key": str(found.public_id),
        "now": now,
        "came": came_of(found),
        "ended": listing.ended_of(found),
        "delivered": states.get("delivered", 0),
        "progress": progress,
        "handed": sum(states.get(state, 0) for state in listing.OUT if state != "uncertain"),
        "bounced": states.get("bounced", 0),
        "complained": states.get("complained", 0),
        "failed": states.get("failed", 0) + states.get("expired", 0),
        "waiting": sum(states.get(state, 0) for state in listing.WAITING),
        "reasons": [
            (code, arbiter.REASONS.get(code, code), number)
            for code, number in progress["reasons"].items()
        ],
        "uncertain": listing.uncertain_of(found),
        "log": listing.log_of(found),
        "seconds_left": max(0, int((found.starts_at - now).total_seconds()) + 1)
        if found.starts_at
        else 0,
        "is_under_way": found.state in _UNDER_WAY,
        "rule": _rule(found, now),
        "texts": versioning.steps_of(found, progress["texts"])
        if found.state != Campaign.State.DRAFT
        else [],
        "line": line,
        "brakes": list(found.brakes.select_related("released_by")),
        "guard": Brake.objects.guard().on().first(),
        "may_approve": may(request.user, Permission.APPROVE_CAMPAIGNS),
        "next_due": due["first"],
        "last_on": pace.last_of_waiting(
            line, due["last"], schedule.zone_of(found.sender.time_zone)
        ),
    }
    return render_part(request, "engagement/campaign.html", "live", context)


def _rule(found: Campaign, now: datetime) -> dict[str, Any] | None:
    """Say how people come in by themselves, of a campaign that was switched on."""
    if not found.takes_in_later or found.approved_at is None:
        return None
    return {
        "is_over": audiences.is_rule_over(found, now),
        "today": intake.came_in_on_day(found, now),
        "all": found.enrolments.filter(enrolled_at__gt=found.approved_at).count(),
    }


def _message(request: StaffRequest, public_id: uuid.UUID) -> Message:
    visible = Message.objects.visible_to(request.user)
    related = visible.select_related("candidate", "campaign", "job", "step", "sender", "letter")
    return get_object_or_404(related, public_id=public_id)

"""One email: what it said, what the arbiter said of it, and what became of it."""

import uuid

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, hint, refusals_shown_on, render_part, requires
from accounts.permissions import Permission
from candidates.models import Candidate
from engagement import arbiter
from engagement.actions.messages import settle_uncertain
from engagement.forms.campaigns import SettleForm
from engagement.models import Decision, Message
from engagement.tasks import deliver

SHOWN = 10


@require_safe
@requires(Permission.VIEW_CAMPAIGNS)
def message(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _message(request, public_id))


@require_POST
@requires(Permission.APPROVE_CAMPAIGNS)
def message_settle(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Settle an email of which nobody knows whether it left."""
    found, form = _message(request, public_id), SettleForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            settle_uncertain(found, arrived=form.arrived, by=request.user)
    if not form.is_valid():
        return _page(request, found, form)
    if not form.arrived:
        hint(deliver)
    flash.success(request, "Noted." if form.arrived else "It goes out again.")
    return redirect("engagement:message", public_id)


@require_safe
@requires(Permission.VIEW_CAMPAIGNS)
def candidate_panel(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The emails of one person, and why they did not get others: a section of their page."""
    candidate = get_object_or_404(Candidate.objects.visible_to(request.user), public_id=public_id)
    sent = (
        Message.objects.filter(candidate=candidate)
        .select_related("campaign", "job")
        .order_by("-pk")[:SHOWN]
    )
    refused = (
        Decision.objects.filter(candidate=candidate, allowed=False, message=None)
        .select_related("campaign")
        .order_by("-at", "-pk")[:SHOWN]
    )
    context = {
        "candidate": candidate,
        "sent": [(row, arbiter.REASONS.get(row.reason, "")) for row in sent],
        "refused": [(row, _said(row)) for row in refused],
    }
    return render_part(request, "engagement/candidate_panel.html", "panel", context)


def _message(request: StaffRequest, public_id: uuid.UUID) -> Message:
    found = Message.objects.visible_to(request.user).select_related(
        "candidate", "campaign", "job", "sender", "step"
    )
    return get_object_or_404(found, public_id=public_id)


def _page(request: StaffRequest, found: Message, form: SettleForm | None = None) -> HttpResponse:
    decisions = Decision.objects.filter(candidate=found.candidate, message=found)
    if found.campaign:
        decisions |= Decision.objects.filter(
            candidate=found.candidate, campaign=found.campaign, phase=Decision.Phase.PLANNING
        )
    context = {
        "message": found,
        "form": form,
        "reason": arbiter.REASONS.get(found.reason, ""),
        "decisions": [(row, _said(row)) for row in decisions.order_by("at", "pk")],
        "events": found.events.order_by("at", "pk"),
        "is_uncertain": found.state == Message.State.UNCERTAIN,
    }
    status = 422 if form and form.errors else 200
    return render(request, "engagement/message.html", context, status=status)


def _said(decision: Decision) -> list[str]:
    """Return the sentences behind the codes of a decision."""
    return [arbiter.REASONS.get(code, code) for code in decision.reasons]

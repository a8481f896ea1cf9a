"""A colleague was in touch with somebody: asking them, answering, deciding."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.models import Candidate, Stop
from engagement import arbiter, tasks
from engagement.actions import handovers as actions
from engagement.forms.handovers import AGREE, ASK, AnswerHandoverForm, HandoverForm
from engagement.models import Campaign, Handover
from engagement.views.common import campaign_of, with_value


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_handover(
    request: StaffRequest, public_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    """Show who was in touch with a person; ask them, or decide without them."""
    campaign = campaign_of(request, public_id)
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=person_id)
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            said = settle(request, campaign, candidate, form)
        if form.is_valid():
            messages.success(request, said)
            return redirect(f"{reverse('engagement:campaign_people', args=[public_id])}?show=")
    contacts = list(actions.contacts_of(candidate, timezone.now()))
    questions = Handover.objects.filter(campaign=campaign, candidate=candidate)
    context = {
        "campaign": campaign,
        "candidate": candidate,
        "may_override": may(request.user, Permission.APPROVE_CAMPAIGNS),
        **in_touch(request, contacts, questions, form),
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/campaign_handover.html", context, status=status)


@requires(Permission.VIEW_CAMPAIGNS)
def handover(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what a colleague asks, and answer it."""
    visible = Handover.objects.visible_to(request.user)
    related = visible.select_related("candidate", "campaign", "colleague", "asked_by", "settled_by")
    found = get_object_or_404(related, public_id=public_id)
    form = AnswerHandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = form.cleaned_data["do"] == AGREE
        with refusals_shown_on(form):
            actions.answer(found, by=request.user, agrees=agrees, words=form.cleaned_data["words"])
        if form.is_valid():
            hint(tasks.deliver)
            who = f"“{found.campaign}”" if found.campaign else found.asked_by.name
            said = "may write" if agrees else "does not write"
            messages.success(request, f"{who} {said} to {found.candidate}.")
            return redirect("engagement:handover", public_id)
    context = {
        "handover": found,
        "form": form,
        "may_answer": found.state == Handover.State.ASKED and found.colleague == request.user,
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/handover.html", context, status=status)


def in_touch(
    request: StaffRequest, contacts: list[Stop], questions: QuerySet[Handover], form: HandoverForm
) -> dict[str, Any]:
    """Return what both pages show: who was in touch, what was asked, and the form to settle it."""
    colleague = contacts[0].by if contacts else None
    asked = list(questions.select_related("colleague", "asked_by", "settled_by"))
    may_ask = colleague != request.user and all(one.state != Handover.State.ASKED for one in asked)
    seen = str(actions.last_known(contacts))
    if form.is_bound:  # the next decision has seen what stands there now
        with_value(form, request.POST, "seen", seen)
    else:
        form.initial["seen"] = seen
    return {
        "handover_form": form,
        "contacts": contacts,
        "colleague": colleague,
        "may_ask": bool(colleague and may(colleague, Permission.VIEW_CAMPAIGNS) and may_ask),
        "asked": asked,
    }


def settle(
    request: StaffRequest, campaign: Campaign | None, candidate: Candidate, form: HandoverForm
) -> str:
    """Ask or decide, and return what to say about it. No campaign: the user writes themselves."""
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["do"] == ASK:
        asked = actions.ask(campaign, candidate, by=request.user, reason=reason)
        return f"{asked.colleague} is asked. It stands on their Today page."
    seen = form.cleaned_data["seen"] or 0
    still = actions.override(campaign, candidate, by=request.user, reason=reason, seen=seen)
    hint(tasks.deliver)
    if still:
        return f"That is settled. Still kept back: {arbiter.REASONS[still.reason]}"
    return f"{'This campaign' if campaign else 'You'} may write to {candidate}."

"""A colleague was in touch with somebody of a campaign: asking them, answering, deciding."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.models import Candidate
from engagement import arbiter, tasks
from engagement.actions import handovers as actions
from engagement.forms.handovers import AGREE, ASK, AnswerHandoverForm, HandoverForm
from engagement.models import Campaign, Handover
from engagement.views.common import campaign_of


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
            said = _do(request, campaign, candidate, form)
        if form.is_valid():
            messages.success(request, said)
            return redirect(f"{reverse('engagement:campaign_people', args=[public_id])}?show=")
    contacts = list(actions.contacts_of(candidate, timezone.now()))
    colleague = contacts[0].by if contacts else None
    questions = Handover.objects.filter(campaign=campaign, candidate=candidate)
    asked = list(questions.select_related("colleague", "asked_by", "settled_by"))
    may_ask = bool(colleague and colleague.is_active and colleague != request.user)
    context = {
        "campaign": campaign,
        "candidate": candidate,
        "form": form,
        "contacts": contacts,
        "colleague": colleague,
        "may_ask": may_ask and all(one.state != Handover.State.ASKED for one in asked),
        "may_override": may(request.user, Permission.APPROVE_CAMPAIGNS),
        "asked": asked,
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
            said = "may write" if agrees else "does not write"
            messages.success(request, f"“{found.campaign}” {said} to {found.candidate}.")
            return redirect("engagement:handover", public_id)
    context = {
        "handover": found,
        "form": form,
        "may_answer": found.state == Handover.State.ASKED and found.colleague == request.user,
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/handover.html", context, status=status)


def _do(request: StaffRequest, campaign: Campaign, candidate: Candidate, form: HandoverForm) -> str:
    """Ask or decide, and return what to say about it."""
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["do"] == ASK:
        asked = actions.ask(campaign, candidate, by=request.user, reason=reason)
        return f"{asked.colleague} is asked. It stands on their Today page."
    still = actions.override(campaign, candidate, by=request.user, reason=reason)
    hint(tasks.deliver)
    if still:
        return f"That is settled. Still kept back: {arbiter.REASONS[still.reason]}"
    return f"This campaign may write to {candidate}."

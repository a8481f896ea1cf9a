"""Looking a draft over before it is approved: comparing, opening people, a test to oneself, and
asking a colleague for the approval."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, hint, requires
from accounts.permissions import Permission
from candidates.models import Candidate
from engagement import tasks
from engagement.actions import approval, trials
from engagement.forms.campaigns import AskForm, PreviewForm
from engagement.views.common import campaign_of, said_at, told


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_compare(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    with told(request, "Later changes are compared with the list as it is now."):
        approval.compare_from_now(campaign, by=request.user)
    return redirect("engagement:campaign_check", public_id)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_ask(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask one colleague to approve the draft."""
    campaign = campaign_of(request, public_id)
    form = AskForm(request.POST, written_by=approval.writers_of(campaign))
    if form.is_valid():
        colleague = form.cleaned_data["colleague"]
        with told(request, f"{colleague.name} is asked. It stands on their Today page."):
            approval.ask_to_approve(campaign, colleague, by=request.user)
    else:
        messages.error(request, "Choose a colleague who may approve it.")
    return redirect("engagement:campaign_check", public_id)


@require_POST
@requires(Permission.VIEW_CAMPAIGNS)
def campaign_look(
    request: StaffRequest, public_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    """Open a person of the list, and note for a draft that somebody did (P-35)."""
    campaign = campaign_of(request, public_id)
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=person_id)
    approval.look_at(campaign, candidate, by=request.user)
    return redirect("candidates:profile", person_id)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_test(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send one message to oneself, as it would reach the person of the preview."""
    campaign = campaign_of(request, public_id)
    form = PreviewForm(request.GET)
    position, reader = form.as_whom()
    worded = said_at(campaign, position, is_new=form.is_new())
    step = campaign.steps.get(position=position)
    with told(request, f"A test of message {position} is on its way to {request.user.email}."):
        trials.ask_for_trial(campaign, step, reader, by=request.user, worded=worded)
        hint(tasks.send_trials)
    address = reverse("engagement:campaign_preview", args=[public_id])
    new = "&new=1" if form.is_new() else ""
    return redirect(f"{address}?step={position}&reader={reader}{new}")

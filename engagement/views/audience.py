"""Whom a campaign is for: beginning one, and the first step of the builder."""

import uuid

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates.models import Candidate
from engagement import planning
from engagement.actions import audience as actions
from engagement.forms.audience import AudienceForm, KindForm, NewCampaignForm, rule_in_words
from engagement.models import Campaign
from engagement.views.common import builder, campaign_of, told, with_value

KINDS = [
    (Campaign.Kind.JOB_OPEN, "A job opens"),
    (Campaign.Kind.SILVER, "Silver medalists"),
    (Campaign.Kind.POOL, "A talent pool"),
    (Campaign.Kind.ONE_OFF, "One-off"),
]


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_new(request: StaffRequest) -> HttpResponse:
    """Begin a draft: of one kind, for the people picked on another page or for all of its rule."""
    picked = [*request.GET.getlist("person"), *request.GET.getlist("candidate")]
    kind = KindForm.chosen(request.POST, request.GET)
    initial = {
        "kind": kind,
        "people": picked,
        **{name: request.GET.get(name, "") for name in ("job", "pool", "source_job")},
    }
    form = NewCampaignForm(request.POST or None, initial=initial, kind=kind, user=request.user)
    people = form.known_people(picked if not form.is_bound else request.POST.getlist("people"))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_shown_on(form):
            campaign = actions.start_draft(
                given["job"],
                by=request.user,
                name=given["name"],
                people=given["people"] or None,
                kind=kind,
                source_job=given.get("source_job"),
                pool=given.get("pool"),
            )
        if form.is_valid():
            target = "campaign_messages" if kind == Campaign.Kind.JOB_OPEN else "campaign_audience"
            return redirect(f"engagement:{target}", campaign.public_id)
    context = {"form": form, "people": people, "kind": kind, "kinds": KINDS, "picked": picked}
    return render(
        request, "engagement/campaign_new.html", context, status=422 if form.is_bound else 200
    )


@requires(Permission.EDIT_CAMPAIGNS)
def campaign_audience(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Choose who is considered, who comes in later and who leaves again."""
    campaign = campaign_of(request, public_id)
    if campaign.state != Campaign.State.DRAFT:
        return redirect("engagement:campaign", public_id)
    audience = getattr(campaign, "audience", None)  # a draft may have none yet: everybody who fits
    chosen = audience.chosen if audience else None
    picked = len(chosen) if chosen is not None else None
    form = AudienceForm(request.POST or None, campaign=campaign, picked=picked)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            actions.set_audience(
                campaign,
                name=form.cleaned_data["name"],
                everybody=form.cleaned_data["whom"] == "fit",
                by=request.user,
                entry=form.entry,
                seen=form.cleaned_data["seen"],
            )
        if form.is_valid():
            return redirect("engagement:campaign_messages", public_id)
    is_conflict = form.has_error(NON_FIELD_ERRORS, "conflict") if form.is_bound else False
    if is_conflict:  # the next save has seen what stands there now
        with_value(form, request.POST, "seen", campaign.audience_fingerprint)
    considered = planning.people_considered(campaign)
    context = {
        "form": form,
        "theirs": _in_words(campaign) if is_conflict else [],
        "considered": considered.count(),
        "some": considered.order_by("name", "pk")[:10],
        "left_out": len(audience.left_out) if audience else 0,
    }
    return builder(request, campaign, 1, context, form)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_leave_out(
    request: StaffRequest, public_id: uuid.UUID, person_id: uuid.UUID
) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=person_id)
    with told(request, f"{candidate} is left out of this campaign."):
        actions.leave_out(campaign, candidate, by=request.user)
    return redirect(f"{reverse('engagement:campaign_people', args=[public_id])}?show=waiting")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def campaign_bring_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    campaign = campaign_of(request, public_id)
    with told(request, "Nobody is left out by hand any more."):
        actions.bring_back(campaign, by=request.user)
    return redirect("engagement:campaign_audience", public_id)


def _in_words(campaign: Campaign) -> list[str]:
    """Say what a colleague chose in this step."""
    audience = getattr(campaign, "audience", None)
    chosen = audience.chosen if audience else None
    whom = rule_in_words(campaign) if chosen is None else f"{len(chosen)} picked by hand"
    later = "Nobody comes in later."
    if campaign.takes_in_later:
        until = f" until {campaign.takes_in_until:%-d %B %Y}" if campaign.takes_in_until else ""
        only = ", and only they" if campaign.only_new else ""
        later = f"People who match later come in{only}: {campaign.most_a_day} a day at most{until}."
    found = [f"Name: {campaign.name}", f"{whom}.", later]
    return [*found, "Whoever matches no more leaves."] if campaign.leaves_with_rule else found

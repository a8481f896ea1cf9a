"""The brakes: what stopped by itself and why, and letting it go on with a reason (X-31)."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from engagement import due, tasks
from engagement.actions import brakes as actions
from engagement.actions import lifecycle
from engagement.forms.brakes import LetGoForm
from engagement.models import Brake, Campaign
from engagement.views.common import campaign_of, told

LAST = 20


@require_GET
@requires(Permission.MANAGE_SETTINGS)
def brakes(request: StaffRequest) -> HttpResponse:
    """Show how much came back of late, what is held because of it, and what was let go."""
    return _page(request, LetGoForm())


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def brakes_let_go(request: StaffRequest) -> HttpResponse:
    """Let all job emails go on."""
    form = LetGoForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            actions.let_all_go(by=request.user, reason=form.cleaned_data["reason"])
    if not form.is_valid():
        return _page(request, form)
    hint(tasks.plan)
    messages.success(request, "Job emails go on.")
    return redirect("engagement:brakes")


@requires(Permission.APPROVE_CAMPAIGNS)
def campaign_resume(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let a campaign go on: by one press, or with a reason where it paused by itself."""
    found = campaign_of(request, public_id)
    brake = found.brakes.on().first() if found.state == Campaign.State.PAUSED else None
    if brake is None:
        if request.method == "POST":
            with told(request, "It goes on."):
                _resume(request, found)
        return redirect("engagement:campaign", public_id)
    form = LetGoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            _resume(request, found, form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, "It goes on.")
            return redirect("engagement:campaign", public_id)
    context = {"campaign": found, "brake": brake, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/campaign_resume.html", context, status=status)


def _resume(request: StaffRequest, campaign: Campaign, reason: str = "") -> None:
    lifecycle.resume(campaign, by=request.user, reason=reason)
    hint(tasks.plan)
    hint(tasks.deliver)


def _page(request: StaffRequest, form: LetGoForm) -> HttpResponse:
    since = actions.counted_since(timezone.now())
    visible = Brake.objects.visible_to(request.user).select_related("campaign", "released_by")
    context = {
        "form": form,
        "guard": visible.guard().on().first(),
        "counted": actions.count_all(since),
        "since": since,
        "bounce_limit": f"{actions.MOST_BOUNCES:.0%}",
        "complaint_limit": f"{actions.MOST_COMPLAINTS:.1%}",
        "enough": actions.ENOUGH_TO_GUARD,
        "enough_of_one": actions.ENOUGH_TO_BRAKE,
        "complaints": actions.COMPLAINTS_TO_GUARD,
        "stopped": due.stopped(request.user, "all").select_related("sender"),
        "let_go": visible.exclude(released_at=None)[:LAST],
        "may_open": may(request.user, Permission.VIEW_CAMPAIGNS),
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/brakes.html", context, status=status)

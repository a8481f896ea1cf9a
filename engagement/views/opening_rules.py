"""Standing rules: whenever a job of a kind opens, a draft is there and somebody is asked for it."""

import uuid

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from engagement.actions import opening_rules as actions
from engagement.forms.opening_rules import OpeningRuleForm
from engagement.models import OpeningRule
from engagement.views.common import told


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def opening_rules(request: StaffRequest) -> HttpResponse:
    rules = OpeningRule.objects.visible_to(request.user).select_related(
        "template", "sender", "approver"
    )
    context = {
        "rules": rules.annotate(times=Count("firings"), last_at=Max("firings__at")),
        "may_edit": may(request.user, Permission.EDIT_CAMPAIGNS),
    }
    return render(request, "engagement/opening_rules.html", context)


@requires(Permission.EDIT_CAMPAIGNS)
def opening_rule_new(request: StaffRequest) -> HttpResponse:
    form = OpeningRuleForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            rule = actions.create_rule(by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, f"{rule} is written down. Switch it on when it is to begin.")
            return redirect("engagement:opening_rules")
    status = 422 if form.is_bound else 200
    return render(request, "engagement/opening_rule_new.html", {"form": form}, status=status)


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def opening_rule_on(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    rule = _rule(request, public_id)
    with told(request, f"{rule} is on: for jobs that open from now."):
        actions.switch_on(rule, by=request.user)
    return redirect("engagement:opening_rules")


@require_POST
@requires(Permission.EDIT_CAMPAIGNS)
def opening_rule_off(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    rule = _rule(request, public_id)
    with told(request, f"{rule} is off. Drafts that it left stay."):
        actions.switch_off(rule, by=request.user)
    return redirect("engagement:opening_rules")


def _rule(request: StaffRequest, public_id: uuid.UUID) -> OpeningRule:
    return get_object_or_404(OpeningRule.objects.visible_to(request.user), public_id=public_id)

"""What the retention runs have planned: counts and reasons, a row each, and putting one off."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates import extensions
from candidates.actions.retention import veto
from candidates.clock_words import WHY
from candidates.forms.privacy import PageForm, VetoForm
from candidates.models import RetentionItem
from candidates.policies import BY_CODE
from candidates.views.common import privacy_tabs

PER_PAGE = 50


@require_GET
@requires(Permission.MANAGE_PRIVACY)
def retention(request: StaffRequest) -> HttpResponse:
    """Show what will become of whom, when and why."""
    return _retention(request)


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def retention_veto(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put one off by a week, with a reason."""
    item = get_object_or_404(RetentionItem.objects.visible_to(request.user), public_id=public_id)
    form = VetoForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            veto(item, form.cleaned_data["reason"], by=request.user, now=timezone.now())
    if not form.is_valid():
        return _retention(request, refused=item, veto_form=form)
    messages.success(request, "Put off by a week.")
    return redirect("candidates:retention")


def _retention(request: StaffRequest, **refused: Any) -> HttpResponse:
    page = PageForm(request.GET).number
    visible = RetentionItem.objects.visible_to(request.user)
    waiting = visible.waiting().select_related("plan", "candidate").order_by("plan", "pk")
    rows = list(waiting[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    asked = extensions.said_of_many([item.candidate_id for item in rows])
    actions = dict(RetentionItem.Action.choices)
    context = {
        "items": [
            (item, WHY.get(item.why, ""), _law(item), _asked(item, asked))
            for item in rows[:PER_PAGE]
        ],
        "counts": [
            (actions[row["action"]], WHY.get(row["why"], ""), row["people"])
            for row in visible.counts()
        ],
        "settled": visible.exclude(state="planned").order_by("-settled_at", "-pk")[:10],
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if len(rows) > PER_PAGE else "",
        "tabs": privacy_tabs(request, "candidates:retention"),
        **refused,
    }
    status = 422 if refused else 200
    return render(request, "candidates/privacy/retention.html", context, status=status)


def _asked(item: RetentionItem, asked: dict[int, str]) -> str:
    """Say whether they were asked before their time was over; nothing where nobody asks."""
    if item.why != "pool_ended":
        return ""
    return asked.get(item.candidate_id, "They were not asked.")


def _law(item: RetentionItem) -> str:
    return BY_CODE[item.law].name if item.law in BY_CODE else ""

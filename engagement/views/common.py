"""What the pages about campaigns share: finding one, and saying what a button did."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.http import StaffRequest
from accounts.permissions import Permission, may
from engagement import next_versions, rendering
from engagement.models import Campaign, Worded

BUILDER = [
    ("Audience", "campaign_audience"),
    ("Messages", "campaign_messages"),
    ("Sender and pace", "campaign_sender"),
    ("Check", "campaign_check"),
    ("Approve", "campaign_approve"),
]


def campaign_of(request: StaffRequest, public_id: uuid.UUID) -> Campaign:
    """Return a campaign that the colleague may see; else 404."""
    visible = Campaign.objects.visible_to(request.user)
    related = visible.select_related(
        *("job", "source_job", "pool", "audience"),
        *("sender", "by", "approved_by", "approver", "asked_by"),
    )
    return get_object_or_404(related, public_id=public_id)


def said_at(campaign: Campaign, position: int, *, is_new: bool = False) -> Worded:
    """Return what a message says now, or with `is_new` what it is to say once that is approved;
    else 404."""
    steps = [step for step in rendering.steps_of(campaign) if step.position == position]
    found = (next_versions.of(steps[0]) if is_new else steps[0].now) if steps else None
    if found is None:
        raise Http404
    return found


@contextmanager
def told(request: StaffRequest, done: str) -> Iterator[None]:
    """Say afterwards what was done, or why it was refused."""
    try:
        yield
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, done)


def with_value(form: BaseForm, posted: QueryDict, name: str, value: str) -> None:
    """Show a hidden field of a refused form with a fresh value."""
    changed = posted.copy()
    changed[name] = value
    form.data = changed


def builder(
    request: StaffRequest,
    campaign: Campaign,
    number: int,
    context: dict[str, Any],
    form: Any = None,
    *,
    template: str = "",
) -> HttpResponse:
    """Show one of the five steps of a draft. template: of a page that belongs to a step."""
    name = template or BUILDER[number - 1][1]
    context |= {
        "campaign": campaign,
        "step_links": [
            (label, reverse(f"engagement:{target}", args=[campaign.public_id]))
            for label, target in BUILDER
        ],
        "step_number": number,
        "may_approve": may(request.user, Permission.APPROVE_CAMPAIGNS),
    }
    refused = form is not None and form.is_bound and form.errors
    return render(request, f"engagement/{name}.html", context, status=422 if refused else 200)

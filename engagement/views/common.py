"""What the pages about campaigns share: finding one, and saying what a button did."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from accounts.http import StaffRequest
from engagement.models import Campaign


def campaign_of(request: StaffRequest, public_id: uuid.UUID) -> Campaign:
    """Return a campaign that the colleague may see; else 404."""
    visible = Campaign.objects.visible_to(request.user)
    related = visible.select_related("job", "sender", "by", "approved_by", "audience")
    return get_object_or_404(related, public_id=public_id)


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

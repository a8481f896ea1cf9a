"""People who cannot read their mailbox any more: one colleague checks, another agrees (C-25)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from applications.models import Application
from candidates.views.common import privacy_tabs
from engagement import tasks
from engagement.actions import lost_address as actions
from engagement.forms.lost_address import ClaimForm
from engagement.models import AddressClaim

SHOWN = 50
_DO: dict[str, tuple[Any, str]] = {
    ClaimForm.CHECK: (actions.check, "Noted. A second colleague has to agree."),
    ClaimForm.APPROVE: (
        actions.approve,
        "We ask the new mailbox. We write there once it says yes.",
    ),
    ClaimForm.REFUSE: (actions.refuse, "Refused. Nobody is told."),
}


@require_GET
@requires(Permission.RECORD_REQUESTS)
def address_claims(request: StaffRequest) -> HttpResponse:
    """List what waits for a colleague, and what was decided in the last thirty days."""
    visible = AddressClaim.objects.visible_to(request.user).select_related("candidate")
    decided = visible.exclude(pk__in=AddressClaim.objects.waiting().values("pk"))
    context = {
        "waiting": visible.waiting(),
        "decided": decided[:SHOWN],
        "tabs": privacy_tabs(request, "engagement:address_claims")
        if may(request.user, Permission.MANAGE_PRIVACY)
        else [],
    }
    return render(request, "engagement/address_claims.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.RECORD_REQUESTS)
def address_claim(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what they say beside what we know, and take what a colleague says to it."""
    visible = AddressClaim.objects.visible_to(request.user)
    related = visible.select_related("candidate", "checked_by", "settled_by")
    asked = get_object_or_404(related, public_id=public_id)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        act, done = _DO[form.cleaned_data["do"]]
        with refusals_shown_on(form):
            act(asked, form.cleaned_data["text"], by=request.user)
        if form.is_valid():
            hint(tasks.deliver)
            messages.success(request, done)
            return redirect("engagement:address_claim", public_id)
    person = asked.candidate
    theirs = Application.objects.visible_to(request.user).filter(candidate=person)
    context = {
        "asked": asked,
        "person": person,
        "phones": person.phones.all() if person else [],
        "applications": theirs.select_related("job").order_by("-applied_at")[:20],
        "is_own_check": asked.checked_by == request.user,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/address_claim.html", context, status=status)

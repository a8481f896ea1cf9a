"""Deleting a person: the page that says what goes, and the button that does it (P-16)."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import confirmation
from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission
from candidates import erasing
from candidates.actions import erasure as actions
from candidates.actions import requests as request_actions
from candidates.actions.profile_erasure import erase_profile
from candidates.forms.requests import EraseForm
from candidates.models import Candidate, PrivacyRequest
from candidates.tasks import go_on_with_erasures
from candidates.views.common import kept_person_of


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_PRIVACY)
def erase(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what goes and what stays; on POST begin the seven days, or delete now."""
    candidate = kept_person_of(request, public_id)
    back = reverse("candidates:erase", args=[public_id])
    if challenge := confirmation.challenge(request, back=back):
        return challenge
    obstacles = erasing.obstacles_of(candidate)
    is_considered = any(one.code == actions.THEIRS for one in obstacles)
    must_keep = next((one for one in obstacles if one.code in actions.MUST_KEEP), None)
    form = EraseForm(
        request.POST or None, is_considered=is_considered, must_keep=must_keep is not None
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            why = must_keep.sentence if must_keep else ""
            found = _carry_out(request, candidate, form.cleaned_data["when"], why)
        if form.is_valid():
            return redirect("candidates:request", found.public_id)
    context = {
        "candidate": candidate,
        "form": form,
        "must_keep": must_keep,
        "obstacles": [
            one for one in obstacles if one.code not in {actions.THEIRS, *actions.MUST_KEEP}
        ],
        "considered": next((one for one in obstacles if one.code == actions.THEIRS), None),
    }
    status = 422 if form.is_bound else 200
    return render(request, "candidates/privacy/erase.html", context, status=status)


@transaction.atomic
def _carry_out(request: StaffRequest, candidate: Candidate, when: str, why: str) -> PrivacyRequest:
    """Do as the person wishes; what nobody wrote down before is written down now."""
    found = candidate.privacy_requests.open_erasures().first()
    if found is None:
        found = request_actions.receive_request(
            candidate,
            PrivacyRequest.Kind.ERASURE,
            how=PrivacyRequest.How.EMAIL,
            by=request.user,
        )
    if when == EraseForm.NOW:
        actions.carry_out(found, by=request.user, withdraw=True)
        hint(go_on_with_erasures)
        messages.success(request, "Their details are deleted.")
    elif when == EraseForm.PROFILE:
        erase_profile(found, by=request.user)
        hint(go_on_with_erasures)
        messages.success(request, "Everything but their open applications is deleted.")
    elif when == EraseForm.RESTRICT:
        actions.put_out_of_use(found, why, by=request.user)
        messages.success(request, "They are out of all searches and emails from now on.")
    elif when == EraseForm.AFTER_DECISION:
        actions.wait_for_decision(found, by=request.user)
        messages.success(request, "Their details are deleted once they have heard.")
    else:
        actions.ask_erasure(found, by=request.user)
        messages.success(request, "Their details are deleted in seven days.")
    return found

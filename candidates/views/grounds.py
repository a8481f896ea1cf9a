"""What allows us to keep a person and to write to them, with its proof (P-02)."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.actions.grounds import record_grant, record_objection
from candidates.contact import contact_state
from candidates.forms import GrantForm, ObjectionForm
from candidates.grounds import purposes_of
from candidates.models import Purpose
from candidates.views.common import clock_panel, person_of, whole_person_of


@require_GET
@requires(Permission.VIEW_PEOPLE)
def grounds(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _grounds(request, public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def grant(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record a consent that was given elsewhere. Without its proof there is none."""
    candidate = person_of(request, public_id)
    form = GrantForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            record_grant(candidate, [Purpose.POOL, Purpose.NURTURE], form.proof(), by=request.user)
    if not form.is_valid():
        return _grounds(request, public_id, grant_form=form)
    messages.success(request, "The consent is recorded with its proof.")
    return redirect("candidates:grounds", public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def objection(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record an objection. It takes effect with this request."""
    candidate = person_of(request, public_id)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            record_objection(
                candidate,
                by=request.user,
                also_pool=form.cleaned_data["scope"] == Purpose.POOL,
                evidence=form.cleaned_data["evidence"],
            )
    if not form.is_valid():
        return _grounds(request, public_id, objection_form=form)
    messages.success(request, "The objection is recorded. No job email leaves from now on.")
    return redirect("candidates:grounds", public_id)


def _grounds(request: StaffRequest, public_id: uuid.UUID, **forms: Any) -> HttpResponse:
    candidate = whole_person_of(request, public_id)
    contact = contact_state(candidate)
    context = {
        "candidate": candidate,
        "contact": contact,
        "purposes": purposes_of(candidate),
        **clock_panel(request, candidate),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "may_grant": contact.code not in {"objected", "withdrawn", "suppressed"},
        "grant_form": GrantForm(),
        "objection_form": ObjectionForm(initial={"scope": "nurture"}),
        **forms,
    }
    status = 422 if forms else 200
    return render(request, "candidates/grounds.html", context, status=status)

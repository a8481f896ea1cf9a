"""The page about a person's data: what allows us to keep them and to write to them, with its proof
(P-02), what they asked, and what can be done for them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates import register
from candidates.actions.contact import suppress_person
from candidates.actions.grounds import record_grant, record_notice, record_objection
from candidates.actions.pool_bases import basis_for, keep_on_basis
from candidates.contact import contact_state
from candidates.forms import GrantForm, NoticeForm, ObjectionForm
from candidates.forms.privacy import KeepForm
from candidates.forms.requests import MinorForm, RequestForm, SuppressForm
from candidates.grounds import purposes_of
from candidates.models import Candidate, Purpose, Suppression
from candidates.views import archive
from candidates.views.common import clock_panel, kept_person_of, person_of, whole_person_of


@require_GET
@requires(Permission.VIEW_PEOPLE)
def privacy(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return privacy_page(request, public_id)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def grounds(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The address that this page had before."""
    candidate = person_of(request, public_id)
    return redirect("candidates:privacy", candidate.public_id, permanent=True)


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
        return privacy_page(request, public_id, grant_form=form)
    messages.success(request, "The consent is recorded with its proof.")
    return redirect("candidates:privacy", public_id)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def keep(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep them on the ground that the policy of their place allows beside consent."""
    candidate = person_of(request, public_id)
    form = KeepForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            keep_on_basis(candidate, by=request.user, sale=form.cleaned_data["sale"])
    if not form.is_valid():
        return privacy_page(request, public_id, keep_form=form)
    messages.success(request, "Noted, with its end. They may object at any time.")
    return redirect("candidates:privacy", public_id)


@require_POST
@requires(Permission.RECORD_REQUESTS)
def notice(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Record that somebody was told that we keep them, of whom the archive may be locked for it."""
    candidate = kept_person_of(request, public_id)
    form = NoticeForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            record_notice(candidate, form.proof(), by=request.user)
    if not form.is_valid():
        if candidate.archived_at:
            return archive.archived_page(request, candidate, notice_form=form)
        return privacy_page(request, public_id, notice_form=form)
    messages.success(request, "It is recorded that they were told.")
    page = "candidates:archived" if candidate.archived_at else "candidates:privacy"
    return redirect(page, public_id)


@require_POST
@requires(Permission.RECORD_REQUESTS)
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
        return privacy_page(request, public_id, objection_form=form)
    messages.success(request, "The objection is recorded. No job email leaves from now on.")
    if not Candidate.objects.visible_to(request.user).filter(pk=candidate.pk).exists():
        return redirect("candidates:people")
    return redirect("candidates:privacy", public_id)


@require_POST
@requires(Permission.RECORD_REQUESTS)
def suppress(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put their addresses into the suppression memory. It takes effect with this request."""
    candidate = person_of(request, public_id)
    form = SuppressForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            suppress_person(
                candidate,
                scope=form.cleaned_data["scope"],
                reason=Suppression.Reason.STAFF,
                by=request.user,
            )
    if not form.is_valid():
        return privacy_page(request, public_id, suppress_form=form)
    messages.success(request, "Nothing of that kind is sent to their addresses any more.")
    return redirect("candidates:privacy", public_id)


def privacy_page(request: StaffRequest, public_id: uuid.UUID, **forms: Any) -> HttpResponse:
    """Show the page, with a form that was refused where there is one. The look is recorded."""
    candidate = whole_person_of(request, public_id)
    contact = contact_state(candidate)
    if request.method == "GET":
        audit.read(request.user, "privacy_page", candidate)
    day = register.today()
    asked = candidate.privacy_requests.order_by("-received_at", "-pk")[:20]
    context = {
        "candidate": candidate,
        "contact": contact,
        "purposes": purposes_of(candidate),
        **clock_panel(request, candidate),
        "asked": [(one, register.line_of(one, day) if one.is_open else None) for one in asked],
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "may_record": may(request.user, Permission.RECORD_REQUESTS),
        "may_manage": may(request.user, Permission.MANAGE_PRIVACY),
        "may_grant": contact.code not in {"objected", "withdrawn", "suppressed"},
        "grant_form": GrantForm(),
        "basis": basis_for(candidate),
        "keep_form": KeepForm(),
        "notice_form": NoticeForm(),
        "objection_form": ObjectionForm(initial={"scope": "nurture"}),
        "request_form": RequestForm(),
        "suppress_form": SuppressForm(),
        "minor_form": MinorForm(),
        "minor_tasks": candidate.privacy_tasks.of_minors(),
        **forms,
    }
    status = 422 if forms else 200
    return render(request, "candidates/grounds.html", context, status=status)

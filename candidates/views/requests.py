"""What people ask about their data: the queue of the privacy officer, and each request (P-23)."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import audit, confirmation
from accounts.forms import ButtonForm
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import Organisation
from accounts.permissions import Permission, may
from candidates import register
from candidates.actions import erasure
from candidates.actions import requests as actions
from candidates.forms.requests import (
    CloseForm,
    IdentityForm,
    PauseForm,
    RegisterForm,
    RequestForm,
)
from candidates.models import PrivacyRequest
from candidates.views.common import kept_person_of, privacy_tabs


@require_GET
@requires(Permission.MANAGE_PRIVACY)
def requests(request: StaffRequest) -> HttpResponse:
    """Show what is to be answered, soonest first, and what was."""
    form = RegisterForm(request.GET)
    page = register.read(request.user, after=form.start)
    context = {
        "register": page,
        "is_first_page": form.start is None,
        "tabs": privacy_tabs(request, "candidates:requests"),
    }
    return render(request, "candidates/privacy/requests.html", context)


@require_safe
@never_cache
@requires(Permission.MANAGE_PRIVACY)
def requests_csv(request: StaffRequest) -> HttpResponse | StreamingHttpResponse:
    """Give the whole register as a file, to whoever gave their password just now."""
    back = request.build_absolute_uri(request.path)
    if challenge := confirmation.challenge(request, back=back):
        return challenge
    found = PrivacyRequest.objects.visible_to(request.user).select_related("candidate")
    if request.method == "GET":
        audit.read(request.user, "register_of_requests", Organisation.current())
    response = StreamingHttpResponse(
        register.csv_of(found.order_by("received_at", "pk")),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="privacy-requests.csv"'
    return response


@require_POST
@requires(Permission.RECORD_REQUESTS)
def request_new(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write down what a person asked. A privacy officer goes on to it; others are told who does."""
    from candidates.views.grounds import privacy_page

    candidate = kept_person_of(request, public_id)
    form = RequestForm(request.POST)
    received = None
    if form.is_valid():
        with refusals_shown_on(form):
            received = actions.receive_request(
                candidate,
                form.cleaned_data["kind"],
                how=form.cleaned_data["how"],
                received_at=form.received_at,
                details=form.cleaned_data["details"],
                identity=form.cleaned_data["identity"],
                by=request.user,
            )
    if received is None:
        return privacy_page(request, public_id, request_form=form)
    due = f"{received.due_on:%-d %B %Y}"
    messages.success(request, f"Written down. It is to be answered by {due}.")
    if may(request.user, Permission.MANAGE_PRIVACY):
        return redirect("candidates:request", received.public_id)
    return redirect("candidates:privacy", public_id)


@require_GET
@requires(Permission.MANAGE_PRIVACY)
def one(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _one(request, _request_of(request, public_id))


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def identity(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(found: PrivacyRequest, values: dict[str, Any]) -> None:
        actions.prove_identity(found, values["identity"], by=request.user)

    return _post(request, public_id, "identity_form", IdentityForm(request.POST), run, "Noted.")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def pause(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(found: PrivacyRequest, values: dict[str, Any]) -> None:
        actions.pause_request(found, values["reason"], by=request.user)

    form = PauseForm(request.POST)
    return _post(request, public_id, "pause_form", form, run, "The clock stands still.")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def resume(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(found: PrivacyRequest, _: dict[str, Any]) -> None:
        actions.resume_request(found, by=request.user)

    form = ButtonForm(request.POST)
    return _post(request, public_id, "button_form", form, run, "The clock runs again.")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def close(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    def run(found: PrivacyRequest, values: dict[str, Any]) -> None:
        actions.close_request(found, values["outcome"], values["text"], by=request.user)

    form = CloseForm(request.POST)
    return _post(request, public_id, "close_form", form, run, "Closed.")


@require_POST
@requires(Permission.MANAGE_PRIVACY)
def take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person wants to stay after all."""

    def run(found: PrivacyRequest, _: dict[str, Any]) -> None:
        erasure.take_back_erasure(found, by=request.user)

    form = ButtonForm(request.POST)
    done = "Nothing is deleted. The request is closed."
    return _post(request, public_id, "button_form", form, run, done)


def _post(
    request: StaffRequest,
    public_id: uuid.UUID,
    form_name: str,
    form: forms.Form,
    run: Callable[[PrivacyRequest, dict[str, Any]], None],
    done: str,
) -> HttpResponse:
    """Run one action on the request with what the form says, and come back to its page."""
    found = _request_of(request, public_id)
    if form.is_valid():
        with refusals_shown_on(form):
            run(found, form.cleaned_data)
    if not form.is_valid():
        return _one(request, found, **{form_name: form})
    messages.success(request, done)
    return redirect("candidates:request", public_id)


def _request_of(request: StaffRequest, public_id: uuid.UUID) -> PrivacyRequest:
    visible = PrivacyRequest.objects.visible_to(request.user).select_related("candidate")
    return get_object_or_404(visible, public_id=public_id)


def _one(request: StaffRequest, found: PrivacyRequest, **overrides: forms.Form) -> HttpResponse:
    candidate = found.candidate
    is_erasure = found.kind == PrivacyRequest.Kind.ERASURE
    context = {
        "found": found,
        "line": register.line_of(found, register.today()) if found.is_open else None,
        "candidate": candidate,
        "is_archived": bool(candidate and candidate.archived_at),
        "may_answer": bool(
            candidate and found.is_open and found.kind == PrivacyRequest.Kind.COMPLAINT
        ),
        "may_erase": bool(candidate and found.is_open and is_erasure),
        "may_copy": bool(candidate and found.is_open and found.kind == PrivacyRequest.Kind.ACCESS),
        "may_take_back": found.state
        in {PrivacyRequest.State.COOLING_OFF, PrivacyRequest.State.WAITING},
        "identity_form": IdentityForm(initial={"identity": found.identity}),
        "pause_form": PauseForm(),
        "close_form": CloseForm(),
        "refusals": [error for form in overrides.values() for error in form.non_field_errors()],
        **overrides,
    }
    status = 422 if overrides else 200
    return render(request, "candidates/privacy/request.html", context, status=status)

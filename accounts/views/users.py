"""Who works here, and what they may do. For admins."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import invitations
from accounts.actions import sessions as session_actions
from accounts.actions import users as actions
from accounts.forms import ButtonForm, InviteForm, UserForm
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import User
from accounts.permissions import Permission


@requires(Permission.MANAGE_SETTINGS)
def users(request: StaffRequest) -> HttpResponse:
    """Everybody with an account: the open ones first."""
    everybody = User.objects.order_by("-is_active", "name", "pk")
    return render(request, "accounts/users.html", {"users": everybody})


@never_cache
@requires(Permission.MANAGE_SETTINGS)
def user_new(request: StaffRequest) -> HttpResponse:
    """Add a colleague and show the link that sets their password: once, on this page alone."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            user = actions.invite(
                by=request.user, time_zone=request.user.time_zone, **form.cleaned_data
            )
        if form.is_valid():
            return _link_page(request, user)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/user_new.html", {"form": form}, status=status)


@requires(Permission.MANAGE_SETTINGS)
def user(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    colleague = _colleague(public_id)
    form = UserForm(request.POST or None, initial=_details(colleague))
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            actions.change_user(colleague, by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, f"{colleague} is saved.")
            return redirect("accounts:user", public_id)
    return _user(request, colleague, form=form)


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def deactivate(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    colleague = _colleague(public_id)
    button = ButtonForm(request.POST)
    with refusals_shown_on(button):
        actions.deactivate(colleague, by=request.user)
    if button.is_valid():
        messages.success(request, f"The account of {colleague} is closed, its sessions have ended.")
        return redirect("accounts:user", public_id)
    return _user(request, colleague, button=button)


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def reactivate(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    colleague = _colleague(public_id)
    actions.reactivate(colleague, by=request.user)
    messages.success(request, f"The account of {colleague} is open again.")
    return redirect("accounts:user", public_id)


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def end_sessions(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    colleague = _colleague(public_id)
    session_actions.end_all_sessions(colleague, by=request.user)
    messages.success(request, f"{colleague} is signed out everywhere.")
    return redirect("accounts:user", public_id)


@require_POST
@never_cache
@requires(Permission.MANAGE_SETTINGS)
def password_link(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make a link with which a colleague sets a new password, and show it once."""
    return _link_page(request, _colleague(public_id))


def _link_page(request: StaffRequest, colleague: User) -> HttpResponse:
    button = ButtonForm(request.POST)
    with refusals_shown_on(button):
        actions.note_invitation(colleague, by=request.user)
    if button.is_valid():
        context = {"colleague": colleague, "link": invitations.link_for(colleague)}
        return render(request, "accounts/user_link.html", context)
    return _user(request, colleague, button=button)


def _colleague(public_id: uuid.UUID) -> User:
    return get_object_or_404(User, public_id=public_id)


def _details(colleague: User) -> dict[str, Any]:
    return {
        "name": colleague.name,
        "title": colleague.title,
        "team": colleague.team,
        "roles": colleague.roles,
    }


def _user(
    request: StaffRequest,
    colleague: User,
    *,
    form: UserForm | None = None,
    button: ButtonForm | None = None,
) -> HttpResponse:
    context = {
        "colleague": colleague,
        "form": form or UserForm(initial=_details(colleague)),
        "refusals": button.non_field_errors() if button else [],
        "session_count": colleague.sessions.live().count(),
        "is_self": colleague == request.user,
    }
    is_refused = (form is not None and form.is_bound) or button is not None
    status = 422 if is_refused else 200
    return render(request, "accounts/user.html", context, status=status)

"""A colleague's own page: details, password, sessions."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.actions.sessions import end_all_sessions, end_session
from accounts.actions.users import change_own_details, change_own_emails, set_password
from accounts.forms import AccountForm, ChangePasswordForm, EmailsForm
from accounts.http import StaffRequest, requires
from accounts.models import User
from accounts.permissions import Permission


@requires(Permission.USE_PRODUCT)
def account(request: StaffRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_own_details(request.user, **form.cleaned_data)
        messages.success(request, "Your details are saved.")
        return redirect("accounts:account")
    return _account(request, form=form)


@require_POST
@requires(Permission.USE_PRODUCT)
def change_emails(request: StaffRequest) -> HttpResponse:
    """Choose what one is told by email."""
    form = EmailsForm(request.POST, instance=request.user)
    if form.is_valid():
        change_own_emails(request.user, **form.cleaned_data)
        messages.success(request, "What you get by email is saved.")
        return redirect("accounts:account")
    return _account(request, emails_form=form)


@require_POST
@requires(Permission.USE_PRODUCT)
def stop_emails(request: StaffRequest) -> HttpResponse:
    """Get no email any more about what is due, with one click."""
    change_own_emails(request.user, daily_email=User.DailyEmail.NEVER, wants_reminders=False)
    messages.success(request, "You get no more email about what is due. Today shows it.")
    return redirect("accounts:account")


@require_POST
@requires(Permission.USE_PRODUCT)
@sensitive_post_parameters()
def change_password(request: StaffRequest) -> HttpResponse:
    """Change one's own password. Every other session of theirs ends with it."""
    form = ChangePasswordForm(request.POST, user=request.user)
    if form.is_valid():
        password = form.cleaned_data["new_password"]
        try:
            user = set_password(
                request.user, password, by=request.user, keep=request.session.session_key
            )
        except ValidationError as refusal:
            form.add_error("new_password", refusal)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. Your other sessions have ended.")
            return redirect("accounts:account")
    return _account(request, password_form=form)


@require_POST
@requires(Permission.USE_PRODUCT)
def end_one(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one of one's own sessions; the present one by signing out."""
    session = get_object_or_404(request.user.sessions, public_id=public_id)
    end_session(session, by=request.user)
    messages.success(request, "The session has ended.")
    return redirect("accounts:account")


@require_POST
@requires(Permission.USE_PRODUCT)
def sign_out_everywhere(request: StaffRequest) -> HttpResponse:
    end_all_sessions(request.user, by=request.user)
    logout(request)
    return redirect("accounts:sign_in")


def _account(
    request: StaffRequest,
    form: AccountForm | None = None,
    password_form: ChangePasswordForm | None = None,
    emails_form: EmailsForm | None = None,
) -> HttpResponse:
    form = form or AccountForm(instance=request.user)
    password_form = password_form or ChangePasswordForm(user=request.user)
    emails_form = emails_form or EmailsForm(instance=request.user)
    context = {
        "form": form,
        "password_form": password_form,
        "emails_form": emails_form,
        "sessions": request.user.sessions.live(timezone.now()),
        "own_session_key": request.session.session_key,
    }
    is_refused = form.errors or password_form.errors or emails_form.errors
    status = 422 if is_refused else 200
    return render(request, "accounts/account.html", context, status=status)

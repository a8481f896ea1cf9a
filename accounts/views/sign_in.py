"""The doors that stand open: sign in, and set a password by an invitation."""

import time
import uuid

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import confirmation, invitations, throttle
from accounts.actions.sessions import note_failed_sign_in, note_sign_in
from accounts.actions.users import set_password as act_set_password
from accounts.forms import NewPasswordForm, SignInForm
from accounts.http import own_page
from accounts.models import User


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a colleague in. The session gets a new key; no answer tells who has an account."""
    next_url = own_page(request)
    if request.user.is_authenticated:
        return redirect(next_url)
    form = SignInForm(request.POST or None)
    status = 200
    wait = 0
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email = form.cleaned_data["email"]
            address = throttle.client_address(request)
            verdict = throttle.count_attempt(email, address)
            if not verdict.allowed:
                status, wait = 429, verdict.retry_after
                form.add_error(None, throttle.too_many(wait))
            else:
                time.sleep(verdict.delay)
                if user := form.check_password(request):
                    throttle.forget_attempts(email, address)
                    request.session["user_agent"] = request.headers.get("User-Agent", "")
                    login(request, user)
                    confirmation.note(request)
                    note_sign_in(user)
                    return redirect(next_url)
                note_failed_sign_in(email)
    context = {"form": form, "next": next_url}
    response = render(request, "accounts/sign_in.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("new_password", "again")
def set_password(request: HttpRequest, public_id: uuid.UUID, token: str) -> HttpResponse:
    """Let an invited colleague choose a password. The link works once; only the POST uses it up."""
    user = User.objects.active().filter(public_id=public_id).first()
    if user is None or not invitations.is_good(user, token):
        response = render(request, "accounts/set_password_link_over.html", status=404)
        response["Referrer-Policy"] = "no-referrer"
        return response
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act_set_password(user, form.cleaned_data["new_password"], by=user)
        except ValidationError as refusal:
            form.add_error("new_password", refusal)
        else:
            return redirect("accounts:sign_in")
    status = 422 if form.is_bound else 200
    context = {"form": form, "invited": user}
    response = render(request, "accounts/set_password.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    return response

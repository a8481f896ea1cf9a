"""The question for the password, before something that cannot be taken back."""

import time

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import confirmation, throttle
from accounts.actions.sessions import note_failed_confirmation
from accounts.forms import ConfirmForm
from accounts.http import StaffRequest, own_page, requires
from accounts.permissions import Permission


@never_cache
@requires(Permission.USE_PRODUCT)
@sensitive_post_parameters("password")
def confirm(request: StaffRequest) -> HttpResponse:
    """Ask for the password once more; guesses are counted like those at the sign-in."""
    next_url = own_page(request)
    form = ConfirmForm(request.POST or None, user=request.user)
    status, wait = 200, 0
    if request.method == "POST":
        status = 422
        if form.is_valid():
            address = throttle.client_address(request)
            verdict = throttle.count_attempt(request.user.email, address)
            if not verdict.allowed:
                status, wait = 429, verdict.retry_after
                form.add_error(None, throttle.too_many(wait))
            else:
                time.sleep(verdict.delay)
                if form.is_right():
                    throttle.forget_attempts(request.user.email, address)
                    confirmation.note(request)
                    return redirect(next_url)
                note_failed_confirmation(request.user)
    response = render(
        request, "accounts/confirm.html", {"form": form, "next": next_url}, status=status
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response

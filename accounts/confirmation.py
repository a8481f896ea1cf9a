"""Asking for the password again before something that cannot be taken back (X-05).

A signed-in browser may stand open on a desk. Signing in counts as well; five minutes later the
password is asked for again. A view asks after it has found its object, so that what a colleague may
not see stays a 404:

    if challenge := confirmation.challenge(request, back=address):
        return challenge
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

FRESH_FOR = timedelta(minutes=5)
_KEY = "confirmed_at"


def note(request: HttpRequest) -> None:
    """Remember in the session that the password was given now."""
    request.session[_KEY] = timezone.now().timestamp()


def is_fresh(request: HttpRequest) -> bool:
    given = float(request.session.get(_KEY, 0))
    return 0 <= timezone.now().timestamp() - given <= FRESH_FOR.total_seconds()


def challenge(request: HttpRequest, *, back: str) -> HttpResponse | None:
    """Return the way to the question for the password, or None if it was given just now.

    back: the page to come back to. Nothing that was posted is kept: nothing is done unasked.
    """
    if is_fresh(request):
        return None
    return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")

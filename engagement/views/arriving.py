"""How somebody arrives at a page from a link in an email, and what every such page keeps to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts import languages
from engagement import links
from engagement.links import Opened, Purpose
from engagement.recipients import person_behind

COOKIE_HOURS = 24  # WCAG 2.2.1: nobody is timed out under 20 hours
View = Callable[..., HttpResponse]


def candidate_page(*methods: str) -> Callable[[View], View]:
    """Open a view to everybody, keep it out of every cache, and let it tell no other site.

    Django's CSRF cookie is not needed: a change needs the proof that stands in the form itself.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with languages.speaking(languages.of(request)):
                response = view(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = "no-referrer"
            response["X-Robots-Tag"] = "noindex, nofollow"
            response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # its path may hold a token (X-39)
            return response

        guarded = require_http_methods(["GET", "HEAD", *methods])(page)
        return csrf_exempt(login_not_required(guarded))

    return decorate


def arrive(
    request: HttpRequest, token: str, purposes: tuple[Purpose, ...], page: str, *, cookie: str = ""
) -> HttpResponse:
    """Put the token into a cookie and go to an address without it: no history keeps it.

    cookie: its name, where that is not the page's.
    """
    opened = links.open_token(purposes, token)
    if not isinstance(opened, Opened):
        return incomplete(request)
    response = HttpResponseRedirect(reverse(f"engagement:{page}"), status=303)
    candidate = person_behind(opened.candidate)
    if candidate and not languages.chosen(request):  # the page speaks as the email did
        languages.remember(response, languages.known(candidate.language) or languages.ENGLISH)
    return with_cookie(response, cookie or page, token)


def with_cookie(
    response: HttpResponse, page: str, token: str, *, minutes: int = COOKIE_HOURS * 60
) -> HttpResponse:
    response.set_cookie(
        _cookie_name(page),
        token,
        max_age=minutes * 60,
        secure=not settings.DEBUG,
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie_name(page: str) -> str:
    return page if settings.DEBUG else f"__Host-{page}"


def from_cookie(request: HttpRequest, page: str, purposes: tuple[Purpose, ...]) -> Opened | None:
    opened = links.open_token(purposes, request.COOKIES.get(_cookie_name(page), ""))
    return opened if isinstance(opened, Opened) else None


def version_in(request: HttpRequest) -> int | None:
    """Return the version of the choices that a form showed (C-08)."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else None


def incomplete(request: HttpRequest) -> HttpResponse:
    """Page E: a link that was cut, forged or opened without its cookie. Never a server error."""
    return render(request, "engagement/candidate/incomplete.html", status=404)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """Page F: the same words for the erased and for the never known (C-19)."""
    return render(request, "engagement/candidate/nothing_here.html")

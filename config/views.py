"""Home, Today, the health check, the theme, and what is shown when something goes wrong."""

import logging

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, render_part, requires
from accounts.permissions import Permission
from config import gallery
from config import palette as commands
from config.forms import UsedForm
from config.navigation import THEME_COOKIE, THEMES

logger = logging.getLogger(__name__)

YEAR = 365 * 24 * 3600


@requires(Permission.USE_PRODUCT)
def home(request: StaffRequest) -> HttpResponse:
    return redirect("today")


@requires(Permission.USE_PRODUCT)
def shortcuts(request: StaffRequest) -> HttpResponse:
    return render(request, "config/shortcuts.html")


@require_GET
@requires(Permission.USE_PRODUCT)
def palette(request: StaffRequest) -> HttpResponse:
    """Go to a person, a job or a page by typing: in a dialog, or as a page of its own."""
    context = commands.context(request, request.user, request.GET.get("q", ""))
    return render_part(request, "config/palette.html", "options", context)


@require_POST
@requires(Permission.USE_PRODUCT)
def palette_used(request: StaffRequest) -> HttpResponse:
    """Remember what was chosen in the palette, for this session."""
    form = UsedForm(request.POST)
    if not form.is_valid():
        return HttpResponse("That is nothing the palette offers.", status=422)
    commands.remember(request.session, form.cleaned_data["key"])
    return HttpResponse(status=204)


@require_POST
@requires(Permission.USE_PRODUCT)
def theme(request: StaffRequest) -> HttpResponse:
    """Remember light, dark or the system's choice in a cookie, and go back."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, secure=not settings.DEBUG, httponly=True,
            samesite="Lax",
        )  # fmt: skip
    return response


@requires(Permission.USE_PRODUCT)
def components(request: StaffRequest) -> HttpResponse:
    """Show the component gallery, in development only."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "config/gallery.html", gallery.context())


@requires(Permission.USE_PRODUCT)
def candidate_components(request: StaffRequest) -> HttpResponse:
    """Show what candidate pages are made of, in development only."""
    if not settings.DEBUG:
        raise Http404
    context = gallery.context() | {"page_direction": request.GET.get("dir", "ltr")}
    return render(request, "config/gallery_candidate.html", context)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether this process reaches PostgreSQL and Redis. Tells nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as server:
            server.ping()
    except (DatabaseError, redis.RedisError):
        logger.exception("health check failed")
        return HttpResponse("not ok", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a refused form. The reason is for the log, not for the page."""
    return render(request, "errors/403_csrf.html", status=403)

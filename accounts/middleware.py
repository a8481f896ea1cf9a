"""What happens around each request of a colleague: session limits, own time zone, headers."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone

from accounts.models import Session

TOUCH_EVERY = timedelta(minutes=5)  # so that a page costs no write
GetResponse = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip


class SessionLimits:
    """End a session that is idle for an hour or older than twelve, and note the others' use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            row: Session | None = getattr(request.session, "row", None)
            now = timezone.now()
            if row is None or not row.is_live(now):
                auth.logout(request)
            elif now - row.last_seen_at > TOUCH_EVERY:
                Session.objects.filter(pk=row.pk).update(last_seen_at=now)
                row.last_seen_at = now
        return self.get_response(request)


class OwnTimeZone:
    """Show every time in the signed-in colleague's zone. Stored times stay UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)


class WholePageSignIn:
    """Let an HTMX request that met the sign-in reload the page, not swap a form into it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = resolve_url(settings.LOGIN_URL)
        if "HX-Request" in request.headers and response.get("Location", "").startswith(sign_in):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return response


class StaffHeaders:
    """Features no page of ours uses stay off, and a signed-in page is kept by no shared cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-cache")
        return response

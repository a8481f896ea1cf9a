"""Whether the shell shows that something of one's own is running.

A cookie says so, and nothing else: a page costs no query for it, and once nothing runs any more
the cookie goes.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "tray"


def show_in_tray(response: HttpResponse) -> None:
    """Have this browser show its running tasks from now on. Call it where work is started."""
    response.set_cookie(
        COOKIE, "1", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


def stop_showing_in_tray(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def is_shown(request: HttpRequest) -> bool:
    return request.COOKIES.get(COOKIE) == "1"

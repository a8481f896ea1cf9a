"""The names that we had before: links in old emails still work there, the rest moved (C-34)."""

from collections.abc import Callable

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotFound,
    HttpResponsePermanentRedirect,
)
from django.http.request import split_domain_port

from engagement import links

# What is answered in place. A mail program's unsubscribe button follows no redirection (RFC 8058),
# a provider's webhook neither, and a form goes on where it began.
_STAYS = (*sorted(links.PATHS), "/language", "/complain", "/hooks/", "/static/", "/healthz")


class FormerHosts:
    """Answer on a former host what stands in emails; lead every other page to where we are now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.FORMER_HOSTS or request.path_info.startswith(_STAYS):
            return self.get_response(request)
        if split_domain_port(request.get_host())[0] not in settings.FORMER_HOSTS:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotFound(content_type="text/plain; charset=utf-8")
        return HttpResponsePermanentRedirect(settings.BASE_URL + request.get_full_path())

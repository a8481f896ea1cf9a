"""The origin that is for files alone (X-19): it knows tickets, and no page of the product."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from candidates.views.downloads import handed_out


class FilesHost:
    """Answer the host of `FILES_URL` here, before sessions, pages and static files are thought of.

    Its whole path is a ticket.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        files_host = urlsplit(settings.FILES_URL).netloc
        if files_host and request.get_host() == files_host:
            return handed_out(request, request.path_info.removeprefix("/"))
        return self.get_response(request)

"""Giving bytes that came from outside to a browser, which must not run them."""

from django.conf import settings
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    HttpResponseNotFound,
    HttpResponseRedirect,
)
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.models import User
from candidates.documents import tickets
from candidates.documents.kinds import CONTENT_TYPES, Kind
from candidates.models import Document

GONE = (
    "This link was used, or is older than a minute. Go back to the file and press Download again.\n"
)


def hand_over(document: Document, *, is_copy: bool = False, user: User) -> HttpResponseBase:
    """Give a file to who asked for it: here, or by way of the origin that is for files.

    Raises ValidationError: by that way it is not to be had now.
    """
    if settings.FILES_URL:
        address = tickets.address_of(document, is_copy=is_copy, user=user)
        return HttpResponseRedirect(address, status=303)
    return download(document, is_copy=is_copy)


def download(document: Document, *, is_copy: bool = False) -> FileResponse:
    """Give bytes so that no browser opens them as a page.

    A safe copy has a name that tells nothing of the person.
    """
    content = document.safe_file if is_copy else document.file
    name = f"safe-copy-{str(document.public_id)[:8]}.pdf" if is_copy else document.file_name
    kind = Kind.PDF if is_copy else Kind(document.kind)
    response = FileResponse(content.open("rb"))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Type"] = CONTENT_TYPES[kind]
    response["Content-Length"] = content.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_GET
def handed_out(_: HttpRequest, ticket: str) -> HttpResponseBase:
    """Give the file of a ticket, on the files' origin, where nobody is signed in."""
    found = tickets.redeem(ticket)
    if found:
        return download(found.document, is_copy=found.is_copy)
    response = HttpResponseNotFound(GONE, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response

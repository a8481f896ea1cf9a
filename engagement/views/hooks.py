"""What mail providers post. A row for each thing they say, and the answer; the work comes after."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.http import hint
from engagement import tasks
from engagement.actions import incoming, reports
from engagement.delivery import webhooks
from engagement.models import Incoming

logger = logging.getLogger(__name__)
T = TypeVar("T")


MOST_BYTES = 40 * 1024 * 1024  # of one message with its attachments, in base64


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def tracking(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep what a provider reports about our messages. HEAD: it looks whether anybody is there."""
    if request.method == "HEAD":
        return HttpResponse()
    found, refusal = _read(webhooks.tracking_reports, request, provider)
    if refusal:
        return refusal
    if reports.take_reports(found):
        hint(tasks.carry_reports)
    return HttpResponse()


@csrf_exempt
@login_not_required
@require_http_methods(["HEAD", "POST"])
def inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep the messages that a provider hands over."""
    if request.method == "HEAD":
        return HttpResponse()
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return HttpResponse("This is too large.", "text/plain", 413)
    if request.content_type == "application/json":
        # An attachment may be larger than what Django reads of a form into memory.
        request._body = request.read(MOST_BYTES)  # noqa: SLF001  # what `request.body` gives
    found, refusal = _read(webhooks.inbound_messages, request, provider)
    if refusal:
        return refusal
    for raw in found:
        if incoming.receive_message(raw, source=Incoming.Source.HOOK):
            hint(tasks.read_incoming)
    return HttpResponse()


def _read(
    read: Callable[[HttpRequest, str], list[T]], request: HttpRequest, provider: str
) -> tuple[list[T], HttpResponse | None]:
    """Return what was posted, or the answer that refuses it. Raises Http404: no such hook."""
    try:
        return read(request, provider), None
    except webhooks.ShutError as why:
        raise Http404 from why
    except webhooks.ForgedError:
        logger.warning("a provider's post came with a wrong signature or password")
        return [], HttpResponseBadRequest("The signature is wrong.", content_type="text/plain")
    except webhooks.UnreadableError:
        logger.warning("a provider's post cannot be read")
        return [], HttpResponseBadRequest("This cannot be read.", content_type="text/plain")

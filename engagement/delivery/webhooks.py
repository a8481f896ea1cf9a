"""What mail providers post to us, read and checked by Anymail, in our own words.

Anymail knows for each provider what is signed and how its events look. A provider that signs
nothing must send the password of the setting WEBHOOK_SECRET: without one, its webhook is shut.
"""

import hashlib
import json
import warnings
from collections.abc import Iterator
from typing import Final, cast
from uuid import UUID

from anymail.exceptions import AnymailInsecureWebhookWarning, AnymailWebhookValidationFailure
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType
from anymail.urls import urlpatterns
from anymail.webhooks.base import AnymailCoreWebhookView
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from engagement.models import ProviderReport

Kind = ProviderReport.Kind

# Opens and clicks are not here: we do not follow anybody (and see `emails`: no pixel).
_KINDS: Final = {
    EventType.SENT: Kind.LEFT,
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DEFERRED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.REFUSED,
    EventType.FAILED: Kind.REFUSED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}


class ShutError(Exception):
    """No such webhook, or nothing would show that what comes is from the provider."""


class ForgedError(Exception):
    """The signature or the password is wrong."""


class UnreadableError(Exception):
    """It is from the provider, and yet cannot be read."""


def tracking_reports(request: HttpRequest, provider: str) -> list[ProviderReport]:
    """Return the reports that a provider posts, unsaved.

    Raises ShutError, ForgedError and UnreadableError.
    """
    events = _events(_view_of(provider, "tracking"), request)
    return [
        report
        for event in events
        if isinstance(event, AnymailTrackingEvent)
        and (report := _report_of(event, provider)) is not None
    ]


def inbound_messages(request: HttpRequest, provider: str) -> list[bytes]:
    """Return the messages that a provider hands over, whole.

    Anymail puts together again what some providers take to pieces. Raises as `tracking_reports`.
    """
    found = []
    for event in _events(_view_of(provider, "inbound"), request):
        if isinstance(event, AnymailInboundEvent) and event.message is not None:
            message = event.message
            if message.envelope_recipient and "Delivered-To" not in message:
                message["Delivered-To"] = str(message.envelope_recipient)
            try:
                found.append(message.as_bytes())
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as why:
                raise UnreadableError(type(why).__name__) from why
    return found


def _view_of(provider: str, what: str) -> AnymailCoreWebhookView:
    if provider not in settings.MAIL_HOOKS:
        raise ShutError(provider)
    names = (f"{provider}_{what}_webhook", f"{provider}_webhook")  # Mandrill has one for both
    for pattern in urlpatterns:
        if pattern.name in names:
            return _open(pattern.callback.view_class)
    raise ShutError(provider)


def _open(view_class: type[AnymailCoreWebhookView]) -> AnymailCoreWebhookView:
    """Make the view, unless Anymail says that anybody could post to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", AnymailInsecureWebhookWarning)
        try:
            return view_class()
        except AnymailInsecureWebhookWarning as why:
            raise ShutError(view_class.__name__) from why


def _events(view: AnymailCoreWebhookView, request: HttpRequest) -> Iterator[object]:
    view.setup(request)
    try:
        view.run_validators(request)
        yield from view.parse_events(request)
    except AnymailWebhookValidationFailure:
        raise ForgedError from None  # its words may hold the password that was sent
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as why:
        raise UnreadableError(type(why).__name__) from why


def _report_of(event: AnymailTrackingEvent, provider: str) -> ProviderReport | None:
    kind = _KINDS.get(event.event_type)
    if kind is None:
        return None
    return ProviderReport(
        provider=provider[:20],
        event_id=_event_id(event, provider),
        kind=kind,
        why=str(event.reject_reason or "")[:20],
        detail=str(event.mta_response or event.description or ""),
        about=_message_id(event),
        at=event.timestamp or timezone.now(),
    )


def _event_id(event: AnymailTrackingEvent, provider: str) -> str:
    """Return what two deliveries of the same event share: its id or, without one, a hash of it."""
    start = f"{provider}:{event.event_type}"
    if event.event_id:
        return f"{start}:{event.event_id}"[:200]
    said = [event.message_id, event.recipient, event.timestamp and event.timestamp.isoformat()]
    if not all(said):
        said = [json.dumps(event.esp_event, sort_keys=True, default=str)]
    digest = hashlib.sha256("\n".join(str(part) for part in said).encode()).hexdigest()
    return f"{start}:{digest}"


def _message_id(event: AnymailTrackingEvent) -> UUID | None:
    """Return our own id of the message: we gave it to the provider, or it is the Message-ID.

    A provider that keeps no metadata reports the Message-ID, which is made of the same id.
    """
    metadata = cast("dict[str, object]", event.metadata or {})
    for said in (metadata.get("message"), str(event.message_id or "").strip("<>").split("@")[0]):
        try:
            return UUID(str(said))
        except ValueError:
            continue
    return None

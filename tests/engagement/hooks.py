"""What a mail provider posts, as Postmark shapes it."""

import base64
import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

PASSWORD = "hook:only-for-tests"
AT = "2026-11-23T10:00:00Z"


def post(
    body: Any, *, password: str = PASSWORD, provider: str = "postmark", what: str = "tracking"
) -> HttpResponse:
    headers = {}
    if password:
        headers["Authorization"] = f"Basic {base64.b64encode(password.encode()).decode()}"
    address = reverse(f"engagement:hook_{what}", args=[provider])
    return Client().post(address, body, "application/json", headers=headers)


def delivered(message: uuid.UUID, at: str = AT) -> dict[str, Any]:
    return {
        "RecordType": "Delivery",
        "MessageID": str(uuid.uuid5(message, "provider")),
        "Recipient": "ana@mail.example",
        "DeliveredAt": at,
        "Details": "250 OK",
        "Metadata": {"message": str(message)},
    }


def bounced(
    message: uuid.UUID,
    *,
    kind: str = "HardBounce",
    record: str = "Bounce",
    number: int = 0,
    details: str = "550 5.1.1 unknown user",
    at: str = AT,
) -> dict[str, Any]:
    return {
        "RecordType": record,
        "Type": kind,
        "ID": number or message.int % 10**9,
        "MessageID": str(uuid.uuid5(message, "provider")),
        "Email": "ana@mail.example",
        "BouncedAt": at,
        "Details": details,
        "Metadata": {"message": str(message)},
    }


def complained(message: uuid.UUID, number: int = 0) -> dict[str, Any]:
    return bounced(
        message,
        kind="SpamComplaint",
        record="SpamComplaint",
        number=number or message.int % 10**9 + 1,
        details="Complaint",
    )


def unsubscribed(message: uuid.UUID, at: str = AT) -> dict[str, Any]:
    return {
        "RecordType": "SubscriptionChange",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Recipient": "ana@mail.example",
        "ChangedAt": at,
        "MessageID": str(uuid.uuid5(message, "provider")),
        "Metadata": {"message": str(message)},
    }

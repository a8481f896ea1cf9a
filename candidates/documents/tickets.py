"""Handing files out from an origin of their own (X-19), where `FILES_URL` names one.

The pages' origin asks who somebody is and records what they take, then gives their browser a
ticket: good once, and for a minute. What a hostile file does, it does where no session is.
"""

import secrets
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models import Document

SECONDS = 60


@dataclass(frozen=True)
class Handed:
    """What a ticket is good for: the original of a file, or its safe copy."""

    document: Document
    is_copy: bool


def address_of(document: Document, *, is_copy: bool, user: User) -> str:
    """Return the address, on the files' origin, that gives the file to whoever asks first.

    Raises ValidationError: tickets cannot be kept while Redis is away.
    """
    ticket = secrets.token_urlsafe(24)
    try:
        cache.set(_key(ticket), [document.pk, is_copy, user.pk], SECONDS)
    except redis.RedisError as why:
        raise ValidationError(
            "Files cannot be handed out at the moment. Try again in a minute.", code="away"
        ) from why
    return f"{settings.FILES_URL}/{ticket}"


def redeem(ticket: str) -> Handed | None:
    """Use a ticket up. None: used, too old, or its owner may not have the file any more."""
    try:
        found = cache.get(_key(ticket))
        if found is None or not cache.delete(_key(ticket)):
            return None
    except redis.RedisError:
        return None
    document_id, is_copy, user_id = found
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not may(user, Permission.VIEW_PEOPLE):
        return None
    document = Document.objects.visible_to(user).present().filter(pk=document_id).first()
    if document is None or document.is_in_quarantine or document.awaits_scan:
        return None
    if not (document.safe_file if is_copy else document.file):
        return None
    return Handed(document, is_copy)


def _key(ticket: str) -> str:
    return f"file:{ticket}"

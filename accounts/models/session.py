import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from accounts.models.user import User

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
# First match counts: Edge and Chrome both also say what comes after them here.
_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


class SessionQuerySet(models.QuerySet["Session"]):
    def live(self, at: datetime | None = None) -> Self:
        """Neither idle for an hour nor older than twelve."""
        at = at or timezone.now()
        return self.filter(last_seen_at__gt=at - IDLE, created_at__gt=at - ABSOLUTE)

    def ended(self, at: datetime | None = None) -> Self:
        at = at or timezone.now()
        over = models.Q(last_seen_at__lte=at - IDLE) | models.Q(created_at__lte=at - ABSOLUTE)
        return self.filter(over | models.Q(expire_date__lte=at))


class Session(AbstractBaseSession):
    """A signed-in browser. Knows its user, so that all of theirs can be ended at once.

    `public_id` names it in a URL: the session key itself is a secret and is never shown.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = SessionQuerySet.as_manager()  # type: ignore[assignment]  # not by Django's store

    class Meta:
        ordering = ["-last_seen_at", "pk"]

    def is_live(self, at: datetime) -> bool:
        return self.last_seen_at > at - IDLE and self.created_at > at - ABSOLUTE

    @property
    def device(self) -> str:
        """The browser and system in words, as far as the browser said: “Firefox on Linux”."""
        program = next((word for mark, word in _BROWSERS if mark in self.user_agent), "")
        system = next((word for mark, word in _SYSTEMS if mark in self.user_agent), "")
        if not program and not system:
            return "A browser that did not say its name"
        return f"{program or 'A browser'} on {system}" if system else program

    @classmethod
    def get_session_store_class(cls) -> type:
        from accounts.sessions import SessionStore

        return SessionStore

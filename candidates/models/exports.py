import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from candidates.models.work import Work

LASTS = timedelta(hours=24)


def in_a_day() -> datetime:
    return timezone.now() + LASTS


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    def over(self, at: datetime) -> Self:
        return self.filter(expires_at__lte=at)

    def visible_to(self, user: User, at: datetime | None = None) -> Self:
        """Only whoever asked for a file may take it, and only until it expires."""
        return self.filter(made_for=user, expires_at__gt=at or timezone.now())


class ExportFile(models.Model):
    """A file with people in it, made for one colleague and gone after a day (X-32).

    It lies in the default storage, never among static files; the download view is the only way
    to it. `candidates.actions.exports` makes and removes it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_for = models.ForeignKey(User, models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, models.SET_NULL, null=True, blank=True, related_name="files")
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=120, help_text="What the browser saves it as.")
    content_type = models.CharField(max_length=100, default="text/csv; charset=utf-8")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    people = models.PositiveIntegerField(default=0, help_text="How many it speaks of.")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_a_day, db_index=True)

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

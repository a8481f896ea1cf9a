from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from candidates.models.people import Candidate

OPEN_FOR = timedelta(minutes=60)


class ArchiveReadingQuerySet(models.QuerySet["ArchiveReading"]):
    def lets_in(self, user: User, candidate: Candidate, at: datetime) -> Self:
        """The readings by which this user may still look at this person at `at`."""
        return self.filter(by=user, candidate=candidate, at__gt=at - OPEN_FOR, at__lte=at)


class ArchiveReading(models.Model):
    """Somebody opened a person in the restricted archive, and said why (P-13).

    It is the key to their page, for an hour. The person can ask when their record was read and why.
    """

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="archive_readings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)

    objects = ArchiveReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["candidate", "by", "-at"], name="archive_reading_key")]

    def __str__(self) -> str:
        return f"Reading {self.pk}"

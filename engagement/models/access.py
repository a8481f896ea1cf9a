import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from candidates.models import Candidate


class AccessCodeQuerySet(models.QuerySet["AccessCode"]):
    def to_send(self) -> Self:
        return self.filter(looked_up_at=None)

    def signed_in(self, at: datetime) -> Self:
        """Those whose owner came in with them, has not left, and not too long ago."""
        return self.filter(used_at__gt=at - AccessCode.LONGEST, ended_at=None)


class AccessCode(models.Model):
    """Somebody asked for a code to their own page. There is a row whether we know them or not.

    The code itself is kept nowhere: it is worked out from the row and a secret of ours
    (`engagement.codes`). `address` holds what was typed until somebody has looked it up, a moment
    later. The row also stands for the visit that the code began, and is forgotten after a day.
    """

    COUNTS_FOR = timedelta(minutes=10)
    MOST_ATTEMPTS = 5
    LONGEST = timedelta(hours=8)  # a visit ends then, however often it was prolonged
    FORGET_AFTER = timedelta(days=1)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        Candidate, models.CASCADE, null=True, blank=True, related_name="access_codes"
    )
    address = models.EmailField(max_length=254, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    looked_up_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AccessCodeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(looked_up_at=None), name="access_code_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"Access code {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.asked_at + self.COUNTS_FOR

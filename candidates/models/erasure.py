import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def to_journal(self) -> Self:
        """Those that the journal beside the backups does not hold yet."""
        return self.filter(journaled_at=None).order_by("pk")


class Erasure(models.Model):
    """That somebody was erased, and when. Nothing in it says who it was.

    `people` and `addresses` are keyed hashes of the public ids and of the addresses, under key
    `key_version`. Written to the journal after the commit: a restored backup is told by it whom it
    must not bring back (P-18).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject_id = models.CharField(
        max_length=64, help_text="The number that the audit trail knows them by (X-13)."
    )
    at = models.DateTimeField(default=timezone.now)
    key_version = models.PositiveSmallIntegerField()
    people = ArrayField(models.CharField(max_length=64))
    addresses = ArrayField(models.CharField(max_length=64), default=list)
    removed = models.JSONField(default=dict, help_text="Rows that went, by table.")
    journaled_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(journaled_at=None), name="erasure_to_journal")
        ]

    def __str__(self) -> str:
        return f"Erasure {self.pk}"


class FileToDelete(models.Model):
    """A file whose row is gone. It goes after the commit, and is tried again until it is gone."""

    field = models.CharField(
        max_length=120,
        blank=True,
        help_text="Where its name stood, such as candidates.Document.file. Empty: default storage.",
    )
    name = models.CharField(max_length=500)
    since = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=80, blank=True, help_text="The kind of the last error.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["field", "name"], name="file_to_delete_once")
        ]

    def __str__(self) -> str:
        return f"File {self.pk}"

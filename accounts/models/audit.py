import re
from typing import Self

from django.apps import apps
from django.db import models
from django.utils import timezone

_CODE = re.compile(r"[a-z]+(_[a-z]+)+")


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def before(self, pk: int) -> Self:
        """The entries older than that one: the next page of a list that never shifts."""
        last = AuditEvent.objects.filter(pk=pk).first()
        if last is None:
            return self.none()
        older = models.Q(at__lt=last.at) | models.Q(at=last.at, pk__lt=last.pk)
        return self.filter(older, at__lte=last.at)


class AuditEvent(models.Model):
    """Who did what to which record. Insert only; it must survive an erasure.

    So it holds labels and ids, no foreign keys, no message text and no candidate name. Written by
    `accounts.audit.record` alone. A trigger refuses UPDATE and DELETE.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.CharField(max_length=254, help_text="A user's email, or the name of a task.")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    changes = models.JSONField(default=dict, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"

    @property
    def what(self) -> str:
        """The verb in words: “application.would_hire” is “Application would hire”."""
        return _words(self.verb).capitalize()

    @property
    def changed(self) -> list[tuple[str, str, str]]:
        """Field, before and after, with codes such as “stronger_applicant” as words."""
        return [
            (_words(field), _value(before), _value(after))
            for field, (before, after) in self.changes.items()
        ]

    @property
    def record(self) -> str:
        """The kind of record in words: “candidates.mergerecord” is “Merge record”."""
        try:
            kind = apps.get_model(self.subject_type)._meta.verbose_name
        except (LookupError, ValueError):  # a model of an earlier version: the entry outlives it
            kind = self.subject_type.rpartition(".")[2]
        return str(kind).capitalize()


def _value(value: object) -> str:
    text = "" if value is None else str(value)
    return _words(text) if _CODE.fullmatch(text) else text


def _words(code: str) -> str:
    return code.replace(".", " ").replace("_", " ")

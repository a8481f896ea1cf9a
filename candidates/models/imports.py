import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.imports.reading import encoding_name
from candidates.models.people import Candidate


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.IMPORT_PEOPLE) else self.none()


class Import(models.Model):
    """One uploaded CSV file on its way to becoming people. Never sends anything."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for its columns to be named"
        CHECKING = "checking", "Being checked"
        READY = "ready", "Ready to import"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    encoding = models.CharField(max_length=40)
    delimiter = models.CharField(max_length=4)
    columns = models.JSONField(default=list, help_text="Header cells in order.")
    mapping = models.JSONField(default=dict, help_text="Column position → field of a row form.")
    day_first = models.BooleanField(default=True, help_text="03/04 is the third of April.")
    consent_wording = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    people_created = models.PositiveIntegerField(default=0)
    people_joined = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    made = models.JSONField(
        default=dict, help_text="Ids of skills and jobs that had to be made for it."
    )
    problem = models.TextField(blank=True, help_text="Why it failed, as a sentence.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def letters(self) -> str:
        """The encoding by the name that people know it by."""
        return encoding_name(self.encoding)


class ImportRow(models.Model):
    """One line of the file, staged. Keeps what it did, so that the import can be undone exactly."""

    class State(models.TextChoices):
        STAGED = "staged", "Staged"
        CREATED = "created", "New person"
        JOINED = "joined", "Joined to a known person"
        UNCHANGED = "unchanged", "Nothing new"
        REFUSED = "refused", "Refused"
        UNDONE = "undone", "Undone"

    run = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(help_text="Line of the record in the file, header = 1.")
    cells = models.JSONField()
    cleaned = models.JSONField(null=True, blank=True, help_text="Values of the row form.")
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Of `cleaned`: tells lines without an address apart."
    )
    errors = models.JSONField(default=list, blank=True, help_text="Sentences.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGED)
    candidate = models.ForeignKey(
        Candidate, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    did = models.JSONField(default=dict, blank=True, help_text="What it changed, for the undo.")
    undo_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
        ]
        indexes = [
            models.Index(fields=["run", "state", "number"], name="import_row_by_state"),
            models.Index(
                fields=["fingerprint"], condition=~Q(fingerprint=""), name="import_row_fingerprint"
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}"

    @property
    def applied_on(self) -> date | None:
        """The day of the past application that stands on the line."""
        day = (self.cleaned or {}).get("application_on")
        return date.fromisoformat(day) if day else None


class ColumnMapping(models.Model):
    """A remembered guess: this header meant this field last time."""

    header = models.CharField(max_length=200, unique=True, help_text="Folded header text.")
    field = models.CharField(max_length=60, blank=True, help_text="Empty: leave out.")
    used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.header} → {self.field}"

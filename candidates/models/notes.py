import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate

REGRET = timedelta(days=30)  # a deleted note can be brought back for so long


class NoteQuerySet(models.QuerySet["Note"]):
    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def visible_to(self, user: User) -> Self:
        """The notes, none of them deleted, that this user may read, whoever they are about.

        A team note is for whoever may see people. A private one is for its author and those who
        are in the same team *now* (`User.team`, set by an admin), and for privacy officers, who
        answer when the candidate asks what we hold. No team, no company: only the author.
        """
        if not may(user, Permission.VIEW_PEOPLE):
            return self.none()
        if may(user, Permission.MANAGE_PRIVACY):
            return self.kept()
        mine = Q(author=user) | (Q(author__team=user.team) if user.team else Q())
        return self.kept().filter(Q(visibility=Note.Visibility.TEAM) | mine)

    def regretted_before(self, at: datetime) -> Self:
        """Deleted so long before `at` that they do not come back."""
        return self.filter(deleted_at__lt=at - REGRET)


class Note(models.Model):
    """What a colleague wrote about a candidate. The candidate can ask to read it."""

    class Visibility(models.TextChoices):
        TEAM = "team", "All recruiters"
        PRIVATE = "private", "Only my team"

    public_id = models.UUIDField(
        default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False
    )
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(max_length=5000)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.TEAM
    )
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["deleted_at"], condition=~Q(deleted_at=None), name="note_to_forget"
            ),
            # Each search by words asks for them.
            models.Index(fields=["author"], condition=Q(visibility="private"), name="note_private"),
        ]

    def __str__(self) -> str:
        return f"Note {self.pk}"

    def is_visible_to(self, user: User) -> bool:
        """The rule of `visible_to`, for one row with its author at hand; deleted or not."""
        if self.visibility == self.Visibility.TEAM or self.author_id == user.pk:
            return True
        if may(user, Permission.MANAGE_PRIVACY):
            return True
        return bool(user.team) and self.author.team == user.team

    def can_be_restored(self, at: datetime) -> bool:
        return self.deleted_at is not None and self.deleted_at >= at - REGRET

    @property
    def audience(self) -> str:
        """Who can read it, as its author and readers see it said."""
        if self.visibility == self.Visibility.TEAM:
            return "All recruiters"
        return f"Only {self.author.team}" if self.author.team else "Only its author"


class NoteVersion(models.Model):
    """What a note said before its author changed it."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    visibility = models.CharField(max_length=10, choices=Note.Visibility.choices)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-version", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["note", "version"], name="note_version_once"),
        ]

    def __str__(self) -> str:
        return f"Note {self.note_id}, version {self.version}"

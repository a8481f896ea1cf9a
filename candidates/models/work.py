import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate

SPEAKS_OF_ITS_END_AFTER = timedelta(seconds=10)


class WorkQuerySet(models.QuerySet["Work"]):
    def visible_to(self, user: User) -> Self:
        """One's own; everybody's for those who read the audit trail. Whom it was about is apart."""
        return self if may(user, Permission.VIEW_AUDIT) else self.filter(by=user)

    def confirmed(self) -> Self:
        """Without the selections that nobody has confirmed yet."""
        return self.exclude(state=Work.State.DRAFT)

    def going(self) -> Self:
        return self.filter(state__in=Work.GOING)

    def locked(self, pk: int) -> "Work":
        return self.select_for_update(of=("self",)).select_related("by").get(pk=pk)


class Work(models.Model):
    """Something that takes longer than a page may, done in the background and shown as it goes.

    `items` are frozen when it is made: they are the people, and later what became of each. What
    the kind of work does is registered in `candidates.work`. A draft is a selection that waits for
    its confirmation; nothing happens to it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not confirmed"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    GOING = (State.WAITING, State.RUNNING, State.UNDOING)
    ENDED = (State.DONE, State.CANCELLED, State.FAILED, State.UNDONE)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40, help_text="Key of a kind in `candidates.work`.")
    title = models.CharField(max_length=200, help_text="What it does, without any person's name.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    query = models.TextField(blank=True, help_text="The people query that it was made from.")
    values = models.JSONField(default=dict, help_text="What to do, as the kind understands it.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    ok = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="What an undo could not take back.")
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Of the present chunk: a worker that dies leaves its attempt behind."
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True, help_text="Why it failed, as a sentence.")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gte=models.F("ok") + models.F("skipped") + models.F("failed")),
                name="work_no_more_done_than_there_is",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem=""), name="work_failure_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "running", "undoing"]),
                name="work_going",
            ),
            models.Index(fields=["by", "-created_at", "-id"], name="work_of_colleague"),
            models.Index(fields=["-created_at", "-id"], name="work_newest_first"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_going(self) -> bool:
        return self.state in self.GOING

    @property
    def done(self) -> int:
        """How many of `total` have their result, or have been looked at by an undo."""
        if self.state == self.State.UNDOING:
            return self.undone + self.kept
        return self.ok + self.skipped + self.failed

    @property
    def goal(self) -> int:
        return self.ok if self.state == self.State.UNDOING else self.total

    @property
    def left(self) -> int:
        return self.goal - self.done

    @property
    def may_be_retried(self) -> bool:
        """Did it break off, or fail for some, and was nothing of it taken back?"""
        broke = self.state == self.State.FAILED or (self.state == self.State.DONE and self.failed)
        return bool(broke) and not (self.undone or self.kept)

    def may_be_undone(self, at: datetime | None = None) -> bool:
        """Is there something to take back, and still time? (Whether the kind can is apart.)"""
        ended = self.state in {self.State.DONE, self.State.CANCELLED, self.State.FAILED}
        in_time = self.undo_until is not None and self.undo_until > (at or timezone.now())
        return ended and in_time and self.ok > self.undone + self.kept

    def pace(self, at: datetime | None = None) -> str:
        """Return the rate and the end to expect, in words; after ten seconds, not before."""
        took = (at or timezone.now()) - (self.started_at or timezone.now())
        if took < SPEAKS_OF_ITS_END_AFTER or not self.done:
            return ""
        per_second = self.done / took.total_seconds()
        seconds = self.left / per_second
        rate = (
            f"{per_second:,.0f} a second" if per_second >= 1 else f"{per_second * 60:,.0f} a minute"
        )
        if seconds < 60:
            return f"{rate}, less than a minute left"
        minutes = round(seconds / 60)
        return f"{rate}, about {minutes:,} minute{'' if minutes == 1 else 's'} left"


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def waiting(self) -> Self:
        return self.filter(result="")

    def to_undo(self) -> Self:
        return self.filter(result=WorkItem.Result.OK, undo="")


class WorkItem(models.Model):
    """One person in a piece of work, and what became of it. Written with the change itself."""

    class Result(models.TextChoices):
        OK = "ok", "Done"
        SKIPPED = "skipped", "Left as they were"
        FAILED = "failed", "Failed"

    class Undo(models.TextChoices):
        UNDONE = "undone", "Undone"
        KEPT = "kept", "Kept"

    work = models.ForeignKey(Work, models.CASCADE, related_name="items")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)
    reason = models.TextField(blank=True, help_text="Why it was left, or could not be undone.")
    did = models.JSONField(default=dict, blank=True, help_text="What it changed, for the undo.")
    undo = models.CharField(max_length=8, choices=Undo.choices, blank=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "candidate"], name="work_item_once"),
        ]
        indexes = [models.Index(fields=["work", "result", "id"], name="work_item_by_result")]

    def __str__(self) -> str:
        return f"Item {self.pk}"

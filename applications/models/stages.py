import uuid
from typing import Self

from django.db import models

from accounts.models import User
from applications.models.jobs import Job
from applications.models.milestones import Milestone


class StageQuerySet(models.QuerySet["Stage"]):
    def of_board(self) -> Self:
        """The columns where people wait. Being hired is an outcome, not a column."""
        return self.exclude(milestone=Milestone.HIRED)


class Stage(models.Model):
    """A column of one job's pipeline. Its milestone makes it comparable with other jobs."""

    class CandidateState(models.TextChoices):
        """What the candidate is told. Never the internal name of the stage."""

        RECEIVED = "received", "Received"
        REVIEWED = "reviewed", "Being reviewed"
        INTERVIEWING = "interviewing", "Interviewing"
        DECIDING = "deciding", "Decision being made"
        OFFER = "offer", "Offer"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    job = models.ForeignKey(Job, models.CASCADE, related_name="stages")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    milestone = models.SmallIntegerField(choices=Milestone.choices)
    candidate_state = models.CharField(max_length=12, choices=CandidateState.choices)
    hear_by_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days after which somebody in this stage will have heard from us."
    )

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["job", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "position"],
                name="stage_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["job", "name"],
                name="stage_name_once",
                violation_error_message="This job already has a stage with that name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardSetting(models.Model):
    """How one colleague likes pipelines: as a board or a table, and where the focus goes."""

    class View(models.TextChoices):
        BOARD = "board", "Board"
        TABLE = "table", "Table"

    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    view = models.CharField(max_length=5, choices=View.choices, default=View.BOARD)
    keeps_place = models.BooleanField(
        default=False, help_text="After a move the focus goes to the next card, not with this one."
    )

    def __str__(self) -> str:
        return f"{self.view} of {self.user_id}"

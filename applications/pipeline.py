"""The pipeline of a job as it is read: columns with their cards, and what was just done."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from applications.models import Application, Job, Stage
from applications.models.applications import ApplicationQuerySet

MOST_CARDS = 300


@dataclass
class Column:
    """One stage with the people in it; those we are late for, or who hear soonest, first."""

    stage: Stage
    count: int = 0
    late: int = 0
    cards: list[Application] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)


def columns_of(job: Job, user: User, at: datetime, *, only_late: bool = False) -> list[Column]:
    """Return the columns of a job's board. Three queries, whatever its size.

    A board shows at most `MOST_CARDS` people; the table shows everybody.
    """
    columns = {stage.pk: Column(stage) for stage in job.stages.of_board()}
    people = considered(job, user, at)
    for stage_id, (count, late) in people.count_by_stage().items():
        if column := columns.get(stage_id):
            column.count, column.late = count, late
    if only_late:
        people = people.only_late()
        for column in columns.values():
            column.count = column.late
    for application in people[:MOST_CARDS]:
        if column := columns.get(application.stage_id):
            application.job = job
            column.cards.append(application)
    return list(columns.values())


def considered(job: Job, user: User, at: datetime) -> ApplicationQuerySet:
    """Return the open applications of a job, soonest hear-by date first, with `is_late`."""
    return (
        Application.objects.visible_to(user)
        .filter(job=job)
        .open()
        .with_today(at)
        .select_related("candidate", "stage")
        .order_by("hear_by", "applied_at", "pk")
    )


def last_done(application: Application) -> tuple[str, bool]:
    """Say what was last done with an application, and whether a move can be undone."""
    name, stage = application.candidate.name, application.stage
    change = application.stage_changes.select_related("from_stage").order_by("-at", "-pk").first()
    if change is None or change.from_stage is None:
        return f"{name} is in {stage.name}.", False
    if change.undone_at:
        return f"{name} is back in {stage.name}. They hear by the same day as before.", False
    told = stage.get_candidate_state_display()
    words = f"{name} moved from {change.from_stage.name} to {stage.name}. They are told “{told}”."
    return words, application.is_open

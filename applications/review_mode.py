"""Review mode: which applications of a job are looked at one after the other. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Subquery

from accounts.models import User
from applications.models import Application, Job, Postponed, Stage, StageChange


@dataclass(frozen=True)
class Queue:
    """Who waits in the stage, the oldest first, then those put off, in that order."""

    stage: Stage | None
    keys: list[int]
    later: int  # put off to a day that is still to come

    def place(self, application: Application) -> int:
        """Which of them it is, the first being 1; 0 if it is not among them."""
        return self.keys.index(application.pk) + 1 if application.pk in self.keys else 0

    def beside(self, application: Application, step: int) -> int | None:
        """The key of the next (1) or the one before (-1), if there is one."""
        place = self.place(application) - 1 + step
        return self.keys[place] if 0 <= place < len(self.keys) else None


def queue_of(job: Job, user: User, today: date, stage: Stage | None = None) -> Queue:
    """Return who is to be looked at in a stage of a job: its first one unless one is named."""
    stage = stage or job.stages.of_board().first()
    waiting = Application.objects.visible_to(user).open().filter(job=job, stage=stage)
    mine = Postponed.objects.filter(application=OuterRef("pk"), user=user)
    until = mine.filter(until__gt=today)
    there = (
        waiting.filter(candidate__merged_into=None)
        .exclude(Exists(until))
        .annotate(put_off_at=Subquery(mine.values("at")[:1]))
        .order_by(F("put_off_at").asc(nulls_first=True), "applied_at", "pk")
    )
    return Queue(
        stage, list(there.values_list("pk", flat=True)), waiting.filter(Exists(until)).count()
    )


def stage_after(application: Application) -> Stage | None:
    """Return the stage into which somebody goes on, or nothing after the last."""
    later = application.job.stages.of_board().filter(position__gt=application.stage.position)
    return later.order_by("position", "pk").first()


def last_step(stage: Stage | None, user: User, since: datetime) -> StageChange | None:
    """Return the user's last move out of a stage that can be taken back, since a moment."""
    return (
        StageChange.objects.filter(
            by=user,
            undone_at=None,
            at__gte=since,
            application__closed_at=None,
            from_stage=stage,
            from_stage__isnull=False,
        )
        .filter(to_stage=F("application__stage"))
        .select_related("application__candidate", "application__job", "to_stage")
        .order_by("-at", "-pk")
        .first()
    )

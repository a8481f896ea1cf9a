"""The pipeline of a job as it is read: columns with their cards, and what changed in it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import DateField, F, Q, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from applications.models import Application, Job, Stage, StageChange
from applications.models.applications import ApplicationQuerySet

PER_COLUMN = 30  # cards of one column at first; more are loaded when they are asked for
MOST_CHANGES = 200
OVERLAP = timedelta(seconds=10)  # a change is dated when it begins and seen when it commits
_NEVER = date(9999, 12, 31)  # sorts who was told no date after everybody else


@dataclass(frozen=True)
class Place:
    """Where a card stands in its column."""

    due: date
    applied_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.due.isoformat()}_{self.applied_at.isoformat()}_{self.pk}"


@dataclass
class Column:
    """One stage with the people in it; those we are late for, or who hear soonest, first."""

    stage: Stage
    count: int = 0
    late: int = 0
    cards: list[Application] = field(default_factory=list)

    @property
    def head(self) -> str:
        """What the heading says, such as “Interview, 4 people, 1 late” (A-01)."""
        people = f"{self.count} {'person' if self.count == 1 else 'people'}"
        return ", ".join([self.stage.name, people] + ([f"{self.late} late"] if self.late else []))

    @property
    def hidden(self) -> int:
        return self.count - len(self.cards)

    @property
    def last(self) -> str:
        return str(place_of(self.cards[-1])) if self.cards else ""


def considered(job: Job, user: User, at: datetime) -> ApplicationQuerySet:
    """Return the open applications of a job, soonest hear-by date first, with `is_late`."""
    return (
        Application.objects.visible_to(user)
        .filter(job=job)
        .open()
        .with_today(at)
        .annotate(due=Coalesce("hear_by", Value(_NEVER), output_field=DateField()))
        .select_related("candidate")
        .order_by("due", "applied_at", "pk")
    )


def columns_of(job: Job, people: ApplicationQuerySet) -> list[Column]:
    """Return the columns of a job's board, each with its first cards. Three queries."""
    columns = {stage.pk: Column(stage) for stage in job.stages.of_board()}
    for stage_id, (count, late) in people.count_by_stage().items():
        if column := columns.get(stage_id):
            column.count, column.late = count, late
    row = Window(RowNumber(), partition_by=F("stage"), order_by=["due", "applied_at", "pk"])
    for application in people.annotate(row=row).filter(row__lte=PER_COLUMN):
        if column := columns.get(application.stage_id):
            application.job, application.stage = job, column.stage
            column.cards.append(application)
    return list(columns.values())


def more_of(people: ApplicationQuerySet, stage: Stage, after: Place) -> tuple[Column, int]:
    """Return the next cards of a column, and how many follow them. Two queries."""
    later = people.filter(stage=stage).filter(
        Q(due__gt=after.due)
        | Q(due=after.due, applied_at__gt=after.applied_at)
        | Q(due=after.due, applied_at=after.applied_at, pk__gt=after.pk)
    )
    column = Column(stage, cards=list(later[:PER_COLUMN]))
    for application in column.cards:
        application.job, application.stage = stage.job, stage
    column.count = later.order_by().count()
    return column, column.hidden


def place_of(application: Application) -> Place:
    return Place(application.hear_by or _NEVER, application.applied_at, application.pk)


def position_of(application: Application, people: ApplicationQuerySet) -> tuple[int, int]:
    """Return which card of its column it is, the first being 1, and of how many."""
    here = people.filter(stage=application.stage_id).order_by()
    place = place_of(application)
    before = here.filter(
        Q(due__lt=place.due)
        | Q(due=place.due, applied_at__lt=place.applied_at)
        | Q(due=place.due, applied_at=place.applied_at, pk__lt=place.pk)
    )
    return before.count() + 1, here.count()


@dataclass(frozen=True)
class Done:
    """What was last done with an application, in words; and the move that an undo takes back."""

    text: str
    change: int | None = None


def last_done(application: Application) -> Done:
    """Say what was last done with an application. One query."""
    name, stage = application.shown_name, application.stage
    change = application.stage_changes.select_related("from_stage").order_by("-at", "-pk").first()
    if change is None or change.from_stage is None:
        return Done(f"{name} is in {stage.name}.")
    if change.undone_at:
        return Done(f"{name} is back in {stage.name}. They hear by the same day as before.")
    told = stage.get_candidate_state_display()
    words = f"{name} moved from {change.from_stage.name} to {stage.name}. They are told “{told}”."
    return Done(words, change.pk if application.is_open else None)


def changes_since(job: Job, user: User, since: datetime) -> list[tuple[str, str]]:
    """Return what happened to cards of a job since: (application, what happened and when).

    Reaches back a little further than asked, so that a change is not missed that began before and
    was committed after; whoever asks passes over those they know. Two queries.
    """
    begin = since - OVERLAP
    visible = Application.objects.visible_to(user).filter(job=job)
    moves = StageChange.objects.filter(application__in=visible.values("pk"))
    moves = moves.filter(Q(at__gte=begin) | Q(undone_at__gte=begin))
    rows = moves.values_list("application__public_id", "at", "undone_at")[:MOST_CHANGES]
    found = [(str(card), key_of(undone or at)) for card, at, undone in rows]
    closed = visible.filter(closed_at__gte=begin).values_list("public_id", "closed_at")
    found += [(str(card), key_of(at)) for card, at in closed[:MOST_CHANGES] if at]
    return found


def key_of(at: datetime) -> str:
    return f"{at.timestamp():.6f}"

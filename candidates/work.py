"""Background work: what kinds there are, and how one is moved to its end, a chunk at a time.

A floor above registers its kinds in `AppConfig.ready`. A chunk is one transaction: the changes, the
results of its people and the counts commit together. So a worker may die anywhere and another one
goes on after the last whole chunk; nobody is done twice and nobody is left out.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.permissions import Permission, may
from candidates.models import Candidate, Work, WorkItem

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # a chunk takes a second or two; a dead worker's work waits this long
MOST_ATTEMPTS = 3  # at one chunk, before the work fails
UNDO_FOR = timedelta(days=7)
GONE = "They are no longer here, or you may not see them any more."
_REFUSED = "The database refused this, so nothing was changed for them."


@dataclass(frozen=True)
class Outcome:
    """What became of one person: the result, why it was left, and what an undo needs to know."""

    result: WorkItem.Result
    reason: str = ""
    did: dict[str, Any] = field(default_factory=dict)


def done(**did: Any) -> Outcome:
    return Outcome(WorkItem.Result.OK, did=did)


def left(reason: str) -> Outcome:
    return Outcome(WorkItem.Result.SKIPPED, reason)


class Kind(ABC):
    """One kind of background work. `step` does one chunk in the transaction of the runner.

    `step` and `undo_step` get the locked work, count into it, and say whether there is more.
    """

    key: ClassVar[str]
    doing: ClassVar[str] = "Working"
    permission: ClassVar[Permission]
    can_undo: ClassVar[bool] = False

    @abstractmethod
    def step(self, work: Work) -> bool:
        """Do one chunk."""

    def undo_step(self, work: Work) -> bool:
        """Take one chunk back. Asked only of kinds that `can_undo`, which override it."""
        raise TypeError(f"{type(self).__name__} cannot be undone")


class PeopleKind(Kind):
    """Work that does the same for each of many people, in the order in which they were frozen.

    Override `apply_many`, where some statements serve a whole chunk; if the database refuses one,
    each person is tried alone. Or override `apply_one`, which runs in a savepoint of its own and
    may refuse with a ValidationError.
    """

    chunk: ClassVar[int] = 100

    def step(self, work: Work) -> bool:
        items = list(work.items.waiting().order_by("pk")[: self.chunk])
        if not items:
            self.finish(work)
            return False
        people = _people_of(work, items)
        outcomes = self.apply(work, list(people.values())) if people else {}
        for item in items:
            outcome = outcomes.get(item.candidate_id) or left(GONE)
            item.result, item.reason, item.did = outcome.result, outcome.reason, outcome.did
            setattr(work, outcome.result, getattr(work, outcome.result) + 1)
        WorkItem.objects.bulk_update(items, ["result", "reason", "did"])
        return True

    def undo_step(self, work: Work) -> bool:
        items = list(work.items.to_undo().order_by("-pk")[: self.chunk])
        if not items:
            return False
        people = _people_of(work, items)
        reasons = self.undo(work, [(item, people.get(item.candidate_id)) for item in items])
        for item in items:
            item.reason = reasons.get(item.pk, "")
            item.undo = WorkItem.Undo.KEPT if item.reason else WorkItem.Undo.UNDONE
            work.kept += item.undo == WorkItem.Undo.KEPT
            work.undone += item.undo == WorkItem.Undo.UNDONE
        WorkItem.objects.bulk_update(items, ["reason", "undo"])
        return True

    def apply(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        """Do it for a chunk of people. Returns candidate id → outcome."""
        if type(self).apply_many is not PeopleKind.apply_many:
            try:
                with transaction.atomic():
                    return self.apply_many(work, people)
            except (IntegrityError, DataError) as error:
                logger.warning("work %s goes one by one: %s", work.pk, type(error).__name__)
        return {person.pk: self._safely(work, person) for person in people}

    def apply_many(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        """Do it for several at once, with the outcome that each would have alone."""
        raise TypeError(f"{type(self).__name__} says neither how to do many nor how to do one")

    def apply_one(self, work: Work, person: Candidate) -> Outcome:
        """Do it for one person. Raises ValidationError: not for them; the sentence says why."""
        return self.apply_many(work, [person])[person.pk]

    def finish(self, work: Work) -> None:
        """Do what is done once, in the transaction that ends the work."""

    def undo(self, work: Work, rows: list[tuple[WorkItem, Candidate | None]]) -> dict[int, str]:
        """Take it back for a chunk. Returns item id → why it had to stay."""
        reasons = {}
        for item, person in rows:
            try:
                with transaction.atomic():
                    reasons[item.pk] = self.undo_one(work, item, person) if person else GONE
            except ValidationError as refusal:
                reasons[item.pk] = " ".join(refusal.messages)
        return reasons

    def undo_one(self, work: Work, item: WorkItem, person: Candidate) -> str:
        """Take it back for one person. Returns why it had to stay, or nothing."""
        raise TypeError(f"{type(self).__name__} cannot be undone")

    def _safely(self, work: Work, person: Candidate) -> Outcome:
        try:
            with transaction.atomic():
                return self.apply_one(work, person)
        except ValidationError as refusal:
            return left(" ".join(refusal.messages))
        except (IntegrityError, DataError) as error:
            logger.warning("work %s refused for one row: %s", work.pk, type(error).__name__)
            return Outcome(WorkItem.Result.FAILED, _REFUSED)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of work known. Kinds of other floors register when Django starts."""
    _kinds[kind.key] = kind


def kind_of(work: Work) -> Kind | None:
    """Return the kind of a piece of work; None if this release no longer knows it."""
    return _kinds.get(work.kind)


def work_on(work_id: int, *, seconds: float | None = None) -> bool:
    """Move a piece of work to its end. Safe at any time, by any number of workers.

    seconds: leave off after about this long, so that other tasks get their turn. Returns whether
    it left off with work to do.
    """
    start = time.monotonic()
    while seconds is None or time.monotonic() - start < seconds:
        if not _claim(work_id):
            return False
        try:
            if not _one_chunk(work_id):
                return False
        except DatabaseError as error:  # the attempt is counted already
            logger.warning("work %s lost a chunk: %s", work_id, type(error).__name__)
            Work.objects.filter(pk=work_id).update(leased_until=None)
    return True


def unfinished(now: datetime) -> list[int]:
    """Return the works that a worker should be at and none is."""
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return list(Work.objects.going().filter(free).order_by("pk").values_list("pk", flat=True))


def _claim(work_id: int) -> bool:
    """Take the lease and count the attempt, in a statement of its own: a crash cannot undo it."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    claimed = Work.objects.going().filter(free, pk=work_id)
    return bool(claimed.update(leased_until=now + LEASE, attempts=F("attempts") + 1))


@transaction.atomic
def _one_chunk(work_id: int) -> bool:
    """Do one chunk. Returns whether there may be more."""
    works = Work.objects.select_for_update(skip_locked=True, of=("self",)).select_related("by")
    work = works.going().filter(pk=work_id).first()
    if work is None:  # cancelled, or a worker whose lease ran out is still at it
        return False
    kind = kind_of(work)
    if problem := _problem(work, kind):
        _end(work, Work.State.FAILED, problem)
        return False
    assert kind is not None  # noqa: S101  # `_problem` said so
    if work.state == Work.State.WAITING:
        work.state, work.started_at = Work.State.RUNNING, work.started_at or timezone.now()
    is_undo = work.state == Work.State.UNDOING
    more = kind.undo_step(work) if is_undo else kind.step(work)
    work.attempts, work.leased_until = 0, None
    if more:
        work.save()
    else:
        _end(work, Work.State.UNDONE if is_undo else Work.State.DONE)
    return more


def _problem(work: Work, kind: Kind | None) -> str:
    if kind is None:
        return "This release does not know this kind of work. Ask whoever runs this installation."
    if not may(work.by, kind.permission):
        return f"{work.by} may no longer do this, so it stopped."
    if work.attempts > MOST_ATTEMPTS:
        return (
            f"It broke off {MOST_ATTEMPTS} times at the same place, after {work.done:,} of"
            f" {work.goal:,}. What was done before stays. Try again; if it breaks off once more,"
            " ask whoever runs this installation."
        )
    return ""


def _end(work: Work, state: Work.State, problem: str = "") -> None:
    work.state, work.problem, work.ended_at = state, problem, timezone.now()
    work.attempts, work.leased_until = 0, None
    if work.undo_until is None and work.ok and getattr(kind_of(work), "can_undo", False):
        work.undo_until = work.ended_at + UNDO_FOR
    work.save()
    counts: Iterable[str] = ("ok", "skipped", "failed", "undone", "kept")
    told = {name: ["", str(getattr(work, name))] for name in counts if getattr(work, name)}
    audit.record(work.by, f"work.{state}", work, kind=["", work.kind], **told)


def _people_of(work: Work, items: list[WorkItem]) -> dict[int, Candidate]:
    """Return those of the items whom the colleague may still see, in their frozen order."""
    ids = [item.candidate_id for item in items]
    found = Candidate.objects.visible_to(work.by).in_bulk(ids)
    return {pk: found[pk] for pk in ids if pk in found}

"""Every change of state of background work, but for its progress: that is `candidates.work`."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from candidates.models import Work, WorkItem
from candidates.models.people import CandidateQuerySet
from candidates.work import UNDO_FOR, kind_of

KEPT_FOR = timedelta(days=30)
DRAFTS_KEPT_FOR = timedelta(days=1)


@transaction.atomic
def freeze(
    people: CandidateQuerySet,
    *,
    by: User,
    query: str = "",
    most: int = 100_000,
    kind: str = "",
    values: dict[str, Any] | None = None,
) -> Work:
    """Keep exactly these people as the draft of a piece of work. Nothing happens to them yet.

    people: unordered; whoever fits later is not among them. One statement, however many.
    kind, values: of a draft that is made for one kind of work.

    Raises ValidationError: nobody, or more than `most`.
    """
    work = Work.objects.create(
        by=by, query=query, state=Work.State.DRAFT, kind=kind, values=values or {}
    )
    people = people.order_by()
    if people.values("pk")[: most + 1].count() > most:
        raise ValidationError(
            f"These are more than {most:,} people. Narrow the search, and do it in parts.",
            code="too_many",
        )
    chosen, params = people.order_by().values("pk").query.sql_with_params()
    copy = (  # the inner query is Django's own
        "INSERT INTO candidates_workitem (work_id, candidate_id, result, reason, did, undo)"  # noqa: S608
        f" SELECT %s, chosen.id, '', '', '{{}}', '' FROM ({chosen}) AS chosen (id)"
        " GROUP BY chosen.id ORDER BY chosen.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(copy, [work.pk, *params])
        work.total = cursor.rowcount
    if not work.total:
        raise ValidationError("Nobody is found by this search any more.", code="nobody")
    work.save(update_fields=["total"])
    return work


@transaction.atomic
def start(work: Work, *, kind: str, title: str, by: User, values: dict[str, Any]) -> Work:
    """Confirm a draft: a worker takes it up.

    Raises ValidationError: it was confirmed before, or nobody is in it.
    """
    work = Work.objects.locked(work.pk)
    if work.state != Work.State.DRAFT:
        raise ValidationError("This was confirmed already. See Tasks.", code="confirmed")
    if not work.total:
        raise ValidationError("Nobody is chosen.", code="nobody")
    work.kind, work.title, work.values = kind, title[:200], values
    work.state, work.created_at = Work.State.WAITING, timezone.now()
    work.save(update_fields=["kind", "title", "values", "state", "created_at"])
    audit.record(by, "work.started", work, kind=["", kind], people=["", str(work.total)])
    return work


@transaction.atomic
def cancel(work: Work, *, by: User) -> Work:
    """Stop after the present chunk. What is done stays; the rest is left.

    Raises ValidationError: it has ended.
    """
    work = Work.objects.locked(work.pk)
    if work.state not in {Work.State.WAITING, Work.State.RUNNING}:
        raise ValidationError("It has ended already.", code="ended")
    work.state, work.ended_at = Work.State.CANCELLED, timezone.now()
    work.leased_until, work.attempts = None, 0
    if work.ok and getattr(kind_of(work), "can_undo", False):
        work.undo_until = work.ended_at + UNDO_FOR
    work.save()
    audit.record(by, "work.cancelled", work, done=["", f"{work.done} of {work.total}"])
    return work


@transaction.atomic
def retry(work: Work, *, by: User) -> Work:
    """Take up work that failed, or the people in it for whom it failed. The others stay done.

    Raises ValidationError: nothing of it failed.
    """
    work = Work.objects.locked(work.pk)
    if not work.may_be_retried:
        raise ValidationError("Nothing of this failed.", code="nothing_failed")
    again = work.items.filter(result=WorkItem.Result.FAILED).update(result="", reason="")
    work.failed -= again
    work.state, work.problem, work.attempts, work.leased_until = Work.State.WAITING, "", 0, None
    work.ended_at = work.started_at = None
    work.save()
    audit.record(by, "work.retried", work)
    return work


@transaction.atomic
def undo(work: Work, *, by: User) -> Work:
    """Start taking back what was done, person by person; whoever was changed since is kept.

    Raises ValidationError: this kind cannot be undone, nothing was done, or it is too late.
    """
    work = Work.objects.locked(work.pk)
    kind = kind_of(work)
    if kind is None or not kind.can_undo:
        raise ValidationError("This cannot be undone.", code="cannot_undo")
    if not work.may_be_undone():
        raise ValidationError("There is nothing left to undo.", code="nothing_to_undo")
    work.state, work.started_at, work.attempts = Work.State.UNDOING, timezone.now(), 0
    work.leased_until = None
    work.save()
    audit.record(by, "work.undo_started", work)
    return work


@transaction.atomic
def forget(now: datetime) -> int:
    """Delete works that ended a month ago, and drafts after a day. Returns how many."""
    ended = Work.objects.filter(state__in=Work.ENDED, ended_at__lte=now - KEPT_FOR)
    drafts = Work.objects.filter(state=Work.State.DRAFT, created_at__lte=now - DRAFTS_KEPT_FOR)
    ids = [*ended.values_list("pk", flat=True), *drafts.values_list("pk", flat=True)]
    Work.objects.filter(pk__in=ids).delete()
    return len(ids)

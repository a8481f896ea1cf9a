"""Celery entry points. Safe to run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from candidates import files, journal, work
from candidates.actions import (
    documents,
    erasure,
    exports,
    merging,
    notes,
    pool_counts,
    readings,
    safe_copies,
    scans,
)
from candidates.actions import retention as retention_actions
from candidates.actions import work as work_actions
from candidates.duplicates import finding
from candidates.models import TalentPool
from candidates.pools import refresh as refresh_pool

TURN = 3  # seconds at one piece of work


@shared_task(ignore_result=True)
def read_document(document_id: int) -> None:
    """Have one file scanned, read it, if nobody does, and make the safe copy of a PDF."""
    scans.scan_document(document_id)
    readings.read_document(document_id)
    safe_copies.make_safe_copy(document_id)


@shared_task(ignore_result=True)
def read_waiting_documents() -> None:
    """Hand out files that nobody scans, reads or copies: their nudge or worker was lost, or the
    scanner was away. Beat asks."""
    now = timezone.now()
    waiting = {*scans.unscanned(now), *readings.unread(now), *safe_copies.uncopied(now)}
    for document_id in sorted(waiting):
        read_document.apply_async((document_id,), expires=60)


@shared_task
def forget_removed_documents() -> int:
    """Delete for good what was removed thirty days ago, and files that no row knows."""
    now = timezone.now()
    return documents.forget_removed(now) + documents.sweep(now)


@shared_task(ignore_result=True)
def do_work(work_id: int) -> None:
    """Do background work, a turn at a time: other tasks get theirs in between."""
    if work.work_on(work_id, seconds=TURN):
        do_work.delay(work_id)


@shared_task(ignore_result=True)
def go_on_with_work() -> None:
    """Take up work whose worker was lost. Beat calls it every few seconds."""
    for work_id in work.unfinished(timezone.now()):
        work.work_on(work_id, seconds=TURN)


@shared_task(ignore_result=True)
def find_duplicates() -> int:
    """Look for records that may be one person, if it is time. Returns pairs that are new."""
    now = timezone.now()
    search = finding.search_everybody(now) if finding.is_due(now) else None
    return search.suggested if search else 0


@shared_task(ignore_result=True)
def forget_merges() -> int:
    """Forget what was kept to undo merges, where the time for that is over."""
    return merging.forget_changes(timezone.now())


@shared_task
def fill_pool(pool_id: int) -> dict[str, int]:
    """Bring one living pool in line with its search. Returns how many came and went."""
    pool = TalentPool.objects.living().filter(pk=pool_id).select_related("owner").first()
    return refresh_pool(pool, timezone.now()) if pool else {}


@shared_task
def fill_pools() -> int:
    """Do that for every living pool: people change all the time. Returns how many pools."""
    living = list(TalentPool.objects.living().select_related("owner").order_by("pk"))
    for pool in living:
        refresh_pool(pool, timezone.now())
    return len(living)


@shared_task
def count_pools() -> int:
    """Count large pools whose members came or went, or were not counted for ten minutes."""
    return pool_counts.count_due(timezone.now())


@shared_task
def forget_work() -> int:
    """Delete results that are a month old, and files that expired. Returns how many."""
    now = timezone.now()
    return work_actions.forget(now) + exports.remove_over(now)


@shared_task
def go_on_with_erasures() -> int:
    """Erase those whose seven days are over; write the journal; delete files that are left over.

    Returns how many people were erased.
    """
    done = erasure.go_on(timezone.now())
    while journal.write_next():
        pass
    while files.delete_next():
        pass
    return done


@shared_task
def forget_notes() -> int:
    """Remove for good the notes that were deleted thirty days ago. Returns how many."""
    return notes.forget_notes(timezone.now())


@shared_task
def plan_retention() -> int:
    """Plan what is due for people whose time is over. Beat asks every night. Returns how many."""
    plan = retention_actions.make_plan(timezone.now())
    return plan.items.count() if plan else 0


@shared_task
def execute_retention() -> int:
    """Carry out what was seen for 72 hours, a chunk at a time. Returns how many were settled."""
    done = 0
    while settled := retention_actions.execute(timezone.now()):
        done += settled
    return done

"""Celery entry points. Safe to run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from applications import imports
from applications.actions.promises import settle_overdue

TURN = 3  # seconds at one import


@shared_task
def lapse_promises() -> dict[str, int]:
    """Settle the promises that nobody settled, and say how many of each."""
    return settle_overdue(timezone.now())


@shared_task(ignore_result=True)
def work_on_import(import_id: int) -> None:
    """Check, commit or undo an import, a turn at a time: other tasks get theirs in between."""
    if imports.work_on(import_id, seconds=TURN):
        work_on_import.delay(import_id)


@shared_task(ignore_result=True)
def go_on_with_imports() -> None:
    """Take up imports whose worker was lost. Beat calls it every few seconds."""
    for import_id in imports.unfinished():
        imports.work_on(import_id, seconds=TURN)

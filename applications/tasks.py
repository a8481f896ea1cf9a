"""Celery entry points. Safe to run at any time, any number of times."""

from celery import shared_task
from django.utils import timezone

from applications.actions.promises import settle_overdue


@shared_task
def lapse_promises() -> dict[str, int]:
    """Settle the promises that nobody settled, and say how many of each."""
    return settle_overdue(timezone.now())

"""Celery entry points of the house itself: hints, not decisions. The database is the queue."""

from celery import shared_task
from django.utils import timezone

from config import daily
from engagement.actions import staff_emails
from engagement.delivery import to_staff


@shared_task(ignore_result=True)
def write_to_staff() -> int:
    """Tell colleagues whose working morning has come what is due. Returns emails handed over.

    At any time, any number of times, at once with itself: each gets one on a day.
    """
    now = timezone.now()
    to_staff.reap(now)
    staff_emails.plan(now)
    return to_staff.deliver(daily.words_for)


@shared_task(ignore_result=True)
def forget_staff_emails() -> int:
    """Delete what is a month old. A late run does no harm."""
    return staff_emails.forget(timezone.now())

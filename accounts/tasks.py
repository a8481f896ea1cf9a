"""Celery entry points: forgetting what has ended."""

from celery import shared_task
from django.utils import timezone

from accounts import limits
from accounts.sessions import SessionStore


@shared_task(ignore_result=True)
def forget_sessions() -> None:
    """Delete the rows of sessions that are over. A late run leaves dead rows a while longer."""
    SessionStore.clear_expired()


@shared_task(ignore_result=True)
def forget_counts() -> int:
    """Delete counts of limits whose time is over. A late run does no harm."""
    return limits.forget(timezone.now())

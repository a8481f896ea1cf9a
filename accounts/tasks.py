"""Celery entry point: forgetting sessions that have ended."""

from celery import shared_task

from accounts.sessions import SessionStore


@shared_task(ignore_result=True)
def forget_sessions() -> None:
    """Delete the rows of sessions that are over. A late run leaves dead rows a while longer."""
    SessionStore.clear_expired()

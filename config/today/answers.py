"""Rows about people who must be told something: by us, by the house, by the law."""

from datetime import datetime

from django.urls import reverse
from django.utils.timesince import timesince

from accounts.models import User
from accounts.permissions import Permission
from applications import duties
from applications.models import Application
from config.today.words import Action, Row


def untold_row(application: Application, user: User, now: datetime) -> Row:
    """Somebody whose letter did not go; marked for the owner of a job that is over."""
    job, since = application.job, application.untold_since
    is_over = f" · the job is {job.get_status_display().lower()}" if job.is_over else ""
    mark = f"for {timesince(since, now, depth=1)}" if since else ""
    return Row(
        title=application.candidate.name,
        href=_page("application", application),
        detail=with_interview(f"{job.title}{is_over}", application),
        tone="bad",
        mark=f"{mark}, your job" if job.owner_id == user.pk else mark,
        actions=(
            Action(
                "Write",
                _page("application_answer", application),
                needs=Permission.CLOSE_APPLICATION,
            ),
            Action(
                "They know",
                _page("application_told", application),
                needs=Permission.CLOSE_APPLICATION,
            ),
        ),
    )


def interviewed_row(application: Application) -> Row:
    """Somebody who was interviewed and must hear, by whose rule, and how long there still is."""
    clock = duties.clock_of(application)
    page = _page("application", application)
    return Row(
        title=application.shown_name,
        href=page,
        detail=with_interview(application.job.title, application),
        tone=clock.tone if clock else "warn",
        mark=clock.mark if clock else "",
        actions=(
            Action("Answer", page, needs=Permission.CLOSE_APPLICATION),
            Action(
                "Another day",
                _page("application_later", application),
                needs=Permission.MOVE_APPLICATION,
            ),
        ),
    )


def with_interview(detail: str, application: Application) -> str:
    """Add by when somebody must hear after their interview, where such a clock runs."""
    clock = duties.clock_of(application)
    return f"{detail} · {clock.words}" if clock and clock.is_running else detail


def _page(name: str, application: Application) -> str:
    return reverse(f"applications:{name}", args=[application.public_id])

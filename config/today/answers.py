"""Rows about people who must be told something: by us, by the house, by the law."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince

from accounts.models import User
from accounts.permissions import Permission
from applications import duties, escalation
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
        detail=with_owner(with_interview(f"{job.title}{is_over}", application), application),
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


def came_up_row(application: Any) -> Row:
    """Somebody who should have heard from a colleague: since when, and who was to answer first."""
    page, since = _page("application", application), escalation.since_of(application)
    first = escalation.said(application.first_names)
    was = "was" if len(application.first_names) == 1 else "were"
    what = "not told since" if application.untold_since else "to hear by"
    day = date_format(since, "D j M") if since else ""
    late = (application.local_date - since).days if since else 0
    days = f"{late} day{'' if late == 1 else 's'}"
    answer = _page("application_answer", application) if application.untold_since else page
    return Row(
        title=application.shown_name,
        href=page,
        detail=with_interview(
            f"{application.job.title} · {what} {day}, {first} {was} first", application
        ),
        tone="bad",
        mark=f"for {days}" if application.untold_since else f"{days} late",
        actions=(Action("Answer", answer, needs=Permission.CLOSE_APPLICATION),),
    )


def with_owner(detail: str, application: Any) -> str:
    """Add when what is late comes up to the owner of its job, where a colleague is first."""
    last, owner = escalation.comes_up_after(application), application.job.owner
    if not application.first_names or last is None or owner is None or not owner.is_active:
        return detail
    if application.local_date > last:
        return f"{detail} · came up to {owner.name}"
    return f"{detail} · comes up to {owner.name} after {date_format(last, 'D j M')}"


def with_interview(detail: str, application: Application) -> str:
    """Add by when somebody must hear after their interview, where such a clock runs."""
    clock = duties.clock_of(application)
    return f"{detail} · {clock.words}" if clock and clock.is_running else detail


def _page(name: str, application: Application) -> str:
    return reverse(f"applications:{name}", args=[application.public_id])

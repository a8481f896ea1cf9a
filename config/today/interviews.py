"""How interviews stand on the home page."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.permissions import Permission
from applications import interviews
from applications.models import Interview
from config.today.words import Action, Row


def today_row(interview: Interview, now: datetime) -> Row:
    application = interview.application
    hour = (
        interviews.hour_for_staff(application, interview.starts_at) if interview.starts_at else ""
    )
    is_over = interview.ends_at is not None and interview.ends_at <= now
    return Row(
        title=application.shown_name,
        href=_page(interview),
        detail=f"{application.job.title} · {interview.get_kind_display()} · {hour}",
        tone="quiet" if is_over else "accent",
        mark="over" if is_over else date_format(timezone.localtime(interview.starts_at), "H:i"),
    )


def feedback_row(interview: Interview, now: datetime) -> Row:
    due = interview.feedback_due_at
    is_late = due is not None and due <= now
    mark = "late" if is_late else f"by {date_format(timezone.localtime(due), 'D H:i')}"
    return Row(
        title=interview.application.shown_name,
        href=_page(interview),
        detail=f"{interview.application.job.title} · {interview.get_kind_display()}",
        tone="bad" if is_late else "warn",
        mark=mark,
        actions=(Action("Give feedback", f"{_page(interview)}#scorecard"),),
    )


def arrange_row(interview: Interview) -> Row:
    application = interview.application
    if interview.asked_at:
        change = reverse("applications:interview_change", args=[interview.public_id])
        needs = Permission.SCHEDULE_INTERVIEWS
        return Row(
            title=application.shown_name,
            href=_page(interview),
            detail=interview.asked_words or application.job.title,
            tone="warn",
            mark="asked for another time",
            actions=(Action("Propose others", change, needs=needs),),
        )
    settle = reverse("applications:interview_settle", args=[interview.public_id])
    return Row(
        title=application.shown_name,
        href=_page(interview),
        detail=f"{application.job.title} · {interview.get_kind_display()}",
        tone="warn",
        mark="how did it go?",
        actions=tuple(
            Action(label, settle, post=True, sends=(("state", state), ("back", "today")))
            for label, state in (
                ("Held", Interview.State.HELD),
                ("They did not come", Interview.State.NO_SHOW),
                ("We did not come", Interview.State.MISSED),
            )
        ),
    )


def _page(interview: Interview) -> str:
    return reverse("applications:interview", args=[interview.public_id])

"""How views of the hiring team stand on the home page: asked, given, and overdue."""

from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format

from accounts.permissions import Permission
from applications.models import Review
from config.today.words import Action, Row

OTHER_HANDS = "Pass on"


def asked_row(review: Review, now: datetime) -> Row:
    late = review.days_late(now.date())
    asked = f" · asked by {review.asked_by.name}" if review.asked_by else ""
    day = date_format(review.due_on, "D j M")
    page = _page("review", review)
    return Row(
        title=review.application.shown_name,
        href=page,
        icon="clipboard-check",
        detail=f"{review.application.job.title}{asked} on {date_format(review.asked_at, 'D j M')}",
        tone="bad" if late else "accent",
        mark=_days_late(late) if late else f"by {day}",
        actions=(
            Action("Give my view", page),
            *((Action(OTHER_HANDS, _page("review_pass_on", review)),) if late else ()),
        ),
    )


def overdue_row(review: Review, now: datetime) -> Row:
    page = reverse("applications:application", args=[review.application.public_id])
    return Row(
        title=review.application.shown_name,
        href=f"{page}#views",
        detail=f"{review.application.job.title} · {review.reviewer.name} has not answered",
        tone="warn",
        mark=_days_late(review.days_late(now.date())),
        actions=(
            Action(
                "Ask somebody else",
                _page("review_pass_on", review),
                needs=Permission.MOVE_APPLICATION,
            ),
            Action(
                "Call it off",
                _page("review_call_off", review),
                post=True,
                needs=Permission.MOVE_APPLICATION,
            ),
        ),
    )


def came_row(review: Review) -> Row:
    page = reverse("applications:application", args=[review.application.public_id])
    tones = {"meet": "good", "not_meet": "warn"}
    return Row(
        title=review.application.shown_name,
        href=f"{page}#views",
        detail=f"{review.application.job.title} · {review.reviewer.name}",
        tone=tones.get(review.recommendation, "info"),
        mark=review.get_recommendation_display().lower(),
        actions=(Action("Decide", page, needs=Permission.MOVE_APPLICATION),),
    )


def _page(name: str, review: Review) -> str:
    return reverse(f"applications:{name}", args=[review.public_id])


def _days_late(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'} late"

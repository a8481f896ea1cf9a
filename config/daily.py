"""What the email of a working morning says: a colleague's own day, or only what is asked of them.

It is read from their Today page at the moment of sending, so it names nobody whom they may not see
by then, and nothing that is done already.
"""

from datetime import datetime
from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import blind
from applications import due as applications_due
from config import today
from config.today import interviews as interview_rows
from config.today import reviews as review_rows
from config.today.asks import MEETINGS
from config.today.words import Block, Row
from engagement import schedule
from engagement.staff_email import Words

SHOWN = 6  # rows of a block; the rest is a number


def words_for(user: User, at: datetime) -> Words | None:
    """Return what to write to somebody about their day; None: nothing is due, or nothing wanted."""
    with timezone.override(schedule.zone_of(user.time_zone)):
        now = timezone.localtime(at)
        if user.daily_email == User.DailyEmail.MORNING:
            blocks = [
                one
                for one in today.blocks(user, now, whose="mine")
                if one.counts or one.section == MEETINGS
            ]
        elif user.wants_reminders:
            blocks = _asked_of(user, now)
        else:
            return None
        return _written(user, blocks) if blocks else None


def _asked_of(user: User, now: datetime) -> list[Block]:
    """Return the views and the feedback that are due today or were before."""
    day = now.date()
    views = list(applications_due.views_asked(user, now).filter(due_on__lte=day))
    held = [
        one
        for one in applications_due.feedback(user, now)
        if one.feedback_due_at and timezone.localtime(one.feedback_due_at).date() <= day
    ]
    applications = [one.application for one in views] + [one.application for one in held]
    blind.unveil(user, applications)
    rows = {
        "Views asked of you": [review_rows.asked_row(one, now) for one in views],
        "Feedback due": [interview_rows.feedback_row(one, now) for one in held],
    }
    return [
        Block(title, "", some[:SHOWN], more=max(len(some) - SHOWN, 0))
        for title, some in rows.items()
        if some
    ]


def _written(user: User, blocks: list[Block]) -> Words:
    subject = _subject(sum(block.total for block in blocks if block.counts))
    hello = f"Good morning {user.name},"
    account = f"{_whole(reverse('accounts:account'))}#emails"
    stop = "You get this on working mornings when something is due. Stop it on your account page:"
    text, html = [hello, f"{subject}."], [f"<p>{escape(hello)}</p>", f"<p>{subject}.</p>"]
    for block in blocks:
        text.append(_block_text(block))
        html.append(_block_html(block))
    text += [f"All of it: {_whole(reverse('today'))}", f"{stop} {account}"]
    html += [
        f'<p><a href="{_whole(reverse("today"))}">All of it on Today</a></p>',
        f'<p>{stop} <a href="{account}">your account</a></p>',
    ]
    return Words(subject, "\n\n".join(text), "\n".join(html))


def _subject(due: int) -> str:
    if not due:
        return "Your interviews today"
    return "1 thing is due today" if due == 1 else f"{due} things are due today"


def _block_text(block: Block) -> str:
    lines = [f"{block.title}: {block.total}"]
    if not _shown(block):
        lines.append(f"  {_whole(block.all_of_them)}")
    for row in _shown(block):
        lines.append(f"- {_title(row)}\n  {_whole(row.href)}")
        lines += [f"  {label}: {href}" for label, href in _offers(row)]
    if more := _more(block):
        lines.append(f"- {more}")
    return "\n".join(lines)


def _block_html(block: Block) -> str:
    points = []
    if not _shown(block):
        points.append(f'<li><a href="{_whole(block.all_of_them)}">See them</a></li>')
    for row in _shown(block):
        mark = f", {escape(row.mark)}" if row.mark else ""
        offers = "".join(
            f' · <a href="{escape(href)}">{escape(label)}</a>' for label, href in _offers(row)
        )
        link = f'<a href="{escape(_whole(row.href))}"><bdi>{escape(row.title)}</bdi></a>'
        points.append(f"<li>{link}{mark}{offers}</li>")
    if more := _more(block):
        points.append(f"<li>{more}</li>")
    return f"<h2>{escape(block.title)}: {block.total}</h2>\n<ul>{''.join(points)}</ul>"


def _title(row: Row) -> str:
    return f"{row.title}, {row.mark}" if row.mark else row.title


def _more(block: Block) -> str:
    more = block.total - len(_shown(block))
    return f"and {more} more" if more and _shown(block) else ""


def _shown(block: Block) -> list[Row]:
    """Return the rows that are named. Who asks about their own data is no matter for a mailbox."""
    return [row for row in block.rows[:SHOWN] if not row.legal]


def _offers(row: Row) -> list[tuple[str, str]]:
    """Return what is offered beside the thing itself: to let somebody else give a late view."""
    return [
        (action.label, _whole(action.href))
        for action in row.actions
        if action.label == review_rows.OTHER_HANDS
    ]


def _whole(path: str) -> str:
    return f"{settings.BASE_URL}{path}"

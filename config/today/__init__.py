"""The home page: a queue of what is due, put together from what each app says is due in it.

Each row is one link and at most three things to do. No chart, no total for its own sake.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.permissions import Permission, may
from applications import blind
from applications import due as applications_due
from applications.models import Application, Interview, Letter, Review
from candidates import due as candidates_due
from config.today import answers as answer_rows
from config.today import interviews as interview_rows
from config.today import reviews as review_rows
from config.today import rows as rows_of
from config.today.words import Block, Row
from engagement import due as engagement_due

SHOWN = 6  # rows of a block; the rest is a number until somebody asks for them
SHOWN_WHEN_ASKED = 200

M = TypeVar("M", bound=Model)


def blocks(user: User, now: datetime, show: str = "") -> list[Block]:
    """Return what is due for this user; a block without rows is left out.

    show: key of the block that is wanted at length.
    """
    block = partial(_block, user, show=show)
    # A privacy officer sees everybody and answers nobody: the recruiters' work is not theirs.
    is_onlooker = may(user, Permission.VIEW_PEOPLE) and not may(user, Permission.CLOSE_APPLICATION)
    recruiting = partial(block, hidden=is_onlooker)
    found = [
        recruiting(
            "People waiting to hear",
            "The date we gave them is here or past.",
            applications_due.unanswered(user, now),
            rows_of.unanswered_row,
        ),
        recruiting(
            "Nobody told them",
            "They were not chosen, and no letter says so.",
            applications_due.told_by_nobody(user),
            lambda application: answer_rows.untold_row(application, user, now),
        ),
        recruiting(
            "Promises due",
            "We said we would keep them in mind, and a job of that kind opened.",
            applications_due.promises(user),
            rows_of.promise_row,
            list_url="applications:promises",
        ),
        block(
            "Views asked of you",
            "What you think of these applications. You recommend; the recruiter decides.",
            applications_due.views_asked(user, now),
            lambda review: review_rows.asked_row(review, now),
            list_url="applications:reviews" if may(user, Permission.GIVE_VIEWS) else "",
        ),
        recruiting(
            "Views that came in",
            "Nothing was done with these applications since.",
            applications_due.views_that_came(user),
            review_rows.came_row,
        ),
        recruiting(
            "Views that are overdue",
            "You asked, and the day is over. They see it on their Today page, too.",
            applications_due.views_overdue(user, now),
            lambda review: review_rows.overdue_row(review, now),
        ),
        block(
            "Interviews today",
            "Yours, and those you arranged.",
            applications_due.interviews_today(user, now),
            lambda interview: interview_rows.today_row(interview, now),
            list_url="applications:interviews",
        ),
        block(
            "Feedback due",
            "You held these interviews. Others decide with what you saw.",
            applications_due.feedback(user, now),
            lambda interview: interview_rows.feedback_row(interview, now),
            list_url="applications:interviews",
        ),
        block(
            "Interviews that wait for you",
            "No time fitted, or nobody said how it went.",
            applications_due.interviews_to_arrange(user, now),
            interview_rows.arrange_row,
        ),
        block(
            "Privacy requests",
            "People asked about their data, and the law gives them a date.",
            candidates_due.privacy_requests(user, now),
            lambda request: rows_of.privacy_request_row(request, now),
            list_url="candidates:requests",
        ),
        _untold(user, now),
        _ending(user, now),
        block(
            "Follow-ups",
            "You wanted to come back to these people by today, or they did something.",
            candidates_due.follow_ups(user, now),
            lambda follow_up: rows_of.follow_up_row(follow_up, now),
        ),
        recruiting(
            "Feedback asked for",
            "These people want to know why they were not chosen.",
            applications_due.feedback_asked(user),
            lambda application: rows_of.feedback_row(application, now),
        ),
        block(
            "Not known whether it arrived",
            "The connection broke while these were sent. They are never sent again by themselves.",
            engagement_due.uncertain(user),
            rows_of.uncertain_row,
        ),
        recruiting(
            "Nobody was told a date",
            "Open applications without a hear-by date.",
            applications_due.without_date(user),
            lambda application: rows_of.without_date_row(application, now),
        ),
        recruiting(
            "Letters about to leave",
            "Until then each can be read, changed and taken back.",
            applications_due.letters(user, now),
            lambda letter: rows_of.letter_row(letter, now),
            list_url="applications:letters",
        ),
        _jobs(user, now, recruiting),
        recruiting(
            "Campaigns",
            "Under way, paused, or a draft of yours.",
            engagement_due.campaigns(user),
            rows_of.campaign_row,
            aside=True,
            list_url="engagement:campaigns",
        ),
        block(
            "Surely here twice",
            "Job emails to both records wait until you say whether they are one person.",
            candidates_due.duplicates(user),
            rows_of.duplicate_row,
            aside=True,
            list_url="candidates:duplicates",
        ),
        block(
            "Large exports",
            "Files of the last week with more than 500 people in them.",
            candidates_due.large_exports(user, now),
            lambda event: rows_of.large_export_row(event, now),
            aside=True,
        ),
        block(
            "Imports",
            "Running, waiting for you, or with rows that were refused.",
            candidates_due.imports(user, now),
            rows_of.import_row,
            aside=True,
            list_url="applications:imports",
        ),
    ]
    return [one for one in found if one.rows]


def _untold(user: User, now: datetime) -> Block:
    """Return the one row about people whom we found ourselves, from their twentieth day on."""
    waiting = applications_due.untold_people(user, now)
    rows = [_open_to(user, rows_of.untold_row(waiting, now))] if waiting.people else []
    lead = "The law gives us thirty days to tell somebody that we keep their details."
    return Block("People to tell", lead, rows, all_of_them=reverse("engagement:untold_people"))


def _ending(user: User, now: datetime) -> Block:
    """Return, for a privacy officer, one row: whose consent ends soon, and who was asked."""
    title, lead = "Consent ends", "In the next 30 days. Who does not answer is not kept."
    soon = candidates_due.ending(user, now)
    rows = [rows_of.ending_row(soon)] if soon and soon.people else []
    return Block(title, lead, rows, all_of_them=reverse("candidates:retention") if rows else "")


def _jobs(user: User, now: datetime, block: Callable[..., Block]) -> Block:
    """Return the jobs that just opened, or to those without matches the jobs of their team."""
    if may(user, Permission.VIEW_MATCHES):
        return block(
            "Jobs just opened",
            "Begin with the people you already know.",
            applications_due.jobs_just_opened(user, now),
            lambda job: rows_of.opened_row(job, now),
            aside=True,
            list_url="applications:jobs",
        )
    return block(
        "Your jobs",
        "Who is being considered, and for how long.",
        applications_due.pipelines(user),
        lambda job: rows_of.pipeline_row(job, now),
        aside=True,
    )


def _block(
    user: User,
    title: str,
    lead: str,
    things: QuerySet[M],
    row: Callable[[M], Row],
    *,
    aside: bool = False,
    list_url: str = "",
    show: str = "",
    hidden: bool = False,
) -> Block:
    if hidden:
        return Block(title, lead, [])
    most = SHOWN_WHEN_ASKED if show == slugify(title) else SHOWN
    shown = list(things[: most + 1])
    more = things.count() - most if len(shown) > most else 0
    _unveil(user, shown)
    rows = [_open_to(user, row(thing)) for thing in shown[:most]]
    return Block(title, lead, rows, more, aside, reverse(list_url) if list_url else "")


def _unveil(user: User, things: list[M]) -> None:
    """Let those rows name their person whose reader may know the name (blind review)."""
    applications: list[Application] = []
    for thing in things:
        if isinstance(thing, Application):
            applications.append(thing)
        elif isinstance(thing, Interview | Letter | Review):
            applications.append(thing.application)
    blind.unveil(user, applications)


def _open_to(user: User, row: Row) -> Row:
    """Leave out the actions that this user may not do."""
    return replace(row, actions=tuple(one for one in row.actions if may(user, one.needs)))


def context(user: User, now: datetime, show: str = "") -> dict[str, Any]:
    """Return what the template shows. `now` in the user's zone."""
    found = blocks(user, now, show)
    total = sum(block.total for block in found)
    lead = "1 thing needs you." if total == 1 else f"{total} things need you."
    return {
        "queue": [block for block in found if not block.aside],
        "aside": [block for block in found if block.aside],
        "lead": lead if total else "",
        "nothing": _nothing(user),
        "now": now,
    }


def _nothing(user: User) -> str:
    if may(user, Permission.CLOSE_APPLICATION):
        return (
            "Everybody has been answered. Promises, letters, jobs that just opened and running "
            "campaigns stand here when they need you."
        )
    if may(user, Permission.MANAGE_PRIVACY):
        return "What people ask about their data stands here, with the day by which it is due."
    if may(user, Permission.VIEW_JOBS):
        return "When you are on the hiring team of an open job, it stands here."
    if may(user, Permission.MANAGE_SETTINGS):
        return "Your role looks after settings and colleagues; both are in the menu of your name."
    return "When an interview needs your view, it stands here."

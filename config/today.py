"""The home page: a queue of what is due, put together from what each app says is due in it.

Each row is one link and at most three things to do. No chart, no total for its own sake.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.timesince import timesince

from accounts.models import User
from accounts.permissions import Permission, may
from applications import due as applications_due
from applications.models import Application, Job, Letter, Promise
from candidates import due as candidates_due
from candidates import pairs, register
from candidates.models import DuplicateSuggestion, FollowUp, Import, PrivacyRequest
from engagement import due as engagement_due
from engagement.models import Campaign, Message

SHOWN = 6  # rows of a block; the rest is a number until somebody asks for them
SHOWN_WHEN_ASKED = 200

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Action:
    """Something to do about a row. `post`: a form of its own, else a link; `sends`: its fields.

    needs: it stands only where its user may do it.
    """

    label: str
    href: str
    post: bool = False
    sends: tuple[tuple[str, str], ...] = ()
    needs: Permission = Permission.USE_PRODUCT


@dataclass(frozen=True)
class Row:
    """One thing that is due, about a person (their initials are shown) or a thing (an icon).

    mark: a word such as “3 days late”; tone colours the mark and the icon.
    """

    title: str
    href: str
    icon: str = ""
    detail: str = ""
    tone: str = "quiet"
    mark: str = ""
    progress: tuple[int, int] | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rows of one kind in order of when they are due; `more`: how many are not shown.

    aside: it runs by itself and stands beside the queue where the screen is wide.
    all_of_them: address of the whole list.
    """

    title: str
    lead: str
    rows: list[Row]
    more: int = 0
    aside: bool = False
    all_of_them: str = ""

    @property
    def key(self) -> str:
        return slugify(self.title)

    @property
    def total(self) -> int:
        return len(self.rows) + self.more


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
            _unanswered,
        ),
        recruiting(
            "Promises due",
            "We said we would keep them in mind, and a job of that kind opened.",
            applications_due.promises(user),
            _promise,
            list_url="applications:promises",
        ),
        block(
            "Privacy requests",
            "People asked about their data, and the law gives them a date.",
            candidates_due.privacy_requests(user, now),
            lambda request: _privacy_request(request, now),
            list_url="candidates:requests",
        ),
        block(
            "Follow-ups",
            "You wanted to come back to these people by today.",
            candidates_due.follow_ups(user, now),
            lambda follow_up: _follow_up(follow_up, now),
        ),
        block(
            "Not known whether it arrived",
            "The connection broke while these were sent. They are never sent again by themselves.",
            engagement_due.uncertain(user),
            _uncertain,
        ),
        recruiting(
            "Nobody was told a date",
            "Open applications without a hear-by date.",
            applications_due.without_date(user),
            lambda application: _without_date(application, now),
        ),
        recruiting(
            "Letters about to leave",
            "Until then each can be read, changed and taken back.",
            applications_due.letters(user, now),
            lambda letter: _letter(letter, now),
            list_url="applications:letters",
        ),
        _jobs(user, now, recruiting),
        recruiting(
            "Campaigns",
            "Under way, paused, or a draft of yours.",
            engagement_due.campaigns(user),
            _campaign,
            aside=True,
            list_url="engagement:campaigns",
        ),
        block(
            "Surely here twice",
            "Job emails to both records wait until you say whether they are one person.",
            candidates_due.duplicates(user),
            _duplicate,
            aside=True,
            list_url="candidates:duplicates",
        ),
        block(
            "Imports",
            "Running, waiting for you, or with rows that were refused.",
            candidates_due.imports(user, now),
            _import,
            aside=True,
            list_url="applications:imports",
        ),
    ]
    return [one for one in found if one.rows]


def _jobs(user: User, now: datetime, block: Callable[..., Block]) -> Block:
    """Return the jobs that just opened, or to those without matches the jobs of their team."""
    if may(user, Permission.VIEW_MATCHES):
        return block(
            "Jobs just opened",
            "Begin with the people you already know.",
            applications_due.jobs_just_opened(user, now),
            lambda job: _opened(job, now),
            aside=True,
            list_url="applications:jobs",
        )
    return block(
        "Your jobs",
        "Who is being considered, and for how long.",
        applications_due.pipelines(user),
        lambda job: _pipeline(job, now),
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
    rows = [_open_to(user, row(thing)) for thing in shown[:most]]
    return Block(title, lead, rows, more, aside, reverse(list_url) if list_url else "")


def _open_to(user: User, row: Row) -> Row:
    """Leave out the actions that this user may not do."""
    return replace(row, actions=tuple(one for one in row.actions if may(user, one.needs)))


def _unanswered(application: Application) -> Row:
    there: date = application.local_date  # type: ignore[attr-defined]  # annotated by `due`
    late = (there - application.hear_by).days if application.hear_by else 0
    mark = "due today" if late == 0 else f"{late} day{'' if late == 1 else 's'} late"
    page = _page("applications:application", application.public_id)
    return Row(
        title=application.candidate.name,
        href=page,
        detail=f"{application.job.title} · {application.stage.name}",
        tone="bad" if late else "warn",
        mark=mark,
        actions=(Action("Answer", page, needs=Permission.CLOSE_APPLICATION),),
    )


def _promise(promise: Promise) -> Row:
    job = promise.due_job
    about = f"{job.title} opened" if job else ", ".join(promise.families)
    return Row(
        title=promise.candidate.name,
        href=_page("candidates:profile", promise.candidate.public_id),
        detail=f"{about} · promised until {date_format(promise.until, 'j M Y')}",
        actions=(
            *((Action("See the people", _known_people(job)),) if job else ()),
            Action(
                "Kept",
                _page("applications:promise_keep", promise.public_id),
                post=True,
                needs=Permission.CLOSE_APPLICATION,
            ),
        ),
    )


def _privacy_request(request: PrivacyRequest, now: datetime) -> Row:
    line = register.line_of(request, now.date())
    page = _page("candidates:request", request.public_id)
    return Row(
        icon="shield",
        title=f"{request.get_kind_display()}: {request.person}",
        href=page,
        detail=request.get_state_display(),
        tone=line.tone,
        mark=line.clock,
        actions=(Action("Answer", page),),
    )


def _follow_up(follow_up: FollowUp, now: datetime) -> Row:
    late = follow_up.days_late(now.date())
    done = _page("candidates:follow_up_done", follow_up.public_id)
    move = _page("candidates:follow_up_move", follow_up.public_id)
    back = ("back", "today")
    return Row(
        title=follow_up.candidate.name,
        href=_page("candidates:profile", follow_up.candidate.public_id),
        detail=follow_up.text or follow_up.candidate.work_line,
        tone="warn" if late else "info",
        mark=f"{late} day{'' if late == 1 else 's'} late" if late else "today",
        actions=(
            Action("Done", done, post=True, sends=(back,)),
            Action("Tomorrow", move, post=True, sends=(("when", "tomorrow"), back)),
            Action("In a week", move, post=True, sends=(("when", "next_week"), back)),
        ),
    )


def _uncertain(message: Message) -> Row:
    return Row(
        title=message.candidate.name,
        href=_page("engagement:message", message.public_id),
        detail=message.subject or message.get_purpose_display(),
        tone="warn",
        mark=f"sent {date_format(timezone.localtime(message.armed_at), 'j M, H:i')}"
        if message.armed_at
        else "",
        actions=(
            Action(
                "Decide",
                _page("engagement:message", message.public_id),
                needs=Permission.APPROVE_CAMPAIGNS,
            ),
        ),
    )


def _letter(letter: Letter, now: datetime) -> Row:
    application = letter.application
    title = f"{letter.get_kind_display()} to {application.candidate.name}"
    page = _page("applications:letter", letter.public_id)
    if letter.problem:
        again = Action(
            "Try again",
            _page("applications:letter_try_again", letter.public_id),
            post=True,
            needs=Permission.CLOSE_APPLICATION,
        )
        return Row(
            icon="mail-warning",
            title=title,
            href=page,
            detail=letter.problem,
            tone="bad",
            mark="did not leave",
            actions=(again,),
        )
    leaves = "is leaving now"
    if letter.send_after > now:
        leaves = f"leaves {date_format(timezone.localtime(letter.send_after), 'D j M, H:i')}"
    return Row(
        icon="mail",
        title=title,
        href=page,
        detail=application.job.title,
        tone="info",
        mark=leaves,
        actions=(
            Action("Change", page, needs=Permission.CLOSE_APPLICATION),
            Action(
                "Cancel",
                _page("applications:letter_cancel", letter.public_id),
                post=True,
                needs=Permission.CLOSE_APPLICATION,
            ),
        ),
    )


def _opened(job: Job, now: datetime) -> Row:
    known: int = job.known_people  # type: ignore[attr-defined]  # annotated by `due`
    people = "1 person" if known == 1 else f"{known} people"
    return Row(
        icon="briefcase",
        title=job.title,
        href=_page("applications:job", job.public_id),
        detail=f"You already know {people} who may fit" if known else "Nobody known fits yet",
        tone="accent",
        mark=f"opened {_ago(job.opened_at, now)}" if job.opened_at else "",
        actions=(Action("See them", _known_people(job)),) if known else (),
    )


def _pipeline(job: Job, now: datetime) -> Row:
    considered: int = job.considered  # type: ignore[attr-defined]  # annotated by `due`
    people = "1 person" if considered == 1 else f"{considered} people"
    return Row(
        icon="briefcase",
        title=job.title,
        href=_page("applications:job", job.public_id),
        detail=f"{people} being considered",
        tone="accent",
        mark=f"open for {timesince(job.opened_at, now, depth=1)}" if job.opened_at else "",
    )


def _campaign(campaign: Campaign) -> Row:
    page = _page("engagement:campaign", campaign.public_id)
    if campaign.state == Campaign.State.DRAFT:
        return Row(
            icon="send",
            title=campaign.name,
            href=page,
            detail=f"Draft for {campaign.job.title}",
            mark="not approved",
            actions=(Action("Go on", page),),
        )
    settled: int = campaign.settled  # type: ignore[attr-defined]  # annotated by `due`
    planned: int = campaign.planned  # type: ignore[attr-defined]
    paused = campaign.state == Campaign.State.PAUSED
    return Row(
        icon="pause" if paused else "send",
        title=campaign.name,
        href=page,
        detail=campaign.state_reason or campaign.job.title,
        tone="warn" if paused else "info",
        mark=campaign.get_state_display().lower(),
        progress=(settled, planned),
        actions=(
            Action(
                "Pause",
                _page("engagement:campaign_pause", campaign.public_id),
                post=True,
                needs=Permission.EDIT_CAMPAIGNS,
            ),
        )
        if campaign.state == Campaign.State.RUNNING
        else (),
    )


def _duplicate(pair: DuplicateSuggestion) -> Row:
    address = reverse("candidates:duplicate", args=[pair.public_id])
    return Row(
        f"{pair.one} and {pair.other}",
        address,
        icon="copy-check",
        detail="; ".join(one.words for one in pairs.reasons_of(pair)[:3]),
        actions=(Action("Compare", address),),
    )


def _import(run: Import) -> Row:
    refused = f"{run.rows_refused} row{'' if run.rows_refused == 1 else 's'} refused"
    rows = f"{run.rows_total} row{'' if run.rows_total == 1 else 's'}"
    busy = run.state in {Import.State.CHECKING, Import.State.RUNNING, Import.State.UNDOING}
    failed = run.state == Import.State.FAILED
    return Row(
        icon="file-up",
        title=run.file_name,
        href=_page("applications:import", run.public_id),
        detail=run.problem or (refused if run.rows_refused else rows),
        tone="bad" if failed else ("info" if busy else "warn"),
        mark=run.get_state_display().lower(),
        progress=(run.rows_done, run.rows_total) if busy else None,
    )


def _without_date(application: Application, now: datetime) -> Row:
    return Row(
        title=application.candidate.name,
        href=_page("applications:application", application.public_id),
        detail=f"{application.job.title} · {application.stage.name}",
        tone="warn",
        mark=f"applied {_ago(application.applied_at, now)}",
    )


def _page(url_name: str, public_id: UUID) -> str:
    return reverse(url_name, args=[public_id])


def _ago(moment: datetime, now: datetime) -> str:
    if now - moment < timedelta(hours=1):
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago"


def _known_people(job: Job) -> str:
    return _page("applications:known_people", job.public_id)


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

"""The home page: a queue of what is due, put together from what each app says is due in it.

Each row is one link and at most three things to do. No chart, no total for its own sake.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import User
from accounts.permissions import Permission, may
from applications import blind, escalation
from applications import due as applications_due
from applications.due import Whose
from applications.escalation import Seconds
from applications.models import Application, Interview, Letter, Review
from candidates import due as candidates_due
from config.today import prepared, put_off
from config.today import rows as rows_of
from config.today.asks import ASIDE, LATE, SECTIONS, SOON, asks_of
from config.today.queue import MOST, Ask, answers, fetched, found, statement
from config.today.words import Block, Row

SHOWN = 6  # rows of a block; the rest is a number until somebody asks for them
SHOWN_WHEN_ASKED = 200
SPARE = 250  # read beyond what is counted, for what was put off
NEXT_WEEK = (1, 7)  # days from today
SECONDS = "seconds"  # jobs in which a colleague is first: asked for with what is due
TO_TELL = "people"  # all who must be told that we keep them: one thing, which has no id


def blocks(user: User, now: datetime, show: str = "", whose: Whose = "all") -> list[Block]:
    """Return what is due for this user in the order of its sections; no block without rows.

    now: in their zone. show: key of the block that is wanted at length.
    """
    return _page(user, now, show, whose).blocks


@dataclass(frozen=True)
class _Page:
    """The blocks, and what stands beside them: how many hear tomorrow, how many things are off."""

    blocks: list[Block]
    tomorrow: int
    put_off: int


def _page(user: User, now: datetime, show: str, whose: Whose) -> _Page:
    asks, most = asks_of(user, now, whose), MOST + SPARE
    rows = answers(*prepared.written(user, now, whose, most, _written))
    aside, seconds = put_off.of(rows), Seconds(rows.get(SECONDS, []))
    for ask in asks:
        if ask.title in rows:
            left = aside.without(ask, rows[ask.title])
            if len(left) < MOST and len(rows[ask.title]) == most:  # so much was put off of it
                again = found({ask.title: ask.keys}, most, whole={ask.title})
                left = aside.without(ask, again[ask.title])
            left, keeps = left[:MOST], ask.keeps
            rows[ask.title] = [row for row in left if keeps(row, seconds)] if keeps else left
    shown = {ask.title: SHOWN_WHEN_ASKED if show == slugify(ask.title) else SHOWN for ask in asks}
    keys = {
        ask.title: [row["pk"] for row in rows[ask.title][: shown[ask.title]]]
        for ask in asks
        if ask.title in rows and not ask.values
    }
    things = fetched(asks, keys)
    _unveil(user, [thing for some in things.values() for thing in some])
    made = []
    for ask in asks:
        if ask.title not in rows:
            continue
        some = rows[ask.title][: shown[ask.title]] if ask.values else things.get(ask.title, [])
        made.append(_block(user, ask, some, rows[ask.title]))
    untold = [] if TO_TELL in aside.handed else rows.get("untold", [])[:MOST]
    made += _sums(user, now, untold)
    order = {section: place for place, section in enumerate(SECTIONS)}
    ordered = sorted((one for one in made if one.rows), key=lambda one: order[one.section])
    return _Page(ordered, len(rows.get("tomorrow", [])[:MOST]), aside.may_come_back)


def _written(user: User, now: datetime, whose: Whose) -> tuple[str, list[Any]]:
    """Return the statement that asks for all at once, and its parameters."""
    queries = {ask.title: ask.keys for ask in asks_of(user, now, whose)}
    whole = {SECONDS, put_off.PUT_OFF, put_off.PRESSING}
    return statement(queries | _beside(user, now, whose), MOST + SPARE, whole)


def _beside(user: User, now: datetime, whose: Whose) -> dict[str, QuerySet[Any, Any]]:
    """Return what is asked for besides: it stands in no row of its own."""
    beside = put_off.asked(user, now, whose)
    beside[SECONDS] = escalation.with_places(escalation.seconds(user))
    if may(user, Permission.CLOSE_APPLICATION):
        beside["tomorrow"] = applications_due.hear_soon(user, now, (1, 1), whose).values("pk")
    if (untold := applications_due.untold_people(user, now)) is not None:
        beside["untold"] = untold
    return beside


def _sums(user: User, now: datetime, untold: list[dict[str, Any]]) -> list[Block]:
    """Return the blocks whose one row is a sum. untold: people who must be told of us."""
    made = []
    if untold:
        row = rows_of.untold_row(rows_of.untold_of(untold), now)
        row = replace(_open_to(user, row), thing=TO_TELL, legal=True)
        lead = "The law gives us thirty days to tell somebody that we keep their details."
        page = reverse("engagement:untold_people")
        made.append(Block("People to tell", lead, [row], all_of_them=page, section=LATE))
    soon = candidates_due.ending(user, now)
    if soon and soon.people:
        lead = "In the next 30 days. Who does not answer is not kept."
        row = rows_of.ending_row(soon)
        block = Block("Consent ends", lead, [row], aside=True, section=SOON, counts=False)
        made.append(replace(block, all_of_them=reverse("candidates:retention")))
    return made


def _unveil(user: User, things: list[Any]) -> None:
    """Let those rows name their person whose reader may know the name (blind review)."""
    applications: list[Application] = []
    for thing in things:
        if isinstance(thing, Application):
            applications.append(thing)
        elif isinstance(thing, Interview | Letter | Review):
            applications.append(thing.application)
    blind.unveil(user, applications)


def _block(user: User, ask: Ask, things: list[Any], found_keys: list[dict[str, Any]]) -> Block:
    rows = [_open_to(user, _named(ask, thing)) for thing in things]
    return Block(
        ask.title,
        ask.lead,
        rows,
        more=max(len(found_keys) - len(rows), 0),
        aside=ask.section in ASIDE,
        all_of_them=reverse(ask.list_url) if ask.list_url else "",
        section=ask.section,
        counts=ask.counts,
        late=sum(bool(row.get("counts_late")) for row in found_keys),
    )


def _named(ask: Ask, thing: Any) -> Row:
    row = ask.row(thing)
    return replace(row, thing=f"{ask.kind}:{thing.public_id}") if ask.kind else row


def _open_to(user: User, row: Row) -> Row:
    """Leave out the actions that this user may not do."""
    return replace(row, actions=tuple(one for one in row.actions if may(user, one.needs)))


def kind_shown(user: User, thing: str, now: datetime) -> str:
    """Return the kind of a thing that this user may see, put off or not; empty: they may not."""
    if thing == TO_TELL:
        people = applications_due.untold_people(user, now)
        return TO_TELL if people is not None and people.exists() else ""
    kind, _, public_id = thing.partition(":")
    try:
        uuid.UUID(public_id)
    except ValueError:
        return ""
    for ask in asks_of(user, now, "all"):
        if ask.kind and ask.kind == kind and ask.things().filter(public_id=public_id).exists():
            return kind
    return ""


def context(user: User, now: datetime, show: str = "", whose: Whose = "all") -> dict[str, Any]:
    """Return what the template shows. `now` in the user's zone."""
    page = _page(user, now, show, whose)
    due = [block for block in page.blocks if block.counts]
    late = sum(block.late for block in due)
    queue = _sections([block for block in page.blocks if not block.aside])
    return {
        "queue": queue,
        "aside": _sections([block for block in page.blocks if block.aside]),
        "lead": _lead(sum(block.total for block in due), late),
        "nothing": _nothing(user),
        "early": 0 if queue else _early(user, now, whose),
        "tomorrow": page.tomorrow,
        "put_off": page.put_off,
        "whose": whose,
        "has_views": may(user, Permission.CLOSE_APPLICATION),
        "has_team": bool(user.team),
        "most": MOST,
        "now": now,
    }


def _early(user: User, now: datetime, whose: Whose) -> int:
    """Return how many hear in the next week: for a page on which nothing is due."""
    if not may(user, Permission.CLOSE_APPLICATION):
        return 0
    return applications_due.hear_soon(user, now, NEXT_WEEK, whose)[:MOST].count()


def _sections(some: list[Block]) -> list[tuple[str, list[Block]]]:
    found_in = [(name, [one for one in some if one.section == name]) for name in SECTIONS]
    return [(name, inside) for name, inside in found_in if inside]


def _lead(total: int, late: int) -> str:
    if not total:
        return ""
    things = "1 thing due today" if total == 1 else f"{total} things due today"
    return f"{things}, {late} late." if late else f"{things}."


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

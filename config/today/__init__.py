"""The home page: a queue of what is due, put together from what each app says is due in it.

Each row is one link and at most three things to do. No chart, no total for its own sake.
"""

import uuid
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from accounts.models import PutOff, User
from accounts.permissions import Permission, may
from applications import blind, duties
from applications import due as applications_due
from applications.due import Whose
from applications.models import Application, Interview, Letter, Review
from candidates import due as candidates_due
from config.today import rows as rows_of
from config.today.asks import ASIDE, LATE, SECTIONS, SOON, asks_of
from config.today.queue import MOST, Ask, fetched, found
from config.today.words import Block, Row

SHOWN = 6  # rows of a block; the rest is a number until somebody asks for them
SHOWN_WHEN_ASKED = 200
NEXT_WEEK = (1, 7)  # days from today
TO_TELL = "people"  # all who must be told that we keep them: one thing, which has no id


def blocks(user: User, now: datetime, show: str = "", whose: Whose = "all") -> list[Block]:
    """Return what is due for this user in the order of its sections; no block without rows.

    now: in their zone. show: key of the block that is wanted at length.
    """
    return _page(user, now, show, whose)[0]


def _page(
    user: User, now: datetime, show: str, whose: Whose
) -> tuple[list[Block], dict[str, list[dict[str, Any]]]]:
    asks = [_without_put_off(ask, user, now, whose) for ask in asks_of(user, now, whose)]
    queries = {ask.title: ask.keys for ask in asks}
    queries |= _still_to_come(user, now, whose)
    rows = found(queries)
    for ask in asks:
        if ask.keeps and ask.title in rows:
            rows[ask.title] = [row for row in rows[ask.title] if ask.keeps(row)]
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
        some = rows[ask.title][: shown[ask.title]] if ask.values else things[ask.title]
        made.append(_block(user, ask, some, rows[ask.title]))
    made += _sums(user, now, rows)
    order = {section: place for place, section in enumerate(SECTIONS)}
    return sorted((one for one in made if one.rows), key=lambda one: order[one.section]), rows


def _still_to_come(user: User, now: datetime, whose: Whose) -> dict[str, QuerySet[Any, Any]]:
    """Return what is only counted: it stands in no row of its own."""
    counted: dict[str, QuerySet[Any, Any]] = {
        "put off": PutOff.objects.hiding(user, now.date()).filter(handed_to=None).values("pk")
    }
    if may(user, Permission.CLOSE_APPLICATION):
        soon = partial(applications_due.hear_soon, user, now, whose=whose)
        counted["tomorrow"] = soon(days=(1, 1)).values("pk")
        counted["next week"] = soon(days=NEXT_WEEK).values("pk")
    if (untold := applications_due.untold_people(user, now)) is not None:
        handed = PutOff.objects.handed_on(user).filter(thing=TO_TELL)
        counted["untold"] = untold.filter(~Exists(handed))
    return counted


def _sums(user: User, now: datetime, rows: dict[str, list[dict[str, Any]]]) -> list[Block]:
    """Return the blocks whose one row is a sum."""
    made = []
    if untold := rows.get("untold"):
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


def _without_put_off(ask: Ask, user: User, now: datetime, whose: Whose) -> Ask:
    if not ask.kind:
        return ask
    hidden = PutOff.objects.hiding(user, now.date(), but_not_mine=whose != "mine")
    if ask.kind == "request":  # what was handed over stands on another's day, whatever is shown
        hidden = PutOff.objects.handed_on(user)
    is_shown = ~Q(hidden.about(ask.kind))
    if ask.kind in {"application", "untold", "interviewed"}:
        is_shown |= Q(pk__in=duties.pressing(now).values("pk"))  # the law lets nobody wait
    return replace(ask, things=ask.things.filter(is_shown))


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
        late=sum(bool(one.get("counts_late")) for one in found_keys),
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
        if ask.kind and ask.kind == kind and ask.things.filter(public_id=public_id).exists():
            return kind
    return ""


def context(user: User, now: datetime, show: str = "", whose: Whose = "all") -> dict[str, Any]:
    """Return what the template shows. `now` in the user's zone."""
    all_of_them, rows = _page(user, now, show, whose)
    due = [block for block in all_of_them if block.counts]
    late = sum(block.late for block in due)
    return {
        "queue": _sections([block for block in all_of_them if not block.aside]),
        "aside": _sections([block for block in all_of_them if block.aside]),
        "lead": _lead(sum(block.total for block in due), late),
        "nothing": _nothing(user),
        "early": len(rows.get("next week", [])),
        "tomorrow": len(rows.get("tomorrow", [])),
        "put_off": len(rows.get("put off", [])),
        "whose": whose,
        "has_views": may(user, Permission.CLOSE_APPLICATION),
        "has_team": bool(user.team),
        "most": MOST,
        "now": now,
    }


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

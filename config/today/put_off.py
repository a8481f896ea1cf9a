"""What a colleague put off, said is not theirs or handed over: it stands on no day of their own.

It is asked for together with what is due, and left out afterwards.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import PutOff, User
from accounts.permissions import Permission, may
from applications import duties
from applications.due import Whose
from applications.models import Application
from config.today.queue import Ask

PUT_OFF, PRESSING = "put off", "pressing"
# Kinds of things that come back by themselves when the law has the word.
UNDER_LAW = {"application", "untold", "interviewed"}


def asked(user: User, now: datetime, whose: Whose) -> dict[str, QuerySet[Any, Any]]:
    """Return what to ask for beside what is due: their rows are read by `of`."""
    theirs = PutOff.objects.of(user)
    effects = theirs.effects(now.date(), but_not_mine=whose != "mine")
    asked: dict[str, QuerySet[Any, Any]] = {PUT_OFF: effects}
    if may(user, Permission.CLOSE_APPLICATION):
        about = Application.objects.filter(public_id__in=theirs.public_ids())
        asked[PRESSING] = duties.pressing(about, now).values("pk")
    return asked


@dataclass(frozen=True)
class Aside:
    """What does not stand on somebody's day.

    pressing: applications that nobody puts off. may_come_back: how many things are theirs to bring
    back.
    """

    hidden: frozenset[str]
    handed: frozenset[str]
    pressing: frozenset[int]
    may_come_back: int

    def without(self, ask: Ask, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return those rows of an ask that stand on their day."""
        # What was handed over stands on another's day, whatever is shown.
        aside = self.handed if ask.kind == "request" else self.hidden
        if not ask.kind or not aside:
            return rows
        under_law = self.pressing if ask.kind in UNDER_LAW else frozenset()
        return [
            row
            for row in rows
            if f"{ask.kind}:{row['public_id']}" not in aside or row["pk"] in under_law
        ]


def of(rows: dict[str, list[dict[str, Any]]]) -> Aside:
    """Read what was found for `asked`."""
    things = rows.get(PUT_OFF, [])
    return Aside(
        hidden=frozenset(row["thing"] for row in things if row["is_hiding"]),
        handed=frozenset(row["thing"] for row in things if row["is_handed"]),
        pressing=frozenset(row["pk"] for row in rows.get(PRESSING, [])),
        may_come_back=sum(row["may_come_back"] for row in things),
    )

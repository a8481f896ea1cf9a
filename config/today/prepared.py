"""The statement of Today, written once for each kind of colleague.

It asks some thirty questions at once, and Django takes as long to write it as PostgreSQL to answer.
Its text is the same for all who have the same roles, on any day. What differs are parameters: who
asks, their team, and moments and days reckoned from now. So it is written for five made-up
colleagues, each in a zone and at an hour of their own, and every parameter is recognised as one of
these. Where one is not, the statement is written anew each time it is asked.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from accounts.models import User
from accounts.permissions import permissions_of
from applications.due import Whose, earliest_day, latest_day

Written = tuple[str, list[Any]]  # a statement, and its parameters
Write = Callable[[User, datetime, Whose], Written]
Reckon = Callable[[User, datetime], Any]

# When and where the made-up colleagues ask, and the zone that their account names: so that no two
# of the days and moments below lie apart by the same for all of them. Where the first one asks the
# clocks changed the day before, which tells a time reckoned on that clock from any other.
HOURS: Final = (
    (datetime(2026, 9, 28, 5, 17, 3, 1, tzinfo=UTC), "Pacific/Auckland", "Pacific/Pago_Pago"),
    (datetime(2027, 3, 5, 13, 41, 9, 2, tzinfo=UTC), "Pacific/Pago_Pago", "Pacific/Kiritimati"),
    (datetime(2025, 6, 10, 11, 5, 27, 3, tzinfo=UTC), "Etc/GMT+12", "UTC"),
    (datetime(2026, 1, 17, 22, 40, 51, 4, tzinfo=UTC), "Asia/Kolkata", "America/New_York"),
    (datetime(2024, 7, 3, 19, 20, 14, 5, tzinfo=UTC), "UTC", "Asia/Tokyo"),
)
REMEMBERED: Final = 200  # kinds of colleagues in one process; there are a few dozen
_NOBODYS: Final = {"password", "last_login"}  # of no concern to what is due

_kept: dict[Any, "_Kept"] = {}


@dataclass(frozen=True)
class _Kept:
    """What was written: the text, and how each of its parameters is reckoned, if that is known."""

    sql: str
    parameters: list[Reckon] | None


def written(user: User, now: datetime, whose: Whose, most: int, write: Write) -> Written:
    """Return what `write` returns for this user, now and whose day, mostly without asking it.

    most: how many of each are asked for at most, where `write` reads that besides.
    """
    key = (write, whose, most, _kind_of(user))
    kept = _kept.get(key)  # asked for once: another thread may clear it
    if kept is None:
        if len(_kept) >= REMEMBERED:
            _kept.clear()
        kept = _kept[key] = _learn(user, whose, write)
    if kept.parameters is None:
        return write(user, now, whose)
    return kept.sql, [reckon(user, now) for reckon in kept.parameters]


def _kind_of(user: User) -> tuple[Any, ...]:
    """Return all that may be read of a user and is neither theirs alone nor their team."""
    made_up = _own_of(user, 0, "").keys() | _NOBODYS
    names = [field.attname for field in User._meta.concrete_fields if field.attname not in made_up]
    rest = (repr(getattr(user, name)) for name in names)
    return (permissions_of(user), bool(user.team), *rest)


def _own_of(user: User, number: int, zone: str) -> dict[str, Any]:
    """Return what stands in a made-up colleague where the user has something of their own."""
    return {
        "id": -1_000_000_007 - number,
        "public_id": uuid.UUID(int=number),
        "email": f"colleague-{number}@perennial.invalid",
        "name": f"Colleague {number}",
        "title": f"Title {number}",
        "team": f"Team {number}" if user.team else user.team,
        "time_zone": zone,
        "created_at": datetime(2020, 1, 1 + number, tzinfo=UTC),
    }


def _learn(user: User, whose: Whose, write: Write) -> _Kept:
    """Write the statement for the made-up colleagues, and compare."""
    values = {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
    asked = []
    for number, (at, place, zone) in enumerate(HOURS, start=1):
        colleague = User(**values | _own_of(user, number, zone))
        asked.append((colleague, at.astimezone(ZoneInfo(place))))
    statements = [write(colleague, now, whose) for colleague, now in asked]
    sql, first = statements[0]
    if any(text != sql or len(own) != len(first) for text, own in statements):
        return _Kept(sql, None)
    parameters = [
        _recognised(list(values), asked)
        for values in zip(*(own for _, own in statements), strict=True)
    ]
    known = [reckon for reckon in parameters if reckon is not None]
    return _Kept(sql, known if len(known) == len(first) else None)


def _recognised(values: list[Any], asked: list[tuple[User, datetime]]) -> Reckon | None:
    """Return how a parameter is reckoned that was so for those who asked."""
    first = values[0]
    if all(type(value) is type(first) and value == first for value in values):
        return lambda _user, _now: first
    if all(value == user.pk for value, (user, _) in zip(values, asked, strict=True)):
        kind = type(first)  # psycopg's, by the column
        return lambda user, _now: kind(user.pk)
    if all(value == user.team for value, (user, _) in zip(values, asked, strict=True)):
        return lambda user, _now: user.team
    for base in (_now, _midnight, _day, _own_day, _day_in_utc, _first_day, _last_day):
        starts = [base(*one) for one in asked]
        apart = {_apart(value, start) for value, start in zip(values, starts, strict=True)}
        if len(apart) == 1 and (gap := apart.pop()) is not None:
            return base if not gap else _later(base, gap)
    return None


def _later(base: Reckon, gap: timedelta) -> Reckon:
    return lambda user, now: base(user, now) + gap


def _apart(value: Any, start: date) -> timedelta | None:
    """Return by how much two days or moments of one zone differ, on the clock; else None."""
    if type(value) is not type(start):
        return None
    if isinstance(value, datetime) and value.tzinfo is not getattr(start, "tzinfo", None):
        return None
    gap: timedelta = value - start
    return gap


def _now(_user: User, now: datetime) -> datetime:
    return now


def _midnight(_user: User, now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _day(_user: User, now: datetime) -> date:
    return now.date()


def _own_day(user: User, now: datetime) -> date:
    return now.astimezone(ZoneInfo(user.time_zone)).date()


def _day_in_utc(_user: User, now: datetime) -> date:
    return now.astimezone(UTC).date()


def _first_day(_user: User, now: datetime) -> date:
    return earliest_day(now)


def _last_day(_user: User, now: datetime) -> date:
    return latest_day(now)

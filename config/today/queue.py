"""Asking for everything that is due at once: one statement says what, one a model fetches it.

So the page costs a fixed number of queries, however many blocks and rows it has.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Model, Q, QuerySet

from applications.escalation import Seconds
from config.today.words import Row

MOST = 1000  # things of a block that are counted


@dataclass(frozen=True)
class Ask:
    """A block before it is asked for: its words, its things in their order, and how a row is made.

    fetch: things by key with what a row shows; None: as `things` are. values: `things` are values,
    and a row is made of them as they are. kind: they can be put off, by this name. late: which of
    them are late, those whose rows say so; None: they have no day by which they were to be done.
    reads: what `keeps` reads of each thing to say whether it stands here, with the jobs of theirs
    in which a colleague is first.
    quick: the same things as `things`, found faster where none of them is asked for by name.
    """

    title: str
    lead: str
    section: str
    things: Callable[[], QuerySet[Any, Any]]
    row: Callable[[Any], Row]
    list_url: str = ""
    fetch: Callable[[list[int]], QuerySet[Any]] | None = None
    values: bool = False
    kind: str = ""
    counts: bool = True  # as a thing that is due, not one that runs by itself
    late: Q | None = None
    note: str = ""
    quick: Callable[[], QuerySet[Any, Any]] | None = None
    reads: tuple[str, ...] = ()
    keeps: Callable[[dict[str, Any], Seconds], bool] | None = None

    @property
    def keys(self) -> QuerySet[Any, Any]:
        """What is asked for first: the values themselves, or of each thing its key, by what it is
        put off, its lateness and what `keeps` reads."""
        things = (self.quick or self.things)()
        if self.values:
            return things
        reads = ("pk", *(("public_id",) if self.kind else ()), *self.reads)
        if self.late is None:
            return things.values(*reads)
        late = ExpressionWrapper(self.late, output_field=BooleanField())
        keys: QuerySet[Any, Any] = things.annotate(counts_late=late)
        return keys.values(*reads, "counts_late")


def found(
    asked: dict[str, QuerySet[Any, Any]], most: int, whole: Collection[str] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return for each query its first rows as values, in one statement. No rows: no entry.

    whole: of these not the first alone.
    """
    return answers(*statement(asked, most, whole))


def statement(
    asked: dict[str, QuerySet[Any, Any]], most: int, whole: Collection[str] = ()
) -> tuple[str, list[Any]]:
    """Return the statement that `found` asks, and its parameters; empty: there is no question."""
    parts, params = [], []
    for key, things in asked.items():
        try:
            sql, own = (things if key in whole else things[:most]).query.sql_with_params()
        except EmptyResultSet:
            continue
        # The text is Django's own; whatever somebody typed is a parameter.
        parts.append(
            f"SELECT %s AS block, jsonb_agg(found) AS rows FROM ({sql}) found"  # noqa: S608
        )
        params += [key, *own]
    return " UNION ALL ".join(parts), params


def answers(sql: str, params: list[Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what `found` returns, of a statement that was put together."""
    if not sql:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {key: _read(rows) for key, rows in cursor.fetchall() if rows}


def _read(rows: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rows) if isinstance(rows, str) else rows
    return found


def fetched(asks: list[Ask], keys: dict[str, list[int]]) -> dict[str, list[Model]]:
    """Return the things of each block, by its title, in the order of their keys."""
    together: dict[Any, list[Ask]] = defaultdict(list)
    for ask in asks:
        if keys.get(ask.title):
            together[ask.fetch or ask.title].append(ask)
    things: dict[str, list[Model]] = {}
    for some in together.values():
        wanted = [key for ask in some for key in keys[ask.title]]
        fetch = some[0].fetch
        query = fetch(wanted) if fetch else some[0].things().filter(pk__in=wanted)
        by_key = {thing.pk: thing for thing in query}
        for ask in some:
            things[ask.title] = [by_key[key] for key in keys[ask.title] if key in by_key]
    return things

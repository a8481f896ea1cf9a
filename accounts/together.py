"""Lines of the audit trail and of timelines, written together at the end of an action.

An action that is made of many leaves a line or two of each. Nobody reads them before it commits,
so they can wait for its end: one statement for each table, instead of one for each line.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models

Waiting = dict[type[models.Model], list[models.Model]]

_waiting: ContextVar[Waiting | None] = ContextVar("_waiting", default=None)


def add(lines: Sequence[models.Model]) -> None:
    """Write lines of one table now, or as the block that is open ends."""
    if not lines:
        return
    model, waiting = type(lines[0]), _waiting.get()
    if waiting is None:
        table: models.QuerySet[Any] = models.QuerySet(model)
        table.bulk_create(lines, batch_size=2000)
    else:
        waiting.setdefault(model, []).extend(lines)


@contextmanager
def written_together() -> Iterator[None]:
    """Let the lines that are added in the block wait for its end; if it fails they are gone.

    A block within another hands its lines on to that. What can be undone alone, in a savepoint, has
    to be a block of its own inside it: else its lines stayed when it is undone.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Lines can wait only within the transaction of what they describe.")
    lines: Waiting = {}
    token = _waiting.set(lines)
    try:
        yield
    finally:
        _waiting.reset(token)
    for some in lines.values():
        add(some)

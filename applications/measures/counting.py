"""From the cases of a view to the figures of each quarter, in one statement."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection

from applications.measures.shapes import Figure, Measure, Quarter, Value


def quarters_of(
    measure: Measure, starts: list[date], at: datetime, jobs: Collection[int] | None = None
) -> list[Quarter]:
    """Return the figures of these quarters, in their order; a quarter without cases is there too.

    starts: first days. A case counts once it is ripe at `at`: whoever applied yesterday had no time
    to be left without an answer. jobs: keys of the only jobs that count; None: all there are.
    """
    params: dict[str, Any]
    where, params = "ripe_at <= %(at)s", {"at": at}
    if measure.is_snapshot:
        starts, group = [], "NULL::date"
    else:
        where, group = f"{where} AND quarter BETWEEN %(first)s AND %(last)s", "quarter"
        params |= {"first": min(starts), "last": max(starts)}
    if jobs is not None:
        where = f"{where} AND job_id = ANY(%(jobs)s)"
        params["jobs"] = list(jobs)
    columns = ", ".join(_columns(figure) for figure in measure.figures)
    # What is put together here was written in this house; what comes from outside is a parameter.
    statement = f"""
SELECT {group}, count(*) FILTER (WHERE NOT set_aside), count(*) FILTER (WHERE set_aside), {columns}
  FROM {measure.view} WHERE {where} GROUP BY 1"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found = {row[0]: _quarter(measure, row) for row in cursor.fetchall()}
    if measure.is_snapshot:
        return list(found.values()) or [_empty(measure, None)]
    return [found.get(start) or _empty(measure, start) for start in starts]


def _columns(figure: Figure) -> str:
    among = f"NOT set_aside AND ({figure.of})" if figure.of else "NOT set_aside"
    return f"count(*) FILTER (WHERE {among}), {figure.sql.format(among=among)}"


def _quarter(measure: Measure, row: tuple[Any, ...]) -> Quarter:
    pairs = zip(row[3::2], row[4::2], strict=True)
    values = {
        figure.key: Value(float(number) if n >= figure.least else None, n)
        for figure, (n, number) in zip(measure.figures, pairs, strict=True)
    }
    for figure in measure.figures:
        if figure.slice_of and any(
            other.slice_of == figure.slice_of and 0 < values[other.key].n < other.least
            for other in measure.figures
        ):
            values[figure.key] = Value(None, values[figure.key].n)
    return Quarter(row[0], row[1], row[2], values)


def _empty(measure: Measure, start: date | None) -> Quarter:
    return Quarter(start, 0, 0, {figure.key: Value(None, 0) for figure in measure.figures})

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
    for key in _hidden(measure.figures, {key: value.n for key, value in values.items()}):
        values[key] = Value(None, values[key].n)
    return Quarter(row[0], row[1], row[2], values)


def _hidden(figures: tuple[Figure, ...], cases: dict[str, int]) -> set[str]:
    """Return which parts of a whole are not shown: the small ones, and with them others.

    The whole less the parts that are shown tells what the hidden ones say together: so those are
    two at least, and as many cases as one alone would have to be (M-R4).
    """
    hidden: set[str] = set()
    for whole in {figure.slice_of for figure in figures if figure.slice_of}:
        parts = [figure for figure in figures if figure.slice_of == whole and cases[figure.key]]
        parts.sort(key=lambda figure: cases[figure.key])
        small = [figure for figure in parts if cases[figure.key] < figure.least]
        kept = len(small)
        while (
            small
            and kept < len(parts)
            and (kept < 2 or sum(cases[figure.key] for figure in parts[:kept]) < parts[0].least)
        ):
            kept += 1
        hidden |= {figure.key for figure in parts[:kept]}
    return hidden


def _empty(measure: Measure, start: date | None) -> Quarter:
    return Quarter(start, 0, 0, {figure.key: Value(None, 0) for figure in measure.figures})

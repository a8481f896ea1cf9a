"""Writing very many rows at once.

`bulk_create` spends a tenth of a millisecond on each row, and `bulk_update` builds a CASE for each
value; an import makes a dozen rows of one line. COPY takes plain tuples in a fraction of that, and
fires the same triggers.
"""

import json
import os
import uuid
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection, models

Columns = tuple[str, ...]


def copy_in(
    model: type[models.Model], names: Columns, rows: Iterable[tuple[Any, ...]]
) -> list[int]:
    """Insert rows by COPY and return their keys, in order.

    names: the attributes that each row gives, in its order (`candidate_id`, not `candidate`). The
    other columns take their default, the same for every row, so one that differs from row to row
    (a UUID, the time) must be given. A JSON value may be given as text.
    """
    values = list(rows)
    if not values:
        return []
    meta = model._meta
    fields = {f.attname: f for f in meta.concrete_fields if not f.generated and not f.primary_key}
    rest = [name for name in fields if name not in names]
    fixed = tuple(_stored(fields[name].get_default()) for name in rest)
    jsons = [i for i, name in enumerate(names) if isinstance(fields[name], models.JSONField)]
    quote = connection.ops.quote_name
    given = [fields[name].column for name in (*names, *rest)]
    columns = ", ".join(quote(str(column)) for column in ["id", *given])
    keys = _new_keys(meta.db_table, len(values))
    with (
        connection.wrap_database_errors,  # Django does not see into a COPY
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for key, row in zip(keys, values, strict=True):
            if jsons:
                cells = list(row)
                for i in jsons:
                    cells[i] = _stored(cells[i])
                copy.write_row((key, *cells, *fixed))
            else:
                copy.write_row((key, *row, *fixed))
    return keys


def write_over(
    model: type[models.Model], columns: Iterable[str], rows: list[dict[str, Any]]
) -> None:
    """Set these columns of existing rows in one statement; each row is {"id": …, column: …}."""
    if not rows:
        return
    table = model._meta.db_table
    sets = ", ".join(f"{column} = new.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS old SET {sets}"  # noqa: S608 (the names of our own columns)
            f" FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS new"
            " WHERE old.id = new.id",
            [json.dumps(rows)],
        )


def new_uuids(count: int) -> list[uuid.UUID]:
    """Return random UUIDs (version 4): one call for randomness, however many."""
    noise = os.urandom(16 * count)
    return [uuid.UUID(bytes=noise[i : i + 16], version=4) for i in range(0, 16 * count, 16)]


def _new_keys(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [_sequence(table), count]
        )
        return [key for (key,) in cursor.fetchall()]


@lru_cache
def _sequence(table: str) -> str:
    """Return the name of the sequence of a table: looking it up costs more than a number of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        return str(cursor.fetchone()[0])


def _stored(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value

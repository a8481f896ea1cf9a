"""Writing very many new rows at once.

`bulk_create` spends a tenth of a millisecond on each row; an import makes a dozen rows of one line.
COPY takes them in a fraction of that, and fires the same triggers.
"""

import json
from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models
from django.db.models.enums import Choices

Made = TypeVar("Made", bound=models.Model)


def copy_in(model: type[Made], objects: Iterable[Made]) -> list[Made]:
    """Insert new objects by COPY and give them their keys.

    For plain columns with an identity key: nothing is computed on saving. What an object refers to
    must have its key already.
    """
    made = list(objects)
    if not made:
        return made
    meta = model._meta
    fields = [f for f in meta.concrete_fields if not f.generated and not f.primary_key]
    names = [field.attname for field in fields]
    jsons = [i for i, field in enumerate(fields, 1) if isinstance(field, models.JSONField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in [meta.pk, *fields] if f)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [meta.db_table, len(made)],
        )
        keys = [key for (key,) in cursor.fetchall()]
        with cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy:
            for item, key in zip(made, keys, strict=True):
                held = item.__dict__
                values = [key, *(held[name] for name in names)]
                for i in jsons:
                    values[i] = None if values[i] is None else json.dumps(values[i])
                copy.write_row(
                    [value.value if isinstance(value, Choices) else value for value in values]
                )
                item.pk, item._state.adding = key, False  # noqa: SLF001 - as bulk_create leaves it
    return made

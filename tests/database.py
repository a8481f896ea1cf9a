"""What a test asks about the statements that the database was given."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def gates_locked_first() -> Iterator[list[int]]:
    """Give the keys of the people whose gates the first statement locks that locks any."""
    locked: list[int] = []
    with CaptureQueriesContext(connection) as queries:
        yield locked
    statements = [
        query["sql"]
        for query in queries.captured_queries
        if 'FROM "candidates_contactgate"' in query["sql"] and "FOR UPDATE" in query["sql"]
    ]
    where = statements[0].partition("WHERE")[2].partition("ORDER BY")[0]
    locked.extend(sorted(int(key) for key in re.findall(r"\b\d+\b", where)))

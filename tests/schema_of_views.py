"""What a view is to the database, so that its declaration can be compared with what is there."""

from django.db import connection


def definition(view: str) -> str:
    """Return the definition of a view as the database keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [view])
        found: str = cursor.fetchone()[0]
    return found


def definition_of(sql: str) -> str:
    """Return the definition that a view made of this SQL would have."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY VIEW view_of_a_test AS {sql}")
    try:
        return definition("view_of_a_test")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP VIEW view_of_a_test")

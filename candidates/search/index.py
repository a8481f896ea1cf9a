"""The search text of everybody: what differs from its definition, and mending that."""

from typing import Final

from django.db import connection, transaction

_COLUMNS: Final = "candidate_id, folded_name, config::text AS config, short, long"
_DIFFERING: Final = f"""
SELECT coalesce(kept.candidate_id, meant.candidate_id)
  FROM (SELECT {_COLUMNS} FROM candidates_searchtext) AS kept
  FULL JOIN (SELECT {_COLUMNS} FROM candidates_searchtext_source) AS meant USING (candidate_id)
 WHERE kept IS DISTINCT FROM meant
 ORDER BY 1
"""  # noqa: S608  # the names of our own columns


def differing() -> list[int]:
    """Return the people whose search text is not what it must be. Usually none."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING)
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def mend() -> int:
    """Make everything that differs right. Returns for how many people."""
    people = differing()
    with connection.cursor() as cursor:
        for start in range(0, len(people), 5000):
            cursor.execute("SELECT candidates_refresh_search(%s)", [people[start : start + 5000]])
    return len(people)

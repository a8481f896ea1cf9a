# ruff: noqa: S608  (the names of our own columns)
"""The match profiles: what differs from their definition, and mending that."""

from typing import NamedTuple

from django.db import connection, transaction

from applications.models import MatchProfile

_COLUMNS = ", ".join(
    str(field.column) for field in MatchProfile._meta.concrete_fields if not field.primary_key
)
_TABLE = f"SELECT candidate_id, {_COLUMNS} FROM applications_matchprofile"
_SOURCE = f"SELECT candidate_id, {_COLUMNS} FROM applications_matchprofile_source"
_MEANINGS = "SELECT skill_id, means_id, is_implied FROM applications_skillmeaning"


class Differing(NamedTuple):
    """One row that is not what its definition says. kind: "profile" or "skill"."""

    kind: str
    id: int


def differing() -> list[Differing]:
    """Return the people whose profile, and the skills whose meaning, is not what it must be."""
    return [
        *_differing("profile", "candidate_id", _TABLE, _SOURCE),
        *_differing("skill", "skill_id", _MEANINGS, f"{_MEANINGS}_source"),
    ]


@transaction.atomic
def mend() -> int:
    """Make everything that differs right. Returns how many rows did; usually none."""
    found = differing()
    with connection.cursor() as cursor:
        cursor.execute("SELECT applications_refresh_meanings()")
        people = sorted({row.id for row in found if row.kind == "profile"})
        for start in range(0, len(people), 5000):
            cursor.execute(
                "SELECT applications_refresh_profiles(%s)", [people[start : start + 5000]]
            )
    return len(found)


def _differing(kind: str, key: str, stored: str, wanted: str) -> list[Differing]:
    sql = (
        f"SELECT DISTINCT {key} FROM (({stored} EXCEPT {wanted}) UNION ALL"
        f" ({wanted} EXCEPT {stored})) AS differing ORDER BY {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [Differing(kind, row[0]) for row in cursor.fetchall()]

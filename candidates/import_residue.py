"""Taking one person out of the lines of imported files."""

from typing import Any

from django.db import connection

from candidates.models import EmailAddress, ImportRow, Link, Phone

NOTHING: dict[str, Any] = {
    "cells": [], "cleaned": None, "fingerprint": "", "errors": [], "did": {}, "candidate": None,
}  # fmt: skip
# Lines that became nobody: refused, or not yet written. Few, and found by their state.
_UNWRITTEN = [ImportRow.State.STAGED, ImportRow.State.REFUSED]


def forget_import_rows(people: list[int]) -> int:
    """Empty the lines that made or changed these people, and unwritten ones with an address,
    number or link of theirs. The states stay, so that the counts of the import do."""
    mine = ImportRow.objects.filter(candidate__in=people)
    found = set(mine.values_list("pk", flat=True)) | _unwritten_about(people)
    return ImportRow.objects.filter(pk__in=found).update(**NOTHING)


def _unwritten_about(people: list[int]) -> set[int]:
    marks: set[str] = set()
    for model, column in ((EmailAddress, "address"), (EmailAddress, "canonical"), (Link, "url")):
        marks |= set(model.objects.filter(candidate__in=people).values_list(column, flat=True))
    marks |= set(Phone.objects.filter(candidate__in=people).values_list("number", flat=True))
    if not marks:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
SELECT r.id FROM candidates_importrow r, unnest(%s::text[]) mark
 WHERE r.state = ANY(%s) AND strpos(lower(r.cells::text), lower(mark)) > 0""",
            [sorted(marks), [str(state) for state in _UNWRITTEN]],
        )
        return {pk for (pk,) in cursor.fetchall()}

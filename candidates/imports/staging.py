"""The staging table: the lines of a file, what they say, and what became of each.

A line is a plain record here, for a chunk handles some thousand of them at a time and a model costs
ten times as much to make.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from candidates.arrays import any_of
from candidates.imports.bulk import write_over
from candidates.imports.reading import Record
from candidates.models import Import, ImportRow

State = ImportRow.State


@dataclass(slots=True)
class Person:
    """Whom a line is about, as far as the import has to know. pk 0: not written yet."""

    pk: int
    facts: dict[str, Any]
    last_contact_at: datetime | None = None
    version: int = 1
    is_new: bool = False

    @property
    def country(self) -> str:
        return self.facts.get("country") or ""


@dataclass(slots=True)
class Line:
    """One line of the file. `said` are the values of its row form, `did` what it changed."""

    pk: int
    number: int
    said: dict[str, Any]
    state: str = State.STAGED
    errors: list[str] = field(default_factory=list)
    fingerprint: str = ""
    person: Person | None = None
    did: dict[str, Any] = field(default_factory=dict)


def stage(run: Import, records: Iterable[Record]) -> int:
    """Copy the records of a file into the table, and return how many. A row that is wider than the
    header, or that cannot be read, is refused at once."""
    count, width = 0, len(run.columns)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(
            "COPY candidates_importrow (run_id, number, cells, errors, state, fingerprint, did)"
            " FROM STDIN"
        ) as copy,
    ):
        for record in records:
            errors, state = "[]", State.STAGED.value
            problem = record.problem
            if not problem and len(record.cells) > width:
                problem = _too_wide(record, width)
            if problem:
                errors, state = json.dumps([problem]), State.REFUSED.value
            cells = json.dumps(record.cells)
            copy.write_row((run.pk, record.number, cells, errors, state, "", "{}"))
            count += 1
    return count


def unchecked(run: Import, most: int) -> list[tuple[int, int, list[str]]]:
    """Return key, line number and cells of the next lines that no form has seen."""
    lines = run.rows.filter(state=State.STAGED, cleaned__isnull=True).order_by("number")
    return list(lines.values_list("pk", "number", "cells")[:most])


def waiting(run_id: int, most: int, *, after: int = 0) -> list[Line]:
    """Return the next lines that wait to be written as people. after: the number of a line."""
    lines = _waiting(run_id).filter(number__gt=after).order_by("number")
    return [
        Line(pk, number, said or {}, fingerprint=fingerprint)
        for pk, number, said, fingerprint in lines.values_list(
            "pk", "number", "cleaned", "fingerprint"
        )[:most]
    ]


def has_waiting(run_id: int, many: int) -> bool:
    """Say whether more than that many lines wait to be written as people."""
    return bool(_waiting(run_id).order_by("number").values_list("pk")[many : many + 1])


def still_wait(lines: list[Line]) -> bool:
    """Say whether nobody has written one of these lines meanwhile."""
    found = ImportRow.objects.filter(pk__in=any_of(line.pk for line in lines), state=State.STAGED)
    return found.count() == len(lines)


def save_checked(lines: list[Line]) -> None:
    """Write what the form made of the lines, in one statement."""
    write_over(
        ImportRow,
        ("cleaned", "errors", "state", "fingerprint", "did"),
        [
            {
                "id": line.pk,
                "cleaned": line.said,
                "errors": line.errors,
                "state": line.state,
                "fingerprint": line.fingerprint,
                "did": line.did,
            }
            for line in lines
        ],
    )


def save_written(lines: list[Line]) -> None:
    """Write what became of the lines, in one statement."""
    write_over(
        ImportRow,
        ("errors", "state", "candidate_id", "did"),
        [
            {
                "id": line.pk,
                "errors": line.errors,
                "state": line.state,
                "candidate_id": line.person and line.person.pk,
                "did": line.did,
            }
            for line in lines
        ],
    )


def _waiting(run_id: int) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(run=run_id, state=State.STAGED)


def _too_wide(record: Record, width: int) -> str:
    return (
        f"This line has {len(record.cells)} cells, the header has {width}. Perhaps a delimiter"
        " stands inside a cell without quotation marks."
    )

# ruff: noqa: S608  (names of tables and columns are put in; every value is bound)
"""Two records of one person become one, and two again, exactly.

Nothing is thrown away. A row moves to the survivor, or stays with the merged record, as it is
declared in `candidates.person_data`; where two rows must become one, the survivor's takes what is
stricter. Whatever a merge changed, on any floor, is found by looking: all declared rows of both
people are read before and after, and the difference is kept in `Merge.changes`.

An unmerge puts each changed column back if it still has the value that the merge gave it. So what
happened to the survivor after the merge stays with the survivor: a new note, a new application, a
corrected name. A row that moved goes back with whatever happened to it meanwhile.

Stops are the exception (C-11). Whoever stopped, objected, paused or narrowed after the merge did so
as the one person we took them for, and we cannot know as which of the two: it holds for both. What
was said before the merge goes back to the record that it was said to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Model, Q, QuerySet

from candidates.merge_rules import stricter_preference
from candidates.models import (
    Candidate,
    ContactGate,
    EmailAddress,
    GroundEvent,
    Merge,
    Preference,
    Stop,
)
from candidates.models.grounds import DECIDING
from candidates.person_data import Combine, Derived, Move, PersonData, Settle, Stay, declared

Columns = dict[str, Any]
_OWN_FLOOR = "candidates"
_REFUSALS = (GroundEvent.Kind.OBJECTED, GroundEvent.Kind.WITHDRAWN)
_FIRM_STOPS = (
    Stop.Reason.UNSUBSCRIBED, Stop.Reason.PAUSED, Stop.Reason.OBJECTED, Stop.Reason.COMPLAINED,
    Stop.Reason.BOUNCED,
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One row that a merge made (no `before`), changed, or took away (no `after`).

    `before` and `after` hold whole rows, or only the columns that differ.
    """

    table: "Table"
    pk: Any
    before: Columns | None
    after: Columns | None

    def as_json(self) -> Columns:
        label = self.table.model._meta.label
        return {"model": label, "pk": self.pk, "before": self.before, "after": self.after}


@dataclass(frozen=True)
class Table:
    """A declared model as rows of JSON."""

    model: type[Model]
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)

    @cached_property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    @cached_property
    def columns(self) -> list[str]:
        """Those that can be written."""
        fields = self.model._meta.concrete_fields
        return [str(field.column) for field in fields if not field.generated]

    @cached_property
    def owners(self) -> set[str]:
        """The columns that say whose row it is."""
        direct = (name for name in self.fields if "__" not in name and name != "pk")
        return {str(self.model._meta.get_field(name).column) for name in direct}  # type: ignore[union-attr]  # a foreign key

    @cached_property
    def is_one_row(self) -> bool:
        return any(
            isinstance(data.merge, Combine) for data in declared() if data.model is self.model
        )

    def rows_of(self, people: list[int]) -> dict[Any, Columns]:
        """Return all rows of these people by their keys, as the database prints them."""
        keys, params = self._of(people).values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT to_jsonb(t) FROM {self.name} t WHERE t.{_quoted(self.key)} IN ({keys})",
                params,
            )
            rows = [json.loads(row) for (row,) in cursor.fetchall()]
        return {row[self.key]: row for row in rows}

    def lock(self, people: list[int]) -> None:
        list(self._of(people).order_by("pk").select_for_update(of=("self",)).values("pk"))

    def write(self, pk: Any, values: Columns) -> None:
        """Set these columns of one row."""
        sets = ", ".join(f"{_quoted(name)} = new.{_quoted(name)}" for name in values)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self.name} t SET {sets}"
                f"  FROM jsonb_populate_record(NULL::{self.name}, %s::jsonb) new"
                f" WHERE t.{_quoted(self.key)} = new.{_quoted(self.key)}",
                [json.dumps({**values, self.key: pk})],
            )

    def insert(self, row: Columns) -> None:
        names = ", ".join(_quoted(name) for name in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.name} ({names})"
                f" SELECT {names} FROM jsonb_populate_record(NULL::{self.name}, %s::jsonb)"
                f" ON CONFLICT DO NOTHING",
                [json.dumps(row)],
            )

    def _of(self, people: list[int]) -> QuerySet[Model]:
        either = Q()
        for name in self.fields:
            either |= Q(**{f"{name}__in": people})
        return self.model._meta.base_manager.filter(either)


def tables() -> list[Table]:
    """Return what a merge can change: people themselves, and what is declared and moves."""
    fields: dict[type[Model], list[str]] = {Candidate: ["pk"]}
    for data in declared():
        if data.model is not Candidate:
            fields.setdefault(data.model, []).append(data.field)
    left_alone = {
        model
        for model in fields
        if all(isinstance(d.merge, Stay | Derived) for d in declared() if d.model is model)
    }
    left_alone.discard(Candidate)
    return [
        Table(model, tuple(names)) for model, names in fields.items() if model not in left_alone
    ]


def lock(people: list[int]) -> None:
    """Lock everything of these people, in the order that everybody else locks in.

    Gates first, in order of id. Then the rows of upper floors, whose writers hold a row and then
    write to the person's timeline; then the people; then what hangs on them on this floor.
    """
    gates = ContactGate.objects.select_for_update().filter(pk__in=people).order_by("pk")
    list(gates.values("pk"))
    own = [table for table in tables() if table.model._meta.app_label == _OWN_FLOOR]
    for table in reversed(tables()):
        if table not in own:
            table.lock(people)
    for table in own:
        table.lock(people)


def read(people: list[int]) -> dict[Table, dict[Any, Columns]]:
    """Return all rows of these people."""
    return {table: table.rows_of(people) for table in tables()}


def differences(
    before: dict[Table, dict[Any, Columns]], after: dict[Table, dict[Any, Columns]]
) -> list[Change]:
    """Return what it takes to come from the one reading to the other."""
    found = []
    for table, old_rows in before.items():
        new_rows = after[table]
        for pk in sorted({*old_rows, *new_rows}, key=str):
            old, new = old_rows.get(pk), new_rows.get(pk)
            if old == new:
                continue
            if old is not None and new is not None:
                names = [name for name in table.columns if old[name] != new[name]]
                old = {name: old[name] for name in names}
                new = {name: new[name] for name in names}
            found.append(Change(table, pk, old, new))
    return found


def move_rows(survivor: int, merged: int, at: datetime) -> None:
    """Do with each declared model what its declaration says."""
    for data in declared():
        match data.merge:
            case Move(unless_same=same):
                _move(data, survivor, merged, same)
            case Combine(stricter=stricter):
                _combine(data, stricter, survivor, merged)
            case Settle(settle=settle):
                settle(survivor, merged, at)


def put_back(merge: Merge) -> None:
    """Undo the changes of a merge, as far as they still stand. In the caller's transaction."""
    by_label = {table.model._meta.label: table for table in tables()}
    changes = [
        Change(by_label[one["model"]], one["pk"], one["before"], one["after"])
        for one in merge.changes
    ]
    people = [merge.survivor_id, merge.merged_id]
    present = read(people)
    for change in changes:
        if change.before is None and present[change.table].get(change.pk) == change.after:
            change.table.model._meta.base_manager.filter(pk=change.pk).delete()
    updated = [c for c in changes if c.before is not None and c.after is not None]
    moved = [c for c in updated if c.table.owners & set(c.after or {})]
    _give_back(moved, present)
    for change in updated:
        if change not in moved:
            _restore(change, present[change.table].get(change.pk))
    for change in changes:
        if change.after is None and change.before is not None:
            change.table.insert(change.before)
    _hold_for_both(merge)
    for person in people:
        _choose_heir(person)


def _give_back(moved: list[Change], present: dict[Table, dict[Any, Columns]]) -> None:
    """Return rows to the merged record: those that only moved all at once, the others singly."""
    plain: dict[tuple[Table, str, Any, Any], list[Any]] = {}
    for change in moved:
        before, after = change.before or {}, change.after or {}
        if len(before) == 1:
            ((column, owner),) = before.items()
            plain.setdefault((change.table, column, owner, after[column]), []).append(change.pk)
        else:
            _restore(change, present[change.table].get(change.pk))
    for (table, column, owner, holder), keys in plain.items():
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.name} SET {_quoted(column)} = %s"
                f" WHERE {_quoted(table.key)} = ANY(%s) AND {_quoted(column)} = %s",
                [owner, keys, holder],
            )


def _restore(change: Change, row: Columns | None) -> None:
    """Put back the columns that still have the value which the merge gave them."""
    if row is None or change.before is None or change.after is None:
        return
    values = {name: old for name, old in change.before.items() if row[name] == change.after[name]}
    if change.table.is_one_row and len(values) < len(change.before):
        return  # a choice is one thing: it goes back whole, or not at all
    whose = {name: old for name, old in values.items() if name in change.table.owners}
    for attempt in (values, whose):
        if not attempt:
            continue
        try:
            with transaction.atomic():
                change.table.write(change.pk, attempt)
        except IntegrityError:  # something of later stands in the way: that stays, the row returns
            continue
        return


def _move(data: PersonData, survivor: int, merged: int, same: Iterable[str]) -> None:
    table = Table(data.model, (data.field,))
    (owner,) = table.owners
    clash = " AND ".join(f"o.{_quoted(name)} = t.{_quoted(name)}" for name in same)
    unless = (
        f" AND NOT EXISTS (SELECT 1 FROM {table.name} o"
        f" WHERE o.{_quoted(owner)} = %(survivor)s AND {clash})"
        if clash
        else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table.name} t SET {_quoted(owner)} = %(survivor)s"
            f" WHERE t.{_quoted(owner)} = %(merged)s{unless}",
            {"survivor": survivor, "merged": merged},
        )


def _combine(data: PersonData, stricter: Any, survivor: int, merged: int) -> None:
    table = Table(data.model, (data.field,))
    (owner,) = table.owners
    rows = {row[owner]: row for row in table.rows_of([survivor, merged]).values()}
    ours, theirs = rows.get(survivor), rows.get(merged)
    if theirs is None:
        return
    both = {**stricter(ours, theirs), owner: survivor}
    if ours is None:
        table.insert(both)
    elif both != ours:
        table.write(ours[table.key], {name: both[name] for name in table.columns})


def _hold_for_both(merge: Merge) -> None:
    """Let the merged record have what the survivor was told after the merge (C-11)."""
    survivor, merged = merge.survivor_id, merge.merged_id
    events = GroundEvent.objects.filter(
        candidate=survivor, recorded_at__gte=merge.at, kind__in=DECIDING
    )
    said = {event.purpose: event for event in events.order_by("occurred_at", "pk")}
    _copy(merged, [event for event in said.values() if event.kind in _REFUSALS])
    stops = Stop.objects.filter(candidate=survivor, at__gte=merge.at, reason__in=_FIRM_STOPS)
    _copy(merged, stops)
    gates = ContactGate.objects.in_bulk([survivor, merged])
    since = [at for at in gates[survivor].job_emails_at if at > merge.at]
    if since:
        gates[merged].job_emails_at = sorted([*gates[merged].job_emails_at, *since])
        gates[merged].save(update_fields=["job_emails_at"])
    if Preference.objects.filter(candidate=survivor, updated_at__gte=merge.at).exists():
        table = Table(Preference, ("candidate",))
        rows = table.rows_of([survivor, merged])
        both = stricter_preference(rows.get(merged), rows[survivor])
        if merged in rows:
            table.write(merged, {**both, "candidate_id": merged})
        else:
            table.insert({**both, "candidate_id": merged})


def _copy(person: int, rows: Iterable[Model]) -> None:
    for row in rows:
        values = {
            field.attname: getattr(row, field.attname)
            for field in row._meta.concrete_fields
            if not field.primary_key
        }
        type(row)._meta.base_manager.create(**{**values, "candidate_id": person})


def _choose_heir(person: int) -> None:
    """Whoever has addresses has one that we write to."""
    emails = EmailAddress.objects.filter(candidate=person)
    heir = emails.order_by("bounced_at", "pk").first()
    if heir and not emails.filter(is_primary=True).exists():
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)

"""How what hangs on a person is made to go, by what `candidates.person_data` declares.

Children go before what they hang on: the declarations are carried out from the last to the first,
so a floor above comes before the floors below it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from candidates.models import Candidate, FileToDelete
from candidates.person_data import Derived, PersonData, declared
from candidates.rights import Delete, Forget, Keep, Scrub

NAME = "Erased person"
# All that is left of the row: it still answers "no longer here" to whoever had it in hand.
_STAYS = frozenset({"id", "erased_at"})
# What an application needs of the person: whom to answer, in which words, and by whose law.
_IDENTITY = _STAYS | {
    "public_id",
    "name",
    "call_name",
    "language",
    "time_zone",
    "region",
    "country",
    "last_contact_at",
    "created_at",
    "version",
}


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot be erased now. `code` for machines, the sentence for people."""

    code: str
    sentence: str


Ask = Callable[[Candidate], Obstacle | None]
_asks: list[Ask] = []


def register_obstacle(ask: Ask) -> None:
    """Let a floor above say what stands in the way of an erasure, if anything does."""
    if ask not in _asks:
        _asks.append(ask)


def obstacles_of(candidate: Candidate) -> list[Obstacle]:
    """Return everything that stands in the way, in the order in which it was registered."""
    return [found for ask in _asks if (found := ask(candidate))]


def records_of(candidate: Candidate) -> list[Candidate]:
    """Return the record and all that were merged into it, however far: they are one person."""
    found, waiting = [candidate], [candidate.pk]
    while waiting:
        merged = list(Candidate.objects.filter(merged_into__in=waiting).order_by("pk"))
        found += merged
        waiting = [one.pk for one in merged]
    return found


def remove_everything(people: list[int]) -> dict[str, int]:
    """Carry out every declaration. Returns how many rows of each table were touched."""
    touched: dict[str, int] = {}
    for data in reversed(declared()):
        if count := _carry_out(data, people):
            label = data.model._meta.label
            touched[label] = touched.get(label, 0) + count
    return dict(sorted(touched.items()))


def remove_but_open_applications(people: list[int]) -> dict[str, int]:
    """Carry out every declaration, except for what an open application needs (C-26)."""
    touched: dict[str, int] = {}
    for data in reversed(declared()):
        if isinstance(data.merge, Derived):
            continue  # the person is still in use: the database works it out anew
        if count := _carry_out(data, people, but=data.stays(people) if data.stays else None):
            label = data.model._meta.label
            touched[label] = touched.get(label, 0) + count
    return dict(sorted(touched.items()))


def keep_identity(candidate: Candidate) -> None:
    """Empty every column of a person, but for who they are and where the law asks."""
    for field in Candidate._meta.concrete_fields:
        if field.name not in _IDENTITY:
            setattr(candidate, field.attname, _nothing(field))
    candidate.version += 1
    candidate.save()


def empty(candidate: Candidate, at: datetime) -> None:
    """Leave an empty row of a person: whatever column there is gets what a new row would have.

    The public id is a new one, so that no address of theirs, no link in an old email and no log
    leads here. A column added one day is emptied as well, without anybody thinking of it.
    """
    for field in Candidate._meta.concrete_fields:
        if field.name not in _STAYS:
            setattr(candidate, field.attname, _nothing(field))
    candidate.name, candidate.erased_at, candidate.created_at = NAME, at, at
    candidate.save()


def _nothing(field: "models.Field[Any, Any]") -> Any:
    if field.has_default():
        return field.get_default()
    return None if field.null else field.get_default()


def _carry_out(data: PersonData, people: list[int], but: models.Q | None = None) -> int:
    rows: models.QuerySet[Any] = models.QuerySet(data.model).filter(**{f"{data.field}__in": people})
    if but is not None:
        rows = rows.exclude(pk__in=list(rows.filter(but).values_list("pk", flat=True)))
    match data.erase:
        case Delete():
            _leave_files(data.model, rows)
            deleted: dict[str, int] = rows.delete()[1]
            return deleted.get(data.model._meta.label, 0)
        case Scrub(values):
            return rows.update(**values)
        case Forget(forget):
            return forget(people)
        case Keep():
            return 0
        case None:
            raise RuntimeError(f"{data.name} does not say what an erasure does.")


def _leave_files(model: type[models.Model], rows: "models.QuerySet[Any]") -> None:
    """Note the files of rows that go: they are deleted once the rows are gone for good."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.FileField):
            names = rows.exclude(**{field.name: ""}).values_list(field.name, flat=True)
            leave_files(f"{model._meta.label}.{field.name}", names)


def leave_files(field: str, names: Iterable[str]) -> None:
    """Note files by name, to be deleted after the commit."""
    FileToDelete.objects.bulk_create(
        (FileToDelete(field=field, name=name, since=timezone.now()) for name in names),
        ignore_conflicts=True,
    )

"""Everything that hangs on a person, declared once: what becomes of it when two records are merged.

Each app declares its own models in its `person_data.py` and registers them from `AppConfig.ready`.
A test walks all models: a foreign key to `Candidate` that nobody declared fails the build.

How a declaration is carried out is the business of `candidates.merging`; here are only the words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from candidates import merge_rules
from candidates.documents.merging import move_documents
from candidates.models import (
    Activity,
    ArchiveReading,
    Candidate,
    CandidateSkill,
    CandidateTag,
    ContactGate,
    Document,
    DuplicateSuggestion,
    EmailAddress,
    Finding,
    FollowUp,
    GroundEvent,
    GroundState,
    ImportRow,
    Link,
    Merge,
    Note,
    Phone,
    Preference,
    PreferenceChange,
    SearchText,
    Stop,
    WorkItem,
)


@dataclass(frozen=True)
class Move:
    """The rows go to the survivor.

    unless_same: columns that may not be there twice for one person. A row for which the survivor
    has one with the same values stays with the merged record, where an unmerge finds it.
    """

    unless_same: tuple[str, ...] = ()


@dataclass(frozen=True)
class Combine:
    """One row a person: the survivor's becomes what `stricter` says of both; the other one stays.

    stricter: takes the survivor's row and the merged one, either of which may be missing, as
    columns, and returns the columns that the survivor's must have.
    """

    stricter: Callable[[dict[str, Any] | None, dict[str, Any] | None], dict[str, Any]]


@dataclass(frozen=True)
class Settle:
    """`settle(survivor_id, merged_id, at)` moves the rows: for what has a shape of its own."""

    settle: Callable[[int, int, datetime], None]


@dataclass(frozen=True)
class Stay:
    """The rows stay with the record that they are about."""


@dataclass(frozen=True)
class Follow:
    """The rows hang on a row that moves; they are declared so that an unmerge knows them."""


@dataclass(frozen=True)
class Derived:
    """The database keeps the rows right by itself: neither moved nor remembered."""


MergeRule = Move | Combine | Settle | Stay | Follow | Derived


@dataclass(frozen=True)
class PersonData:
    """One model that hangs on a person.

    field: the path from the model to the person, such as "candidate" or "application__candidate".
    """

    model: type[Model]
    field: str = "candidate"
    merge: MergeRule | None = None

    @property
    def name(self) -> str:
        return f"{self.model._meta.label}.{self.field}"


_declared: dict[str, PersonData] = {}


def register(data: Iterable[PersonData]) -> None:
    """Declare models. Raises ValueError: one of them is declared already, and differently."""
    for one in data:
        if _declared.setdefault(one.name, one) != one:
            raise ValueError(f"{one.name} is declared twice.")


def declared() -> list[PersonData]:
    """Return all that is declared, floor by floor, in the order of declaration."""
    return list(_declared.values())


OWN = (
    PersonData(EmailAddress, merge=Settle(merge_rules.move_emails)),
    PersonData(Phone, merge=Move(unless_same=("canonical",))),
    PersonData(Link, merge=Move(unless_same=("canonical",))),
    PersonData(CandidateSkill, merge=Move(unless_same=("skill_id",))),
    PersonData(CandidateTag, merge=Move(unless_same=("tag_id",))),
    PersonData(FollowUp, merge=Move()),
    PersonData(GroundEvent, merge=Settle(merge_rules.move_grounds)),
    PersonData(GroundState, merge=Derived()),
    PersonData(Preference, merge=Combine(merge_rules.stricter_preference)),
    PersonData(PreferenceChange, merge=Move()),
    PersonData(ContactGate, merge=Combine(merge_rules.both_gates)),
    PersonData(Stop, merge=Move()),
    PersonData(Activity, merge=Move()),
    PersonData(Note, merge=Move()),
    PersonData(Document, merge=Settle(move_documents)),
    PersonData(Finding, "document__candidate", merge=Follow()),
    PersonData(SearchText, merge=Derived()),
    PersonData(ArchiveReading, merge=Stay()),
    PersonData(ImportRow, merge=Stay()),
    PersonData(WorkItem, merge=Stay()),
    PersonData(Candidate, "merged_into", merge=Stay()),
    PersonData(DuplicateSuggestion, "one", merge=Settle(merge_rules.move_suggestions)),
    PersonData(DuplicateSuggestion, "other", merge=Stay()),
    PersonData(Merge, "survivor", merge=Stay()),
    PersonData(Merge, "merged", merge=Stay()),
)

"""Everything that hangs on a person, declared once: what becomes of it when two records are merged,
what an erasure does with it, and what the person may read of it.

Each app declares its own models in its `person_data.py` and registers them from `AppConfig.ready`.
A test walks all models: a foreign key to `Candidate` that nobody declared fails the build.

How a declaration is carried out is the business of `candidates.merging`, `candidates.erasing` and
`candidates.access`; here are only the words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from candidates import merge_rules, shown
from candidates.actions.exports import forget_people
from candidates.documents.merging import move_documents
from candidates.import_residue import forget_import_rows
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
    ExtensionAnswer,
    ExtensionRequest,
    Finding,
    FollowUp,
    GroundEvent,
    GroundState,
    ImportRow,
    LegalHold,
    Link,
    Merge,
    Note,
    NoteVersion,
    Phone,
    PoolMembership,
    Preference,
    PreferenceChange,
    PrivacyRequest,
    PrivacyTask,
    Purpose,
    RetentionItem,
    RetentionVeto,
    SearchText,
    Stop,
    WorkItem,
)
from candidates.rights import Delete, EraseRule, ExportRule, Forget, Keep, Scrub, Withhold


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
    stays: `stays(people)` says which rows an open application needs, where a person wants only the
    rest to be deleted now (C-26). None: not one.
    """

    model: type[Model]
    field: str = "candidate"
    merge: MergeRule | None = None
    erase: EraseRule | None = None
    export: ExportRule | None = None
    stays: Callable[[list[int]], Q] | None = None

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


_OF_TWO = Withhold("about two records, one of which may be somebody else's")
_MOVED = Withhold("how two records of yours became one: what moved is shown where it is now")

OWN = (
    PersonData(
        EmailAddress,
        merge=Settle(merge_rules.move_emails),
        erase=Delete(),
        export=shown.EMAILS,
        stays=lambda _: Q(is_primary=True, released_at=None),  # the answer must reach them
    ),
    PersonData(Phone, merge=Move(unless_same=("canonical",)), erase=Delete(), export=shown.PHONES),
    PersonData(Link, merge=Move(unless_same=("canonical",)), erase=Delete(), export=shown.LINKS),
    PersonData(
        CandidateSkill, merge=Move(unless_same=("skill_id",)), erase=Delete(), export=shown.SKILLS
    ),
    PersonData(
        CandidateTag, merge=Move(unless_same=("tag_id",)), erase=Delete(), export=shown.TAGS
    ),
    PersonData(FollowUp, merge=Move(), erase=Delete(), export=shown.FOLLOW_UPS),
    PersonData(
        GroundEvent,
        merge=Settle(merge_rules.move_grounds),
        erase=Delete(),
        export=shown.GROUND_EVENTS,
        stays=lambda _: Q(purpose__in=[Purpose.APPLICATION, Purpose.EVIDENCE]),
    ),
    PersonData(
        GroundState,
        merge=Derived(),
        erase=Keep("a view of the events"),
        export=Withhold("the last of the events that are shown"),
    ),
    PersonData(
        Preference,
        merge=Combine(merge_rules.stricter_preference),
        erase=Delete(),
        export=shown.PREFERENCE,
    ),
    PersonData(PreferenceChange, merge=Move(), erase=Delete(), export=shown.PREFERENCE_CHANGES),
    PersonData(
        ExtensionRequest,
        merge=Move(unless_same=("ends_on", "step")),
        erase=Delete(),
        export=shown.EXTENSION_REQUESTS,
    ),
    PersonData(ExtensionAnswer, merge=Move(), erase=Delete(), export=shown.EXTENSION_ANSWERS),
    PersonData(
        ContactGate,
        merge=Combine(merge_rules.both_gates),
        erase=Scrub({"job_emails_at": []}),
        export=shown.GATE,
    ),
    PersonData(Stop, merge=Move(), erase=Delete(), export=shown.STOPS),
    PersonData(Activity, merge=Move(), erase=Delete(), export=shown.ACTIVITIES),
    PersonData(Note, merge=Move(), erase=Delete(), export=shown.NOTES),
    PersonData(
        NoteVersion,
        "note__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.NOTE_VERSIONS,
    ),
    PersonData(Document, merge=Settle(move_documents), erase=Delete(), export=shown.DOCUMENTS),
    PersonData(
        Finding, "document__candidate", merge=Follow(), erase=Delete(), export=shown.FINDINGS
    ),
    PersonData(
        SearchText,
        merge=Derived(),
        erase=Delete(),
        export=Withhold("the name once more, as the search compares it"),
    ),
    PersonData(ArchiveReading, merge=Stay(), erase=Delete(), export=shown.ARCHIVE_READINGS),
    PersonData(
        RetentionItem,
        merge=Stay(),
        erase=Scrub({"why": "", "law": "", "problem": ""}),  # what was done stays counted
        export=Withhold("what will become of the record is told with the grounds"),
    ),
    PersonData(
        RetentionVeto,
        merge=Move(),
        erase=Delete(),
        export=Withhold("notes of the privacy officer about when to delete"),
    ),
    PersonData(
        LegalHold,
        merge=Move(unless_same=("matter",)),
        erase=Delete(),
        export=Withhold("what a claim needs is for the people who conduct it"),
    ),
    PersonData(ImportRow, merge=Move(), erase=Forget(forget_import_rows), export=shown.IMPORT_ROWS),
    PersonData(WorkItem, merge=Stay(), erase=Forget(forget_people), export=shown.WORK_ITEMS),
    PersonData(
        PoolMembership,
        merge=Move(unless_same=("pool_id",)),
        erase=Delete(),
        export=shown.POOL_MEMBERSHIPS,
    ),
    PersonData(
        Candidate,
        "merged_into",
        merge=Stay(),
        erase=Keep("emptied like the record itself"),
        export=Withhold("an older record of yours: what hangs on it is shown"),
    ),
    PersonData(
        DuplicateSuggestion,
        "one",
        merge=Settle(merge_rules.move_suggestions),
        erase=Delete(),
        export=_OF_TWO,
    ),
    PersonData(DuplicateSuggestion, "other", merge=Stay(), erase=Delete(), export=_OF_TWO),
    PersonData(Merge, "survivor", merge=Stay(), erase=Delete(), export=_MOVED),
    PersonData(Merge, "merged", merge=Stay(), erase=Delete(), export=_MOVED),
    PersonData(
        PrivacyRequest,
        merge=Move(),
        erase=Keep("the register outlives them; the action takes them out of it"),
        export=shown.REQUESTS,
    ),
    PersonData(
        PrivacyTask,
        merge=Move(unless_same=("kind", "outcome")),
        erase=Delete(),
        export=shown.PRIVACY_TASKS,
    ),
)

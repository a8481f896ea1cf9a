"""Writing and reading a candidate's timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import together
from accounts.models import User
from candidates import hygiene
from candidates.hygiene import Hint
from candidates.models import Activity, Candidate, Note


def remember(
    candidate: Candidate,
    kind: str,
    text: str,
    *,
    by: User | str,
    group: str = Activity.Group.RECORD,
    at: datetime | None = None,
    **data: Any,
) -> Activity:
    """Write one line of the timeline inside the caller's transaction, at once or with others
    (`together`): it has a key when it is written.

    text: a whole sentence that the candidate may read one day. data: ids and small facts.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A timeline entry must commit together with what it describes.")
    line = Activity(
        candidate=candidate,
        group=group,
        kind=kind,
        at=at or timezone.now(),
        actor=by.name if isinstance(by, User) else by,
        text=text,
        data=data,
    )
    together.add([line])
    return line


def remember_many(
    candidate_ids: Iterable[int],
    kind: str,
    text: str,
    *,
    by: User | str,
    group: str = Activity.Group.RECORD,
    at: datetime | None = None,
    each: Mapping[int, dict[str, Any]] | None = None,
    **data: Any,
) -> list[Activity]:
    """Write the same line on the timeline of each of many people, in one statement.

    each: by candidate, what to note besides `data`. Returns the lines, in the order of the people.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A timeline entry must commit together with what it describes.")
    now, actor = at or timezone.now(), by.name if isinstance(by, User) else by
    lines = [
        Activity(
            candidate_id=pk,
            group=group,
            kind=kind,
            at=now,
            actor=actor,
            text=text,
            data=data | each[pk] if each else data,
        )
        for pk in candidate_ids
    ]
    together.add(lines)
    return lines


PAGE = 30
GROUP_LOOK = {  # what each group looks like: icon and tone of the component
    Activity.Group.RECORD: ("user-pen", ""),
    Activity.Group.APPLICATION: ("briefcase", "accent"),
    Activity.Group.MAIL: ("mail", "info"),
    Activity.Group.NOTE: ("sticky-note", ""),
    Activity.Group.CONSENT: ("shield-check", "good"),
}
# Keys of `Activity.data` that lead to a page of a floor above, if it has one.
LINKS = {
    "application": ("applications:application", "Application"),
    "job": ("applications:job", "Job"),
    "message": ("engagement:message", "Message"),
    "campaign": ("engagement:campaign", "Campaign"),
    "reply": ("engagement:reply", "Read and answer"),
    "pool": ("candidates:pool", "Pool"),
}


@dataclass(frozen=True)
class Entry:
    """One line as it is shown: with its note, if it is about one, and the pages it leads to."""

    activity: Activity
    note: Note | None = None
    links: list[tuple[str, str]] = field(default_factory=list)
    is_own: bool = False

    @property
    def is_note(self) -> bool:
        return self.activity.kind == "note.written"

    @property
    def can_be_restored(self) -> bool:
        """Is it the viewer's own note, deleted less than thirty days ago?"""
        return bool(self.note and self.is_own and self.note.can_be_restored(timezone.now()))

    @property
    def hints(self) -> list[Hint]:
        """What its author may want to say better: shown to nobody else."""
        return hygiene.hints(self.note.text) if self.note and self.is_own else []

    @property
    def byline(self) -> str:
        """The time of day and who: the date stands above, once for all of a day."""
        return f"{timezone.localtime(self.activity.at):%H:%M} · {self.activity.actor}"

    @property
    def icon(self) -> str:
        return GROUP_LOOK.get(Activity.Group(self.activity.group), ("circle-dot", ""))[0]

    @property
    def tone(self) -> str:
        return GROUP_LOOK.get(Activity.Group(self.activity.group), ("", ""))[1]


@dataclass(frozen=True)
class TimelinePage:
    days: list[tuple[date, list[Entry]]]
    older: int | None  # the entry to continue after


def read(
    candidate: Candidate, viewer: User, *, group: str = "", before: int | None = None
) -> TimelinePage:
    """Return one page of the timeline, newest first, by days of the viewer's zone.

    A private note that is not for the viewer is left out together with its lines.
    """
    lines = Activity.objects.filter(candidate=candidate)
    if group:
        lines = lines.filter(group=group)
    if before is not None:
        last = Activity.objects.filter(candidate=candidate, pk=before).first()
        if last is None:
            return TimelinePage([], None)
        lines = lines.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    found = list(lines[: PAGE + 1])
    shown = found[:PAGE]
    note_ids = [line.data["note"] for line in shown if "note" in line.data]
    about = Note.objects.filter(candidate=candidate).select_related("author")
    notes = about.in_bulk(note_ids) if note_ids else {}
    entries = [
        Entry(line, note, _links(line), is_own=note is not None and note.author_id == viewer.pk)
        for line in shown
        if (note := notes.get(line.data.get("note"))) is None or note.is_visible_to(viewer)
    ]
    by_day = groupby(entries, key=lambda entry: timezone.localdate(entry.activity.at))
    days = [(day, list(of_day)) for day, of_day in by_day]
    return TimelinePage(days, shown[-1].pk if len(found) > PAGE else None)


def _links(line: Activity) -> list[tuple[str, str]]:
    found = []
    for key, (name, label) in LINKS.items():
        if value := line.data.get(key):
            try:
                found.append((label, reverse(name, args=[value])))
            except NoReverseMatch:
                continue
    return found

"""A copy of everything we hold about one person (GDPR Art. 15, P-14), by what is declared.

Whoever the person is not is blacked out: colleagues appear as "a colleague" with their role, in
columns and inside texts. What was sent to the person in these words stays as it was sent.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from accounts.models import AuditEvent, Organisation, User
from candidates import clock_words, erasing, shown
from candidates.clock_words import Line
from candidates.clocks import clock_of
from candidates.models import Candidate
from candidates.person_data import declared
from candidates.rights import Show, Withhold

MACHINE = "data.json"
TO_READ = "your-data.html"
FOLDER = "files"
SOFTWARE = "our software"
_PERSON = "you"

# What the audit trail calls a look at something of theirs, in words (never by whom).
_LOOKS = {
    "read.privacy_page": "The page about your data and choices was opened",
    "read.pay": "Your salary expectation was looked at",
    "read.archive": "Your record in the restricted archive was opened",
    "read.address_search": "Somebody looked for your email address",
    "read.copy": "A copy of your data was made, at your request",
    "read.archived_person": "Your record in the restricted archive was read",
    "read.archived_applications": "Your applications in the restricted archive were read",
    "read.archived_messages": "Our messages to you in the restricted archive were read",
    "candidate.archive_read": "Your record in the restricted archive was opened",
    "match.opened": "Your profile was opened from a job",
}


@dataclass(frozen=True)
class Row:
    """One thing: labels with texts, in order; the columns that are empty are left out."""

    facts: list[tuple[str, str]]
    data: dict[str, Any]


@dataclass(frozen=True)
class Section:
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Attached:
    """A file of theirs: where it lies, and what it is called in the copy."""

    storage: Storage
    name: str
    path: str


@dataclass(frozen=True)
class Copy:
    """Everything: to read, for machines, and the files themselves."""

    person: Candidate
    made_at: datetime
    organisation: Organisation
    sections: list[Section]
    left_out: list[tuple[str, str]]
    looks: list[tuple[str, str]]
    files: list[Attached] = field(default_factory=list)
    clocks: list[Line] = field(default_factory=list)
    outcome: str = ""

    def to_read(self) -> str:
        look = (settings.BASE_DIR / "static" / "css" / "copy.css").read_text(encoding="utf-8")
        style = format_html("<style>{}</style>", mark_safe(look))  # noqa: S308  # our own file
        return render_to_string("candidates/privacy/copy.html", {"copy": self, "style": style})

    def for_machines(self) -> str:
        return json.dumps(
            {
                "person": str(self.person.public_id),
                "made_at": self.made_at.isoformat(),
                "by": self.organisation.legal_name or self.organisation.name,
                "data": {
                    section.title: [row.data for row in section.rows] for section in self.sections
                },
                "left_out": [{"what": what, "why": why} for what, why in self.left_out],
                "kept": {
                    "clocks": [asdict(line) for line in self.clocks],
                    "in_the_end": self.outcome,
                },
                "looked_at": [{"when": when, "what": what} for when, what in self.looks],
                "files": [file.path for file in self.files],
            },
            ensure_ascii=False,
            indent=2,
        )


class Blackout:
    """Puts "a colleague" in place of every colleague's name and address."""

    def __init__(self, users: Iterable[User]) -> None:
        self._roles = {}
        for user in users:
            for name in (user.name, user.email):
                self._roles[name.casefold()] = f"a colleague ({user.role_names.lower()})"
        names = sorted((re.escape(name) for name in self._roles if name), key=len, reverse=True)
        self._names = (
            re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)", re.IGNORECASE) if names else None
        )

    def of_user(self, user: User) -> str:
        return self._roles.get(user.name.casefold(), "a colleague")

    def of_text(self, text: str) -> str:
        if self._names is None:
            return text
        return self._names.sub(lambda found: self._roles[found.group().casefold()], text)


def copy_of(candidate: Candidate, at: datetime) -> Copy:
    """Gather everything about a person, with the records that were merged into theirs."""
    people = [record.pk for record in erasing.records_of(candidate)]
    blackout = Blackout(User.objects.all())
    files: list[Attached] = []
    sections = [_section(Candidate, shown.PERSON, models.Q(pk=candidate.pk), blackout, files)]
    left_out: dict[str, str] = {}
    for data in declared():
        if isinstance(data.export, Show):
            theirs = models.Q(**{f"{data.field}__in": people})
            sections.append(_section(data.model, data.export, theirs, blackout, files))
        elif isinstance(data.export, Withhold):
            left_out[str(data.model._meta.verbose_name).capitalize()] = data.export.reason
    clock = clock_of(candidate, at)
    return Copy(
        clocks=clock_words.to_them(clock),
        outcome=clock_words.outcome_to_them(clock),
        person=candidate,
        made_at=at,
        organisation=Organisation.current(),
        sections=[section for section in sections if section.rows],
        left_out=sorted(left_out.items()),
        looks=_looks(people),
        files=files,
    )


def _section(
    model: type[models.Model],
    show: Show,
    theirs: models.Q,
    blackout: Blackout,
    files: list[Attached],
) -> Section:
    rows = []
    found: models.QuerySet[Any] = models.QuerySet(model).filter(theirs).order_by("pk")
    related = {path.rpartition("__")[0] for path in show.columns if "__" in path}
    related |= {path for path in show.columns if _is_user(model, path)}
    for row in found.select_related(*sorted(related)) if related else found:
        facts, data = [], {}
        for path, label in show.columns.items():
            text = _text(row, path, show, blackout)
            data[path] = text
            if text:
                facts.append((label, text))
        # What the virus scanner found something in is handed to nobody, its owner included.
        is_closed = getattr(row, "is_in_quarantine", False)
        if show.file and not is_closed and (stored := getattr(row, show.file)):
            path = f"{FOLDER}/{len(files) + 1:03}-{_safe_name(str(row))}"
            files.append(Attached(stored.storage, stored.name, path))
            facts.append(("In this copy as", path))
            data["file"] = path
        rows.append(Row(facts, data))
    return Section(show.title, rows)


def _is_user(model: type[models.Model], path: str) -> bool:
    if "__" in path:
        return False
    return getattr(model._meta.get_field(path), "related_model", None) is User


def _text(row: models.Model, path: str, show: Show, blackout: Blackout) -> str:
    *steps, column = path.split("__")
    holder: Any = row
    for step in steps:
        holder = getattr(holder, step)
        if holder is None:
            return ""
    value = getattr(holder, column)
    if path in show.words:
        value = show.words[path](value) if value else ""
    elif getattr(holder._meta.get_field(column), "choices", None):
        value = getattr(holder, f"get_{column}_display")()
    if isinstance(value, User):
        return blackout.of_user(value)
    text = in_words(value)
    return text if path in show.as_sent else blackout.of_text(text)


def in_words(value: Any) -> str:
    """Return any value as text that a person can read."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{date_format(local, 'j F Y, H:i')} ({local:%Z})"
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(in_words(one) for one in value)
    return str(value)


def _looks(people: list[int]) -> list[tuple[str, str]]:
    """Return when something of theirs was looked at, and what: never by whom."""
    ids = [str(pk) for pk in people]
    seen = AuditEvent.objects.filter(
        subject_type=Candidate._meta.label_lower, subject_id__in=ids, verb__in=list(_LOOKS)
    )
    rows = seen.order_by("at", "pk").values_list("at", "verb", "changes")
    return [(in_words(at), _look(verb, changes)) for at, verb, changes in rows]


def _look(verb: str, changes: dict[str, list[str]]) -> str:
    why = changes.get("why", ["", ""])[1]
    return f"{_LOOKS[verb]}: {why}" if why else _LOOKS[verb]


def _safe_name(name: str) -> str:
    """Return a file name without anything that a file system or an archive could trip over."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[-80:] or "file"

"""The merge language of job emails, and nothing else that is executed.

`{{ candidate.call_name|there }}` names one field of an allow-list, and what to write when it is
empty. No filter, no tag, no attribute walk: the text of a template never reaches a template engine.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from accounts.models import Organisation, User
from applications import postings
from applications.models import Job
from candidates.models import Candidate
from engagement.models import Campaign

_FIELD = re.compile(r"\{\{(?P<inside>.*?)\}\}", re.DOTALL)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class MergeField:
    """Something a text may fill in. `is_empty` asks it of a candidate `c`, in SQL.

    A field of the job, the sender or the organisation is the same for everybody: it has no SQL.
    """

    name: str
    label: str
    example: str
    is_empty: str = ""


FIELDS: Final[dict[str, MergeField]] = {
    field.name: field
    for field in (
        MergeField("candidate.call_name", "What to call them", "Ines", "c.call_name = ''"),
        MergeField("candidate.name", "Their whole name", "Ines Duarte", "c.name = ''"),
        MergeField("candidate.city", "Their city", "Bristol", "c.city = ''"),
        MergeField("job.title", "Title of the job", "Cable Technician"),
        MergeField("job.family", "Kind of work", "Electrical"),
        MergeField("job.place", "Where the job is", "Bristol or Cardiff"),
        MergeField("job.work_mode", "On site, hybrid or remote", "On site"),
        MergeField("job.url", "Where they can read about the job", "https://jobs.example/123"),
        MergeField("sender.name", "Your name", "Mina Aldaco"),
        MergeField("sender.title", "Your title", "Recruiter"),
        MergeField("organisation.name", "Name of the organisation", "Larkspur Tidal Works"),
    )
}


@dataclass(frozen=True)
class Slot:
    """A field as it stands in a text, with what to write when it is empty."""

    name: str
    fallback: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a text, where: lines and columns count from 1."""

    code: str
    sentence: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"Line {self.line}, column {self.column}: {self.sentence}"


class MergeError(ValueError):
    """A text cannot be filled in. `field` is the empty or unknown field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"nothing to fill in for {field}")
        self.field = field


def parse(text: str) -> list[str | Slot]:
    """Split a text into plain pieces and slots. Raises MergeError for a field nobody knows."""
    pieces: list[str | Slot] = []
    end = 0
    for found in _FIELD.finditer(text):
        pieces.append(text[end : found.start()])
        name, _, fallback = found["inside"].partition("|")
        if name.strip() not in FIELDS:
            raise MergeError(name.strip())
        pieces.append(Slot(name.strip(), one_line(fallback)))
        end = found.end()
    return [*pieces, text[end:]]


def problems(text: str) -> list[Problem]:
    """Return everything that keeps a text from being sent, in the order it stands there."""
    found: list[Problem] = []
    for field in _FIELD.finditer(text):
        name = field["inside"].partition("|")[0].strip()
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            sentence = f"“{name[:60]}” is not a field. These are: {known}."
            found.append(_problem("unknown_field", sentence, text, field.start()))
    rest = _FIELD.sub(lambda match: "\0" * len(match[0]), text)
    for code, mark, sentence in (
        ("unclosed_field", "{{", "This field is not closed with “}}”."),
        ("stray_braces", "}}", "Nothing was opened that “}}” could close."),
        ("tag", "{%", "“{%” is not part of this language: it has only fields."),
    ):
        start = rest.find(mark)
        if start >= 0:
            found.append(_problem(code, sentence, text, start))
    return sorted(found, key=lambda problem: (problem.line, problem.column))


def fill(pieces: Iterable[str | Slot], values: dict[str, str]) -> str:
    """Return the text with its slots filled. Raises MergeError: a field is empty, no fallback."""
    return "".join(p if isinstance(p, str) else filled(p, values) for p in pieces)


def filled(slot: Slot, values: dict[str, str]) -> str:
    value = values.get(slot.name, "") or slot.fallback
    if not value:
        raise MergeError(slot.name)
    return value


def one_line(value: str) -> str:
    """Return a value that cannot start a new line, and so no new header (X-24)."""
    return _SPACES.sub(" ", value).strip()


def job_values(job: Job, sender: User, organisation: Organisation) -> dict[str, str]:
    """Return what the fields hold that are the same for everybody."""
    cities = [office.city for office in job.offices.all()]
    values = {
        "job.title": job.title,
        "job.family": job.family,
        "job.place": " or ".join(dict.fromkeys(cities)),
        "job.work_mode": job.get_work_mode_display(),
        "job.url": postings.url_of(job),
        "sender.name": sender.name,
        "sender.title": sender.title,
        "organisation.name": organisation.name,
    }
    return {name: one_line(value) for name, value in values.items()}


def person_values(candidate: Candidate) -> dict[str, str]:
    return {
        "candidate.call_name": one_line(candidate.call_name),
        "candidate.name": one_line(candidate.name),
        "candidate.city": one_line(candidate.city),
    }


def fields_of_campaign(campaign: Campaign) -> set[str]:
    """Return the fields that some step of the campaign needs filled: those without a fallback.

    A text that cannot be read needs nothing: `lifecycle.approve` refuses it by its own reason.
    """
    needed: set[str] = set()
    for step in campaign.steps.select_related("template_version"):
        for text in (step.template_version.subject, step.template_version.text):
            if not problems(text):
                slots = [piece for piece in parse(text) if isinstance(piece, Slot)]
                needed |= {slot.name for slot in slots if not slot.fallback}
    return needed


def missing_sql(fields: Iterable[str], campaign: Campaign) -> str:
    """Return the SQL condition on a candidate `c` that one of the fields is empty for them."""
    fields = sorted(fields)
    common: dict[str, Any] = (
        job_values(campaign.job, campaign.sender, Organisation.current())
        if any(not FIELDS[name].is_empty for name in fields)
        else {}
    )
    if any(not FIELDS[name].is_empty and not common[name] for name in fields):
        return "true"
    return " OR ".join(FIELDS[name].is_empty for name in fields if FIELDS[name].is_empty) or "false"


def _problem(code: str, sentence: str, text: str, position: int) -> Problem:
    before = text[:position]
    return Problem(code, sentence, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)

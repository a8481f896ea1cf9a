"""What a job email may fill in: its fields, of `candidates.merge_text`, and their values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from accounts.models import Organisation, User
from applications import first_look
from applications.models import Job
from candidates import merge_text
from candidates.merge_text import MergeError, Problem, Slot, fill, filled, one_line
from candidates.models import Candidate
from engagement import bodies, rich
from engagement.models import Campaign, Step, TemplateVersion, Worded

__all__ = [
    "FIELDS",
    "MergeError",
    "MergeField",
    "Problem",
    "Slot",
    "fields_of_campaign",
    "fill",
    "filled",
    "job_values",
    "missing_sql",
    "one_line",
    "parse",
    "person_values",
    "problems",
]


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
        MergeField("answer.url", "Where they say that they want to hear more", "https://…/y/…"),
        MergeField("sender.name", "Your name", "Mina Aldaco"),
        MergeField("sender.title", "Your title", "Recruiter"),
        MergeField("organisation.name", "Name of the organisation", "Larkspur Tidal Works"),
    )
}


def parse(text: str) -> list[str | Slot]:
    """Split a text into plain pieces and slots. Raises MergeError for a field nobody knows."""
    return merge_text.parse(text, FIELDS)


def problems(text: str) -> list[Problem]:
    """Return everything that keeps a text from being sent, in the order it stands there."""
    return merge_text.problems(text, FIELDS)


def version_problems(version: TemplateVersion) -> list[str]:
    """Return everything that keeps a version from being sent, each with its part and place."""
    found = [f"Subject: {problem}" for problem in problems(version.subject)]
    found += [f"Text: {problem}" for problem in problems(version.text)]
    found += [f"Formatted text: {problem}" for problem in problems(version.html)]
    hosts = bodies.own_hosts(Organisation.current()) if version.html else ("", "")
    return found + rich.problems(version.html, version.text, hosts)


def job_values(job: Job | None, sender: User, organisation: Organisation) -> dict[str, str]:
    """Return what the fields hold that are the same for everybody. Without a job its are empty."""
    cities = [office.city for office in job.offices.all()] if job else []
    values = {
        "job.title": job.title if job else "",
        "job.family": job.family if job else "",
        "job.place": " or ".join(dict.fromkeys(cities)),
        "job.work_mode": job.get_work_mode_display() if job else "",
        "job.url": first_look.url_of(job) if job else "",
        "answer.url": f"{settings.BASE_URL}/y/",  # each message has its own
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


def fields_of_campaign(campaign: Campaign) -> dict[str, set[str]]:
    """Return the fields that some step of the campaign needs filled: those without a fallback.

    By language; under "" what those need who read a language that is written in none of the steps.
    A text that cannot be read needs nothing: `lifecycle.approve` refuses it by its own reason.
    """
    return fields_of([step.now for step in steps_of(campaign)])


def fields_of(worded: Iterable[Worded]) -> dict[str, set[str]]:
    """Return the fields that these need filled, by language as `fields_of_campaign` does."""
    said = list(worded)
    languages = {version.language for one in said for version in one.translations.all()}
    return {
        language: set().union(*(_needed(one.version_for(language)) for one in said))
        for language in ["", *sorted(languages)]
    }


def steps_of(campaign: Campaign) -> list[Step]:
    """Return the steps with what they say, and said when the campaign was approved."""
    related = campaign.steps.select_related("template_version", "current__template_version")
    return list(related.prefetch_related("translations", "current__translations"))


def _needed(version: TemplateVersion) -> set[str]:
    needed: set[str] = set()
    for text in (version.subject, version.text, version.html):
        if not problems(text):
            slots = [piece for piece in parse(text) if isinstance(piece, Slot)]
            needed |= {slot.name for slot in slots if not slot.fallback}
    return needed


def lacks_answer_link(steps: Iterable[Step], instead: dict[int, Worded] | None = None) -> bool:
    """Say whether a step asks what people answered, and none before it let them answer.

    instead: what some steps are to say, by their position.
    """
    could_answer = False
    for step in steps:
        said = (instead or {}).get(step.position, step.now)
        if step.condition == Step.Condition.INTERESTED and not could_answer:
            return True
        could_answer = could_answer or "answer.url" in said.template_version.text
    return False


def missing_sql(fields: dict[str, set[str]], campaign: Campaign) -> str:
    """Return the SQL condition on a candidate `c` that a field is empty which their email needs.

    fields: as `fields_of_campaign` returns them.
    """
    common: dict[str, Any] = {}
    if any(not FIELDS[name].is_empty for names in fields.values() for name in names):
        common = job_values(campaign.job, campaign.sender, Organisation.current())
    others = ", ".join(f"'{language}'" for language in fields if language)
    reads = "lower(split_part(c.language, '-', 1))"
    conditions = []
    for language, names in fields.items():
        missing = _missing(names, common)
        if missing == "false":
            continue
        if language:
            missing = f"({reads} = '{language}' AND ({missing}))"
        elif others:
            missing = f"({reads} NOT IN ({others}) AND ({missing}))"
        conditions.append(missing)
    return " OR ".join(conditions) or "false"


def _missing(names: set[str], common: dict[str, Any]) -> str:
    if any(not FIELDS[name].is_empty and not common[name] for name in names):
        return "true"
    return " OR ".join(FIELDS[n].is_empty for n in sorted(names) if FIELDS[n].is_empty) or "false"

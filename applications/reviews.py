"""What a view is asked about, and what whoever gives it may read of the person. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass

from applications import blind, reading
from applications.models import Application, Job, JobSkill


@dataclass(frozen=True)
class Paper:
    """An application as the hiring team reads it: no way to write to the person, no pay.

    is_known: whether we know them from another job; which one and how it ended stays with us.
    """

    name: str
    work_line: str
    facts: list[tuple[str, str]]
    skills: list[str]
    pages: list[str]
    answers: list[tuple[str, str, str]]
    read_on: str
    is_known: bool

    @property
    def text(self) -> str:
        """The same as one plain text, to take along."""
        lines = [self.name, *filter(None, [self.work_line])]
        lines += [f"{label}: {value}" for label, value in self.facts]
        lines += [f"{asked}: {text}" for asked, text, _ in self.answers]
        return "\n".join(lines) + "\n\n" + "\n\n".join(self.pages) + "\n"


def paper_of(application: Application) -> Paper:
    """Return what may be read of an application. Six queries.

    A veiled one has no name in it, in no place. Contact details are in none.
    """
    candidate = application.candidate
    document, pages = reading.cv_of(application)
    shown = _for_team(application)
    skills = candidate.skills.select_related("skill").order_by("skill__name")
    facts = [
        ("Level", candidate.get_seniority_display() if candidate.seniority else ""),
        ("Experience", _years(candidate.years)),
        ("Applied", f"{application.applied_at:%-d %B %Y}"),
        ("Stage", application.stage.name),
    ]
    return Paper(
        name=application.shown_name,
        work_line=shown(candidate.work_line),
        facts=[(label, value) for label, value in facts if value],
        skills=[one.skill.name for one in skills],
        pages=[shown(page) for page in pages],
        answers=answers_of(application, shown),
        read_on=f"{document.uploaded_at:%-d %B %Y}" if document else "",
        is_known=candidate.applications.exclude(pk=application.pk).exists(),
    )


def answers_of(
    application: Application, shown: Callable[[str], str] | None = None
) -> list[tuple[str, str, str]]:
    """Return what they answered to the questions of the job: the question, the words, the mark."""
    shown = shown or _for_team(application)
    found = []
    for arrival in application.arrivals.prefetch_related("answers"):
        rows = [(one.asked, one.text, one.mark) for one in arrival.answers.all()]
        rows += [("They added", arrival.note, "")] if arrival.note else []
        found += [(asked, shown(text), mark) for asked, text, mark in rows if text]
    return found


def _for_team(application: Application) -> Callable[[str], str]:
    """Return what takes contact details out of a text, and the name where it is veiled."""
    known = reading.contacts_of(application.candidate)

    def shown(text: str) -> str:
        text = reading.without_contacts(text, known)
        return blind.without_names(text, application.candidate) if application.is_veiled else text

    return shown


def asked_about(job: Job) -> list[str]:
    """Return what a view says yes, some or no to: the must-haves, and what the job adds."""
    musts = job.job_skills.filter(need=JobSkill.Need.MUST).select_related("skill")
    names = [one.skill.name for one in musts.order_by("-weight", "pk")]
    return list(dict.fromkeys(names + [one.name for one in job.criteria.all()]))


def _years(years: int | None) -> str:
    if years is None:
        return ""
    return f"{years} year{'' if years == 1 else 's'}"

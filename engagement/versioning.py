"""What the pages about versions of a message show: which there are, who got which, what changed."""

import difflib
from dataclasses import dataclass
from datetime import datetime

from accounts import languages
from engagement.listing import OUT, WAITING
from engagement.models import Campaign, StepVersion, TemplateVersion, Worded

SAME, OUT_OF_IT, NEW = "", "Taken out", "New"


@dataclass(frozen=True)
class Shown:
    """One version of a message, with how many of its emails left, wait, and were kept back."""

    number: int
    approved_at: datetime | None
    approved_by: str
    sent: int = 0
    waiting: int = 0
    kept_back: int = 0


@dataclass(frozen=True)
class StepShown:
    """A message of a campaign with its versions, the newest first."""

    position: int
    subject: str
    versions: list[Shown]
    waits: StepVersion | None


@dataclass(frozen=True)
class Changed:
    """What a new version changes in one language: lines, each with what became of it."""

    language: str
    lines: list[tuple[str, str]]


def steps_of(
    campaign: Campaign, counted: dict[tuple[int, int | None], dict[str, int]]
) -> list[StepShown]:
    """Return the messages of a campaign with their versions: two queries.

    counted: the `texts` of `actions.messages.progress`.
    """
    found = StepVersion.objects.of(campaign).select_related("approved_by", "by")
    versions: dict[int, list[StepVersion]] = {}
    for version in found.order_by("number"):
        versions.setdefault(version.step_id, []).append(version)
    shown = []
    steps = campaign.steps.select_related("template_version", "current__template_version")
    for step in steps.order_by("position"):
        first = Shown(
            1,
            campaign.approved_at,
            campaign.approved_by.name if campaign.approved_by else "",
            **_counts(counted.get((step.pk, None), {})),
        )
        later = [
            Shown(
                version.number,
                version.approved_at,
                version.approved_by.name,
                **_counts(counted.get((step.pk, version.pk), {})),
            )
            for version in versions.get(step.pk, [])
            if version.approved_by
        ]
        waits = next((v for v in versions.get(step.pk, []) if v.approved_at is None), None)
        subject = step.now.template_version.subject
        shown.append(StepShown(step.position, subject, [first, *later][::-1], waits))
    return shown


def changes(before: Worded, after: Worded) -> list[Changed]:
    """Compare two versions line by line, in each language that differs."""
    had = {said.language: said for said in before.all_languages}
    has = {said.language: said for said in after.all_languages}
    found = []
    for language in [*has, *(code for code in had if code not in has)]:
        old, new = had.get(language), has.get(language)
        if old == new:
            continue
        lines = _compared(_lines(old), _lines(new))
        found.append(Changed(languages.IN_ENGLISH.get(language, language), lines))
    return found


def _lines(said: TemplateVersion | None) -> list[str]:
    if said is None:
        return []
    formatted = ["", "Formatted text:", *said.html.splitlines()] if said.html else []
    text = said.text.replace("\r\n", "\n").splitlines()
    return [f"Subject: {said.subject}", "", *text, *formatted]


def _compared(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    marks = {"  ": SAME, "- ": OUT_OF_IT, "+ ": NEW}
    compared = difflib.ndiff(old, new, charjunk=None)
    lines = [(marks[line[:2]], line[2:]) for line in compared if line[:2] in marks]
    return [(mark, line) for mark, line in lines if mark or line.strip()]


def _counts(states: dict[str, int]) -> dict[str, int]:
    sent = sum(states.get(state, 0) for state in OUT)
    waiting = sum(states.get(state, 0) for state in WAITING)
    return {"sent": sent, "waiting": waiting, "kept_back": sum(states.values()) - sent - waiting}

"""What a person chose about job emails, and how two choices combine when a link may only reduce.

Pure: no database. The choices of a page are the values of `Choices`; `reduced` is their meeting:
whatever either of two choices forbids is forbidden.
"""

import calendar
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import languages
from candidates.models import RemotePreference, Seniority

WEEKLY, MONTHLY = "weekly", "monthly"
KINDS = ("families", "places", "work_modes", "levels")


@dataclass(frozen=True)
class Kinds:
    """Kinds of job, by their four sides. A job is wanted when every side names it."""

    families: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    work_modes: frozenset[str] = frozenset()
    levels: frozenset[int] = frozenset()

    def meeting(self, other: "Kinds") -> "Kinds":
        return Kinds(**{side: getattr(self, side) & getattr(other, side) for side in KINDS})

    def joined(self, other: "Kinds") -> "Kinds":
        return Kinds(**{side: getattr(self, side) | getattr(other, side) for side in KINDS})

    def without_family(self, family: str) -> "Kinds":
        return replace(self, families=self.families - {family})

    @property
    def empty_sides(self) -> list[str]:
        return [side for side in KINDS if not getattr(self, side)]


@dataclass(frozen=True)
class Choices:
    """All that a person chose. `only` None: any kind of job."""

    stopped: bool = False
    monthly: bool = False
    paused_until: date | None = None
    only: Kinds | None = None

    def reduced_by(self, wanted: "Choices") -> "Choices":
        """Return these choices with whatever `wanted` forbids forbidden too: never more email."""
        pauses = [day for day in (self.paused_until, wanted.paused_until) if day]
        if self.only and wanted.only:
            only: Kinds | None = self.only.meeting(wanted.only)
        else:
            only = self.only or wanted.only
        return Choices(
            stopped=self.stopped or wanted.stopped,
            monthly=self.monthly or wanted.monthly,
            paused_until=max(pauses, default=None),
            only=only,
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column: dates in ISO form, lists in order."""
        kinds = {side: sorted(getattr(self.only, side)) for side in KINDS} if self.only else None
        return {
            "stopped": self.stopped,
            "monthly": self.monthly,
            "paused_until": self.paused_until.isoformat() if self.paused_until else None,
            "only": kinds,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Choices":
        known = {field.name: stored.get(field.name) for field in fields(cls)}
        day, kinds = known["paused_until"], known["only"]
        return cls(
            stopped=bool(known["stopped"]),
            monthly=bool(known["monthly"]),
            paused_until=date.fromisoformat(day) if day else None,
            only=Kinds(**{side: frozenset(kinds[side]) for side in KINDS}) if kinds else None,
        )


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def in_words(day: date) -> str:
    """Return "23 February 2027": never a date that could be read two ways."""
    return languages.day_in_words(day)


def masked(address: str) -> str:
    """Return an address that its owner knows again and nobody else can use: a•••@e•••.example."""
    local, _, domain = address.rpartition("@")
    host, dot, rest = domain.rpartition(".")
    return f"{local[:1]}•••@{host[:1]}•••{dot}{rest}"


# What changed, said to the person and said about them.
_TO_THEM = {
    "stopped": _("You will get no more job emails."),
    "paused": _("Job emails are paused until {} and will start again then."),
    "monthly": _("You will get at most one job email a month."),
    "only": _("You will get job emails only about these jobs: {}."),
    "resumed": _("The pause is over: job emails may come again."),
    "weekly": _("You will get at most one job email a week."),
    "any": _("You will get job emails about any kind of job."),
}
_ABOUT_THEM = {
    "stopped": "Stopped all job emails.",
    "paused": "Paused job emails until {}.",
    "monthly": "Asked for at most one job email a month.",
    "only": "Wants job emails only about these jobs: {}.",
    "resumed": "Ended the pause of job emails.",
    "weekly": "Asked for at most one job email a week.",
    "any": "Wants job emails about any kind of job.",
}


def said_to_them(before: Choices, after: Choices) -> list[str]:
    return [str(_TO_THEM[code]).format(value) for code, value in _differences(before, after)]


def said_about_them(before: Choices, after: Choices) -> list[str]:
    """Return it for colleagues, in English whatever page the person is on."""
    with languages.speaking(languages.ENGLISH):
        return [_ABOUT_THEM[code].format(value) for code, value in _differences(before, after)]


def kinds_in_words(only: Kinds) -> str:
    """Return the four sides in words: "Electrical; in Bristol or Cork; on site; any level"."""
    modes = [gettext(RemotePreference(mode).label).lower() for mode in _modes(only)]
    levels = [gettext(Seniority(level).label).lower() for level in sorted(only.levels)]
    sides = [
        languages.all_of(sorted(only.families)) or gettext("no kind of work"),
        gettext("in {places}").format(places=languages.one_of(sorted(only.places)))
        if only.places
        else gettext("in no place"),
        languages.one_of(modes) or gettext("nowhere"),
        gettext("any level")
        if len(levels) == len(Seniority)
        else languages.one_of(levels) or gettext("no level"),
    ]
    return languages.semicolon().join(sides)


def _modes(only: Kinds) -> list[str]:
    return [mode for mode in RemotePreference.values if mode in only.work_modes]


def _differences(before: Choices, after: Choices) -> list[tuple[str, str]]:
    if after.stopped and not before.stopped:
        return [("stopped", "")]
    found = []
    if after.paused_until and after.paused_until != before.paused_until:
        found.append(("paused", in_words(after.paused_until)))
    elif before.paused_until and not after.paused_until:
        found.append(("resumed", ""))
    if after.monthly != before.monthly:
        found.append(("monthly" if after.monthly else "weekly", ""))
    if after.only and after.only != before.only:
        found.append(("only", kinds_in_words(after.only)))
    elif before.only and not after.only:
        found.append(("any", ""))
    return found

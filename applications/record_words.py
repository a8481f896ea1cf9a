"""The public record in the words of its readers' language."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, localize
from django.utils.translation import gettext, ngettext

from accounts.models import Organisation
from applications import record
from applications.measures import after_interview, closure, first_answer
from applications.record import Past, Record


@dataclass(frozen=True)
class Newest:
    """What the careers site says of the newest quarter."""

    when: str
    cases: int
    half: str
    most: str
    silent: str


def newest_of(found: Record) -> Newest:
    past = found.newest
    horizon = first_answer.HORIZON
    return Newest(
        when=when(past),
        cases=past.cases,
        half=days(past.figures["p50"], horizon),
        most=days(past.figures["p90"], horizon),
        silent=percent(past.figures["silent"]),
    )


@dataclass(frozen=True)
class Response:
    """What somebody who applied reads of how soon we answer; figures are empty where none is."""

    promise: str
    when: str
    cases: int
    half: str
    most: str


def response_of(organisation: Organisation, at: datetime) -> Response | None:
    """Return that in the reader's language; None where the organisation does not say it."""
    if not organisation.shows_response:
        return None
    promised, past = organisation.first_answer_days, record.response(organisation, at)
    if not (promised or past):
        return None
    horizon = first_answer.HORIZON
    promise = gettext("We promise you a first answer within %(days)s.")
    return Response(
        promise=promise % {"days": days(promised, promised)} if promised else "",
        when=when(past) if past else "",
        cases=past.cases if past else 0,
        half=days(past.figures["p50"], horizon) if past else "",
        most=days(past.figures["p90"], horizon) if past else "",
    )


def parts_of(found: Record) -> list[dict[str, Any]]:
    """Return what the page says: each measure with its quarters, the newest first."""
    half, most = gettext("Half within"), gettext("Nine of ten within")
    silent = gettext("No answer after 30 days")
    soon, late = gettext("Nothing after 14 days"), gettext("Nothing after 45 days")
    return [
        {
            "name": gettext("First answer"),
            "rows": [
                _row(past, first_answer.HORIZON, {"p50": half, "p90": most}, {"silent": silent})
                for past in found.first_answer
            ],
            "formula": gettext(
                "The smallest number of days within which half, or nine tenths, of all who applied"
                " in the period had an answer of a person: a letter, a call, an interview or an"
                " offer, not the automatic receipt."
            ),
        },
        {
            "name": gettext("Knowing how it ended"),
            "rows": [
                _row(past, closure.HORIZON, {"p50": half, "p90": most}, {})
                for past in found.closure
            ],
            "formula": gettext(
                "The smallest number of days within which half, or nine tenths, of all who applied"
                " in the period were told how it ended."
            ),
        },
        {
            "name": gettext("Silence after an interview"),
            "rows": [
                _row(past, after_interview.LATE, {}, {"silent": soon, "ghosted": late})
                for past in found.after_interview
            ],
            "formula": gettext(
                "The share of those whose last interview was in the period and who, so many days"
                " later, had heard neither a decision nor another day."
            ),
        },
    ]


def when(past: Past) -> str:
    """Say a quarter: “July to September 2026”."""
    return gettext("%(first)s to %(last)s") % {
        "first": date_format(past.start, "F"),
        "last": date_format(past.end, "F Y"),
    }


def days(number: float | None, horizon: int) -> str:
    if number is None:
        return gettext("too few to say")
    if math.isinf(number):
        return gettext("more than %(days)s days") % {"days": horizon}
    short = round(number, 1)
    if short != int(short):
        form, said = 100, short  # a fraction takes the form of a large number
    else:
        form = said = int(short)
    return ngettext("%(days)s day", "%(days)s days", form) % {"days": localize(said)}


def percent(number: float | None) -> str:
    if number is None:
        return gettext("too few to say")
    short = round(number, 1)
    return f"{localize(int(short) if short == int(short) else short)} %"


def _row(past: Past, horizon: int, times: dict[str, str], shares: dict[str, str]) -> dict[str, Any]:
    said = [(label, days(past.figures[key], horizon)) for key, label in times.items()]
    said += [(label, percent(past.figures[key])) for key, label in shares.items()]
    return {"when": when(past), "cases": past.cases, "said": said}

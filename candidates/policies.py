"""How long people may and must be kept, country by country: the shipped pack, and its changes.

The figures are defaults to be looked at by a lawyer, each with where it comes from. A privacy
officer changes a row for this installation (`PolicyOverride`); the pack stays what it was, so that
a better pack of a later release still reaches every row that nobody touched.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext, ngettext

from candidates.models import PolicyOverride


@dataclass(frozen=True)
class Span:
    """A length of time by the calendar: months first; a short month ends on its last day."""

    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        if self.days and self.days % 7 == 0 and not self.months:
            return _many(self.days // 7, "week")
        if self.months and self.months % 12 == 0 and not self.days:
            return _many(self.months // 12, "year")
        parts = [_many(self.months, "month")] if self.months else []
        parts += [_many(self.days, "day")] if self.days or not parts else []
        return (
            gettext("{one} and {other}").format(one=parts[0], other=parts[1])
            if parts[1:]
            else parts[0]
        )

    def after(self, moment: datetime) -> datetime:
        """Return the moment so much later; where a month has no such day, on its last."""
        years, month = divmod(moment.month - 1 + self.months, 12)
        year = moment.year + years
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=self.days)

    def before(self, moment: datetime) -> datetime:
        """Return the moment so much earlier."""
        return Span(-self.months, -self.days).after(moment)


def _many(number: int, word: str) -> str:
    said = {
        "day": ngettext("{number} day", "{number} days", number),
        "week": ngettext("{number} week", "{number} weeks", number),
        "month": ngettext("{number} month", "{number} months", number),
        "year": ngettext("{number} year", "{number} years", number),
    }
    return said[word].format(number=number)


@dataclass(frozen=True)
class Policy:
    """One row of the pack.

    evidence: how long the record stays in use after a procedure without a yes of theirs, to explain
    the decision; None: no law ends it, and `unasked` counts. pool: how long a yes is good for,
    counted from the last real contact where `from_contact`. unasked: how long somebody who never
    applied and was never asked may be kept. keep: what a law makes us keep at least, in the
    restricted archive once nothing else stands.
    """

    code: str
    name: str
    evidence: Span | None
    pool: Span
    unasked: Span
    source: str
    keep: Span | None = None
    from_contact: bool = False
    country: str = ""
    regions: tuple[str, ...] = ()  # empty: the whole country
    is_changed: bool = False
    version: str = ""  # when it was changed here; empty: as shipped


_HALF, _YEAR = Span(months=6), Span(months=12)
_CONSENT = "With consent, a year and then ask again."

PACK: Final[tuple[Policy, ...]] = (
    Policy(
        "EU",
        "European Union, and everywhere without a row of its own",
        _HALF,
        _YEAR,
        _HALF,
        "The careful middle of the national rules below.",
    ),
    Policy(
        "NL",
        "Netherlands",
        Span(days=28),
        _YEAR,
        Span(days=28),
        "Data protection authority and NVP code: four weeks after the procedure; with consent one "
        "year, then ask again, and silence is no.",
        country="NL",
    ),
    Policy(
        "DE",
        "Germany",
        _HALF,
        _YEAR,
        _HALF,
        "Two months to claim (AGG section 15(4)), three to sue (ArbGG section 61b), and the post. "
        + _CONSENT,
        country="DE",
    ),
    Policy(
        "AT",
        "Austria",
        Span(months=7),
        _YEAR,
        _HALF,
        "Data protection authority, 27 August 2018: seven months. " + _CONSENT,
        country="AT",
    ),
    Policy(
        "FR",
        "France",
        Span(months=3),
        Span(months=24),
        Span(months=3),
        "CNIL guide for recruiters: three months to explain a refusal; two years after the last "
        "contact, with consent.",
        from_contact=True,
        country="FR",
    ),
    Policy(
        "PL",
        "Poland",
        _HALF,
        _YEAR,
        _HALF,
        "Contested: the regulator wants deletion at once, a Warsaw court (August 2022) accepted "
        "keeping, and claims run for three years. Six months until a lawyer says otherwise.",
        country="PL",
    ),
    Policy(
        "SE",
        "Sweden",
        Span(months=24),
        _YEAR,
        _HALF,
        "Discrimination Act: claims for up to two years. " + _CONSENT,
        country="SE",
    ),
    Policy(
        "FI",
        "Finland",
        Span(months=24),
        _YEAR,
        _HALF,
        "Claims for two years, as vendors report it. " + _CONSENT,
        country="FI",
    ),
    Policy(
        "ES",
        "Spain",
        Span(months=36),
        _YEAR,
        _HALF,
        "Claims for three years, as vendors report it. " + _CONSENT,
        country="ES",
    ),
    Policy(
        "IE",
        "Ireland",
        _YEAR,
        _YEAR,
        _HALF,
        "Claims for twelve to eighteen months; the shorter one. " + _CONSENT,
        country="IE",
    ),
    Policy(
        "DK",
        "Denmark",
        _HALF,
        _YEAR,
        _HALF,
        "About six months by practice. " + _CONSENT,
        country="DK",
    ),
    Policy(
        "GB",
        "United Kingdom",
        _YEAR,
        _YEAR,
        _HALF,
        "The limit for claims to a tribunal goes from three to six months, and conciliation may "
        "add twelve weeks: twelve months.",
        country="GB",
    ),
    Policy(
        "US",
        "United States",
        None,
        Span(months=24),
        Span(months=24),
        "29 CFR 1602.14: one year from the record or the decision. Two years for larger federal "
        "contractors: change it here if you are one.",
        keep=_YEAR,
        country="US",
    ),
    Policy(
        "US-CA",
        "California",
        None,
        Span(months=24),
        Span(months=24),
        "FEHA rules of October 2025: four years, with what software decided.",
        keep=Span(months=48),
        country="US",
        regions=("california", "ca"),
    ),
    Policy(
        "CA-ON",
        "Ontario",
        None,
        Span(months=24),
        Span(months=24),
        "Employment Standards Act from January 2026: three years after the posting comes down.",
        keep=Span(months=36),
        country="CA",
        regions=("ontario", "on"),
    ),
)
BY_CODE: Final = {policy.code: policy for policy in PACK}


def default_code() -> str:
    """Return the row for unknown places: the installer's choice, else the EU's."""
    return str(settings.RETENTION_DEFAULT)


def code_of(country: str, region: str) -> str:
    """Return the row that counts in a place, as the clocks choose it."""
    here = [policy for policy in PACK if policy.country and policy.country == country]
    exact = (policy for policy in here if region.lower() in policy.regions)
    whole = (policy for policy in here if not policy.regions)
    found = next(exact, None) or next(whole, None)
    return found.code if found else default_code()


def in_force() -> dict[str, Policy]:
    """Return every row as it counts here: the pack, with what was changed. One query."""
    changed = {row.code: row for row in PolicyOverride.objects.all()}
    return {
        policy.code: _changed(policy, changed[policy.code]) if policy.code in changed else policy
        for policy in PACK
    }


def of_place(country: str, region: str = "") -> Policy:
    """Return the row for a place: of its region, else of its country, else the one for all."""
    rows = in_force()
    for policy in rows.values():
        if policy.regions and policy.country == country and region.casefold() in policy.regions:
            return policy
    whole = (row for row in rows.values() if country and row.country == country)
    return next((row for row in whole if not row.regions), rows[default_code()])


def shortest_pools(known: dict[str, Policy]) -> dict[str, Span]:
    """Return, by country, the shortest time that a yes is good for anywhere in it.

    known: the rows as they count here. "" stands for every country without a row.
    """
    rest = known[default_code()].pool
    found: dict[str, list[Policy]] = {}
    for policy in known.values():
        found.setdefault(policy.country, []).append(policy)
    found.pop("", None)
    shortest = {"": rest}
    for country, rows in found.items():
        whole = all(row.regions for row in rows)  # then the rest of it has no row
        spans = [row.pool for row in rows] + ([rest] if whole else [])
        shortest[country] = min(spans, key=lambda span: (span.months, span.days))
    return shortest


def _changed(policy: Policy, row: PolicyOverride) -> Policy:
    return replace(
        policy,
        version=row.at.isoformat(),
        evidence=_span(row.evidence_months, row.evidence_days),
        pool=Span(months=row.pool_months),
        unasked=Span(months=row.unasked_months),
        keep=_span(row.keep_months, 0),
        source=row.reason,
        is_changed=True,
    )


def _span(months: int | None, days: int | None) -> Span | None:
    return Span(months or 0, days or 0) if months or days else None

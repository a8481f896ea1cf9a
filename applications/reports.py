"""What a page of measures shows: of each a sentence, a chart, its table, and how it is made.

Compared is only with our own past: this quarter with those before it, never people with each other
(M-R3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Organisation, User
from accounts.permissions import Permission, may
from applications.measures import words
from applications.measures.keeping import Counted, count_all, counted_lately
from applications.measures.shapes import Figure, Measure, Quarter
from applications.models import Job

QUARTERS = 8
BACK = 12  # quarters before this one that may be chosen as the last one shown


@dataclass(frozen=True)
class Cell:
    """One figure as it is said, and as the chart draws it: `drawn` is empty where there is none."""

    label: str
    said: str
    n: int
    drawn: str
    is_beyond: bool


@dataclass(frozen=True)
class Row:
    name: str
    short: str
    cases: int
    set_aside: int
    cells: list[Cell]


@dataclass(frozen=True)
class Section:
    """One measure on a page. `finding` is its title; `summary` says the same table in words."""

    measure: Measure
    finding: str
    summary: str
    rows: list[Row]
    has_figures: bool
    counted_at: datetime

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.measure.figures

    @property
    def has_set_aside(self) -> bool:
        return any(row.set_aside for row in self.rows)


def jobs_of(user: User) -> list[int] | None:
    """Return the jobs whose figures a colleague sees; None: those of the whole house."""
    if may(user, Permission.VIEW_HOUSE_REPORTS):
        return None
    return list(Job.objects.visible_to(user).values_list("pk", flat=True))


def this_quarter(at: datetime) -> date:
    """Return the first day of the quarter that we are in, where the organisation is."""
    today = at.astimezone(Organisation.current().zone).date()
    return today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)


def starts_until(last: date) -> list[date]:
    """Return the quarters that a page shows, the oldest first."""
    return [words.quarter_before(last, steps) for steps in reversed(range(QUARTERS))]


def sections_of(
    measures: Iterable[Measure], last: date, at: datetime, jobs: list[int] | None
) -> list[Section]:
    """Return what a page says of these measures, with two years up to a quarter.

    jobs: the only ones that count; a measure that knows no jobs says the same to all who see it.
    """
    starts, this = starts_until(last), this_quarter(at)
    return [
        _section(
            measure, counted_lately(measure, starts, at, jobs if measure.has_jobs else None), this
        )
        for measure in measures
    ]


def count_house(measures: Iterable[Measure], at: datetime) -> int:
    """Count what the pages show first of the whole house, so that they need not."""
    return count_all(measures, starts_until(this_quarter(at)), at)


def csv_rows(sections: Iterable[Section]) -> Iterator[list[object]]:
    """Yield a line for each figure of each quarter, as the page says it."""
    yield ["Code", "Measure", "Quarter", "Figure", "Value", "Cases", "Set aside"]
    for section in sections:
        measure = section.measure
        for row in section.rows:
            for figure, cell in zip(measure.figures, row.cells, strict=True):
                yield [
                    measure.code, measure.name, row.short, figure.label, cell.said, cell.n,
                    row.set_aside,
                ]  # fmt: skip


def latest(measure: Measure, quarters: list[Quarter]) -> tuple[Quarter | None, Quarter | None]:
    """Return the newest quarter with enough cases to speak, and the one before it if it has too."""
    key = measure.figures[0].key
    for place in reversed(range(len(quarters))):
        if quarters[place].number(key) is not None:
            before = quarters[place - 1] if place else None
            return quarters[place], before if before and before.number(key) is not None else None
    return None, None


def _section(measure: Measure, counted: Counted, this: date) -> Section:
    quarters = counted.quarters
    now, before = latest(measure, quarters)
    return Section(
        measure=measure,
        finding=measure.finding(now, before) if now else measure.nothing,
        summary=_summary(measure, now, before, this),
        rows=[_row(measure, quarter, this) for quarter in quarters],
        has_figures=now is not None,
        counted_at=counted.at,
    )


def _summary(measure: Measure, now: Quarter | None, before: Quarter | None, this: date) -> str:
    """Say the newest figures and those before them, each with its number of cases."""
    if now is None:
        least = measure.figures[0].least
        return f"A figure is shown from {least} {measure.cases} in a quarter on."
    both = [now, before] if before else [now]
    return " ".join(_quarter_said(measure, quarter, this) for quarter in both)


def _quarter_said(measure: Measure, quarter: Quarter, this: date) -> str:
    parts = [
        f"{figure.label[0].lower()}{figure.label[1:]}: {words.said(measure, figure.key, value)}"
        for figure in measure.figures
        if (value := quarter.values[figure.key]).number is not None
    ]
    name = words.quarter_name(quarter.start, this)
    return f"{name}, {quarter.cases:,} {measure.cases}: {'; '.join(parts)}."


def _row(measure: Measure, quarter: Quarter, this: date) -> Row:
    return Row(
        name=words.quarter_name(quarter.start, this),
        short=words.short_name(quarter.start),
        cases=quarter.cases,
        set_aside=quarter.set_aside,
        cells=[_cell(measure, quarter, figure) for figure in measure.figures],
    )


def _cell(measure: Measure, quarter: Quarter, figure: Figure) -> Cell:
    value = quarter.values[figure.key]
    said = words.said(measure, figure.key, value)
    if value.number is None:
        return Cell(figure.label, said, value.n, "", is_beyond=False)
    is_beyond = figure.kind == "time" and words.is_beyond(measure, value.number, figure.unit)
    drawn = float(measure.horizon or 0) if is_beyond else value.number
    return Cell(figure.label, said, value.n, f"{drawn:.2f}", is_beyond)

"""The shape of a measure, and the SQL that several of their views share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

NEVER = 32_000  # the bucket of an erased person's time that has no end
LEAST = 10  # cases, below which no figure is shown: it would say more about chance than about us


Kind = Literal["time", "share", "score", "count"]


@dataclass(frozen=True)
class Figure:
    """One number of a measure, for each quarter.

    sql: an aggregate; `{among}` stands for the cases that it takes. of: which of them, as SQL;
    empty: all. kind: a time, endless for whoever waits still; a share of a hundred; a score; or a
    plain number. unit: of a time or a number, where it is not that of the measure. least: cases,
    below which it is not shown. slice_of: the figure that it is a part of: where one part is too
    small to show, another is hidden with it, so that it cannot be worked out.
    """

    key: str
    label: str
    sql: str
    of: str = ""
    kind: Kind = "share"
    least: int = LEAST
    is_drawn: bool = True
    slice_of: str = ""
    unit: str = ""


def percentile(
    key: str,
    label: str,
    q: float,
    of: str = "",
    *,
    is_drawn: bool = True,
    by: str = "value",
    unit: str = "",
) -> Figure:
    """P_q with infinity: the smallest value that a share of q of the cases does not exceed."""
    sql = f"percentile_disc({q}) WITHIN GROUP (ORDER BY {by}) FILTER (WHERE {{among}})"
    return Figure(key, label, sql, of, "time", is_drawn=is_drawn, unit=unit)


def share(
    key: str,
    label: str,
    condition: str,
    of: str = "",
    *,
    least: int = LEAST,
    is_drawn: bool = True,
    slice_of: str = "",
) -> Figure:
    """100 x cases that meet the condition / cases."""
    sql = (
        f"100.0 * count(*) FILTER (WHERE {{among}} AND ({condition}))"
        " / nullif(count(*) FILTER (WHERE {among}), 0)"
    )
    return Figure(key, label, sql, of, "share", least, is_drawn, slice_of)


def score(
    key: str,
    label: str,
    sql: str,
    of: str,
    *,
    least: int = LEAST,
    is_drawn: bool = True,
    slice_of: str = "",
) -> Figure:
    """A number from -100 to 100, by an aggregate of its own."""
    return Figure(key, label, sql, of, "score", least, is_drawn, slice_of)


def number(
    key: str,
    label: str,
    sql: str,
    of: str = "",
    *,
    unit: str,
    least: int = LEAST,
    is_drawn: bool = False,
) -> Figure:
    """A plain number in a unit of its own, by an aggregate; most charts leave it to the table."""
    return Figure(key, label, sql, of, "count", least, is_drawn, unit=unit)


@dataclass(frozen=True)
class Value:
    """A figure of one quarter, of `n` cases. `number` is None where there are too few to say."""

    number: float | None
    n: int


@dataclass(frozen=True)
class Quarter:
    """The figures of one quarter, by key. `start`: its first day; None: as it stands now.

    set_aside: cases that are in no figure, because the person left before there was anything to
    measure.
    """

    start: date | None
    cases: int
    set_aside: int
    values: dict[str, Value]

    def number(self, key: str) -> float | None:
        return self.values[key].number


Finding = Callable[[Quarter, Quarter | None], str]


@dataclass(frozen=True)
class Measure:
    """One measure. `view` is created by a migration from `sql`; a test compares the two.

    finding: says a quarter, and how it differs from the one before, in a sentence. nothing: said
    where no quarter has enough cases. horizon: beyond so many units we say only “more than”.
    aside: the head of the column of those who are set aside.
    """

    code: str
    name: str
    view: str
    sql: str
    figures: tuple[Figure, ...]
    finding: Finding
    nothing: str
    unit: str
    cases: str
    formula: str
    window: str
    excluded: str
    misleads: str
    horizon: int | None = None
    is_snapshot: bool = False
    has_jobs: bool = True
    target: str = ""
    aside: str = "Withdrew first"
    drawn_as: str = field(default="line")

    def figure(self, key: str) -> Figure:
        return next(figure for figure in self.figures if figure.key == key)


def quarter_of(moment: str) -> str:
    """Return SQL for the first day of the quarter of a moment, where the organisation is."""
    zone = "coalesce((SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC')"
    return f"date_trunc('quarter', {moment} AT TIME ZONE {zone})::date"


def days_between(start: str, end: str) -> str:
    """Return SQL for elapsed days of 24 hours, with fractions; Infinity where there is no end."""
    return elapsed(start, end, 86400)


def elapsed(start: str, end: str, seconds: int) -> str:
    """Return SQL for elapsed times of so many seconds; Infinity where there is no end."""
    passed = f"greatest(extract(epoch FROM {end} - {start}) / {seconds}.0, 0)::float8"
    return f"CASE WHEN {end} IS NULL THEN 'Infinity'::float8 ELSE {passed} END"


def kept_time(column: str, never: int) -> str:
    """Return SQL for a time of an erased person that is kept as a bucket; `never` is the last."""
    return f"CASE WHEN {column} = {never} THEN 'Infinity'::float8 ELSE {column}::float8 END"


# Applications that count: neither ours to judge (another system answered them) nor a slip.
COUNTED = """a.imported_by_id IS NULL AND a.outcome <> 'duplicate'
   AND NOT EXISTS (SELECT 1 FROM applications_told slip
                    WHERE slip.application_id = a.id AND slip.how = 'mistake'
                      AND slip.taken_back_at IS NULL)"""
# A call or an answer from another system; neither “no address” nor “by mistake” tells anybody.
TOLD = "taken_back_at IS NULL AND how IN ('told', 'elsewhere')"


def bucket(column: str) -> str:
    """Return SQL for what an erased person's count says of a time; none: never."""
    return f"coalesce({column}::float8, 'Infinity'::float8)"

# ruff: noqa: S608  (put together from our own declarations; values go in as parameters)
"""How many people each value of each facet would leave: one statement for all of them.

A facet is counted among the people whom everything *but itself* leaves, so that the other values
of a facet that is in use still say what they would bring. Up to 10,000 people the numbers are
exact, and up to 4,000 for a facet in use; beyond, they are of the 2,000 spoken with last, and the
page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection

from candidates.facets.registry import Facet
from candidates.models.people import CandidateQuerySet

COUNTED_AT_MOST: Final = 10_000
OTHERS_AT_MOST: Final = 4_000  # whom everything but one facet leaves
SAMPLE: Final = 2_000
_LATEST: Final = """
SELECT '', '', (SELECT string_agg(id::text, ',') FROM (
    SELECT c.id FROM counted0 h JOIN candidates_candidate c ON c.id = h.id
     ORDER BY c.last_contact_at DESC NULLS LAST, c.id DESC LIMIT {most}) AS latest), 0"""


@dataclass(frozen=True)
class Value:
    """One line of a facet: the value in the address, its words, how many people it leaves."""

    value: str
    words: str
    count: int
    is_chosen: bool = False

    @property
    def said(self) -> str:
        """The number as people read it: 1,116."""
        return f"{self.count:,}"


@dataclass(frozen=True)
class Counts:
    """total: how many people, at most one more than are counted. values: facet code → rows.

    of_sample: the codes of facets in use whose numbers are of those spoken with last. latest: as
    many of those spoken with last as were asked for.
    """

    total: int = 0
    values: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    of_sample: frozenset[str] = frozenset()
    latest: tuple[int, ...] = ()

    @property
    def is_capped(self) -> bool:
        return self.total > COUNTED_AT_MOST

    @property
    def sampled(self) -> str:
        return f"{SAMPLE:,}"

    @property
    def words(self) -> str:
        return f"{COUNTED_AT_MOST:,}+" if self.is_capped else f"{self.total:,}"


def count(
    people: CandidateQuerySet,
    facets: Sequence[Facet],
    without: Mapping[str, CandidateQuerySet],
    *,
    latest: int = 0,
) -> Counts:
    """Count `people` and the values of `facets`.

    without: for a facet in use, the people whom everything but itself leaves. latest: of how many
    of those spoken with last to say who they are; no more than the sample.
    """
    groups: list[tuple[CandidateQuerySet, list[Facet]]] = [
        (people, [facet for facet in facets if facet.code not in without])
    ]
    groups += [(without[facet.code], [facet]) for facet in facets if facet.code in without]
    tables: list[str] = []
    branches: list[str] = []
    values: list[Any] = []
    for number, (group, counted) in enumerate(groups):
        tables += [*_hits(number, group, values), *_rows(number, counted)]
        branches += [_branch(number, facet) for facet in counted]
    branches += [
        f"SELECT '', '{number}', '', (SELECT count(*) FROM hits{number})"
        for number in range(len(groups))
    ]
    if latest:
        branches.append(_LATEST.format(most=latest))
    statement = f"WITH {', '.join(tables)} " + " UNION ALL ".join(f"({one})" for one in branches)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    found: dict[str, list[tuple[str, str, int]]] = {facet.code: [] for facet in facets}
    totals = [0] * len(groups)
    spoken_with: list[int] = []
    for code, value, words, number in rows:
        if code:
            found[code].append((value, words, number))
        elif words:
            spoken_with = [int(pk) for pk in words.split(",")]
        elif value:
            totals[int(value)] = number
    of_sample = {
        facet.code
        for total, (_, counted) in zip(totals[1:], groups[1:], strict=True)
        for facet in counted
        if total > OTHERS_AT_MOST
    }
    return Counts(totals[0], found, frozenset(of_sample), tuple(spoken_with))


def _hits(number: int, people: CandidateQuerySet, values: list[Any]) -> list[str]:
    """Return the tables of those found and of those to count; add their parameters to `values`.

    Those found are in no order and stop at the bound, which an index knows at once. Only if they
    are too many they are looked for again, by last contact. Who leaves a condition out finds as
    many or more people, so once everything finds too many the others are not counted at all.
    """
    most = _most(number)
    found = _sql(people.order_by(), values)
    last = _sql(people.by_last_contact(), values)
    too_many = f"(SELECT count(*) FROM hits{number}) > {most}"
    unless = ""
    if number:
        all_too_many = f"(SELECT count(*) FROM hits0) > {_most(0)}"
        unless = f" WHERE NOT {all_too_many}"
        too_many = f"({all_too_many} OR {too_many})"
    return [
        f"hits{number} AS MATERIALIZED (SELECT id FROM ({found} LIMIT {most + 1}) f{unless})",
        (
            f"counted{number} AS MATERIALIZED (SELECT id FROM hits{number} WHERE NOT {too_many}"
            f" UNION ALL SELECT id FROM ({last} LIMIT {SAMPLE}) l WHERE {too_many})"
        ),
    ]


def _sql(people: CandidateQuerySet, values: list[Any]) -> str:
    try:
        sql, parameters = people.values("id").query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # Django sees that nobody can be found
        return "SELECT 0::bigint AS id WHERE false"
    values += parameters
    return str(sql)


def _rows(number: int, facets: Sequence[Facet]) -> list[str]:
    """Return the table of what each who is counted has, a column a facet."""
    columned = [facet for facet in facets if facet.column]
    if not columned:
        return []
    columns = ", ".join(f"{facet.column} AS f_{facet.code}" for facet in columned)
    joins = " ".join(dict.fromkeys(facet.joins for facet in columned if facet.joins))
    table = f"counted{number} h JOIN candidates_candidate c ON c.id = h.id {joins}"
    return [f"rows{number} AS MATERIALIZED (SELECT {columns} FROM {table})"]


def _most(number: int) -> int:
    """Return up to how many hits are counted exactly; the first are the people of the list."""
    return OTHERS_AT_MOST if number else COUNTED_AT_MOST


def _branch(number: int, facet: Facet) -> str:
    if facet.rows:
        source = "(" + facet.rows.format(hits=f"counted{number}") + ") r"
        value = "r.value"
    elif facet.is_array:
        source, value = f"rows{number} r CROSS JOIN unnest(r.f_{facet.code}) AS v(value)", "v.value"
    else:
        source, value = f"rows{number} r", f"r.f_{facet.code}"
    # What has no value is a line only where the naming says what that means.
    known = "" if facet.naming else f" WHERE {value} IS NOT NULL"
    counted = (
        f"SELECT {value} AS value, count(*) AS n FROM {source}{known}"
        f" GROUP BY 1 ORDER BY n DESC, 1 LIMIT {facet.most}"
    )
    join, shown, words = facet.naming or ("", "counted.value::text", "''")
    return f"SELECT '{facet.code}', {shown}, {words}, counted.n FROM ({counted}) counted {join}"

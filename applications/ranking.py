# ruff: noqa: S608  (SQL is put together from our own numbers and moments, never from text)
"""The first page of those who fit, and the totals, without looking at everybody.

Up to 10,000 who fit, one statement reads them all and every number is exact. Beyond, nobody reads
the numbers one by one: they are of the 2,000 spoken with last, and the page says so. The first page
stays exact all the same. The skills alone give a score; nothing else can add more than `_most_more`
to it. So look first at those with a high score of skills, which the index finds; whoever has so low
a score of skills that they cannot reach the last of the page need not be read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import comb
from typing import Any, Final

from django.db import connection

from applications import fit
from applications.explaining import LEVEL, NICE, PLACE, RECENT, SKILLS, STEP
from applications.fit import Criteria, Narrowing
from applications.models import Milestone
from candidates.models import Candidate

_MOST_WAYS: Final = 40  # combinations of skills, each a look into the index
_MOST_NICE: Final = 10  # nice-to-haves whose combinations are looked through
_SHARES: Final = (100, 10)  # one in so many are ranked first

Ranked = tuple[int, str | None, bool]


@dataclass(frozen=True)
class Bounds:
    """counted: up to how many who fit every number is exact. sample: of how many it is beyond."""

    counted: int = 10_000
    sample: int = 2_000


BOUNDS: Final = Bounds()


class Ranking:
    """The people who fit one job at one moment, as far as `narrowing` leaves them.

    One statement, or up to four where more than 10,000 people fit.
    """

    def __init__(
        self, criteria: Criteria, at: datetime, narrowing: Narrowing, bounds: Bounds = BOUNDS
    ) -> None:
        self.criteria = criteria
        self.bounds = bounds
        self.kept = fit.kept(narrowing)
        reason = fit.reason(criteria.job, at)
        near = is_kept = "true"
        if narrowing.within_km is not None:
            is_kept = fit.within(criteria, narrowing.within_km)
            near = f"{fit.in_cells(criteria, narrowing.within_km)} AND {is_kept}"
        wanted = [near, "is_silver" if narrowing.only_silver else ""]
        if narrowing.only_contactable:
            wanted.append(f"{reason} IS NULL")
        self._kept_at_once = " AND ".join(filter(None, wanted))
        self._score = (
            f"{fit.score(criteria, at.astimezone(UTC).date())}"
            f" - CASE WHEN {fit.not_a_fit(criteria.job)} THEN 10000 ELSE 0 END"
        )
        self._read = f"candidate_id, is_silver, {is_kept} AS is_kept, {reason} AS reason"
        self._fits = f"{fit.fits(criteria)} AND {fit.not_applied(criteria.job)}"

    def ask(self, limit: int, after: Candidate | None) -> tuple[dict[str, int], list[Ranked]]:
        """Return the counts, and (candidate, reason, is silver) of one more than the page holds."""
        counts, top = self._of_all(limit, after)
        if counts["total"] <= self.bounds.counted:
            return counts, top
        of_sample, scores = self._of_a_sample()
        return counts | of_sample, self._first(scores, limit, after)

    def _of_all(self, limit: int, after: Candidate | None) -> tuple[dict[str, int], list[Ranked]]:
        """Count everybody, and sort them unless they are too many."""
        sql = f"""
WITH found AS MATERIALIZED (
    SELECT * FROM applications_matchprofile WHERE {self._fits} LIMIT {self.bounds.counted + 1}
), hits AS MATERIALIZED (
    SELECT {self._read}, {self._score} AS rank FROM found
     WHERE (SELECT count(*) FROM found) <= {self.bounds.counted}
), counts AS (
    SELECT (SELECT count(*) FROM found) AS total, {self._applied}, {self._counts}
), top AS ({self._top(limit, after)})
SELECT counts.*, top.candidate_id, top.reason, top.is_silver
  FROM counts LEFT JOIN top ON true ORDER BY top.rank DESC, top.candidate_id
"""
        rows, names = _rows(sql)
        counts = _counted(dict(zip(names[:-3], rows[0], strict=False)))
        return counts, [row[-3:] for row in rows if row[-3] is not None]

    def _of_a_sample(self) -> tuple[dict[str, int], list[int]]:
        """Return the counts of those spoken with last, and their scores by skills alone."""
        sql = f"""
WITH hits AS MATERIALIZED (
    SELECT {self._read}, {fit.skill_score(self.criteria)} AS skill_score
      FROM applications_matchprofile WHERE {self._fits}
     ORDER BY last_contact_at DESC NULLS LAST, candidate_id DESC LIMIT {self.bounds.sample}
)
SELECT {self._counts}, (SELECT array_agg(skill_score ORDER BY skill_score DESC) FROM hits)
"""
        rows, names = _rows(sql)
        *counts, scores = rows[0]
        return _counted(dict(zip(names, counts, strict=False))), scores

    def _first(self, scores: list[int], limit: int, after: Candidate | None) -> list[Ranked]:
        """Return the first of very many, by the skills that bring most.

        scores: of the sample, by skills alone, the highest first.
        """
        for share in _SHARES:
            start = scores[len(scores) // share]
            if ways(self.criteria, start) is None:
                continue
            top, last = self._among(self._with_skills(start), limit, after)
            if last is None:  # they do not fill the page
                continue
            # Whoever has less than this by skills alone has less than the last of these in all.
            needed = last - _most_more(self.criteria)
            reachable = [level for level in _levels(self.criteria) if level >= needed]
            if min(reachable, default=start) >= start:
                return top
            if ways(self.criteria, min(reachable)) is None:
                break
            return self._among(self._with_skills(min(reachable)), limit, after)[0]
        return self._among(self._fits, limit, after)[0]

    def _with_skills(self, level: int) -> str:
        """Say who fits and has at least so high a score by skills alone."""
        chosen = [f"skills @> {fit.ints(way)}" for way in ways(self.criteria, level) or []]
        return f"({' OR '.join(chosen) or 'false'}) AND {fit.not_applied(self.criteria.job)}"

    def _among(
        self, condition: str, limit: int, after: Candidate | None
    ) -> tuple[list[Ranked], int | None]:
        """Return the first of those; and the score of the last, if they fill the page."""
        sql = f"""
WITH best AS MATERIALIZED (
    SELECT candidate_id, rank
      FROM (SELECT candidate_id, {self._score} AS rank
              FROM applications_matchprofile WHERE {condition} AND {self._kept_at_once}) AS hits
     WHERE {self._start(after)} ORDER BY rank DESC, candidate_id LIMIT {limit + 1}
)
SELECT candidate_id, reason, is_silver, rank
  FROM (SELECT {self._read} FROM applications_matchprofile
         WHERE candidate_id IN (SELECT candidate_id FROM best)) AS read
  JOIN best USING (candidate_id) ORDER BY rank DESC, candidate_id
"""
        rows, _ = _rows(sql)
        return [row[:3] for row in rows], rows[limit][3] if len(rows) > limit else None

    def _start(self, after: Candidate | None) -> str:
        if after is None:
            return "true"
        # Those said not to fit come last: set aside, and still there.
        return (
            f"(rank, -candidate_id) < (SELECT {self._score}, -candidate_id"
            f" FROM applications_matchprofile WHERE candidate_id = {int(after.pk)})"
        )

    def _top(self, limit: int, after: Candidate | None) -> str:
        return (
            "SELECT candidate_id, reason, is_silver, rank FROM hits"
            f" WHERE {self.kept} AND {self._start(after)}"
            f" ORDER BY rank DESC, candidate_id LIMIT {limit + 1}"
        )

    @property
    def _counts(self) -> str:
        return (
            f"(SELECT count(*) FROM hits WHERE {self.kept}) AS shown,"
            " (SELECT string_agg(coalesce(reason, 'contactable') || ' ' || number, ',')"
            " FROM (SELECT reason, count(*) AS number FROM hits GROUP BY 1) AS one) AS reasons"
        )

    @property
    def _applied(self) -> str:
        return (
            "(SELECT count(DISTINCT candidate_id) FROM applications_application"
            f" WHERE job_id = {int(self.criteria.job.pk)}) AS applied"
        )


def ways(criteria: Criteria, level: int) -> list[tuple[int, ...]] | None:
    """Return the smallest sets of skills that give so high a score; None: there are too many.

    Whoever fits and has such a score has all skills of one of them, and the other way round.
    """
    must = [skill for skill, _ in criteria.must]
    if len(criteria.nice) > _MOST_NICE:
        return None
    found: list[tuple[int, ...]] = []
    for met in range(criteria.needed, len(must) + 1):
        nice = _lightest(criteria, level - _by_must(criteria, met))
        if comb(len(must), met) * len(nice) > _MOST_WAYS:
            return None
        found += [(*some, *more) for some in combinations(must, met) for more in nice]
    smallest = [one for one in found if not any(set(other) < set(one) for other in found)]
    return smallest if len(smallest) <= _MOST_WAYS else None


def _lightest(criteria: Criteria, wanted: int) -> list[tuple[int, ...]]:
    """Return the smallest sets of nice-to-haves that bring at least `wanted`."""
    weights = {skill: weight for skill, _, weight in criteria.nice}
    found: list[tuple[int, ...]] = []
    for many in range(len(weights) + 1):
        for some in combinations(weights, many):
            if any(set(other) <= set(some) for other in found):
                continue
            if _by_nice(criteria, sum(weights[skill] for skill in some)) >= wanted:
                found.append(some)
            if len(found) > _MOST_WAYS:
                return found
    return found


def _levels(criteria: Criteria) -> list[int]:
    """Return every score that skills alone can give to somebody who fits, the highest first."""
    sums = {0}
    for _, _, weight in criteria.nice:
        sums |= {known + weight for known in sums}
    return sorted(
        {
            _by_must(criteria, met) + _by_nice(criteria, weight)
            for met in range(criteria.needed, len(criteria.must) + 1)
            for weight in sums
        },
        reverse=True,
    )


def _by_must(criteria: Criteria, met: int) -> int:
    return (SKILLS - (NICE if _all_nice(criteria) else 0)) * met // len(criteria.must)


def _by_nice(criteria: Criteria, weight: int) -> int:
    total = _all_nice(criteria)
    return NICE * weight // total if total else 0


def _all_nice(criteria: Criteria) -> int:
    return sum(weight for _, _, weight in criteria.nice)


def _most_more(criteria: Criteria) -> int:
    """Return the most that everything but skills can add to a score."""
    job = criteria.job
    has_levels = job.seniority_from is not None or job.seniority_to is not None
    return PLACE + (LEVEL if has_levels else 0) + STEP * int(Milestone.OFFERED) + RECENT


def _counted(row: dict[str, Any]) -> dict[str, int]:
    """Return every reason with its number, from the text that names those that there are."""
    numbers = dict.fromkeys(("contactable", *fit.reasons()), 0)
    for one in (row.pop("reasons") or "").split(","):
        code, _, number = one.partition(" ")
        if code:
            numbers[code] = int(number)
    return row | numbers


def _rows(sql: str) -> tuple[list[Any], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall(), [column.name for column in cursor.description]

# ruff: noqa: S608  (SQL is put together from our own numbers and moments, never from text)
"""The first page of those who fit, and the totals, without looking at everybody.

Up to 10,000 who fit, one statement reads them all and every number is exact. Beyond, nobody reads
the numbers one by one: they are of the 2,000 spoken with last, and the page says so. The first page
stays exact all the same. The skills alone give a score; nothing else can add more than `_most_more`
to it. So look first at those with a high score of skills, which the index finds; whoever has so low
a score of skills that they cannot reach the last of the page need not be read.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from heapq import nsmallest
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
# One of those who fit, as one number: the place in the list (the score below zero, then the
# candidate), and what is said of them: why they cannot be contacted, as one more than the place of
# the reason in `fit.ORDER`; that this must be asked further; is silver; is near enough.
_PEOPLE: Final = 2**33
_MARKS: Final = 2**8
_REASON, _DOUBTED, _SILVER, _NEAR = 8, 4, 2, 1
_ALL_REASONS: Final = _MARKS - _REASON


@dataclass(frozen=True)
class Bounds:
    """counted: up to how many who fit every number is exact. sample: of how many it is beyond."""

    counted: int = 10_000
    sample: int = 2_000


BOUNDS: Final = Bounds()


class Ranking:
    """The people who fit one job at one moment, as far as `narrowing` leaves them.

    One statement, and two more where a reason must be asked further; up to five where more than
    10,000 people fit.
    """

    def __init__(
        self, criteria: Criteria, at: datetime, narrowing: Narrowing, bounds: Bounds = BOUNDS
    ) -> None:
        self.criteria = criteria
        self.bounds = bounds
        self.at = at
        self.narrowing = narrowing
        self._score = (
            f"{fit.score(criteria, at.astimezone(UTC).date())}"
            f" - CASE WHEN {fit.not_a_fit(criteria.job)} THEN 10000 ELSE 0 END"
        )
        self._place = f"(-({self._score})::bigint * {_PEOPLE} + candidate_id)"
        self._is_near = "true"
        if narrowing.within_km is not None:
            self._is_near = fit.within(criteria, narrowing.within_km)
        self._fits = f"{fit.fits(criteria)} AND {fit.not_applied(criteria.job)}"

    @cached_property
    def _reason(self) -> str:
        """The whole of it, which asks which jobs are this one. One query."""
        return fit.reason(self.criteria.job, self.at)

    @property
    def _kept_at_once(self) -> str:
        wanted = [self._is_near]
        if self.narrowing.within_km is not None:
            wanted.insert(0, fit.in_cells(self.criteria, self.narrowing.within_km))
        if self.narrowing.only_silver:
            wanted.append("is_silver")
        if self.narrowing.only_contactable:
            wanted.append(f"{self._reason} IS NULL")
        return " AND ".join(wanted)

    @property
    def _kept(self) -> str:
        return fit.kept(self.narrowing)

    def ask(self, limit: int, after: Candidate | None) -> tuple[dict[str, int], list[Ranked]]:
        """Return the counts, and (candidate, reason, is silver) of one more than the page holds."""
        total, applied, hits = self._of_all()
        counts = {"total": total, "applied": applied}
        if total <= self.bounds.counted:
            kept = [hit for hit in hits if self._keeps(hit)] if self.narrowing else hits
            numbers = Counter(hit & _ALL_REASONS for hit in hits)
            counts |= _by_reason({_reason(one): number for one, number in numbers.items()})
            counts["shown"] = len(kept)
            return counts, self._top(kept, limit, after)
        of_sample, scores = self._of_a_sample()
        return counts | of_sample, self._first(scores, limit, after)

    def _of_all(self) -> tuple[int, int, list[int]]:
        """Count everybody, up to one more than the bound, and read them unless they are too many.

        Most of what a small answer costs is planning and handing over. So what is dear to plan is
        asked in a statement of its own, of those alone whom it may concern, and each who fits comes
        as one number: see `_PEOPLE`.
        """
        job = self.criteria.job
        mark = f"""
{fit.reason_at_a_glance(job, self.at)} * {_REASON} + ({fit.doubted(job)})::int * {_DOUBTED}
 + is_silver::int * {_SILVER} + ({self._is_near})::int * {_NEAR}"""
        # Whoever asks for two skills seldom finds so many that reading them was in vain.
        found = f"""
SELECT * FROM applications_matchprofile
 WHERE {fit.fits(self.criteria)} AND candidate_id NOT IN (SELECT candidate_id FROM applied)
 LIMIT {self.bounds.counted + 1}"""
        only = ""
        if self.criteria.needed == 1:
            found = f"SELECT *, count(*) OVER () AS many FROM ({found}) AS found"
            only = f" FILTER (WHERE many <= {self.bounds.counted})"
        sql = f"""
WITH applied AS MATERIALIZED ({fit.applied(job)})
SELECT count(*), (SELECT count(DISTINCT candidate_id) FROM applied),
       array_agg({self._place} * {_MARKS} + {mark}){only}
  FROM ({found}) AS found"""
        total, applied, hits = _rows(sql)[0][0]
        if hits is None or total > self.bounds.counted:
            return total, applied, []
        if again := [hit for hit in hits if hit & _DOUBTED]:
            known = self._reasons_of([_person(hit) for hit in again])
            hits = [hit for hit in hits if not hit & _DOUBTED]
            hits += [_with_reason(hit, known.get(_person(hit))) for hit in again]
        return total, applied, hits

    def _reasons_of(self, people: list[int]) -> dict[int, str | None]:
        rows, _ = _rows(
            f"SELECT candidate_id, {self._reason} FROM applications_matchprofile"
            f" WHERE candidate_id = ANY({fit.ints(people)})"
        )
        return dict(rows)

    def _keeps(self, hit: int) -> bool:
        return (
            bool(hit & _NEAR)
            and (bool(hit & _SILVER) or not self.narrowing.only_silver)
            and (_reason(hit) is None or not self.narrowing.only_contactable)
        )

    def _top(self, hits: list[int], limit: int, after: Candidate | None) -> list[Ranked]:
        if after is not None:
            rows, _ = _rows(
                f"SELECT {self._place} * {_MARKS} FROM applications_matchprofile"
                f" WHERE candidate_id = {int(after.pk)}"
            )
            hits = [hit for hit in hits if rows and hit >= rows[0][0] + _MARKS]
        return [
            (_person(hit), _reason(hit), bool(hit & _SILVER)) for hit in nsmallest(limit + 1, hits)
        ]

    def _of_a_sample(self) -> tuple[dict[str, int], list[int]]:
        """Return the counts of those spoken with last, and their scores by skills alone."""
        sql = f"""
WITH hits AS MATERIALIZED (
    SELECT is_silver, {self._is_near} AS is_near, {self._reason} AS reason,
           {fit.skill_score(self.criteria)} AS skill_score
      FROM applications_matchprofile WHERE {self._fits}
     ORDER BY last_contact_at DESC NULLS LAST, candidate_id DESC LIMIT {self.bounds.sample}
)
SELECT reason, count(*), count(*) FILTER (WHERE {self._kept}), array_agg(skill_score)
  FROM hits GROUP BY reason
"""
        rows, _ = _rows(sql)
        counts = _by_reason({reason: number for reason, number, *_ in rows})
        scores = sorted((score for *_, some in rows for score in some), reverse=True)
        return counts | {"shown": sum(row[2] for row in rows)}, scores

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
  FROM (SELECT candidate_id, is_silver, {self._reason} AS reason FROM applications_matchprofile
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


def _person(hit: int) -> int:
    return hit // _MARKS % _PEOPLE


def _reason(hit: int) -> str | None:
    place = (hit & _ALL_REASONS) // _REASON
    return fit.ORDER[place - 1] if place else None


def _with_reason(hit: int, code: str | None) -> int:
    place = 0 if code is None else fit.ORDER.index(code) + 1
    return (hit & ~(_ALL_REASONS | _DOUBTED)) + place * _REASON


def _by_reason(numbers: Mapping[str | None, int]) -> dict[str, int]:
    """Return every reason with its number, and how many can be contacted: they have none."""
    known = dict.fromkeys(("contactable", *fit.reasons()), 0)
    return known | {code or "contactable": number for code, number in numbers.items()}


def _rows(sql: str) -> tuple[list[Any], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall(), [column.name for column in cursor.description]

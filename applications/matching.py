# ruff: noqa: S608, S611  (SQL is put together from our own numbers and moments, never from text)
"""Who fits a job: the people we know already, sorted and explained, never hidden (P-34).

One statement over the narrow profiles gives the first page, the totals, and how many cannot be
contacted for which reason; a second look at 50 people explains them. What a fit is stands here in
SQL and in `explaining` in words; a test holds the two scores together.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, IntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from applications import fit
from applications.explaining import (
    EXPLAINERS,
    MATCHER_VERSION,
    Explanation,
    Inputs,
    explain,
    sentences_for_candidate,
)
from applications.fit import Criteria, Narrowing
from applications.models import (
    Application,
    Job,
    JobSkill,
    Match,
    MatchProfile,
    Outcome,
    SkillMeaning,
)
from applications.ranking import BOUNDS, Ranking
from candidates.models import Candidate

PAGE: Final = 50
CHUNK: Final = 1000
PAST_SHOWN: Final = 3
# Rows as one value: `bulk_create` binds seven for each, which takes longer than to explain it.
_STORE: Final = """
INSERT INTO applications_match (public_id, candidate_id, job_id, matcher_version, inputs, criteria,
                                score, at, verdict, verdict_reason)
SELECT gen_random_uuid(), r.candidate_id, %(job)s, %(version)s, r.inputs, r.criteria, r.score,
       %(at)s, '', ''
  FROM jsonb_to_recordset(%(rows)s::jsonb)
       AS r(candidate_id bigint, inputs jsonb, criteria jsonb, score smallint)
ON CONFLICT (candidate_id, job_id) DO UPDATE
   SET matcher_version = excluded.matcher_version, inputs = excluded.inputs,
       criteria = excluded.criteria, score = excluded.score, at = excluded.at
"""


@dataclass(frozen=True)
class KnownPerson:
    """One row of the list. `reason`: why they cannot be contacted, or empty."""

    candidate: Candidate
    explanation: Explanation
    reason: str
    is_silver: bool
    match: Match | None

    @property
    def reason_words(self) -> str:
        return fit.reasons()[self.reason][1] if self.reason else ""

    @property
    def counted(self) -> list[dict[str, str]]:
        """The criteria, without what is only a note."""
        return [row for row in self.explanation.criteria if row["verdict"] != "note"]

    @property
    def past(self) -> list[dict[str, str]]:
        return [row for row in self.explanation.criteria if row["verdict"] == "note"]

    @property
    def met(self) -> int:
        return sum(row["verdict"] == "meets" for row in self.counted)


@dataclass(frozen=True)
class Reason:
    code: str
    short: str
    sentence: str
    count: int


@dataclass(frozen=True)
class KnownPeople:
    """A page of those who fit, the totals, and why some cannot be contacted.

    shown: how many of them the narrowing leaves. applied: how many applied for this job, and so
    are not among the rest. has_more: another page follows. Where more than 10,000 fit, `total` is
    one more than that, and all but `applied` is counted among the 2,000 spoken with last.
    """

    criteria: Criteria
    total: int = 0
    contactable: int = 0
    shown: int = 0
    applied: int = 0
    reasons: list[Reason] = field(default_factory=list)
    people: list[KnownPerson] = field(default_factory=list)
    has_more: bool = False

    @property
    def is_capped(self) -> bool:
        return self.total > BOUNDS.counted

    @property
    def counted(self) -> int:
        """How many people the numbers are of."""
        return BOUNDS.sample if self.is_capped else self.total

    @property
    def counted_words(self) -> str:
        return f"{self.counted:,}"

    @property
    def not_contactable(self) -> int:
        return self.counted - self.contactable

    @property
    def total_words(self) -> str:
        return count_words(self.total)

    @property
    def shown_words(self) -> str | None:
        """How many the list holds; None where that is not known."""
        if not self.is_capped:
            return f"{self.shown:,}"
        return self.total_words if self.shown == BOUNDS.sample else None


def is_on() -> bool:
    """Whether the installer lets software match people and jobs (P-39)."""
    return bool(settings.MATCHING_ENABLED)


def criteria_of(job: Job) -> Criteria:
    """Return what the job asks for. Two queries."""
    wanted = JobSkill.objects.filter(job=job).order_by("-weight", "pk")
    heirs = SkillMeaning.objects.filter(
        is_implied=False, skill_id__in=wanted.values("skill_id")
    ).select_related("means")
    heir_of = {meaning.skill_id: meaning.means for meaning in heirs}
    must: dict[int, str] = {}
    nice: dict[int, tuple[str, int]] = {}
    for row in wanted:
        heir = heir_of[row.skill_id]
        if row.need == JobSkill.Need.MUST:
            must.setdefault(heir.pk, heir.name)
        else:
            nice.setdefault(heir.pk, (heir.name, row.weight))
    offices = [
        (_office_name(office.name), office.latitude, office.longitude)
        for office in job.offices.order_by("name", "pk")
    ]
    return Criteria(
        job,
        list(must.items()),
        [(skill, *rest) for skill, rest in nice.items() if skill not in must],
        offices,
    )


def known_people(
    job: Job,
    *,
    at: datetime,
    narrowing: Narrowing | None = None,
    limit: int = PAGE,
    after: Candidate | None = None,
) -> KnownPeople:
    """Return a page of the people who fit, with totals and reasons. Changes nothing.

    after: the last person of the page before.
    """
    criteria = criteria_of(job)
    if not criteria.must or not is_on():
        return KnownPeople(criteria)
    row, top = Ranking(criteria, at, narrowing or Narrowing()).ask(limit, after)
    ids = [candidate for candidate, _, _ in top[:limit]]
    return KnownPeople(
        criteria,
        total=row["total"],
        contactable=row["contactable"],
        shown=row["shown"],
        applied=row["applied"],
        reasons=[
            Reason(code, *words, row[code])
            for code, words in fit.reasons().items()
            if row.get(code)
        ],
        people=_explained(criteria, at, ids, {c: (code or "", s) for c, code, s in top}),
        has_more=len(top) > limit,
    )


def audience(job: Job, *, at: datetime) -> QuerySet[MatchProfile, tuple[int, int]]:
    """Return (candidate id, score) of everybody who fits, whether they may be written to or not.

    The arbiter decides on each. Composable: `.values("candidate_id")` serves as a subquery. Those
    who applied for this job are left out.
    """
    profiles = MatchProfile.objects.all()
    criteria = criteria_of(job)
    if not criteria.must or not is_on():
        profiles = profiles.none()
    else:
        fits = f"({fit.fits(criteria)} AND {fit.not_applied(job)})"
        profiles = profiles.filter(RawSQL(fits, [], output_field=BooleanField()))
    score = fit.score(criteria, at.astimezone(UTC).date()) if criteria.must else "0"
    return (
        profiles.annotate(score=RawSQL(score, [], output_field=IntegerField()))
        .order_by("-score", "candidate_id")
        .values_list("candidate_id", "score")
    )


def count_words(known: int) -> str:
    """Say how many fit, of a count that stops once it is over the bound."""
    return f"{BOUNDS.counted:,}+" if known > BOUNDS.counted else f"{known:,}"


def known_count(job: Job) -> int:
    """Return how many people fit a job, 10,001 at most. One statement, a few milliseconds."""
    if not is_on():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT applications_known_count(%s)", [job.pk])
        count: int = cursor.fetchone()[0]
    return count


def criteria_for_candidate(match: Match) -> list[str]:
    """Return what was met, as sentences to the candidate, from the stored record alone (P-36)."""
    return sentences_for_candidate(match.inputs, match.criteria)


def again(match: Match) -> Explanation:
    """Run the stored version on the stored inputs (P-32)."""
    return EXPLAINERS[match.matcher_version](match.inputs)


def store_matches(job: Job, candidate_ids: Iterable[int], *, at: datetime | None = None) -> int:
    """Write down why these people fit the job, in chunks; what was said about them stays.

    Runs in the caller's transaction. People who are gone are left out. Returns how many were
    written. Safe to run again: the record is then the present one.
    """
    at = at or timezone.now()
    ids = sorted(set(candidate_ids))
    criteria = criteria_of(job)
    written = 0
    for start in range(0, len(ids), CHUNK):
        found = inputs_of(criteria, ids[start : start + CHUNK], at.astimezone(UTC).date())
        rows = []
        for candidate, inputs in found.items():
            explanation = explain(inputs)
            said = {"criteria": explanation.criteria, "score": explanation.score}
            rows.append({"candidate_id": candidate, "inputs": inputs, **said})
        with connection.cursor() as cursor:
            cursor.execute(
                _STORE,
                {"job": job.pk, "version": MATCHER_VERSION, "at": at, "rows": json.dumps(rows)},
            )
        written += len(rows)
    return written


def top_ids(job: Job, *, at: datetime, limit: int) -> list[int]:
    """Return the first of the people who fit, in the order of the list."""
    return [candidate for candidate, _ in audience(job, at=at)[:limit]]


def inputs_of(criteria: Criteria, ids: list[int], on: date) -> dict[int, Inputs]:
    """Return everything the explanation reads, for each live person of `ids`. Three queries."""
    job = criteria.as_inputs()
    skills: dict[int, dict[str, dict[str, Any]]] = {}
    wanted = [skill for skill, _ in criteria.must] + [skill for skill, _, _ in criteria.nice]
    with connection.cursor() as cursor:
        cursor.execute(_EVIDENCE, {"ids": ids, "wanted": wanted})
        for candidate, means, source, year, via in cursor.fetchall():
            known = skills.setdefault(candidate, {})
            known[str(means)] = {"source": source, "year": year, "via": via}
    past = _past(ids)
    found: dict[int, Inputs] = {}
    located = [(name, lat, lon) for name, lat, lon in criteria.offices if lat is not None]
    distances = [
        f"applications_km(p.latitude, p.longitude, {lat}, {lon})" for _, lat, lon in located
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
SELECT c.id, c.city, c.remote_preference, c.seniority, c.salary_expectation, c.salary_currency,
       p.furthest, %(on)s::date - (p.last_contact_at AT TIME ZONE 'UTC')::date,
       ARRAY[{", ".join(distances)}]::int[]
  FROM candidates_candidate c JOIN applications_matchprofile p ON p.candidate_id = c.id
 WHERE c.id = ANY(%(ids)s) ORDER BY c.id""",
            {"on": on, "ids": ids},
        )
        for candidate, city, remote, level, hope, currency, furthest, days, km in cursor.fetchall():
            nearest = min(
                (
                    (away, name)
                    for away, (name, _, _) in zip(km, located, strict=True)
                    if away is not None
                ),
                default=(None, ""),
            )
            person = {
                "skills": skills.get(candidate, {}),
                "city": city,
                "km": nearest[0],
                "office": nearest[1],
                "remote": remote,
                "level": level,
                "expects": [hope, currency],
                "furthest": furthest,
                "days": days,
                "past": past.get(candidate, []),
            }
            found[candidate] = {"on": on.isoformat(), "job": job, "person": person}
    return found


# What is known of a skill: said of itself before implied by another, and the candidate's own word
# before a recruiter's before a document's.
_EVIDENCE = """
SELECT DISTINCT ON (cs.candidate_id, m.means_id)
       cs.candidate_id, m.means_id, cs.source, extract(year FROM cs.noted_at)::int,
       CASE WHEN m.is_implied THEN s.name END
  FROM candidates_candidateskill cs
  JOIN applications_skillmeaning m ON m.skill_id = cs.skill_id
  JOIN candidates_skill s ON s.id = cs.skill_id
 WHERE cs.candidate_id = ANY(%(ids)s) AND m.means_id = ANY(%(wanted)s)
 ORDER BY cs.candidate_id, m.means_id, m.is_implied,
          array_position(ARRAY['stated', 'recruiter', 'parsed'], cs.source::text),
          cs.noted_at DESC, cs.id
"""


def _past(ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what became of earlier applications, the furthest first."""
    found: dict[int, list[dict[str, Any]]] = {}
    closed = (
        Application.objects.filter(candidate_id__in=ids, closed_at__isnull=False)
        .exclude(outcome=Outcome.DUPLICATE)
        .select_related("job")
        .order_by("candidate_id", "-furthest", "-closed_at", "-pk")
    )
    for application in closed:
        rows = found.setdefault(application.candidate_id, [])
        if len(rows) == PAST_SHOWN or application.closed_at is None:
            continue
        rows.append(
            {
                "job": application.job.title,
                "furthest": application.furthest,
                "outcome": application.outcome,
                "reason": application.rejection_reason,
                "month": f"{application.closed_at.astimezone(UTC):%B %Y}",
                "would_hire": application.would_hire,
            }
        )
    return found


def _explained(
    criteria: Criteria, at: datetime, ids: list[int], known: dict[int, tuple[str, bool]]
) -> list[KnownPerson]:
    inputs = inputs_of(criteria, ids, at.astimezone(UTC).date())
    people = Candidate.objects.in_bulk(ids)
    stored = {
        match.candidate_id: match
        for match in Match.objects.filter(job=criteria.job, candidate_id__in=ids)
    }
    return [
        KnownPerson(people[pk], explain(inputs[pk]), *known[pk], stored.get(pk))
        for pk in ids
        if pk in people and pk in inputs
    ]


def _office_name(name: str) -> str:
    return name if "office" in name.casefold() else f"the {name} office"

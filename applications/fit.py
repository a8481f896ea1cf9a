# ruff: noqa: S608  (SQL is put together from our own numbers and moments, never from text)
"""What a fit is, in SQL over the match profiles; `explaining` says the same in words.

The pieces name columns of the profile without its table, so that they serve in any statement over
it. Each is put together from numbers and moments alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from math import comb, cos, floor, radians
from typing import Any, Final

from applications.explaining import LEVEL, NEAR_KM, NICE, PLACE, RECENT_DAYS, SKILLS, STEP
from applications.models import Job, MatchProfile, Milestone

COOL_OFF_DAYS: Final = 30
REMOTE: Final = 1  # the place that stands for "open to remote"
MOST_BRANCHES: Final = 15  # combinations of must-haves that are still worth one index scan each

# Why somebody who fits cannot be sent a job email, in the arbiter's words; the first that applies,
# in its order (`ORDER`), counts. What the match profile does not know is told by the floor above.
_OWN_REASONS: Final[dict[str, tuple[str, str]]] = {
    "objected": ("objected", "They objected to job emails."),
    "unsubscribed": ("stopped", "They stopped job emails."),
    "suppressed": ("refused before", "One of their addresses must not be written to."),
    "no_address": ("no address", "We have no email address for them."),
    "bounced": ("address bounced", "Mail to their address came back for good."),
    "no_ground": ("no consent", "They never agreed to be kept and to get job emails."),
    "ground_expired": ("consent ended", "What they agreed to has ended."),
    "jurisdiction_unknown": (
        "country not known",
        "We do not know their country, so we would need their consent, and do not have it.",
    ),
    "paused_until": ("paused", "They paused job emails for a while."),
    "hired": ("hired", "We hired them."),
    "active_application": ("open application", "They are being considered for another job now."),
    "not_a_fit": ("not a fit", "A colleague said that they do not fit this job."),
    "cool_off": ("rejected lately", f"We rejected them in the last {COOL_OFF_DAYS} days."),
}
# The precedence of the arbiter's rules; a test holds them together.
ORDER: Final = (
    "legal_hold",
    "minor",
    "objected",
    "unsubscribed",
    "asked_to_delete",
    "suppressed",
    "no_address",
    "bounced",
    "no_ground",
    "ground_expired",
    "jurisdiction_unknown",
    "paused_until",
    "hired",
    "employee",
    "active_application",
    "asked_to_stop",
    "not_now",
    "open_thread",
    "colleague_wrote",
    "away",
    "suspected_duplicate",
    "not_a_fit",
    "narrowed",
    "duplicate_of",
    "cool_off",
    "frequency_cap",
    "first_look",
)


@dataclass(frozen=True)
class Bar:
    """A reason that a floor above knows. `barred` gives the condition in SQL that it holds back.

    It is asked of each who fits and has no reason before it: so first by the profile (`cautious`),
    then by an index (`known_of`), or of a set that is small and computed once. barred: takes the
    job and the moment as SQL. doubted: the condition, cheap to plan and true of at least as many,
    that it may hold back; None: `barred` is that cheap itself.
    """

    code: str
    short: str
    sentence: str
    barred: Callable[[Job, str], str]
    doubted: Callable[[Job], str] | None = None


_bars: dict[str, Bar] = {}


def register_bars(bars: Iterable[Bar]) -> None:
    """Let a floor above say whom else the arbiter holds back. Raises ValueError: no such place."""
    for bar in bars:
        if bar.code not in ORDER or bar.code in _OWN_REASONS:
            raise ValueError(f"{bar.code} has no place of its own among the reasons.")
        _bars[bar.code] = bar


def reasons() -> dict[str, tuple[str, str]]:
    """Return every reason with its short and its whole words, in the order in which they count."""
    told = {code: (bar.short, bar.sentence) for code, bar in _bars.items()}
    known = {**_OWN_REASONS, **told}
    return {code: known[code] for code in ORDER if code in known}


@dataclass(frozen=True)
class Criteria:
    """What a job asks for, as the matcher reads it. A merged skill stands as its heir."""

    job: Job
    must: list[tuple[int, str]]
    nice: list[tuple[int, str, int]]
    offices: list[tuple[str, float | None, float | None]]

    @property
    def needed(self) -> int:
        return min(self.job.must_needed or len(self.must), len(self.must))

    def as_inputs(self) -> dict[str, Any]:
        job = self.job
        return {
            "needed": self.needed,
            "must": [{"id": skill, "name": name} for skill, name in self.must],
            "nice": [{"id": s, "name": name, "weight": w} for s, name, w in self.nice],
            "mode": job.work_mode,
            "offices": [name for name, _, _ in self.offices],
            "levels": [job.seniority_from, job.seniority_to],
            "pay": [job.salary_to, job.salary_currency],
        }


@dataclass(frozen=True)
class Narrowing:
    """What the recruiter asked to see less of. Nothing: everybody who fits."""

    only_contactable: bool = False
    only_silver: bool = False
    within_km: int | None = None

    def __bool__(self) -> bool:
        return self.only_contactable or self.only_silver or self.within_km is not None


def ints(numbers: Iterable[int]) -> str:
    return "'{" + ",".join(str(int(number)) for number in numbers) + "}'::int[]"


def _met(skills: Iterable[tuple[int, int]]) -> str:
    """Return the sum of the weights of those skills that somebody has.

    No index is asked here, and to look for one number costs less than to compare two arrays.
    """
    return "(" + " + ".join(f"({int(s)} = ANY (skills))::int * {int(w)}" for s, w in skills) + ")"


def fits(criteria: Criteria) -> str:
    """Ask for k of the n must-haves, so that the index answers.

    Each way to choose k is one scan that finds exactly who has them. Where there are too many ways:
    whoever has k of n has one of any n-k+1 of them, so look for the rarest and count.
    """
    must = [skill for skill, _ in criteria.must]
    count, needed = len(must), criteria.needed
    if needed == count:
        return f"skills @> {ints(must)}"
    if needed == 1:
        return f"skills && {ints(must)}"
    if comb(count, needed) <= MOST_BRANCHES:
        ways = [f"skills @> {ints(way)}" for way in combinations(must, needed)]
        return f"({' OR '.join(ways)})"
    probe = f"applications_rarest({ints(must)}, {count - needed + 1})"
    return f"(skills && (SELECT {probe}) AND {_met((s, 1) for s in must)} >= {needed})"


def skill_score(criteria: Criteria) -> str:
    """Say the part of the score that skills give."""
    must = [(skill, 1) for skill, _ in criteria.must]
    nice = [(skill, weight) for skill, _, weight in criteria.nice]
    total = sum(weight for _, weight in nice)
    nice_worth = NICE if total else 0
    of_must = f"{SKILLS - nice_worth} * {_met(must)} / {len(must)}"
    return f"{of_must} + {nice_worth} * {_met(nice)} / {total}" if total else of_must


def score(criteria: Criteria, on: date) -> str:
    """Say what `explaining._score` says, in whole numbers."""
    parts = [skill_score(criteria)]
    parts.append(f"CASE WHEN {_fits_place(criteria)} THEN {PLACE} ELSE 0 END")
    parts.append(f"CASE WHEN {_fits_level(criteria.job)} THEN {LEVEL} ELSE 0 END")
    parts.append(f"{STEP} * least(coalesce(furthest, 0), {int(Milestone.OFFERED)})")
    steps = " ".join(
        f"WHEN last_contact_at >= '{on - timedelta(days=most)} 00:00+00' THEN {worth}"
        for most, worth in RECENT_DAYS
    )
    parts.append(f"CASE {steps} ELSE 0 END")
    return "(" + " + ".join(parts) + ")"


def _fits_place(criteria: Criteria) -> str:
    near = within(criteria, NEAR_KM)
    remote = f"{REMOTE} = ANY (places)"
    return {"remote": remote, "hybrid": f"({near} OR {remote})"}.get(criteria.job.work_mode, near)


def _fits_level(job: Job) -> str:
    bounds = []
    if job.seniority_from is not None:
        bounds.append(f"seniority >= {int(job.seniority_from)}")
    if job.seniority_to is not None:
        bounds.append(f"seniority <= {int(job.seniority_to)}")
    return " AND ".join(bounds) or "false"


def within(criteria: Criteria, most_km: int) -> str:
    """Say who is that near to an office: first by cells, then by the great circle."""
    located = _located(criteria)
    if not located:
        return "false"
    distances = ", ".join(
        f"applications_km(latitude, longitude, {lat!r}::float8, {lon!r}::float8)"
        for lat, lon in located
    )
    # CASE, because AND may be computed in any order, and the circle is the dear part.
    near = " OR ".join(_in_a_box(lat, lon, most_km) for lat, lon in located)
    return f"CASE WHEN {near} THEN least({distances}) <= {int(most_km)} ELSE false END"


def _in_a_box(latitude: float, longitude: float, km: float) -> str:
    """Say who is between the lines around a circle: cheaper to ask of one person than their cells.

    Across the date line and near the poles the parallels alone.
    """
    reach = (km + 1) / 111.0
    south, north = latitude - reach, latitude + reach
    box = f"latitude BETWEEN {south!r} AND {north!r}"
    if max(abs(south), abs(north)) > 89:
        return box
    wide = reach / cos(radians(max(abs(south), abs(north))))
    west, east = longitude - wide, longitude + wide
    if west < -180 or east > 180:
        return box
    return f"{box} AND longitude BETWEEN {west!r} AND {east!r}"


def in_cells(criteria: Criteria, most_km: int) -> str:
    """Say who may be that near, so that the index answers."""
    cells = {cell for lat, lon in _located(criteria) for cell in cells_around(lat, lon, most_km)}
    return f"places && {ints(sorted(cells))}"


def _located(criteria: Criteria) -> list[tuple[float, float]]:
    return [(lat, lon) for _, lat, lon in criteria.offices if lat is not None and lon is not None]


def cells_around(latitude: float, longitude: float, km: float) -> set[int]:
    """Return the half-degree cells that a circle touches, across the date line and at the poles."""
    reach = (km + 1) / 111.0  # a degree is a little more; the circle is rounded
    south, north = max(-90.0, latitude - reach), min(90.0, latitude + reach)
    rows = range(floor((south + 90) * 2), floor((north + 90) * 2) + 1)
    widest = max(abs(south), abs(north))
    if widest > 89:
        columns: Iterable[int] = range(720)
    else:
        wide = reach / cos(radians(widest))
        west = floor((longitude - wide + 180) * 2)
        east = floor((longitude + wide + 180) * 2)
        columns = {column % 720 for column in range(west, min(east, west + 719) + 1)}
    return {2 + row * 720 + column for row in rows for column in columns}


def reason(job: Job, at: datetime) -> str:
    """Say why somebody cannot be contacted at `at`; NULL: they can. In the arbiter's order."""
    asked = [f"WHEN {barred} THEN '{code}'" for code, barred in _barred(job, at, _bars.values())]
    return f"CASE {' '.join(asked)} END"


def reason_at_a_glance(job: Job, at: datetime) -> str:
    """Say the same as a number, without what costs more to plan than to ask of few.

    One more than the place in `ORDER`; 0: they can. `doubted` says of whom the whole has to be
    asked.
    """
    cheap = [bar for bar in _bars.values() if bar.doubted is None]
    asked = [
        f"WHEN {barred} THEN {ORDER.index(code) + 1}" for code, barred in _barred(job, at, cheap)
    ]
    return f"CASE {' '.join(asked)} ELSE 0 END"


def _barred(job: Job, at: datetime, bars: Iterable[Bar]) -> list[tuple[str, str]]:
    now = f"'{at.astimezone(UTC).isoformat()}'::timestamptz"
    when = {
        "objected": f"ground = {MatchProfile.Ground.OBJECTED}",
        "unsubscribed": f"ground = {MatchProfile.Ground.UNSUBSCRIBED}",
        "suppressed": f"address = {MatchProfile.Address.SUPPRESSED}",
        "no_address": f"address = {MatchProfile.Address.MISSING}",
        "bounced": f"address = {MatchProfile.Address.BOUNCED}",
        "no_ground": f"ground = {MatchProfile.Ground.MISSING}",
        "ground_expired": (f"ground = {MatchProfile.Ground.EXPIRED} OR contactable_until <= {now}"),
        "jurisdiction_unknown": f"ground = {MatchProfile.Ground.COUNTRY_UNKNOWN}",
        "paused_until": f"paused_until > {now}",
        "hired": "is_hired",
        "active_application": "open_applications > 0",
        "not_a_fit": not_a_fit(job),
        "cool_off": f"rejected_at > {now} - interval '{COOL_OFF_DAYS} days'",
    } | {bar.code: bar.barred(job, now) for bar in bars}
    return [(code, when[code]) for code in ORDER if code in when]


def doubted(job: Job) -> str:
    """Say of whom a reason may have been missed at a glance."""
    asked = [bar.doubted(job) for bar in _bars.values() if bar.doubted]
    return " OR ".join(dict.fromkeys(asked)) or "false"


def cautious(*cautions: MatchProfile.Caution) -> str:
    """Say that a profile holds one of these cautions."""
    return f"cautions & {sum(map(int, cautions))} <> 0"


def known_of(rows: str) -> str:
    """Say that there are such rows of the person: `me.person` in `rows`, what follows FROM.

    The fence makes it a look into an index for each: unfenced, a whole table may be read for a few.
    """
    return f"EXISTS (SELECT 1 FROM (SELECT candidate_id AS person) me {rows} OFFSET 0)"


def not_applied(job: Job) -> str:
    return f"candidate_id NOT IN ({applied(job)})"


def applied(job: Job) -> str:
    return f"SELECT h.candidate_id FROM applications_application h WHERE h.job_id = {int(job.pk)}"


def not_a_fit(job: Job) -> str:
    return (
        "candidate_id IN (SELECT f.candidate_id FROM applications_match f"
        f" WHERE f.job_id = {int(job.pk)} AND f.verdict = 'not_a_fit')"
    )


def kept(narrowing: Narrowing) -> str:
    asked = ["is_near"]
    if narrowing.only_contactable:
        asked.append("reason IS NULL")
    if narrowing.only_silver:
        asked.append("is_silver")
    return " AND ".join(asked)

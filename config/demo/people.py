"""Who the people are and what happened to them, decided before a row is written."""

import itertools
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from applications.models import Milestone
from config.demo.company import Company
from config.demo.jobs import JobPlan
from config.demo.lists import (
    EMPLOYERS,
    FAMILY_WEIGHTS,
    LANGUAGE_OF,
    NAMES,
    OFFICE_WEIGHTS,
    OFFICES,
    SKILLS,
    SOURCES,
    TITLES,
)
from config.demo.streams import Streams

HELD_BACK = (
    "HV isolation"  # handed out by hand, so that Cable Technician finds the people it should
)

POOL_WEIGHTS = {
    "active": 425,
    "ending": 24,
    "paused": 40,
    "stopped": 71,
    "never": 288,
    "expired": 101,
    "unverified": 51,
}
FURTHEST_WEIGHTS = {
    Milestone.APPLIED: 1790,
    Milestone.SCREENED: 640,
    Milestone.INTERVIEWED: 335,
    Milestone.FINAL: 96,
    Milestone.OFFERED: 11,
    Milestone.HIRED: 38,
}
REASON_WEIGHTS = {
    "must_have_missing": 41,
    "stronger_applicant": 24,
    "place_or_shift": 9,
    "pay": 7,
    "job_closed": 6,
    "late": 5,
    "language": 4,
    "other": 4,
}


@dataclass
class Plan:
    """One application: when each stage was entered, and how it ended."""

    job: str
    entered: list[datetime]
    outcome: str = ""
    reason: str = ""
    closed_at: datetime | None = None
    answered_at: datetime | None = None
    would_hire: bool = False
    hear_by: date | str | None = ""
    promise: bool = False

    @property
    def furthest(self) -> Milestone:
        return Milestone(len(self.entered))


@dataclass
class Person:
    key: str
    name: str
    call_name: str
    office: str
    town: tuple[str, float, float]
    family: str
    title: str
    employer: str
    seniority: int
    years: int
    remote: str
    source: str
    skills: list[str]
    emails: list[str]
    pool: str
    known_since: datetime
    phone: str = ""
    salary: int | None = None
    language: str = ""
    applications: list[Plan] = field(default_factory=list)
    granted_at: datetime | None = None
    expires_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_until: date | None = None
    bounced: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return any(plan.closed_at is None for plan in self.applications)

    @property
    def is_hired(self) -> bool:
        return any(plan.outcome == "hired" for plan in self.applications)

    @property
    def may_be_written_to(self) -> bool:
        return (
            self.pool in {"active", "ending"}
            and not self.is_open
            and not self.is_hired
            and not self.bounced
        )


def weighted(random: Random, weights: Mapping[Any, int]) -> Any:
    return random.choices(list(weights), list(weights.values()))[0]


def ascii_name(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.translate(str.maketrans("łŁøØıßđ", "lLoOisd")))
    return "".join(c for c in folded.lower() if c.isascii() and (c.isalnum() or c in " -"))


def make(
    streams: Streams,
    key: str,
    anchor: datetime,
    *,
    applies: bool,
    named: tuple[str, str] | None = None,
) -> Person:
    """Make one person without applications. Draws the name from a stream of its own.

    named: the name, and what to call them, where somebody else has drawn it.
    """
    name, call_name = named or _name(streams, key)
    random = streams.of("person", key)
    office = str(weighted(random, OFFICE_WEIGHTS))
    _city, country, _zone, *_ = OFFICES[office]
    town = random.choice(OFFICES[office][5])
    family = str(weighted(random, FAMILY_WEIGHTS))
    years = min(38, int(random.gammavariate(2.2, 4)))
    seniority = min(6, 1 + years // 4 + random.choice([0, 0, 0, 1]))
    own = [name for name in SKILLS[family] if name != HELD_BACK]
    skills = random.sample(own, k=random.randint(2, min(6, len(own))))
    others = [s for f in SKILLS if f != family for s in SKILLS[f] if s != HELD_BACK]
    skills += random.sample(others, k=random.choice([0, 0, 1, 1, 2]))
    mailbox = ascii_name(name).split()
    address = f"{mailbox[0]}.{mailbox[-1]}.{streams.of('address', key).randrange(10, 9999)}"
    pay = {"GBP": 36, "PLN": 90, "EUR": 41, "CAD": 66, "USD": 74, "JOD": 10}
    currency_pay = pay[
        {"GB": "GBP", "PL": "PLN", "FR": "EUR", "CA": "CAD", "US": "USD", "JO": "JOD"}[country]
    ]
    return Person(
        key=key,
        name=name,
        call_name=call_name,
        office=office,
        town=town,
        family=family,
        title=random.choice(TITLES[family]),
        employer=random.choice(EMPLOYERS),
        seniority=seniority,
        years=years,
        remote=random.choices(["on_site", "hybrid", "remote", "any", ""], [40, 25, 10, 10, 15])[0],
        source=str(weighted(random, SOURCES))
        if applies
        else random.choice(["event", "referral", "sourced"]),
        skills=skills,
        emails=[f"{address}@{random.choice(['post', 'mailbox', 'inbox'])}.example"],
        pool=str(weighted(random, POOL_WEIGHTS)),
        known_since=anchor - timedelta(days=random.randint(5, 720), minutes=random.randrange(1440)),
        salary=int(currency_pay * (1 + 0.09 * seniority) * random.uniform(0.92, 1.12)) * 1000
        if random.random() < 0.55
        else None,
        language=LANGUAGE_OF[country] if random.random() < 0.6 else "",
    )


def _name(streams: Streams, key: str) -> tuple[str, str]:
    random = streams.of("name", key)
    given, family = NAMES[random.choice(sorted(NAMES))]
    call = random.choice(given.split())
    return f"{call} {random.choice(family.split())}", call


def _name_of_their_own(streams: Streams, key: str, taken: set[str]) -> tuple[str, str]:
    """Draw until nobody before has that name: chance namesakes would all look like duplicates."""
    for turn in itertools.count():
        name, call_name = _name(streams, f"{key}:{turn}" if turn else key)
        if name not in taken:
            break
    taken.add(name)
    return name, call_name


def apply_to(
    streams: Streams, person: Person, plan: JobPlan, anchor: datetime, *, past: bool
) -> Plan | None:
    """Decide one application of `person`, or None when the job was not open for it.

    past: end it even if the job is still open. Reads neither the name nor the address.
    """
    opened = plan.opened_at(anchor)
    if opened is None:
        return None
    random = streams.of("application", f"{person.key}:{plan.key}")
    last = (plan.closed_at(anchor) or anchor) - timedelta(days=1)
    span = max(0.3, (last - opened) / timedelta(days=1))
    at = opened + timedelta(days=min(random.expovariate(1 / 9), span * 0.9))
    at = at.replace(hour=random.choice([12, 12, 13, 20, 21, 8]), minute=random.randrange(60))
    at = min(at, anchor - timedelta(hours=3))
    furthest = Milestone(weighted(random, FURTHEST_WEIGHTS))
    entered = [at]
    for _ in range(1, furthest):
        entered.append(_office_hours(entered[-1] + timedelta(days=random.gammavariate(2, 1.6))))
    ended = _office_hours(entered[-1] + timedelta(days=random.gammavariate(2, 1.8)))
    limit = plan.closed_at(anchor) or anchor - timedelta(hours=2)
    entered = [moment for moment in entered if moment < limit]
    if not entered:
        return None
    result = Plan(plan.key, entered)
    is_running = plan.status == "open"
    if is_running and not past:
        result.entered = entered[: min(len(entered), Milestone.OFFERED)]
        return result
    if ended > limit and is_running:  # answered sooner than most, rather than all on one day
        ended = entered[-1] + (limit - entered[-1]) * random.uniform(0.2, 0.95)
    result.closed_at = min(ended, limit)
    if result.furthest == Milestone.HIRED and not is_running:
        result.outcome = "hired"
    elif result.furthest >= Milestone.OFFERED:
        result.outcome = "offer_declined"
        result.entered = result.entered[: Milestone.OFFERED]
    elif random.random() < 0.07:
        result.outcome = "withdrawn"
    else:
        result.outcome, result.reason = "rejected", str(weighted(random, REASON_WEIGHTS))
        result.would_hire = result.furthest >= Milestone.INTERVIEWED and random.random() < 0.16
        silence = 0.14 - 0.11 * (1 - (anchor - at) / timedelta(days=730))
        if random.random() > silence:
            lag = random.choices([random.uniform(2, 24), random.uniform(24, 72), 130], [80, 15, 5])[
                0
            ]
            answered = _office_hours(result.closed_at + timedelta(hours=lag))
            result.answered_at = answered if answered < anchor else None
        result.promise = result.would_hire and random.random() < 0.8
    return result


def _office_hours(moment: datetime) -> datetime:
    """Move to the same minute between 8 and 17 on the next weekday."""
    if not 8 <= moment.hour < 17:
        moment = moment.replace(hour=8 + moment.minute % 9) + timedelta(days=moment.hour >= 17)
    while moment.weekday() >= 5:
        moment += timedelta(days=1)
    return moment


def settle_grounds(streams: Streams, person: Person, anchor: datetime) -> None:
    """Decide when consent was given, renewed, withdrawn; `pool` says where it stands today."""
    random = streams.of("ground", person.key)
    first = min((plan.entered[0] for plan in person.applications), default=person.known_since)
    person.known_since = min(person.known_since, first) if not person.applications else first
    since = first + timedelta(minutes=2)
    year = timedelta(days=365)
    if person.pool == "ending":
        ends = anchor + timedelta(days=random.randint(2, 29), hours=5)
        if ends - year < since:
            person.pool = "active"
        else:
            person.granted_at, person.expires_at = ends - year, ends
            return
    if person.pool == "expired" and anchor - since < year:
        person.pool = "never"
    if person.pool in {"never", "unverified"}:
        return
    person.granted_at = since
    person.expires_at = since + year
    if person.pool == "expired":
        return
    while person.expires_at < anchor + timedelta(days=30):  # asked again a month before, said yes
        low = person.expires_at - timedelta(days=30)
        high = min(person.expires_at - timedelta(days=1), anchor - timedelta(hours=1))
        person.granted_at = low + (high - low) * random.random()
        person.expires_at = person.granted_at + year
    if person.pool == "paused":
        person.paused_until = (anchor + timedelta(days=random.randint(20, 180))).date()
    if person.pool == "stopped":
        gap = anchor - timedelta(minutes=30) - person.granted_at
        person.stopped_at = person.granted_at + gap * random.uniform(0.3, 0.95)


def population(streams: Streams, company: Company, anchor: datetime, size: int) -> list[Person]:
    """Decide everybody but the cast: nine in ten have applied at least once."""
    people = []
    taken: set[str] = set()
    for number in range(size):
        key = f"p{number}"
        random = streams.of("population", key)
        applies = random.random() < 0.896
        named = _name_of_their_own(streams, key, taken)
        person = make(streams, key, anchor, applies=applies, named=named)
        if applies:
            wanted = random.choices([1, 2, 3, random.randint(4, 7)], [1505, 430, 150, 65])[0]
            _apply_often(streams, company, person, anchor, random, wanted)
        settle_grounds(streams, person, anchor)
        people.append(person)
    return people


def _apply_often(
    streams: Streams,
    company: Company,
    person: Person,
    anchor: datetime,
    random: Random,
    wanted: int,
) -> None:
    plans = [plan for plan in company.plans.values() if plan.opened is not None]
    plans = [plan for plan in plans if plan.key != "cable-technician"]
    weights = [
        (12 if plan.family == person.family else 1)
        * (3 if plan.office == person.office else 1)
        * (0.55 if plan.status == "open" else 1)
        for plan in plans
    ]
    chosen = dict.fromkeys(random.choices(plans, weights, k=wanted * 2))
    for plan in sorted(list(chosen)[:wanted], key=lambda p: -(p.opened or 0)):
        made = apply_to(
            streams, person, plan, anchor, past=person.is_open or random.random() < 0.65
        )
        if made is None or person.is_hired:
            continue
        if person.applications and made.entered[0] <= person.applications[-1].entered[0]:
            continue
        person.applications.append(made)
    for index, made in enumerate(person.applications):  # nobody applies on after being hired
        if made.outcome == "hired":
            del person.applications[index + 1 :]


def known_for_cable_technician(people: list[Person], cast: list[Person], anchor: datetime) -> None:
    """Give the held-back skill to 37 people who may be written to and 12 who may not.

    The cast brings its own; a small company finds fewer. Nobody else has the skill.
    """
    have = [person for person in cast if HELD_BACK in person.skills]
    quiet = anchor - timedelta(days=45)
    fitting = [
        person
        for person in people
        if person.family == "Electrical"
        and not person.is_open
        and not person.is_hired
        and not person.bounced
        and all((plan.closed_at or anchor) < quiet for plan in person.applications)
    ]
    may = 37 - sum(person.may_be_written_to for person in have)
    groups: dict[str, tuple[int, Callable[[Person], bool]]] = {
        "yes": (may, lambda p: p.pool in {"active", "ending"}),
        "none": (
            7 - sum(p.pool in {"never", "unverified", "expired"} for p in have),
            lambda p: p.pool in {"never", "unverified", "expired"},
        ),
        "paused": (3 - sum(p.pool == "paused" for p in have), lambda p: p.pool == "paused"),
        "stopped": (1 - sum(p.pool == "stopped" for p in have), lambda p: p.pool == "stopped"),
    }
    for count, belongs in groups.values():
        for person in [p for p in fitting if belongs(p)][: max(0, count)]:
            person.skills.insert(0, HELD_BACK)

"""Write the demo company into an empty database, in one transaction."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import audit
from accounts.models import AuditEvent, Organisation
from applications.models import Application, Letter, Promise, StageChange
from candidates.identity import canonical_email, canonical_phone
from candidates.models import (
    Activity,
    Basis,
    Candidate,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Note,
    Phone,
    Preference,
    Purpose,
    Suppression,
)
from candidates.suppression import digest, newest_version
from config.demo import (
    answers,
    arrivals,
    campaigns,
    documents,
    extensions,
    feedback,
    follow_ups,
    history,
    identity,
    interviews,
    notes,
    officer,
    pools,
    privacy,
    ratings,
    receipts,
    replies,
    requests,
    reviews,
    saved_views,
    surveys,
    tags,
    texts,
    trail,
    work,
)
from config.demo.cast import ERASED, cast
from config.demo.company import CURRENCY_OF, RECRUITER_OF, REGIONS, Company, build
from config.demo.lists import OFFICES
from config.demo.people import (
    HELD_BACK,
    Person,
    known_for_cable_technician,
    population,
)
from config.demo.rows import insert
from config.demo.streams import Streams

SIZES = {"s": 200, "m": 2_400}


def seed(*, size: str, seed_number: int, anchor: datetime) -> dict[str, str]:
    """Write the company and return the manifest: table to “rows checksum”.

    anchor: aware, the moment that counts as now; nothing but promises, pauses and expiries lies
    after it. Everything that a worker could act on is in a state that it leaves alone.

    Raises ValidationError: there are people in the database that no demo made.
    """
    if Candidate.objects.exists():
        raise ValidationError(
            "There are people in this database already. Demo data only goes into an empty one.",
            code="not_empty",
        )
    streams = Streams(seed_number)
    with transaction.atomic():
        company = build(streams, anchor)
        named = cast(streams, anchor)
        crowd = population(streams, company, anchor, SIZES[size] - len(named) - identity.RECORDS)
        _bounce_some(streams, crowd, size)
        known_for_cable_technician(crowd, named, anchor)
        people = named + crowd
        rows = _write_people(streams, company, people, anchor)
        history.write(streams, company, people, rows, anchor)
        interviews.write(streams, company, people, rows, anchor)
        answers.write(streams, company, rows, anchor)
        feedback.write(streams, company, rows, anchor)
        ratings.write(streams, company, anchor)
        surveys.write(streams, anchor)
        reviews.write(streams, company, rows, anchor)
        tags.write(streams, company, people, rows, anchor)
        saved_views.write(streams, anchor)
        follow_ups.write(streams, company, rows, anchor)
        notes.write(streams, company, rows, anchor)
        documents.write(streams, company, people, rows, anchor)
        arrivals.write(streams, company, people, rows)
        receipts.write(streams, company, anchor)
        _write_refusals(streams, anchor)
        campaigns.write(streams, company, people, rows, anchor)
        replies.write(streams, company, rows, anchor)
        identity.write(streams, company, people, rows, anchor)
        _tell_the_planner()
        privacy.write(streams, people, rows, company.users["olive"], anchor)
        requests.write(streams, company, people, rows, anchor)
        officer.write(streams, company, people, rows, anchor)
        extensions.write(streams, anchor)
        pools.write(streams, company, anchor)
        work.write(streams, company, anchor)
        trail.write(streams, company, anchor)
        audit.record("demo data", "demo.seeded", Organisation.current())
    return manifest()


def was_seeded() -> bool:
    return AuditEvent.objects.filter(verb="demo.seeded").exists()


def manifest() -> dict[str, str]:
    """Return rows and a checksum for each table whose rows the seed decides."""
    tables = [Candidate, EmailAddress, CandidateSkill, GroundEvent, Application, StageChange]
    tables += [Letter, Promise, Note, Activity]
    result = {}
    for model in tables:
        skip = {"created_at", "recorded_at"}
        columns = [f.column for f in model._meta.concrete_fields if f.column not in skip]
        listed = ", ".join(connection.ops.quote_name(str(column)) for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {listed} FROM {model._meta.db_table} ORDER BY id"  # noqa: S608  # our names
            )
            rows = cursor.fetchall()
        text = json.dumps(rows, default=str, ensure_ascii=False)
        result[model._meta.db_table] = f"{len(rows)} {hashlib.sha256(text.encode()).hexdigest()}"
    return result


def _tell_the_planner() -> None:
    """Let the database know how much there is by now: nobody else can see it before the commit."""
    tables = [Candidate, EmailAddress, GroundEvent, Application, StageChange, Letter, Suppression]
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}, applications_matchprofile")


def _bounce_some(streams: Streams, crowd: list[Person], size: str) -> None:
    for person in crowd:
        if streams.of("bounce", person.key).random() < 0.012 and HELD_BACK not in person.skills:
            person.bounced = True


def _write_people(
    streams: Streams, company: Company, people: list[Person], anchor: datetime
) -> dict[str, Candidate]:
    candidates = [_candidate(streams, company, person, anchor) for person in people]
    Candidate.objects.bulk_create(candidates, batch_size=1000)
    rows = {person.key: row for person, row in zip(people, candidates, strict=True)}
    insert(
        EmailAddress,
        (
            EmailAddress(
                candidate=rows[person.key],
                address=address,
                canonical=canonical_email(address),
                is_primary=position == 0,
                bounced_at=anchor - timedelta(days=41) if person.bounced else None,
            )
            for person in people
            for position, address in enumerate(person.emails)
        ),
    )
    insert(
        Phone,
        (
            Phone(
                candidate=rows[person.key],
                number=person.phone,
                canonical=canonical_phone(person.phone),
            )
            for person in people
            if person.phone
        ),
    )
    insert(
        CandidateSkill,
        (
            CandidateSkill(
                candidate=rows[person.key],
                skill=company.skills[name],
                source=["stated", "stated", "parsed", "recruiter"][
                    streams.of("skill source", f"{person.key}:{name}").randrange(4)
                ],
                noted_at=person.known_since,
            )
            for person in people
            for name in dict.fromkeys(person.skills)
        ),
    )
    insert(GroundEvent, (e for p in people for e in _ground_events(p, rows[p.key], anchor)))
    insert(
        Preference,
        (
            Preference(
                candidate=rows[person.key],
                paused_until=person.paused_until,
                updated_at=anchor - timedelta(days=6),
            )
            for person in people
            if person.paused_until
        ),
    )
    return rows


def _candidate(streams: Streams, company: Company, person: Person, anchor: datetime) -> Candidate:
    city, latitude, longitude = person.town
    _, country, zone, *_ = OFFICES[person.office]
    last = max(
        [plan.closed_at or plan.entered[0] for plan in person.applications] or [person.known_since]
    )
    return Candidate(
        public_id=streams.uid("candidate", person.key),
        name=person.name,
        call_name=person.call_name,
        headline=f"{person.title} at {person.employer}",
        current_title=person.title,
        current_employer=person.employer,
        city=city,
        country=country,
        region=REGIONS.get(country, ""),
        latitude=latitude,
        longitude=longitude,
        time_zone=zone,
        language=person.language,
        seniority=person.seniority,
        years=person.years,
        remote_preference=person.remote,
        salary_expectation=person.salary * 100 if person.salary else None,
        salary_currency=CURRENCY_OF[person.office] if person.salary else "",
        source=person.source,
        owner=company.users[RECRUITER_OF[person.office]]
        if streams.of("owner", person.key).random() < 0.3
        else None,
        last_contact_at=min(last, anchor),
        created_at=person.known_since,
    )


def _ground_events(person: Person, row: Candidate, anchor: datetime) -> Iterable[GroundEvent]:
    def event(purpose: str, kind: str, at: datetime, **facts: object) -> GroundEvent:
        return GroundEvent(
            candidate=row,
            purpose=purpose,
            kind=kind,
            occurred_at=at,
            recorded_at=at,
            jurisdiction=row.country,
            **({"channel": "form", "actor": "candidate"} | facts),
        )

    if person.pool == "unverified":
        yield event(
            Purpose.POOL,
            "imported_unverified",
            person.known_since,
            channel="import",
            actor="import",
        )
    for first in [plan.entered[0] for plan in person.applications[:1]]:
        yield event(Purpose.APPLICATION, "notice_given", first, basis=Basis.PRE_CONTRACT)
    if person.granted_at is None:
        return
    said = {
        "basis": Basis.CONSENT,
        "wording": texts.CONSENT_WORDING,
        "notice_version": texts.CONSENT_VERSION,
        "language": "en",
    }
    renewed = person.granted_at - person.known_since > timedelta(days=200)
    for purpose in (Purpose.POOL, Purpose.NURTURE):
        if renewed:
            first = max(person.known_since, person.granted_at - timedelta(days=350))
            ends = first + timedelta(days=365)
            yield event(purpose, "granted", first, expires_at=ends, **said)
        yield event(
            purpose,
            "renewed" if renewed else "granted",
            person.granted_at,
            expires_at=person.expires_at,
            **said,
        )
        if person.pool == "expired" and person.expires_at:
            yield event(
                purpose, "expired", person.expires_at, channel="form", actor="retention clock"
            )
    if person.stopped_at:
        yield event(Purpose.NURTURE, "withdrawn", person.stopped_at, channel="link")


def _write_refusals(streams: Streams, anchor: datetime) -> None:
    """People who were erased: nothing is left of them but the refusal."""
    made = []
    for number in range(1, ERASED + 1):
        hexdigest, version = digest(f"erased.{number}@mailbox.example"), newest_version()
        at = anchor - timedelta(days=streams.of("erased", number).randint(10, 600))
        made.append(
            Suppression(digest=hexdigest, key_version=version, scope="all", reason="erased", at=at)
        )
    Suppression.objects.bulk_create(made)

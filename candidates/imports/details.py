"""What hangs on the people of a chunk: addresses, phone numbers, links, skills, grounds.

Each adds what is new for a person and leaves alone what is there.
"""

from datetime import datetime, timedelta
from typing import Any

from candidates import suppression
from candidates.arrays import any_of
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.imports.chunk import Chunk, Made
from candidates.imports.fields import instant
from candidates.models import (
    Basis,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Import,
    Link,
    Phone,
    Skill,
    SkillAlias,
)
from candidates.skills import normalise, resolve

CONSENT_LASTS = timedelta(days=365)
_ADDRESS = ("candidate_id", "address", "canonical", "is_primary", "suppressed", "bounced_at")
_PHONE = ("candidate_id", "number", "canonical")
_LINK = ("candidate_id", "url", "canonical")
_SKILL = ("candidate_id", "skill_id", "source", "noted_at")
_GROUND = (
    "candidate_id", "purpose", "kind", "channel", "basis", "jurisdiction", "occurred_at",
    "expires_at", "wording", "evidence", "actor", "recorded_at",
)  # fmt: skip
_IMPORT = GroundEvent.Channel.IMPORT.value
_GRANTED = GroundEvent.Kind.GRANTED.value
_UNVERIFIED = GroundEvent.Kind.IMPORTED_UNVERIFIED.value
_CONSENT = Basis.CONSENT.value


def add_addresses(chunk: Chunk) -> None:
    """Add addresses that nobody holds. What the suppression memory knows of one is set with it."""
    scopes, bounced = suppression.remembered(
        address for line in chunk.lines for address in line.said["emails"]
    )
    has_primary = set(
        EmailAddress.objects.filter(candidate__in=any_of(chunk.known), is_primary=True)
        .order_by()
        .values_list("candidate_id", flat=True)
    )
    made: Made = []
    for line, person in chunk.people():
        for address in line.said["emails"]:
            canonical = canonical_email(address)
            if canonical in chunk.taken:
                continue
            chunk.taken.add(canonical)
            gone = chunk.now if address in bounced else None
            is_first = person.pk not in has_primary
            scope = scopes.get(address, "")
            made.append((line, (person.pk, address, canonical, is_first, scope, gone)))
            has_primary.add(person.pk)
            if scope:
                line.did["suppressed"] = True
    chunk.write("emails", EmailAddress, _ADDRESS, made)


def add_phones_and_links(chunk: Chunk) -> None:
    phones = set(
        Phone.objects.filter(candidate__in=any_of(chunk.known))
        .order_by()
        .values_list("candidate_id", "canonical")
    )
    links = set(
        Link.objects.filter(candidate__in=any_of(chunk.known))
        .order_by()
        .values_list("candidate_id", "canonical")
    )
    new_phones: Made = []
    new_links: Made = []
    for line, person in chunk.people():
        for number in line.said["phones"]:
            canonical = canonical_phone(number, person.country)
            if (person.pk, canonical) not in phones:
                phones.add((person.pk, canonical))
                new_phones.append((line, (person.pk, number, canonical)))
        for url in line.said["links"]:
            canonical = canonical_link(url)
            if (person.pk, canonical) not in links:
                links.add((person.pk, canonical))
                new_links.append((line, (person.pk, url, canonical)))
    chunk.write("phones", Phone, _PHONE, new_phones)
    chunk.write("links", Link, _LINK, new_links)


def add_skills(chunk: Chunk) -> None:
    spellings = {s for line, _ in chunk.people() for s in line.said.get("skills", [])}
    skill_of, made_skills = _skills_named(spellings)
    if made_skills:
        chunk.run.made["skills"] = [*chunk.run.made.get("skills", []), *made_skills]
    have = set(
        CandidateSkill.objects.filter(candidate__in=any_of(chunk.known))
        .order_by()
        .values_list("candidate_id", "skill_id")
    )
    made: Made = []
    for line, person in chunk.people():
        for spelling in line.said.get("skills", []):
            skill = skill_of.get(spelling)
            if skill is None or (person.pk, skill) in have:
                continue
            have.add((person.pk, skill))
            made.append((line, (person.pk, skill, "stated", chunk.now)))
    chunk.write("skills", CandidateSkill, _SKILL, made)


def add_grounds(chunk: Chunk) -> None:
    """A consent needs its day, its words and where it was given; all else stays unverified."""
    grants, told = set(), set()
    for person_id, purpose, kind, at in (
        GroundEvent.objects.filter(candidate__in=any_of(chunk.known))
        .order_by()
        .values_list("candidate_id", "purpose", "kind", "occurred_at")
    ):
        told.add(person_id)
        if kind == _GRANTED:
            grants.add((person_id, purpose, at))
    now, file, by = chunk.now, chunk.run.file_name, chunk.run.by.email
    made: Made = []
    for line, person in chunk.people():
        pk, where = person.pk, person.country
        consent = _consent_of(line.said, chunk.run)
        if consent is None:
            if pk not in told:
                row = (pk, "pool", _UNVERIFIED, _IMPORT, "", where, now, None, "", file, by, now)
                made.append((line, row))
            told.add(pk)
            continue
        at, wording, source = consent
        until, proof = at + CONSENT_LASTS, f"{source} ({file})"[:500]
        for purpose in ("pool", "nurture"):
            if (pk, purpose, at) not in grants:
                grants.add((pk, purpose, at))
                what = (pk, purpose, _GRANTED, _IMPORT, _CONSENT, where)
                made.append((line, (*what, at, until, wording, proof, by, now)))
        told.add(pk)
    chunk.write("grounds", GroundEvent, _GROUND, made)


def _consent_of(said: dict[str, Any], run: Import) -> tuple[datetime, str, str] | None:
    """Return when, in which words and where consent was given; None unless all three are known.

    A column that only says “yes” proves nothing (P-07).
    """
    wording = said.get("consent_wording") or run.consent_wording
    if not (said.get("consent_on") and wording and said.get("consent_source")):
        return None
    return instant(said["consent_on"]), wording, said["consent_source"]


def _skills_named(spellings: set[str]) -> tuple[dict[str, int], list[int]]:
    """Return the key of the skill of each spelling, and the keys of those that had to be made."""
    known = resolve(spellings)
    missing: dict[str, str] = {}
    for spelling in sorted(spellings - set(known)):
        if normal := normalise(spelling):
            missing.setdefault(normal, spelling)
    if not missing:
        return _keys(known), []
    before = set(Skill.objects.filter(name__in=missing.values()).values_list("name", flat=True))
    Skill.objects.bulk_create(
        (Skill(name=spelling) for spelling in missing.values()), ignore_conflicts=True
    )
    skills = {skill.name: skill for skill in Skill.objects.filter(name__in=missing.values())}
    SkillAlias.objects.bulk_create(
        (
            SkillAlias(skill=skills[spelling], spelling=normal)
            for normal, spelling in missing.items()
            if spelling in skills
        ),
        ignore_conflicts=True,
    )
    made = [skill.pk for name, skill in skills.items() if name not in before]
    return _keys(resolve(spellings)), made


def _keys(skills: dict[str, Skill]) -> dict[str, int]:
    return {spelling: skill.pk for spelling, skill in skills.items()}

"""Write a chunk of checked rows as people, set by set, in the caller's transaction.

An exact canonical address joins to the person we know. Joining fills what is empty and adds what is
new; it never changes what is there. Each row keeps what it did, so that the import can be undone.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.models.enums import Choices

from candidates import suppression
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.imports.bulk import copy_in
from candidates.imports.rows import instant
from candidates.models import (
    Activity,
    Basis,
    Candidate,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Import,
    ImportRow,
    Link,
    Phone,
    Skill,
    SkillAlias,
)
from candidates.skills import normalise, resolve

CONSENT_LASTS = timedelta(days=365)
_FIELDS = [
    "call_name", "headline", "current_title", "current_employer", "city", "region", "country",
    "time_zone", "language", "seniority", "years", "remote_preference", "source",
    "salary_expectation", "salary_currency",
]  # fmt: skip
_CANDIDATE = ("public_id", "name", "created_at", *_FIELDS)
TIMELINE = ("candidate_id", "group", "kind", "at", "actor", "text", "data")
_GROUND = (
    "candidate_id", "purpose", "kind", "channel", "basis", "jurisdiction", "occurred_at",
    "expires_at", "wording", "evidence", "actor", "recorded_at",
)  # fmt: skip
_CHANNEL = GroundEvent.Channel.IMPORT.value
_TWO_PEOPLE = (
    "The addresses on this line belong to two people we know. Take one of them out of the file."
)
_ARCHIVED = (
    "We may not use what we hold under an address on this line. Take the line out of the file, "
    "or ask a privacy officer."
)
_KNOWN_STATES = [ImportRow.State.CREATED, ImportRow.State.JOINED, ImportRow.State.UNCHANGED]


def fingerprint(cleaned: dict[str, Any]) -> str:
    """Return what tells rows without an address apart: the same line again is the same person."""
    return hashlib.sha256(json.dumps(cleaned, sort_keys=True).encode()).hexdigest()


def commit_chunk(run: Import, rows: list[ImportRow], now: datetime) -> None:
    """Write the people of these rows. Sets `state`, `candidate`, `did` and `errors` of each.

    rows: checked and not refused, in the order of the file. Does not save them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A chunk of people must commit together with what the rows say of it.")
    chunk = _Chunk(run, rows, now)
    chunk.find_known()
    chunk.create_new()
    chunk.fill_empty()
    chunk.add_addresses()
    chunk.add_phones_and_links()
    chunk.add_skills()
    chunk.add_grounds()
    chunk.settle()


class _Chunk:
    """The work on one chunk; each method is a few statements, however many rows there are."""

    def __init__(self, run: Import, rows: list[ImportRow], now: datetime) -> None:
        self.run, self.rows, self.now = run, rows, now
        self.person_of: dict[int, Candidate] = {}
        self.new: list[Candidate] = []
        self.did: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}

    def find_known(self) -> None:
        """Find who the rows are about: by any address, or by the same line imported before."""
        wanted = {canonical_email(a) for row in self.rows for a in _said(row)["emails"]}
        held = dict(
            EmailAddress.objects.filter(canonical__in=wanted, released_at=None).values_list(
                "canonical", "candidate_id"
            )
        )
        before = dict(
            ImportRow.objects.filter(
                fingerprint__in=[r.fingerprint for r in self.rows if not _said(r)["emails"]],
                state__in=_KNOWN_STATES,
                candidate__isnull=False,
            ).values_list("fingerprint", "candidate_id")
        )
        known = (
            Candidate.objects.select_for_update(of=("self",))
            .live()
            .order_by("pk")
            .in_bulk([*held.values(), *before.values()])
        )
        self.by_address: dict[str, Candidate] = {
            address: known[pk] for address, pk in held.items() if pk in known
        }
        self.known = list(known)
        self.archived = {address for address, pk in held.items() if pk not in known}
        self.by_line = {line: known[pk] for line, pk in before.items() if pk in known}

    def create_new(self) -> None:
        for row in self.rows:
            said = _said(row)
            addresses = [canonical_email(address) for address in said["emails"]]
            found = {id(p): p for a in addresses if (p := self.by_address.get(a)) is not None}
            if self.archived.intersection(addresses):
                row.state = ImportRow.State.REFUSED
                row.errors = [_ARCHIVED]
                continue
            if len(found) > 1:
                row.state = ImportRow.State.REFUSED
                row.errors = [_TWO_PEOPLE]
                continue
            person = next(iter(found.values()), None)
            if person is None and not addresses:
                person = self.by_line.get(row.fingerprint)
            if person is None:
                person = Candidate(name=said["name"], created_at=self.now, **_facts(said))
                self.new.append(person)
                self.did[row.pk]["created"] = True
            self.person_of[row.pk] = person
            for address in addresses:
                self.by_address[address] = person
            if not addresses:
                self.by_line[row.fingerprint] = person
        keys = copy_in(Candidate, _CANDIDATE, (_values(person) for person in self.new))
        for person, key in zip(self.new, keys, strict=True):
            person.pk = key
        for row in self.rows:
            row.candidate = self.person_of.get(row.pk)

    def fill_empty(self) -> None:
        changed: dict[int, Candidate] = {}
        for row, person in self._joined():
            filled = {
                field: value
                for field, value in _facts(_said(row)).items()
                if value not in ("", None) and getattr(person, field) in ("", None)
            }
            if "salary_currency" in filled and "salary_expectation" not in filled:
                del filled["salary_currency"]
            for field, value in filled.items():
                setattr(person, field, value)
            if filled:
                self.did[row.pk]["filled"] = filled
                person.version += 1
                changed[person.pk] = person
        Candidate.objects.bulk_update(changed.values(), [*_FIELDS, "version"], batch_size=500)

    def add_addresses(self) -> None:
        everything = [address for row in self.rows for address in _said(row)["emails"]]
        taken = set(
            EmailAddress.objects.filter(
                canonical__in={canonical_email(address) for address in everything},
                released_at=None,
            ).values_list("canonical", flat=True)
        )
        scopes, bounced = suppression.scopes_of(everything), suppression.bounced_among(everything)
        has_primary = set(
            EmailAddress.objects.filter(candidate__in=self.known, is_primary=True).values_list(
                "candidate_id", flat=True
            )
        )
        made = []
        for row, person in self._people():
            for address in _said(row)["emails"]:
                canonical = canonical_email(address)
                if canonical in taken:
                    continue
                taken.add(canonical)
                gone = self.now if address in bounced else None
                is_first = person.pk not in has_primary
                values = (person.pk, address, canonical, is_first, scopes.get(address, ""), gone)
                made.append((row.pk, values))
                has_primary.add(person.pk)
                if address in scopes:
                    self.did[row.pk]["suppressed"] = True
        names = ("candidate_id", "address", "canonical", "is_primary", "suppressed", "bounced_at")
        self._write("emails", EmailAddress, names, made)

    def add_phones_and_links(self) -> None:
        phones = set(
            Phone.objects.filter(candidate__in=self.known).values_list("candidate_id", "canonical")
        )
        links = set(
            Link.objects.filter(candidate__in=self.known).values_list("candidate_id", "canonical")
        )
        new_phones, new_links = [], []
        for row, person in self._people():
            for number in _said(row)["phones"]:
                canonical = canonical_phone(number, person.country)
                if (person.pk, canonical) not in phones:
                    phones.add((person.pk, canonical))
                    new_phones.append((row.pk, (person.pk, number, canonical)))
            for url in _said(row)["links"]:
                canonical = canonical_link(url)
                if (person.pk, canonical) not in links:
                    links.add((person.pk, canonical))
                    new_links.append((row.pk, (person.pk, url, canonical)))
        self._write("phones", Phone, ("candidate_id", "number", "canonical"), new_phones)
        self._write("links", Link, ("candidate_id", "url", "canonical"), new_links)

    def add_skills(self) -> None:
        spellings = {s for row in self.rows for s in _said(row).get("skills", [])}
        skill_of, made_skills = skills_named(spellings)
        self.run.made["skills"] = [*self.run.made.get("skills", []), *made_skills]
        have = set(
            CandidateSkill.objects.filter(candidate__in=self.known).values_list(
                "candidate_id", "skill_id"
            )
        )
        made = []
        for row, person in self._people():
            for spelling in _said(row).get("skills", []):
                skill = skill_of.get(spelling)
                if skill is None or (person.pk, skill.pk) in have:
                    continue
                have.add((person.pk, skill.pk))
                made.append((row.pk, (person.pk, skill.pk, "stated", self.now)))
        names = ("candidate_id", "skill_id", "source", "noted_at")
        self._write("skills", CandidateSkill, names, made)

    def add_grounds(self) -> None:
        """A consent needs its day, its words and where it was given; all else stays unverified."""
        grants, told = set(), set()
        for person_id, purpose, kind, at in GroundEvent.objects.filter(
            candidate__in=self.known
        ).values_list("candidate_id", "purpose", "kind", "occurred_at"):
            told.add(person_id)
            if kind == GroundEvent.Kind.GRANTED:
                grants.add((person_id, purpose, at))
        made = []
        for row, person in self._people():
            consent = consent_of(_said(row), self.run)
            if consent is None:
                if person.pk not in told:
                    told.add(person.pk)
                    made.append((row.pk, self._unverified(person)))
                continue
            at, wording, evidence = consent
            for purpose in ("pool", "nurture"):
                if (person.pk, purpose, at) in grants:
                    continue
                grants.add((person.pk, purpose, at))
                told.add(person.pk)
                made.append((row.pk, self._granted(person, purpose, at, wording, evidence)))
        self._write("grounds", GroundEvent, _GROUND, made)

    def settle(self) -> None:
        """Say what became of each row, and write the timelines."""
        made = []
        data = {"import": str(self.run.public_id)}
        for row, person in self._people():
            did = self.did[row.pk]
            if did.get("created"):
                row.state = ImportRow.State.CREATED
                text = f"Imported from “{self.run.file_name}”, line {row.number}."
            elif any(key != "suppressed" for key in did):
                row.state = ImportRow.State.JOINED
                text = f"“{self.run.file_name}”, line {row.number}, added {_added(did)}."
            else:
                row.state = ImportRow.State.UNCHANGED
                continue
            kind, by = f"import.{row.state.value}", self.run.by.name
            made.append((row.pk, (person.pk, "record", kind, self.now, by, text, data)))
        self._write("activities", Activity, TIMELINE, made)
        for row in self.rows:
            row.did = self.did[row.pk]

    def _people(self) -> list[tuple[ImportRow, Candidate]]:
        return [(row, self.person_of[row.pk]) for row in self.rows if row.pk in self.person_of]

    def _joined(self) -> list[tuple[ImportRow, Candidate]]:
        return [(row, p) for row, p in self._people() if not self.did[row.pk].get("created")]

    def _write(
        self,
        key: str,
        model: type[models.Model],
        names: tuple[str, ...],
        made: list[tuple[int, tuple[Any, ...]]],
    ) -> None:
        """Insert what the rows made, and note the keys with the row each came from."""
        keys = copy_in(model, names, (values for _, values in made))
        for (row_id, _), pk in zip(made, keys, strict=True):
            self.did[row_id].setdefault(key, []).append(pk)

    def _unverified(self, person: Candidate) -> tuple[Any, ...]:
        file, by = self.run.file_name[:500], self.run.by.email
        kind, by_file = GroundEvent.Kind.IMPORTED_UNVERIFIED.value, _CHANNEL
        return (
            person.pk,
            "pool",
            kind,
            by_file,
            "",
            person.country,
            self.now,
            None,
            "",
            file,
            by,
            self.now,
        )

    def _granted(
        self, person: Candidate, purpose: str, at: datetime, wording: str, evidence: str
    ) -> tuple[Any, ...]:
        kind, basis = GroundEvent.Kind.GRANTED.value, Basis.CONSENT.value
        proof = f"{evidence} ({self.run.file_name})"[:500]
        until = at + CONSENT_LASTS
        where = person.country
        by = self.run.by.email
        return (
            person.pk,
            purpose,
            kind,
            _CHANNEL,
            basis,
            where,
            at,
            until,
            wording,
            proof,
            by,
            self.now,
        )


def consent_of(said: dict[str, Any], run: Import) -> tuple[datetime, str, str] | None:
    """Return when, in which words and where consent was given; None unless all three are known.

    A column that only says “yes” proves nothing (P-07).
    """
    wording = said.get("consent_wording") or run.consent_wording
    if not (said.get("consent_on") and wording and said.get("consent_source")):
        return None
    return instant(said["consent_on"]), wording, said["consent_source"]


def skills_named(spellings: set[str]) -> tuple[dict[str, Skill], list[int]]:
    """Return the skill of each spelling, and the ids of those that had to be made."""
    known = resolve(spellings)
    missing: dict[str, str] = {}
    for spelling in sorted(spellings - set(known)):
        if normal := normalise(spelling):
            missing.setdefault(normal, spelling)
    if not missing:
        return known, []
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
    return resolve(spellings), [skill.pk for name, skill in skills.items() if name not in before]


def _values(person: Candidate) -> tuple[Any, ...]:
    held = (getattr(person, name) for name in _CANDIDATE)
    return tuple(value.value if isinstance(value, Choices) else value for value in held)


def _said(row: ImportRow) -> dict[str, Any]:
    return row.cleaned or {}


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    facts = {field: said[field] for field in _FIELDS if field in said}
    if facts.get("remote_preference") is None:
        facts.pop("remote_preference", None)
    return facts


def _added(did: dict[str, Any]) -> str:
    words = {
        "filled": "facts", "emails": "addresses", "phones": "phone numbers", "links": "links",
        "skills": "skills", "grounds": "grounds",
    }  # fmt: skip
    return ", ".join(word for key, word in words.items() if key in did) or "an application"

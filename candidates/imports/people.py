"""Write a chunk of checked lines as people, set by set, in the caller's transaction.

Whom a line is about, `candidates.resolving` says, as for everybody who comes in. Joining fills what
is empty and adds what is new; it never changes what is there. Each line keeps what it did, so that
the import can be undone.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db import connection

from candidates.arrays import any_of, any_text_of
from candidates.duplicates.finding import SAME_LINE, suggest_named
from candidates.identity import canonical_email
from candidates.imports import details
from candidates.imports.bulk import copy_in, new_uuids, write_over
from candidates.imports.chunk import Chunk, Made
from candidates.imports.staging import Line, Person, State
from candidates.models import Activity, Candidate, Import, ImportRow
from candidates.resolving import Holders, holders_of

FACTS = (
    "call_name", "headline", "current_title", "current_employer", "city", "region", "country",
    "time_zone", "language", "seniority", "years", "remote_preference", "source",
    "salary_expectation", "salary_currency",
)  # fmt: skip
TIMELINE = ("candidate_id", "group", "kind", "at", "actor", "text", "data")
NOTHING = {fact: getattr(Candidate(), fact) for fact in FACTS}
_CANDIDATE = ("public_id", "name", "created_at", "last_contact_at", *FACTS)
_TWO_PEOPLE = (
    "The addresses on this line belong to two people we know. Take one of them out of the file."
)
_ARCHIVED = (
    "We may not use what we hold under an address on this line. Take the line out of the file, "
    "or ask a privacy officer."
)
_KNOWN_STATES = [State.CREATED, State.JOINED, State.UNCHANGED]


def fingerprint(said: dict[str, Any]) -> str:
    """Return what tells lines without an address apart: the same line again is the same person.

    With an address it is empty: the address tells who somebody is.
    """
    if said.get("emails"):
        return ""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def commit_chunk(
    run: Import, lines: list[Line], now: datetime, contacts: Mapping[int, datetime]
) -> None:
    """Write the people of these lines. Sets `state`, `person`, `did` and `errors` of each.

    lines: checked and not refused, in the order of the file. contacts: key of a line → when it says
    that a new person was last in touch. Does not save the lines.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A chunk of people must commit together with what the rows say of it.")
    chunk = Chunk(run, lines, now)
    _name_people(chunk, contacts)
    _fill_empty(chunk)
    details.add_addresses(chunk)
    details.add_phones_and_links(chunk)
    details.add_skills(chunk)
    details.add_grounds(chunk)
    _suggest(chunk)
    _settle(chunk)


def _name_people(chunk: Chunk, contacts: Mapping[int, datetime]) -> None:
    """Say whom each line is about: somebody we know, somebody of a line above, or a new person."""
    holders, by_line = _find_known(chunk)
    new: list[tuple[str, Person]] = []
    for line in chunk.lines:
        addresses = [canonical_email(address) for address in line.said["emails"]]
        exact = holders.whom(addresses)
        if exact.is_withheld:
            line.state, line.errors = State.REFUSED, [_ARCHIVED]
            continue
        if len(exact.people) > 1:
            line.state, line.errors = State.REFUSED, [_TWO_PEOPLE]
            chunk.named_together.append(exact.people)
            continue
        person = exact.person
        if person is None and not addresses:
            person = by_line.get(line.fingerprint)
        if person is None:
            person = Person(0, _facts(line.said), is_new=True)
            new.append((line.said["name"], person))
            line.did["created"] = True
        line.person = person
        holders.take(addresses, person)
        if not addresses:
            by_line[line.fingerprint] = person
        if person.is_new and (at := contacts.get(line.pk)):
            person.last_contact_at = max(at, person.last_contact_at or at)
    rows = (
        (public_id, name, chunk.now, person.last_contact_at, *(NOTHING | person.facts).values())
        for public_id, (name, person) in zip(new_uuids(len(new)), new, strict=True)
    )
    for (_, person), key in zip(new, copy_in(Candidate, _CANDIDATE, rows), strict=True):
        person.pk = key


def _find_known(chunk: Chunk) -> tuple[Holders[Person], dict[str, Person]]:
    """Return, locked, who is known by an address, and who by the same line imported before."""
    held = holders_of({canonical_email(a) for line in chunk.lines for a in line.said["emails"]})
    before = dict(
        ImportRow.objects.filter(
            fingerprint__in=any_text_of(
                line.fingerprint for line in chunk.lines if line.fingerprint
            ),
            state__in=_KNOWN_STATES,
            candidate__isnull=False,
        ).values_list("fingerprint", "candidate_id")
    )
    known = {
        one.pk: Person(
            one.pk,
            {fact: getattr(one, fact) for fact in FACTS},
            last_contact_at=one.last_contact_at,
            version=one.version,
        )
        for one in Candidate.objects.select_for_update(of=("self",))
        .live()
        .filter(pk__in=any_of({*held.values(), *before.values()}))
        .order_by("pk")
    }
    chunk.known, chunk.taken = list(known), set(held)
    return Holders(held, known), {line: known[pk] for line, pk in before.items() if pk in known}


def _fill_empty(chunk: Chunk) -> None:
    changed: dict[int, Person] = {}
    for line, person in chunk.people():
        if "created" in line.did:
            continue
        filled = {
            fact: value
            for fact, value in _facts(line.said).items()
            if person.facts.get(fact) in ("", None)
        }
        if "salary_currency" in filled and "salary_expectation" not in filled:
            del filled["salary_currency"]
        if filled:
            line.did["filled"] = filled
            person.facts |= filled
            person.version += 1
            changed[person.pk] = person
    write_over(
        Candidate,
        (*FACTS, "version"),
        [{"id": p.pk, "version": p.version} | NOTHING | p.facts for p in changed.values()],
    )


def _suggest(chunk: Chunk) -> None:
    """Ask colleagues about people whom one line takes for one; it joined to neither of them."""
    pairs = {
        (min(one.pk, other.pk), max(one.pk, other.pk))
        for people in chunk.named_together
        for one, other in combinations(people, 2)
    }
    suggest_named(pairs, SAME_LINE, chunk.now)


def _settle(chunk: Chunk) -> None:
    """Say what became of each line, and write the timelines."""
    made: Made = []
    file, by = chunk.run.file_name, chunk.run.by.name
    data = json.dumps({"import": str(chunk.run.public_id)})
    for line, person in chunk.people():
        if "created" in line.did:
            line.state = State.CREATED
            text = f"Imported from “{file}”, line {line.number}."
        elif any(key != "suppressed" for key in line.did):
            line.state = State.JOINED
            text = f"“{file}”, line {line.number}, added {_added(line.did)}."
        else:
            line.state = State.UNCHANGED
            continue
        kind = f"import.{line.state}"
        made.append((line, (person.pk, "record", kind, chunk.now, by, text, data)))
    chunk.write("activities", Activity, TIMELINE, made)


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    return {fact: said[fact] for fact in FACTS if fact in said}


def _added(did: dict[str, Any]) -> str:
    words = {
        "filled": "facts", "emails": "addresses", "phones": "phone numbers", "links": "links",
        "skills": "skills", "grounds": "grounds",
    }  # fmt: skip
    return ", ".join(word for key, word in words.items() if key in did) or "an application"

"""Who is this? The one door for everybody who comes in: by form, by file, by applying, by an API.

An exact canonical address joins: it is that person. Everything less only suggests, with reasons,
and a colleague decides. Nothing here writes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection

from candidates.duplicates import blocking
from candidates.duplicates.reasons import Reason, reason
from candidates.duplicates.weighing import Facts, Rarity, weigh
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.models import Candidate, EmailAddress, Link, Phone
from candidates.models.people import CandidateQuerySet

SHOWN: Final = 5  # likely people; the rest is less likely than these
COUNTED: Final = 1000  # people with one word in their name; more make no difference


@dataclass(frozen=True)
class Said:
    """What somebody who comes in said about themselves, as it was typed."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    employer: str = ""
    title: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True)
class Likely:
    """Somebody we know who may be the one, and why."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    is_sure: bool


@dataclass(frozen=True)
class Resolution:
    """The answer. `people` who have one of the addresses: none, one, or two that must be merged
    first. `likely`: who else it may be, the likeliest first."""

    people: tuple[Candidate, ...] = ()
    likely: tuple[Likely, ...] = ()

    @property
    def person(self) -> Candidate | None:
        """The one whom we know by an exact address."""
        return self.people[0] if len(self.people) == 1 else None


def holders_of(addresses: Collection[str]) -> dict[str, int]:
    """Return who has which canonical address, in one question for any number of them.

    The home of the exact join: forms ask for one, imports for a thousand.
    """
    held = EmailAddress.objects.filter(canonical__in=addresses, released_at=None)
    return dict(held.values_list("canonical", "candidate_id"))


def resolve_candidate(said: Said, among: CandidateQuerySet) -> Resolution:
    """Find out who somebody is. among: the people that the asker may see.

    Nobody else is revealed: that an address belongs to somebody else is said by the action that
    would attach it, and by the unique index below that.
    """
    exact = set(holders_of([canonical_email(address) for address in said.emails]).values())
    if people := tuple(among.filter(pk__in=exact).order_by("pk")):
        return Resolution(people=people)
    return Resolution(likely=tuple(_likely(said, among)))


def _likely(said: Said, among: CandidateQuerySet) -> Iterable[Likely]:
    asked = _facts_of(said)
    known = among.filter(pk__in=_neighbours(said, asked)).in_bulk()
    facts = blocking.facts_of(known)
    rarity = _rarity_of(asked)
    weighed = sorted(
        ((weigh(asked, facts[pk], rarity), pk) for pk in facts),
        key=lambda pair: (-pair[0].bits, pair[1]),
    )
    for verdict, pk in weighed[:SHOWN]:
        if verdict.is_possible:
            reasons = tuple(reason(code) for code in verdict.reasons)
            yield Likely(known[pk], reasons, verdict.is_sure)


def _neighbours(said: Said, asked: Facts) -> set[int]:
    """Return who shares a number, a page, a mailbox, or nearly the name: looks into indexes."""
    phones = {canonical_phone(number, said.country) for number in said.phones}
    links = {canonical_link(url) for url in said.links}
    found = set(Phone.objects.filter(canonical__in=phones).values_list("candidate", flat=True))
    found |= set(Link.objects.filter(canonical__in=links).values_list("candidate", flat=True))
    mailboxes = EmailAddress.objects.filter(broad__in=asked.emails, released_at=None)
    found |= set(mailboxes.values_list("candidate", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT candidates_similar_names(%s)", [said.name[:100]])
        found |= {pk for (pk,) in cursor.fetchall()}
    return found


def _facts_of(said: Said) -> Facts:
    """Fold what was said as the database folds what it holds."""
    emails = [canonical_email(address) for address in said.emails]
    phones = [canonical_phone(number, said.country) for number in said.phones]
    row = blocking.folded(said.name, emails, phones, said.employer, said.title, said.city)
    words, mailboxes, names, numbers, employer, title, city = row
    return Facts(
        words=words,
        emails=mailboxes,
        locals=names,
        phones=numbers,
        links=frozenset(map(canonical_link, said.links)),
        employer=employer,
        title=title,
        city=city,
        country=said.country,
    )


def _rarity_of(asked: Facts) -> Rarity:
    """Count who shares the words of a name; of places and employers take what is usual."""
    words = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class"
            " WHERE oid = 'candidates_searchtext'::regclass"
        )
        ((people,),) = cursor.fetchall()
        for word in asked.words:
            cursor.execute(
                "SELECT count(*) FROM (SELECT 1 FROM candidates_searchtext"
                " WHERE short @@ to_tsquery('simple', %s) LIMIT %s) found",
                [f"{word}:A", COUNTED],
            )
            ((words[word],),) = cursor.fetchall()
    return Rarity(
        people=people,
        words=words,
        employers={asked.employer: people // 500},
        cities={asked.city: people // 50},
    )

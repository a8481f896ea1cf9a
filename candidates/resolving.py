"""Who is this? The one door for everybody who comes in: by form, by file, by applying, by an API.

An exact canonical address joins: it is that person. Everything less only suggests, with reasons,
and a colleague decides. Nothing here writes.

`Holders` is the home of the exact join. A form asks it about one, a file about thousands at a time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db import connection

from candidates.arrays import any_text_of
from candidates.duplicates import blocking
from candidates.duplicates.reasons import Reason, reason
from candidates.duplicates.weighing import Facts, Rarity, weigh
from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.models import Candidate, EmailAddress, Link, Phone
from candidates.models.people import CandidateQuerySet

SHOWN: Final = 5  # likely people; the rest is less likely than these
COUNTED: Final = 1000  # people with one word in their name; more make no difference
P = TypeVar("P")


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
class Exact(Generic[P]):
    """Who has one of some addresses: nobody, one, or several who must be merged first.

    is_withheld: one of the addresses belongs to somebody whom the asker may not see or use. That is
    all that is said of them, and it joins to nobody.
    """

    people: tuple[P, ...] = ()
    is_withheld: bool = False

    @property
    def person(self) -> P | None:
        """The one who is meant, if that is beyond doubt."""
        return self.people[0] if len(self.people) == 1 and not self.is_withheld else None


@dataclass(frozen=True)
class Resolution(Exact[Candidate]):
    """The answer. `likely`: who else it may be, the likeliest first, where no address is known."""

    likely: tuple[Likely, ...] = ()


class Holders(Generic[P]):
    """Who has which canonical address, and so whom an address means.

    held: canonical address → key of who has it. among: key → those whom the asker may see.
    """

    def __init__(self, held: Mapping[str, int], among: Mapping[int, P]) -> None:
        self._by_address = {to: among[pk] for to, pk in held.items() if pk in among}
        self._withheld = held.keys() - self._by_address.keys()

    def whom(self, addresses: Iterable[str]) -> Exact[P]:
        """Say whom these canonical addresses mean: each once, in the order of the addresses."""
        found: list[P] = []
        is_withheld = False
        for address in addresses:
            is_withheld = is_withheld or address in self._withheld
            person = self._by_address.get(address)
            if person is not None and not any(person is other for other in found):
                found.append(person)
        return Exact(tuple(found), is_withheld)

    def take(self, addresses: Iterable[str], person: P) -> None:
        """Let who comes next with one of these addresses be this person."""
        self._by_address |= dict.fromkeys(addresses, person)


def holders_of(addresses: Collection[str]) -> dict[str, int]:
    """Return who has which canonical address, in one question for any number of them."""
    held = EmailAddress.objects.filter(canonical__in=any_text_of(addresses), released_at=None)
    return dict(held.order_by().values_list("canonical", "candidate_id"))


def resolve_candidate(said: Said, among: CandidateQuerySet, *, suggest: bool = True) -> Resolution:
    """Find out who somebody is. among: the people that the asker may see.

    Nobody else is revealed: that an address belongs to somebody else is said by the action that
    would attach it, and by the unique index below that. suggest: also name the likely; where no
    colleague is there to choose, that is left to the search for duplicates.
    """
    return resolve_many([said], among, suggest=suggest)[0]


def resolve_many(
    said: Sequence[Said], among: CandidateQuerySet, *, suggest: bool = True
) -> list[Resolution]:
    """Find out who each of many is, as `resolve_candidate` does, in the order they are given.

    The exact join takes two questions for all of them together. Whoever has no known address is
    compared with their neighbours, which takes some questions each: a file leaves that to the
    search for duplicates that follows it.
    """
    addresses = [[canonical_email(address) for address in one.emails] for one in said]
    held = holders_of({address for some in addresses for address in some})
    holders = Holders(held, among.filter(pk__in=set(held.values())).in_bulk())
    found = []
    for one, some in zip(said, addresses, strict=True):
        exact = holders.whom(some)
        people = tuple(sorted(exact.people, key=lambda person: person.pk))
        likely = tuple(_likely(one, among)) if suggest and not people else ()
        found.append(Resolution(people, exact.is_withheld, likely))
    return found


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

"""What a list of people can be narrowed by: declared once, here and by the floors above.

There is none on age, gender, nationality or school years, and a test says so: what must not decide
must not be one click away either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Expression, Q

from accounts.models import User
from accounts.permissions import Permission, may

Chosen = Mapping[str, str]  # the values in use, with their words
Params = Mapping[str, str]  # what else stands in the address and a facet may need
MANY: Final = 12


@dataclass(frozen=True)
class Facet:
    """One way to narrow the list. Its values stand in the address under `code`.

    known: value → words, for those of the values that mean something to this user.
    asked: the condition for people who have one of these values (or, with `needs_all`, all).

    How it is counted, in SQL over the candidate `c`:
    column: what a person has: one value, or an array where `is_array`.
    rows: in place of `column`, a query of `value`, a row for each that a person of `{hits}` has.
    joins: what `column` needs besides `c`.
    naming: a join over `counted`, the value and its words, where the column holds a number.
    options: all values with their words, where they are few and have an order of their own.

    on_rows: the value of a person as an expression, if each row of the list is to say it; it comes
    with the query of the rows. looks: of a value its words, tone and icon there.
    """

    code: str
    label: str
    asked: Callable[[Chosen, Params], Q]
    known: Callable[[list[str], User], dict[str, str]]
    column: str = ""
    is_array: bool = False
    rows: str = ""
    joins: str = ""
    naming: tuple[str, str, str] | None = None
    options: tuple[tuple[str, str], ...] = ()
    needs_all: bool = False
    permission: Permission = Permission.VIEW_PEOPLE
    most: int = MANY
    help: str = ""
    on_rows: Callable[[], Expression] | None = None
    looks: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)

    def is_for(self, user: User) -> bool:
        return may(user, self.permission)


_facets: dict[str, Facet] = {}
_places: dict[str, float] = {}


def register(*facets: Facet, at: float = 100) -> None:
    """Declare facets. at: their place on the page, lower ones first."""
    for facet in facets:
        _facets[facet.code] = facet
        _places.setdefault(facet.code, at)


def all_facets() -> list[Facet]:
    """Return every facet in the order of the page."""
    return sorted(_facets.values(), key=lambda facet: (_places[facet.code], facet.code))


def facets_of(user: User) -> list[Facet]:
    return [facet for facet in all_facets() if facet.is_for(user)]


def fixed(options: tuple[tuple[str, str], ...]) -> Callable[[list[str], User], dict[str, str]]:
    """Return a `known` for a facet with options."""

    def known(values: list[str], _: User) -> dict[str, str]:
        words = dict(options)
        return {value: words[value] for value in values if value in words}

    return known

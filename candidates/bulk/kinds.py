from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from accounts.models import User
from accounts.permissions import may
from candidates import work
from candidates.models.people import CandidateQuerySet
from candidates.work import PeopleKind


@dataclass(frozen=True)
class Effect:
    """What would become of so many of the people. text: goes on from the number."""

    count: int
    text: str
    is_change: bool = False


class BulkForm(forms.Form):
    """What to do, for kinds that need to be told. Offers only what this colleague may choose."""

    def __init__(self, *args: Any, people: CandidateQuerySet, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.by = people, by


class BulkKind(PeopleKind):
    """One thing to do to many people, as a colleague chooses it."""

    label: ClassVar[str]
    icon: ClassVar[str]
    explains: ClassVar[str]
    warns: ClassVar[str] = ""  # what to know before, in a sentence: that it cannot be undone, say
    asks_password: ClassVar[bool] = False
    form_class: ClassVar[type[BulkForm]] = BulkForm

    @abstractmethod
    def title(self, cleaned: dict[str, Any], total: int) -> str:
        """Return what it does in a few words, without any person's name."""

    @abstractmethod
    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        """Count what would become of these people, who are all visible to `by`. Changes nothing."""

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        """Return what the work must know, as JSON. Runs in the transaction that starts it.

        Raises ValidationError: it may not be started; the sentence says why.
        """
        return {}


_kinds: dict[str, BulkKind] = {}


def register(kinds: Iterable[BulkKind]) -> None:
    """Offer kinds, in this order after those that are offered already."""
    for kind in kinds:
        _kinds[kind.key] = kind
        work.register(kind)


def kinds_for(user: User) -> list[BulkKind]:
    """Return what this colleague may do to many people at once."""
    return [kind for kind in _kinds.values() if may(user, kind.permission)]


def kind_called(key: str, user: User) -> BulkKind | None:
    """Return a kind by its key, if there is one and this colleague may do it."""
    kind = _kinds.get(key)
    return kind if kind and may(user, kind.permission) else None


def persons(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"

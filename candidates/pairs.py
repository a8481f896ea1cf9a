"""Two records beside each other, field by field, for whoever decides if they are one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.actions.merging import CHOICES, PRIMARY_EMAIL
from candidates.actions.people import label_of
from candidates.contact import ContactState, contact_state
from candidates.duplicates.reasons import Reason, reason
from candidates.models import Candidate, DuplicateSuggestion, Merge
from candidates.places import language_name

PAGE: Final = 30
_LABELS: Final = {
    "place": "Place",
    "owner": "Looked after by",
    PRIMARY_EMAIL: "Address we write to",
}
_SAME, _DIFFERS = "Same", "Differs"


@dataclass(frozen=True)
class Side:
    """One record of a pair, with what a decision needs."""

    candidate: Candidate
    contact: ContactState
    emails: list[str]
    phones: list[str]
    links: list[str]
    skills: list[str]
    counts: str  # such as “2 applications · 14 lines in the timeline”
    weight: tuple[int, int, int]  # whose page stays by default: the larger


@dataclass(frozen=True)
class Row:
    """One field of both. `differs`: in words; `can_choose`: two values, of which one is kept."""

    key: str
    label: str
    one: str
    other: str

    @property
    def differs(self) -> str:
        if self.one == self.other:
            return _SAME
        if not self.one or not self.other:
            return "Only in one"
        return _DIFFERS

    @property
    def can_choose(self) -> bool:
        return self.differs == _DIFFERS


@dataclass(frozen=True)
class ListRow:
    """What both have several of. Everything is kept, so there is nothing to choose."""

    label: str
    one: list[tuple[str, bool]]  # text, and whether the other record has it, too
    other: list[tuple[str, bool]]


def reasons_of(suggestion: DuplicateSuggestion) -> list[Reason]:
    return [reason(code) for code in suggestion.reasons]


def sides_of(one: Candidate, other: Candidate) -> tuple[Side, Side]:
    """Read both records."""
    people = (
        Candidate.objects.filter(pk__in=[one.pk, other.pk])
        .select_related("owner")
        .prefetch_related("emails", "phones", "links", "skills__skill")
        .annotate(lines=Count("activities"))
    )
    found = {person.pk: _side(person) for person in people}
    return found[one.pk], found[other.pk]


def _side(person: Any) -> Side:
    applications = person.applications.count()
    parts = [
        f"{applications} application{'' if applications == 1 else 's'}",
        f"{person.lines} line{'' if person.lines == 1 else 's'} in the timeline",
        f"here since {person.created_at:%-d %B %Y}",
    ]
    return Side(
        candidate=person,
        contact=contact_state(person),
        emails=[email.address for email in person.emails.all()],
        phones=[phone.number for phone in person.phones.all()],
        links=[link.url for link in person.links.all()],
        skills=sorted(str(skill.skill) for skill in person.skills.all()),
        counts=" · ".join(parts),
        weight=(applications, person.lines, -person.pk),
    )


def rows_of(one: Side, other: Side, viewer: User) -> list[Row]:
    """Return the fields of which one value is kept, both empty ones left out."""
    rows = []
    for key in (*CHOICES, PRIMARY_EMAIL):
        if key == "salary_expectation" and not may(viewer, Permission.VIEW_PAY):
            continue
        mine, theirs = _shown(one, key), _shown(other, key)
        if mine or theirs:
            label = _LABELS.get(key) or label_of(key).capitalize()
            rows.append(Row(key, label, mine, theirs))
    return rows


def lists_of(one: Side, other: Side) -> list[ListRow]:
    """Return what is kept of both."""
    found = []
    for label, name in (
        ("Email addresses", "emails"),
        ("Phone numbers", "phones"),
        ("Links", "links"),
        ("Skills", "skills"),
    ):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine or theirs:
            found.append(ListRow(label, _marked(mine, theirs), _marked(theirs, mine)))
    return found


def _marked(mine: Iterable[str], theirs: Iterable[str]) -> list[tuple[str, bool]]:
    known = {text.casefold() for text in theirs}
    return [(text, text.casefold() in known) for text in mine]


def _shown(side: Side, key: str) -> str:
    person = side.candidate
    if key == "place":
        return person.place
    if key == "salary_expectation":
        return person.salary_text if person.salary_expectation else ""
    if key == "language":
        return language_name(person.language) if person.language else ""
    if key == PRIMARY_EMAIL:
        primary = [email.address for email in person.emails.all() if email.is_primary]
        return primary[0] if primary else ""
    if key in {"seniority", "remote_preference"}:
        return str(getattr(person, f"get_{key}_display")() or "")
    value = getattr(person, key)
    return "" if value is None else str(value)


def pairs_of(
    candidate: Candidate, viewer: User
) -> list[tuple[DuplicateSuggestion, Candidate, list[Reason]]]:
    """Return the open pairs of one person, with the other of each."""
    mine = Q(one=candidate) | Q(other=candidate)
    found = DuplicateSuggestion.objects.visible_to(viewer).open().filter(mine)
    return [
        (pair, pair.other if pair.one_id == candidate.pk else pair.one, reasons_of(pair))
        for pair in found.by_strength().select_related("one", "other")[:PAGE]
    ]


def surely_twice(candidate: Candidate) -> str:
    """Say why job emails wait, if the person is surely here twice: for the box on their page."""
    mine = Q(one=candidate) | Q(other=candidate)
    pair = (
        DuplicateSuggestion.objects.open()
        .filter(mine, is_sure=True)
        .select_related("one", "other")
        .by_strength()
        .first()
    )
    if pair is None:
        return ""
    other = pair.other if pair.one_id == candidate.pk else pair.one
    return f"They are surely here twice, also as {other.name}. Settle that first."


def just_merged(candidate: Candidate, named: str) -> Merge | None:
    """Return the merge that the address of a page names, as long as it can be undone."""
    form = NamedForm({"merged": named})
    if not named or not form.is_valid():
        return None
    merges = Merge.objects.undoable(timezone.now()).filter(survivor=candidate)
    return merges.filter(public_id=form.cleaned_data["merged"]).first()


class NamedForm(forms.Form):
    merged = forms.UUIDField()


def page_of_queue(
    suggestions: Any, after: DuplicateSuggestion | None
) -> tuple[list[DuplicateSuggestion], bool]:
    """Return the next pairs, the surest first, and whether there are more."""
    found = suggestions.by_strength().select_related("one", "other", "settled_by")
    if after is not None:
        found = found.filter(bits__lte=after.bits).exclude(bits=after.bits, pk__gte=after.pk)
    page = list(found[: PAGE + 1])
    return page[:PAGE], len(page) > PAGE

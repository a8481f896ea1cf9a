"""What we tell people whom we found ourselves: that we keep them, why, and from where (P-05).

GDPR Art. 14 wants it at the first contact, or within a month. So a letter of its own can be sent,
and the first job email to somebody who never applied carries the same words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext

from accounts import languages
from accounts.models import Organisation
from applications import letter_wording
from applications.models import Application, Letter
from candidates import clocks
from candidates.models import Basis, Candidate, GroundEvent

VERSION = "told-1"


def untold_among(people: Iterable[int]) -> set[int]:
    """Return those who never applied, never agreed to anything, and were not told. One query."""
    events = GroundEvent.objects.filter(candidate=OuterRef("pk"))
    told = events.filter(kind=GroundEvent.Kind.NOTICE_GIVEN)
    found = Candidate.objects.filter(
        ~Exists(told),
        ~Exists(events.filter(basis=Basis.CONSENT)),
        ~Exists(Application.objects.filter(candidate=OuterRef("pk"))),
        pk__in=list(people),
    )
    return set(found.values_list("pk", flat=True))


def last_days(people: Iterable[int], at: datetime) -> dict[int, date | None]:
    """Return until when each of these people is kept as things stand. Two queries, or none."""
    wanted = list(people)
    if not wanted:
        return {}
    found = clocks.clocks(Candidate.objects.filter(pk__in=wanted), at)
    return {clock.candidate_id: clock.ends for clock in found}


@dataclass(frozen=True)
class Told:
    """What one person is told, and in which language."""

    subject: str
    words: str
    language: str


def letter(candidate: Candidate, organisation: Organisation, told: Told) -> tuple[str, str]:
    """Return subject and text of the letter that only tells. It offers no job."""
    with languages.speaking(told.language):
        hello = gettext("Hello {name},").format(name=candidate.call_name or candidate.name)
        nothing = gettext(
            "You need to do nothing. If you do not want us to keep your details, reply to this"
            " email and say so."
        )
    return told.subject, f"{hello}\n\n{told.words}\n\n{nothing}\n\n{organisation.name}\n"


class Notices:
    """The notices for people whom nobody has told yet. A handful of queries however many, or one.

    people: id to the person.
    """

    def __init__(self, people: dict[int, Candidate], organisation: Organisation) -> None:
        self._people, self._organisation = people, organisation
        self._untold = untold_among(people) if people else set()
        self._until = last_days(self._untold, timezone.now())
        self._wording = letter_wording.Wording(Letter.Kind.NOTICE) if self._untold else None

    def __contains__(self, candidate_id: int) -> bool:
        """Whether somebody is still to be told."""
        return candidate_id in self._untold

    def of(self, candidate_id: int, language: str = "") -> Told | None:
        """Return the notice for somebody, or None: they know. language: else theirs."""
        if candidate_id not in self._untold or self._wording is None:
            return None
        person = self._people[candidate_id]
        language = language or self._wording.language_of(person)
        values = letter_wording.notice_values(
            house=self._organisation,
            source=person.source,
            until=self._until.get(candidate_id),
            language=language,
        )
        return Told(*letter_wording.notice(self._wording, language, values), language)

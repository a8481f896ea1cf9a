"""What somebody sent to apply, beside what we hold of them: where the two differ."""

from dataclasses import dataclass

from applications.models import Application, Arrival
from candidates.identity import canonical_link, canonical_phone, tidy_name
from candidates.models import Candidate


@dataclass(frozen=True)
class Difference:
    """A fact that they typed and that is not on the person's page. Nothing was changed by it."""

    sentence: str
    typed: str


def of_application(application: Application) -> list[tuple[Arrival, list[Difference]]]:
    """Return what was sent, the newest first, each with its differences as of now.

    Once a colleague takes a fact over, or takes it off, the answer follows.
    """
    rows = list(application.arrivals.select_related("document").prefetch_related("answers"))
    if not rows:
        return []
    candidate = application.candidate
    phones = set(candidate.phones.values_list("canonical", flat=True))
    links = set(candidate.links.values_list("canonical", flat=True))
    return [(row, _differences(row, candidate, phones, links)) for row in rows]


def _differences(
    row: Arrival, candidate: Candidate, phones: set[str], links: set[str]
) -> list[Difference]:
    found = []
    if tidy_name(row.name).casefold() != candidate.name.casefold():
        found.append(Difference("They gave another name than we hold:", row.name))
    if row.phone and canonical_phone(row.phone, candidate.country) not in phones:
        found.append(Difference("They gave a phone number that we do not hold:", row.phone))
    if row.link and canonical_link(row.link) not in links:
        found.append(Difference("They gave a link that we do not hold:", row.link))
    return found

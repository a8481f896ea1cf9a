"""Reading the restricted archive: whom a privacy officer finds there, a page at a time."""

import uuid
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet
from candidates.search import Search

PAGE = 50


@dataclass(frozen=True)
class ArchivePage:
    people: list[Candidate]
    older: uuid.UUID | None  # the one to continue after


def page_of(
    user: User, *, query: str = "", reason: str = "", after: uuid.UUID | None = None
) -> ArchivePage:
    """Return one page, the last to come in first. One query; one more with
    `after`, two more with a query."""
    found = everybody = Candidate.objects.restricted_to(user)
    if query:
        found = Search(query, user).exactly(found)
    if reason:
        found = found.filter(archive_reason=reason)
    last = everybody.filter(public_id=after).first() if after else None
    if last is not None:
        earlier = Q(archived_at=last.archived_at, pk__lt=last.pk)
        found = found.filter(Q(archived_at__lt=last.archived_at) | earlier)
    rows = list(_ordered(found)[: PAGE + 1])
    page = rows[:PAGE]
    return ArchivePage(page, page[-1].public_id if len(rows) > PAGE else None)


def _ordered(people: CandidateQuerySet) -> CandidateQuerySet:
    return people.order_by("-archived_at", "-pk")

"""Asking for a copy of one person's data."""

from django.db import transaction

from accounts.models import User
from candidates.access_work import CopyOfData
from candidates.actions import work
from candidates.models import Candidate, Work


@transaction.atomic
def make_copy(candidate: Candidate, *, by: User) -> Work:
    """Have the copy made. The work names nobody; whom it is about stands in its one row."""
    people = Candidate.objects.kept().filter(pk=candidate.pk)
    draft = work.freeze(people, by=by)
    return work.start(
        draft, kind=CopyOfData.key, title="A copy of one person's data", by=by, values={}
    )

"""Writing and reading a candidate's timeline."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from candidates.models import Activity, Candidate


def remember(
    candidate: Candidate,
    kind: str,
    text: str,
    *,
    by: User | str,
    group: str = Activity.Group.RECORD,
    at: datetime | None = None,
    **data: Any,
) -> Activity:
    """Write one line of the timeline inside the caller's transaction.

    text: a whole sentence that the candidate may read one day. data: ids and small facts.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A timeline entry must commit together with what it describes.")
    return Activity.objects.create(
        candidate=candidate,
        group=group,
        kind=kind,
        at=at or timezone.now(),
        actor=by.name if isinstance(by, User) else by,
        text=text,
        data=data,
    )

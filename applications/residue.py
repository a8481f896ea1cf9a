"""What stays of the applications and promises of somebody who is erased: counts, no person."""

import math
from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from applications.measures import (
    after_interview,
    closure,
    decision_told,
    feedback,
    first_answer,
    receipt,
)
from applications.models import (
    Application,
    ErasedApplication,
    ErasedPromise,
    Interview,
    Outcome,
    Promise,
    Reschedule,
)
from applications.models.erased import BUCKETS, HOURS, MINUTES, SourceGroup

# A word of the source, in lower case, and the group it means. The first that is found counts.
_GROUPS = {
    "database": SourceGroup.OWN_DATABASE,
    "own site": SourceGroup.OWN_SITE,
    "career": SourceGroup.OWN_SITE,
    "website": SourceGroup.OWN_SITE,
    "linkedin": SourceGroup.NETWORK,
    "xing": SourceGroup.NETWORK,
    "refer": SourceGroup.REFERRAL,
    "board": SourceGroup.JOB_BOARD,
    "indeed": SourceGroup.JOB_BOARD,
    "event": SourceGroup.EVENT,
    "fair": SourceGroup.EVENT,
    "agency": SourceGroup.AGENCY,
}


def group_of(source: str) -> SourceGroup:
    """Return the group of a source: what is typed freely may name somebody."""
    text = source.casefold()
    return next((group for word, group in _GROUPS.items() if word in text), SourceGroup.OTHER)


def bucket_of(days: float) -> int:
    return next(end for end in BUCKETS if days <= end)


def keep_applications(people: list[int], at: datetime, *, but_open_stay: bool = False) -> int:
    """Write what stays of the applications of these people. An open one counts as withdrawn.

    but_open_stay: those that are not decided yet are still there, and count as they are.
    """
    theirs = Application.objects.filter(candidate__in=people)
    if but_open_stay:
        theirs = theirs.exclude(closed_at=None)
    interviews = _interviews_of(people)
    kept = [_residue(application, at, interviews[application.pk]) for application in theirs]
    ErasedApplication.objects.bulk_create(kept)
    return len(kept)


def keep_promises(people: list[int]) -> int:
    """Write what stays of the promises to these people. One that ran counts as released."""
    running = {Promise.State.OPEN, Promise.State.DUE}
    kept = [
        ErasedPromise(
            made_month=_month(promise.made_at),
            due_month=_month(promise.due_at) if promise.due_at else None,
            state=Promise.State.RELEASED if promise.state in running else promise.state,
        )
        for promise in Promise.objects.filter(candidate__in=people)
    ]
    ErasedPromise.objects.bulk_create(kept)
    return len(kept)


def _interviews_of(people: list[int]) -> dict[int, Counter[str]]:
    """Count, for each application, what was held, how long it took, and who moved it (M-22)."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    held = Interview.objects.filter(application__candidate__in=people).took_place(timezone.now())
    for application, minutes in held.values_list("application", "minutes"):
        counted[application] += Counter(interviews_held=1, interview_minutes=minutes)
    moved = Reschedule.objects.filter(interview__application__candidate__in=people).values_list(
        "interview__application", "side"
    )
    for application, side in moved:
        counted[application][f"rescheduled_by_{side}"] += 1
    return counted


def _measured(application: int) -> dict[str, Any]:
    """Return what the measures say of an application; nothing if they do not count it.

    One at a time: the views then read by the indexes, not every letter there is.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, [application])
        found = cursor.fetchone()
    if found is None:
        return {}
    answered, worked, told, interviewed, after, left, decision, minutes, asked, sent = found
    return {
        "answered_within": _bucket(answered),
        "worked_hours": _span(worked, HOURS),
        "told_within": _bucket(told),
        "interviewed_month": _month(interviewed) if interviewed else None,
        "told_after_interview": _bucket(after) if interviewed else None,
        "left_after_interview": _span(left, BUCKETS),
        "decision_hours": _span(decision, HOURS),
        "receipt_minutes": _span(minutes, MINUTES),
        "feedback_asked": asked,
        "feedback_sent": sent,
        "is_measured": True,
    }


_MEASURED = f"""
SELECT f.value, f.worked, c.value, i.interviewed_at, i.value, i.left_after, d.value, r.value,
       b.is_asked, b.is_sent
  FROM {first_answer.VIEW} f
  JOIN {closure.VIEW} c ON c.application_id = f.application_id
  LEFT JOIN {after_interview.VIEW} i ON i.application_id = f.application_id
  LEFT JOIN {decision_told.VIEW} d ON d.application_id = f.application_id
  LEFT JOIN {receipt.VIEW} r ON r.application_id = f.application_id
  LEFT JOIN {feedback.VIEW} b ON b.application_id = f.application_id
 WHERE f.application_id = %s
"""  # noqa: S608  # names of our own views


def _residue(application: Application, at: datetime, interviews: Counter[str]) -> ErasedApplication:
    closed_at = application.closed_at or at
    applied = application.applied_at
    return ErasedApplication(
        job_id=application.job_id,
        applied_month=_month(applied),
        closed_month=_month(closed_at),
        furthest=application.furthest,
        outcome=application.outcome or Outcome.WITHDRAWN,
        rejection_reason=application.rejection_reason,
        source_group=group_of(application.source),
        closed_within=bucket_of(max(0, (closed_at - applied).days)),
        **_measured(application.pk),
        **interviews,
    )


def _bucket(days: float) -> int | None:
    """Return the bucket of a time that a measure gives: one without end has none."""
    return None if math.isinf(days) else bucket_of(days)


def _span(time: float | None, ends: tuple[int, ...]) -> int | None:
    """Return the end of the span that a time is in; the last where it has no end. None: no time."""
    return None if time is None else next(end for end in ends if time <= end or end == ends[-1])


def _month(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)

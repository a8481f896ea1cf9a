"""What stays of the applications and promises of somebody who is erased: counts, no person."""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.db.models import Min, Q
from django.utils import timezone

from applications.models import (
    Application,
    ErasedApplication,
    ErasedPromise,
    Interview,
    Outcome,
    Promise,
    Reschedule,
)
from applications.models.erased import BUCKETS, SourceGroup

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


def bucket_of(days: int) -> int:
    return next(end for end in BUCKETS if days <= end)


def keep_applications(people: list[int], at: datetime, *, but_open_stay: bool = False) -> int:
    """Write what stays of the applications of these people. An open one counts as withdrawn.

    but_open_stay: those that are not decided yet are still there, and count as they are.
    """
    theirs = Application.objects.filter(candidate__in=people)
    if but_open_stay:
        theirs = theirs.exclude(closed_at=None)
    applications = theirs.annotate(
        first_letter=Min("letters__sent_at"),
        first_step=Min("stage_changes__at", filter=Q(stage_changes__from_stage__isnull=False)),
    )
    interviews = _interviews_of(people)
    kept = [_residue(application, at, interviews[application.pk]) for application in applications]
    ErasedApplication.objects.bulk_create(kept)
    return len(kept)


def keep_promises(people: list[int]) -> int:
    """Write what stays of the promises to these people. One that ran counts as released."""
    running = {Promise.State.OPEN, Promise.State.DUE}
    kept = [
        ErasedPromise(
            made_month=_month(promise.made_at),
            state=Promise.State.RELEASED if promise.state in running else promise.state,
        )
        for promise in Promise.objects.filter(candidate__in=people)
    ]
    ErasedPromise.objects.bulk_create(kept)
    return len(kept)


def _interviews_of(people: list[int]) -> dict[int, Counter[str]]:
    """Count, for each application, what was held, how long it took, and who moved it (M-22)."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    held = Interview.objects.filter(
        application__candidate__in=people, state=Interview.State.HELD
    ).values_list("application", "minutes")
    for application, minutes in held:
        counted[application] += Counter(interviews_held=1, interview_minutes=minutes)
    moved = Reschedule.objects.filter(interview__application__candidate__in=people).values_list(
        "interview__application", "side"
    )
    for application, side in moved:
        counted[application][f"rescheduled_by_{side}"] += 1
    return counted


def _residue(application: Application, at: datetime, interviews: Counter[str]) -> ErasedApplication:
    closed_at = application.closed_at or at
    answers = [
        moment
        for moment in (
            application.first_letter,  # type: ignore[attr-defined]  # annotated
            application.first_step,  # type: ignore[attr-defined]  # annotated
            application.closed_at,
        )
        if moment
    ]
    applied = application.applied_at
    return ErasedApplication(
        job_id=application.job_id,
        applied_month=_month(applied),
        closed_month=_month(closed_at),
        furthest=application.furthest,
        outcome=application.outcome or Outcome.WITHDRAWN,
        rejection_reason=application.rejection_reason,
        source_group=group_of(application.source),
        answered_within=bucket_of(max(0, (min(answers) - applied).days)) if answers else None,
        closed_within=bucket_of(max(0, (closed_at - applied).days)),
        **interviews,
    )


def _month(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)

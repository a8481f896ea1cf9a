"""One person applied twice for the same job, as two records that are now made one."""

from collections import defaultdict
from datetime import datetime

from accounts import audit
from applications.actions.letters import cancel_waiting
from applications.models import Application, Interview, Letter, Outcome
from candidates import timeline
from candidates.models import Activity, Candidate

ACTOR = "merge"


def close_duplicates(survivor: Candidate, merged: Candidate, at: datetime) -> int:
    """Close one of two open applications for the same job, in the transaction of a merge.

    The further one stays open; of two at the same stage, the earlier. It keeps the earlier of both
    hear-by dates: the person was told that one too. What waits to be sent about the other is
    cancelled, and nobody is told of an ending, for nothing ended. Returns applications closed.
    """
    by_job = defaultdict(list)
    mine = Application.objects.open().filter(candidate__in=[survivor, merged])
    for application in mine.select_related("stage", "job").order_by("pk"):
        by_job[application.job_id].append(application)
    closed = 0
    for same in by_job.values():
        if len(same) < 2:
            continue
        same.sort(key=lambda one: (-one.furthest, -one.stage.position, one.applied_at, one.pk))
        stays, goes = same[0], same[1]
        dates = [day for day in (stays.hear_by, goes.hear_by) if day]
        stays.hear_by = min(dates, default=None)
        stays.save(update_fields=["hear_by"])
        goes.closed_at, goes.outcome = at, Outcome.DUPLICATE
        goes.save(update_fields=["closed_at", "outcome"])
        _hand_over_interviews(goes, stays, at)
        cancel_waiting(goes, at)
        timeline.remember(
            survivor,
            "application.duplicate",
            f"Applied twice for {goes.job.title}: one of the two applications was closed.",
            by=ACTOR,
            group=Activity.Group.APPLICATION,
            application=str(goes.public_id),
            job=str(goes.job.public_id),
        )
        audit.record(ACTOR, "application.duplicate", goes, outcome=["", Outcome.DUPLICATE])
        closed += 1
    return closed


def _hand_over_interviews(goes: Application, stays: Application, at: datetime) -> None:
    """Let what lies ahead belong to the application that stays: the candidate still comes."""
    ahead = list(goes.interviews.ahead(at).values_list("pk", flat=True))
    Letter.objects.waiting().filter(interview__in=ahead).update(application=stays)
    Interview.objects.filter(pk__in=ahead).update(application=stays)

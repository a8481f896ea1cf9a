"""What happens to promises by itself: they fall due, are kept by contact, broken, or lapse."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from accounts import audit
from accounts.models import User
from applications.models import Job, Promise
from applications.models.promises import KEPT_WITHIN
from applications.promises import covers
from candidates.models import Activity, Candidate, GroundEvent, Purpose

_ACTOR = "promise ledger"
UNDO = timedelta(days=28)  # as long as a person may take an answer back (C-15)
# What of the timeline is contact: we spoke, they wrote, they chose a time or said that they stay.
_SPOKE = ("contact.called", "contact.replied", "interview.chosen", "extension.kept")


def kept_in_mind_for(job: Job) -> list[int]:
    """Return to whom we promised to write when a job of this kind opens, by key."""
    if not job.family:
        return []
    found = Promise.objects.filter(state=Promise.State.OPEN).of_kind(job.family)
    return list(found.order_by("candidate").values_list("candidate_id", flat=True).distinct())


def fall_due(job: Job, at: datetime) -> int:
    """Let open promises of the job's kind fall due. Runs in the transaction that opens the job.

    A job that is opened again, or continues another one, is no news to those whose promise fell
    due for it before. The caller holds the people of `kept_in_mind_for`, and then the job.
    """
    if not job.family:
        return 0
    told = Promise.objects.filter(
        state__in=[Promise.State.DUE, Promise.State.KEPT], due_job__in=job.line()
    )
    waiting = (
        Promise.objects.select_for_update(of=("self",))
        .filter(state=Promise.State.OPEN, candidate__in=Candidate.objects.live())
        .of_kind(job.family)
        .exclude(candidate__in=told.values("candidate"))
        .with_today(at)
        .filter(until__gte=F("today_there"))
        .order_by("pk")
    )
    promises = [promise for promise in waiting if covers(promise, job)]
    Promise.objects.filter(pk__in=[promise.pk for promise in promises]).update(
        state=Promise.State.DUE, due_at=at, due_job=job
    )
    Activity.objects.bulk_create(
        Activity(
            candidate_id=promise.candidate_id,
            group=Activity.Group.APPLICATION,
            kind="promise.due",
            at=at,
            actor=_ACTOR,
            text=f"The promise to keep them in mind fell due: {job.title} opened.",
            data={"promise": str(promise.public_id), "job": str(job.public_id)},
        )
        for promise in promises
    )
    return len(promises)


def contacts() -> QuerySet[Activity]:
    """Return what keeps the due promise of an outer query: contact within 72 hours.

    A call or a reply that was logged, an application of their own, an answer to our question, and
    an email about a job that really left: not one that came back, and not one about something else.
    """
    until = ExpressionWrapper(OuterRef("due_at") + Value(KEPT_WITHIN), output_field=DateTimeField())
    came_back = Activity.objects.filter(
        candidate=OuterRef("candidate"),
        kind="message.bounced",
        data__message=OuterRef("data__message"),
    )
    theirs = Q(kind="application.added", data__themselves=True)
    left = Q(kind="message.handed", data__has_key="job") & ~Exists(came_back)
    return Activity.objects.filter(
        candidate=OuterRef("candidate"), at__gte=OuterRef("due_at"), at__lte=until
    ).filter(Q(kind__in=_SPOKE) | theirs | left)


def settle_for_hire(candidate: Candidate, job: Job, at: datetime, *, by: User) -> None:
    """Settle a person's promises when they are hired.

    Kept: one that this job made due, if they are hired, or we were in contact, in time. Any other
    is released.
    """
    running = (
        Promise.objects.select_for_update(of=("self",))
        .running()
        .filter(candidate=candidate)
        .annotate(spoke=Exists(contacts()))
    )
    for promise in running:
        in_time = promise.keep_by is not None and at <= promise.keep_by
        spoke: bool = promise.spoke  # type: ignore[attr-defined]  # annotated above
        is_kept = promise.due_job_id == job.pk and (in_time or spoke)
        before = promise.state
        promise.state = Promise.State.KEPT if is_kept else Promise.State.RELEASED
        promise.settled_at, promise.why = at, Promise.Why.HIRED
        promise.save(update_fields=["state", "settled_at", "why"])
        audit.record(by, f"promise.{promise.state}", promise, state=[before, promise.state])


def unsettle_hire(candidate: Candidate, at: datetime) -> None:
    """Take back what a hire at `at` settled. Runs in the transaction that undoes the hire."""
    settled = Promise.objects.filter(candidate=candidate, settled_at=at, why=Promise.Why.HIRED)
    settled.filter(due_at=None).update(state=Promise.State.OPEN, settled_at=None, why="")
    settled.exclude(due_at=None).update(state=Promise.State.DUE, settled_at=None, why="")


@transaction.atomic
def settle_overdue(at: datetime) -> dict[str, int]:
    """Settle what nobody did, and say how many of each. Run at any time, any number of times.

    A due promise is kept by contact within 72 hours, else broken. An open one lapses when its last
    day is over at the candidate. Either lapses with what we may keep, as nobody may write to them,
    and an open one comes back when the person takes their answer back in time.
    """
    due, kept = Promise.objects.due(), Promise.objects.due().filter(Exists(contacts()))
    late = due.filter(due_at__lt=at - KEPT_WITHIN)
    over = Promise.objects.all().with_today(at).filter(until__lt=F("today_there"))
    without = Promise.objects.annotate(may_keep=_may_keep(at)).filter(
        Q(may_keep=False) | Q(candidate__archived_at__isnull=False)
    )
    done = {"kept": _settle(kept, "due", "kept", Promise.Why.CONTACT, at)}
    done["lapsed"] = _settle(without, "due", "lapsed", Promise.Why.GROUND, at)
    done["lapsed"] += _settle(without, "open", "lapsed", Promise.Why.GROUND, at)
    done["broken"] = _settle(late, "due", "broken", Promise.Why.SILENCE, at)
    done["lapsed"] += _settle(over, "open", "lapsed", Promise.Why.NO_JOB, at)
    _bring_back(at)
    return done


def _may_keep(at: datetime) -> Subquery:
    """Whether what was agreed allows to keep them: None where nothing was ever agreed."""
    theirs = GroundEvent.objects.filter(candidate=OuterRef("candidate"), purpose=Purpose.POOL)
    return Subquery(theirs.is_in_force(at))


def _bring_back(at: datetime) -> None:
    """Open those again that lapsed with a ground which is in force again within their undo."""
    back = (
        Promise.objects.filter(
            state=Promise.State.LAPSED,
            why=Promise.Why.GROUND,
            settled_at__gte=at - UNDO,
            due_at=None,
            candidate__in=Candidate.objects.live(),
        )
        .annotate(may_keep=_may_keep(at))
        .filter(may_keep=True)
        .with_today(at)
        .filter(until__gte=F("today_there"))
    )
    _settle(back, "lapsed", "open", "", at)


_SAID = {
    Promise.Why.CONTACT: "was kept: we were in contact.",
    Promise.Why.SILENCE: "was broken: no contact within 72 hours.",
    Promise.Why.NO_JOB: "has ended: no such job opened.",
    Promise.Why.GROUND: "has ended: we may not keep their details for other jobs any more.",
    "": "holds again: they took their answer back.",
}


def _settle(found: QuerySet[Promise], before: str, state: str, why: str, at: datetime) -> int:
    """Lock the people, then their promises: who is busy with one of them goes first."""
    found = found.filter(state=before)
    people = (
        Candidate.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=list(found.values_list("candidate", flat=True)))
        .order_by("pk")
    )
    free = list(people.values_list("pk", flat=True))
    locked = Promise.objects.select_for_update(of=("self",), skip_locked=True)
    promises = list(
        locked.filter(
            state=before, candidate__in=free, pk__in=found.order_by().values("pk")
        ).order_by("pk")
    )
    if not promises:
        return 0
    Promise.objects.filter(pk__in=[promise.pk for promise in promises]).update(
        state=state, why=why, settled_at=at if why else None
    )
    Activity.objects.bulk_create(
        Activity(
            candidate_id=promise.candidate_id,
            group=Activity.Group.APPLICATION,
            kind=f"promise.{state}",
            at=at,
            actor=_ACTOR,
            text=f"The promise to keep them in mind {_SAID[why]}",
            data={"promise": str(promise.public_id)},
        )
        for promise in promises
    )
    audit.record_many(_ACTOR, f"promise.{state}", [*promises], state=[before, state], why=["", why])
    return len(promises)

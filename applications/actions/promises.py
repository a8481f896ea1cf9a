"""Promises: made, fallen due, kept, broken, lapsed, released."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.models import Application, Job, Promise
from applications.promises import KEPT_WITHIN_HOURS, covers, latest_end, today_of
from candidates import timeline
from candidates.models import Activity, Candidate


@transaction.atomic
def make_promise(
    candidate: Candidate,
    *,
    families: list[str],
    until: date,
    by: User,
    owner: User | None = None,
    application: Application | None = None,
    note: str = "",
) -> Promise:
    """Record that we will keep somebody in mind.

    until: the last day, in the candidate's zone.

    Raises ValidationError: no kind of job is named, or the end is past or later than we may keep
    the profile.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    families = [name for name in dict.fromkeys(word.strip() for word in families) if name]
    if not families:
        raise ValidationError("Say for which kind of job.", code="no_family")
    if until <= today_of(candidate, timezone.now()):
        raise ValidationError("A promise must end after today.", code="past")
    if until > (latest := latest_end(candidate)):
        raise ValidationError(
            f"We may keep this profile until {latest:%-d %B %Y}; a promise cannot outlast that.",
            code="too_long",
        )
    promise = Promise.objects.create(
        candidate=candidate,
        application=application,
        families=families,
        note=note,
        until=until,
        owner=owner or by,
    )
    kinds = ", ".join(families)
    timeline.remember(
        candidate,
        "promise.made",
        f"Promised to keep them in mind for {kinds} jobs until {until:%-d %B %Y}.",
        by=by,
        group=Activity.Group.APPLICATION,
        promise=str(promise.public_id),
    )
    audit.record(by, "promise.made", promise, until=["", str(until)])
    return promise


def fall_due(job: Job, at: datetime) -> int:
    """Let open promises of the job's kind fall due. Runs in the transaction that opens the job.

    A job that is opened again, or continues another one, is no news to those whose promise fell
    due for it before.
    """
    if not job.family:
        return 0
    told = Promise.objects.filter(
        state__in=[Promise.State.DUE, Promise.State.KEPT], due_job__in=job.line()
    )
    waiting = (
        Promise.objects.select_for_update(of=("self",))
        .filter(state=Promise.State.OPEN)
        .filter(candidate__erased_at=None, candidate__merged_into=None)
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
            actor="promise ledger",
            text=f"The promise to keep them in mind fell due: {job.title} opened.",
            data={"promise": str(promise.public_id), "job": str(job.public_id)},
        )
        for promise in promises
    )
    return len(promises)


@transaction.atomic
def keep_promise(promise: Promise, *, by: User) -> Promise:
    """Say that a due promise was kept: we wrote to or called the person.

    Raises ValidationError: it is not due.
    """
    return _settle(promise, Promise.State.KEPT, {Promise.State.DUE}, by=by)


@transaction.atomic
def release_promise(promise: Promise, *, by: User) -> Promise:
    """Let a promise go because the person asked for it or it makes no sense any more.

    Raises ValidationError: it is settled already.
    """
    return _settle(promise, Promise.State.RELEASED, {Promise.State.OPEN, Promise.State.DUE}, by=by)


def _settle(promise: Promise, state: str, allowed: set[str], *, by: User) -> Promise:
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=promise.pk)
    if promise.state not in allowed:
        raise ValidationError(
            f"This promise is {promise.get_state_display().lower()}.", code="not_due"
        )
    before = promise.state
    promise.state, promise.settled_at = state, timezone.now()
    promise.save(update_fields=["state", "settled_at"])
    words = "kept" if state == Promise.State.KEPT else "released"
    timeline.remember(
        promise.candidate,
        f"promise.{words}",
        f"The promise to keep them in mind was {words}.",
        by=by,
        group=Activity.Group.APPLICATION,
        promise=str(promise.public_id),
    )
    audit.record(by, f"promise.{words}", promise, state=[before, state])
    return promise


def settle_for_hire(candidate: Candidate, job: Job, at: datetime, *, by: User) -> None:
    """Settle a person's promises when they are hired: kept if for this job, else released."""
    running = Promise.objects.select_for_update(of=("self",)).filter(
        candidate=candidate, state__in=[Promise.State.OPEN, Promise.State.DUE]
    )
    for promise in running:
        is_kept = promise.state == Promise.State.DUE and promise.due_job_id == job.pk
        before = promise.state
        promise.state = Promise.State.KEPT if is_kept else Promise.State.RELEASED
        promise.settled_at = at
        promise.save(update_fields=["state", "settled_at"])
        audit.record(by, f"promise.{promise.state}", promise, state=[before, promise.state])


def unsettle_hire(candidate: Candidate, at: datetime) -> None:
    """Take back what a hire at `at` settled. Runs in the transaction that undoes the hire."""
    settled = Promise.objects.filter(candidate=candidate, settled_at=at)
    settled.filter(due_at=None).update(state=Promise.State.OPEN, settled_at=None)
    settled.exclude(due_at=None).update(state=Promise.State.DUE, settled_at=None)


@transaction.atomic
def settle_overdue(at: datetime) -> dict[str, int]:
    """Settle what nobody did: due promises are kept by contact, else broken; open ones lapse.

    Contact after a promise fell due is `Candidate.last_contact_at`, a logged call, an application,
    or a message that was handed over. A promise lapses when its last day is over
    at the candidate. Run at any time, any number of times.
    """
    limit = at - timedelta(hours=KEPT_WITHIN_HOURS)
    since = Activity.objects.filter(candidate=OuterRef("candidate"), at__gte=OuterRef("due_at"))
    spoken = Q(candidate__last_contact_at__gte=F("due_at")) | Exists(
        since.filter(kind__in=["message.handed", "contact.called", "application.added"])
    )
    promises = Promise.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    due = promises.filter(state=Promise.State.DUE)
    lapsed = promises.filter(state=Promise.State.OPEN).with_today(at)
    return {
        "kept": _settle_all(due.filter(spoken), Promise.State.KEPT, at),
        "broken": _settle_all(due.filter(due_at__lt=limit), Promise.State.BROKEN, at),
        "lapsed": _settle_all(lapsed.filter(until__lt=F("today_there")), Promise.State.LAPSED, at),
    }


_SETTLED_BY_ITSELF = {
    Promise.State.KEPT: "was kept: we were in contact.",
    Promise.State.BROKEN: f"was broken: no contact within {KEPT_WITHIN_HOURS} hours.",
    Promise.State.LAPSED: "has ended: no such job opened.",
}


def _settle_all(found: QuerySet[Promise], state: Promise.State, at: datetime) -> int:
    promises = list(found)
    if not promises:
        return 0
    before = promises[0].state
    Promise.objects.filter(pk__in=[promise.pk for promise in promises]).update(
        state=state, settled_at=at
    )
    Activity.objects.bulk_create(
        Activity(
            candidate_id=promise.candidate_id,
            group=Activity.Group.APPLICATION,
            kind=f"promise.{state}",
            at=at,
            actor="promise ledger",
            text=f"The promise to keep them in mind {_SETTLED_BY_ITSELF[state]}",
            data={"promise": str(promise.public_id)},
        )
        for promise in promises
    )
    audit.record_many("promise ledger", f"promise.{state}", [*promises], state=[before, state])
    return len(promises)

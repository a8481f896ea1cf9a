"""Promises: made, fallen due, kept, broken, lapsed, released."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications.models import Application, Job, Promise
from applications.promises import KEPT_WITHIN_HOURS, latest_end
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
    if until <= date.today():  # noqa: DTZ011  # a day; the zone decides at most one day
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
    """Let open promises of the job's kind fall due. Runs in the transaction that opens the job."""
    if not job.family:
        return 0
    waiting = (
        Promise.objects.select_for_update(of=("self",))
        .filter(state=Promise.State.OPEN, families__contains=[job.family], until__gte=at.date())
        .filter(candidate__erased_at=None, candidate__merged_into=None)
    )
    promises = list(waiting)
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
    promise = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("candidate")
        .get(pk=promise.pk)
    )
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


@transaction.atomic
def settle_overdue(at: datetime) -> dict[str, int]:
    """Settle what nobody did: due promises are kept by contact in time, else broken; open ones lapse.

    Contact after a promise fell due is `Candidate.last_contact_at` or a handed job email, which
    leaves a mail line on the timeline. Run at any time, any number of times.
    """
    limit = at - timedelta(hours=KEPT_WITHIN_HOURS)
    spoken = Q(candidate__last_contact_at__gte=F("due_at")) | Q(
        candidate__activities__kind="message.handed", candidate__activities__at__gte=F("due_at")
    )
    due = Promise.objects.filter(state=Promise.State.DUE)
    kept_ids = list(due.filter(spoken).values_list("pk", flat=True).distinct())
    counts = {
        "kept": Promise.objects.filter(pk__in=kept_ids).update(
            state=Promise.State.KEPT, settled_at=at
        ),
        "broken": due.filter(due_at__lt=limit).update(state=Promise.State.BROKEN, settled_at=at),
        "lapsed": Promise.objects.filter(
            state=Promise.State.OPEN, until__lt=(at - timedelta(days=1)).date()
        ).update(state=Promise.State.LAPSED, settled_at=at),
    }
    return counts

"""Applications: added, moved along the pipeline, and given a date to hear by."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts import audit, languages
from accounts.models import Organisation, User
from applications import letters
from applications.actions.jobs import number_applications
from applications.actions.lock_order import lock_application, lock_people
from applications.actions.moving import hear_by_in, missed_day, remember
from applications.models import (
    Application,
    Job,
    Letter,
    Stage,
    StageChange,
)
from candidates import timeline
from candidates.actions.contact import touch
from candidates.models import Activity, Candidate, Stop

_VERBS = {True: "Applied for", False: "Was put forward for"}  # by whether they asked for it


@transaction.atomic
def add_application(
    candidate: Candidate,
    job: Job,
    *,
    by: User | str,
    source: str = "",
    applied_themselves: bool = False,
    with_receipt: bool = False,
) -> Application:
    """Consider a person for a job. Job emails that wait for them do not leave.

    applied_themselves: they asked to be considered, which is contact; else we put them forward.
    with_receipt: leave a letter that says their application has arrived.

    Raises ValidationError: the job is not running or has no stage, or they are considered already.
    """
    now = timezone.now()
    verb = _VERBS[applied_themselves]
    found = _add([candidate.pk], job, by=by, source=source, verb=verb, now=now)
    application = found[candidate.pk]
    if isinstance(application, ValidationError):
        raise application
    if applied_themselves:
        touch(candidate, now)
    if with_receipt:
        leave_receipt(application, by=by, now=now)
    return application


def add_applicant(
    candidate: Candidate, job: Job, stage: Stage, *, by: str, source: str, hear_by: date
) -> Application:
    """Consider somebody who applied, and leave the letter that says it has arrived.

    For an action that has locked the gate, the candidate and the job, and looked at them. stage:
    the first of the job. hear_by: the day that they were told.
    """
    now = timezone.now()
    application = _new(candidate, job, stage, source, now)
    application.hear_by = hear_by
    _write([application], stage, _VERBS[True], by)
    touch(candidate, now)
    leave_receipt(application, by=by, now=now)
    return application


@transaction.atomic
def add_applications(
    people: Iterable[int], job: Job, *, by: User, source: str = ""
) -> dict[int, Application | ValidationError]:
    """Put many people forward for a job, in some statements for all of them.

    people: keys of candidates. Returns by person the application, or what `add_application` would
    have refused it with.
    """
    return _add(people, job, by=by, source=source, verb=_VERBS[False], now=timezone.now())


def _add(
    people: Iterable[int], job: Job, *, by: User | str, source: str, verb: str, now: datetime
) -> dict[int, Application | ValidationError]:
    """Write the applications. Everybody is locked before the job is, as when there is but one."""
    keys = sorted(set(people))
    locked = lock_people(keys)
    job = Job.objects.locked(job.pk)
    prefetch_related_objects([job], "offices")  # whose zone counts where a person's is unknown
    stage = job.stages.of_board().first()
    considered = set(
        job.applications.open().filter(candidate__in=keys).values_list("candidate_id", flat=True)
    )
    found: dict[int, Application | ValidationError] = {}
    for key in keys:
        if key not in locked:
            found[key] = ValidationError("This person is no longer here.", code="gone")
        elif job.status not in {Job.Status.OPEN, Job.Status.ON_HOLD}:
            found[key] = ValidationError(
                f"This job is {job.get_status_display().lower()}. People are added to an open job.",
                code="not_running",
            )
        elif stage is None:
            found[key] = ValidationError("Give the job a stage first.", code="no_stage")
        elif key in considered:
            found[key] = ValidationError(
                "This person already has an open application for this job.", code="already_open"
            )
        else:
            found[key] = _new(locked[key], job, stage, source.strip(), now)
    made = [one for one in found.values() if isinstance(one, Application)]
    if stage and made:
        _write(made, stage, verb, by)
    return found


def _new(candidate: Candidate, job: Job, stage: Stage, source: str, now: datetime) -> Application:
    application = Application(
        candidate=candidate,
        job=job,
        stage=stage,
        stage_entered_at=now,
        furthest=stage.milestone,
        source=source,
        applied_at=now,
    )
    application.hear_by = hear_by_in(application, stage, now)
    return application


def _write(made: list[Application], stage: Stage, verb: str, by: User | str) -> None:
    """Save new applications of one job, with what goes with each."""
    first = made[0]
    Application.objects.bulk_create(made)
    number_applications(first.job)
    StageChange.objects.bulk_create(
        StageChange(application=one, to_stage=stage, at=one.applied_at, by=_user(by))
        for one in made
    )
    Stop.objects.bulk_create(
        Stop(candidate_id=one.candidate_id, reason=Stop.Reason.APPLIED, at=one.applied_at)
        for one in made
    )
    from_where = f" Source: {first.source}." if first.source else ""
    timeline.remember_many(
        [one.candidate_id for one in made],
        "application.added",
        f"{verb} {first.job.title}.{from_where}",
        by=by,
        group=Activity.Group.APPLICATION,
        each={one.candidate_id: {"application": str(one.public_id)} for one in made},
        job=str(first.job.public_id),
        themselves=verb == _VERBS[True],
    )
    audit.record_many(by, "application.added", made, stage=["", stage.name])


@transaction.atomic
def set_hear_by(application: Application, day: date, *, by: User) -> Application:
    """Name a first or an earlier day by which they will hear from us. At the candidate (A-21).

    Raises ValidationError: the application is closed, the day is over where they are, or it is
    later than the one they know: of that they are told (`telling.tell_later`).
    """
    application = lock_application(application)
    if not application.is_open:
        raise ValidationError("This application is closed. Reopen it first.", code="closed")
    now = timezone.now()
    if day < now.astimezone(letters.zone_of(application)).date():
        raise ValidationError("Name a day that is not over where they are.", code="past")
    before = application.hear_by
    if before == day:
        return application
    if before and day > before:
        raise ValidationError(
            "A later day is not set in silence: tell them of it.", code="tell_them"
        )
    application.hear_by_missed = missed_day(application, now)
    application.hear_by = day
    application.save(update_fields=["hear_by", "hear_by_missed"])
    remember(
        application,
        "application.hear_by",
        f"Will hear about {application.job.title} by {day:%-d %B %Y}.",
        by=by,
    )
    audit.record(
        by, "application.hear_by_changed", application, hear_by=[str(before or ""), str(day)]
    )
    return application


def leave_receipt(
    application: Application, *, by: User | str, now: datetime, is_again: bool = False
) -> None:
    """Leave the letter that says what they sent has arrived. For actions that hold the lock."""
    organisation = Organisation.current()
    sender = _user(by) or application.job.owner
    reads = languages.first_of(application.candidate.language, organisation.language)
    with languages.speaking(reads):
        subject = letters.receipt_subject(application.job)
        text = letters.receipt_text(
            application, by=sender, organisation=organisation.name, is_again=is_again
        )
    Letter.objects.create(
        application=application,
        kind=Letter.Kind.RECEIPT,
        subject=subject,
        text=text,
        send_after=now,
        by=sender,
    )


def _user(by: User | str) -> User | None:
    return by if isinstance(by, User) else None
